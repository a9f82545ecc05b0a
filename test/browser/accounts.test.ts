/** The story of the docs page, on the accounts app as `npm start` runs it. */
import { expect } from 'vitest'
import { Folder } from '../cli/folder.ts'
import { startAccounts } from '../cli/program.ts'
import { call, ITEMS, johndoe, logIn, logoutButton, ME, notAuthenticated, show } from './accounts-page.ts'
import { browserTest } from './chromium.ts'
import { closeDialog, isLocked, openDialog, operation, scheme } from './swagger-ui.ts'

browserTest('the accounts app: authorize, try it out, log out', async ({ page, watch }) => {
  using data = new Folder()
  await using accounts = await startAccounts(data.path)
  watch.allow(accounts.origin)
  watch.expectProblem(/the server responded with a status of 40[01]/)

  await page.goto(accounts.origin) // what a newcomer types leads to the docs
  await operation(page, ME).waitFor()
  expect(page.url()).toBe(`${accounts.origin}/docs`)
  expect(await page.title()).toBe('Accounts - Swagger UI')
  await watch.screenshot(page, 'accounts-1-page')
  await page.getByRole('button', { name: 'Authorize', exact: true }).waitFor()
  const locks = await page.locator('.opblock .authorization__btn').count()
  expect(locks).toBe(5)
  expect(await isLocked(page, ME)).toBe(false)

  // Without ever logging in.
  expect(await call(page, ME)).toEqual(notAuthenticated)
  await show(page, watch, ME, 'accounts-2-without-login')

  // The form.
  const dialog = await openDialog(page)
  const form = scheme(dialog, 'OAuth2PasswordBearer')
  expect(await form.innerText()).toContain(`Token URL: ${accounts.origin}/token`)
  expect(await form.locator('#oauth_username').isVisible()).toBe(true)
  expect(await form.locator('#oauth_password').getAttribute('type')).toBe('password')
  for (const scope of ['me', 'items']) {
    expect(await form.locator(`label[for^="${scope}-"]`).first().isVisible()).toBe(true)
    expect(await form.locator(`input[id^="${scope}-"]`).isChecked()).toBe(true)
  }
  await watch.screenshot(page, 'accounts-3-form')

  // A wrong password is told in the dialog.
  await logIn(dialog, 'johndoe', 'wrong')
  await form.locator('.errors').waitFor()
  expect(await form.locator('.errors').innerText()).toContain('Incorrect username or password')
  await watch.screenshot(page, 'accounts-4-wrong-password')

  await logIn(dialog, 'johndoe', 'secret')
  await logoutButton(dialog).waitFor()
  expect(await dialog.locator('.errors').count()).toBe(0)
  await watch.screenshot(page, 'accounts-5-authorized')
  await closeDialog(dialog)
  expect(await isLocked(page, ME)).toBe(true)

  expect(await call(page, ME)).toEqual({
    status: '200',
    body: johndoe,
  })
  await show(page, watch, ME, 'accounts-6-tried-out')
  expect(await call(page, ITEMS)).toEqual({
    status: '200',
    body: [{ item_id: 1, title: 'Foo', owner: 'johndoe' }],
  })

  const again = await openDialog(page)
  await logoutButton(again).click()
  await closeDialog(again)
  expect(await isLocked(page, ME)).toBe(false)
  await watch.screenshot(page, 'accounts-7-logged-out')
  expect(await call(page, ME)).toEqual(notAuthenticated)
  await show(page, watch, ME, 'accounts-8-after-logout')
})

browserTest('the accounts app: a disabled user', async ({ page, watch }) => {
  using data = new Folder()
  await using accounts = await startAccounts(data.path)
  watch.allow(accounts.origin)
  watch.expectProblem(/the server responded with a status of 400/)
  await page.goto(`${accounts.origin}/docs`)
  const dialog = await openDialog(page)
  await logIn(dialog, 'alice', 'secret2')
  await logoutButton(dialog).waitFor()
  await closeDialog(dialog)
  expect(await call(page, ME)).toEqual({ status: '400', body: { detail: 'Inactive user' } })
  await show(page, watch, ME, 'accounts-inactive')
})

browserTest('the accounts app: a token without the scope items', async ({ page, watch }) => {
  using data = new Folder()
  await using accounts = await startAccounts(data.path)
  watch.allow(accounts.origin)
  watch.expectProblem(/the server responded with a status of 403/)
  await page.goto(`${accounts.origin}/docs`)
  const dialog = await openDialog(page)
  await scheme(dialog, 'OAuth2PasswordBearer').locator('label[for^="items-"]').first().click()
  await watch.screenshot(page, 'accounts-scope-unchecked')
  await logIn(dialog, 'johndoe', 'secret')
  await logoutButton(dialog).waitFor()
  await closeDialog(dialog)
  expect((await call(page, ME)).status).toBe('200')
  const { status, body } = await call(page, ITEMS)
  expect([status, body]).toEqual(['403', { detail: expect.any(String) }])
  const headers = operation(page, ITEMS).locator('.live-responses-table .headerline')
  expect((await headers.allInnerTexts()).join('\n')).toContain('insufficient_scope')
  await show(page, watch, ITEMS, 'accounts-scope-missing')
})

browserTest('the accounts app: register in the page, log in as the new user, add an item', async ({ page, watch }) => {
  using data = new Folder()
  await using accounts = await startAccounts(data.path)
  watch.allow(accounts.origin)
  await page.goto(`${accounts.origin}/docs`)
  // The example of the document is a user that can be registered as it stands.
  expect((await call(page, 'post_users')).status).toBe('201')
  await show(page, watch, 'post_users', 'accounts-registered')
  const dialog = await openDialog(page)
  await logIn(dialog, 'maria', 'a long sentence')
  await logoutButton(dialog).waitFor()
  await closeDialog(dialog)
  expect(await call(page, ITEMS)).toEqual({ status: '200', body: [] })
  expect(await call(page, 'post_users_me_items')).toMatchObject({ status: '201', body: { owner: 'maria' } })
  await show(page, watch, 'post_users_me_items', 'accounts-item-added')
})
