import { expect } from 'vitest'
import { browserTest } from './chromium.ts'
import { idOf, startApi } from './servers.ts'
import { closeDialog, isLocked, openDialog, operation, scheme, tryOut } from './swagger-ui.ts'

const me = idOf('/users/me')

browserTest('log in, call, log out: the password flow', async ({ page, watch }) => {
  await using api = await startApi()
  watch.allow(api.origin)
  watch.expectProblem(/status of 40[01]/)
  await page.goto(`${api.origin}/docs`)
  expect(await page.title()).toBe('Accounts - Swagger UI')
  await operation(page, me).waitFor()
  await watch.screenshot(page, 'swagger-ui')
  expect(await isLocked(page, me)).toBe(false)
  expect(await operation(page, idOf('/public')).locator('.authorization__btn').count()).toBe(0)

  expect(await tryOut(page, me)).toMatchObject({ status: '401', url: `${api.origin}/users/me` })
  const dialog = await openDialog(page)
  const form = scheme(dialog, 'OAuth2PasswordBearer')
  expect(await form.innerText()).toContain(`Token URL: ${api.origin}/token`)
  await form.locator('#oauth_username').fill('johndoe')
  await form.locator('#oauth_password').fill('wrong')
  await form.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click()
  await form.locator('.errors').waitFor()
  expect(await form.locator('.errors').innerText()).toContain('Incorrect username or password')
  await watch.screenshot(page, 'swagger-ui-wrong-password')

  await form.locator('#oauth_password').fill('secret')
  await form.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click()
  await form.getByRole('button', { name: 'Remove authorization' }).waitFor()
  await watch.screenshot(page, 'swagger-ui-authorized')
  await closeDialog(dialog)

  expect(await isLocked(page, me)).toBe(true)
  const answer = await tryOut(page, me)
  expect([answer.status, JSON.parse(answer.body)]).toEqual(['200', { username: 'johndoe' }])
  await operation(page, me).scrollIntoViewIfNeeded()
  await watch.screenshot(page, 'swagger-ui-tried-out')

  const again = await openDialog(page)
  await scheme(again, 'OAuth2PasswordBearer').getByRole('button', { name: 'Remove authorization' }).click()
  await closeDialog(again)
  expect(await isLocked(page, me)).toBe(false)
  const refused = await tryOut(page, me)
  expect([refused.status, JSON.parse(refused.body)]).toEqual(['401', { detail: 'Not authenticated' }])
})
