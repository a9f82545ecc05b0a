/** The pictures of the security chapters, and that their pages show what they are said to show. */
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import apiKeys from '../../docs/src/api-keys/main.ts'
import httpBasic from '../../docs/src/http-basic/main.ts'
import jwt from '../../docs/src/jwt/main.ts'
import scopes from '../../docs/src/scopes/main.ts'
import firstSteps from '../../docs/src/security-first-steps/main.ts'
import simpleOAuth2 from '../../docs/src/simple-oauth2/main.ts'
import { serve } from '../../src/adapters/node.ts'
import type { App } from '../../src/app.ts'
import { browserTest, cancelLogins, type Watch } from './chromium.ts'
import { screenshot } from './guide-screenshot.ts'
import { closeDialog, isLocked, openDialog, operation, tryOut } from './swagger-ui.ts'

/** On a picture the port is the one that readers have. */
const port = process.env.DOCS_SCREENSHOTS ? 8000 : 0

async function open(app: App, page: Page, watch: Watch, height = 620): ReturnType<typeof serve> {
  const server = await serve(app, { port })
  watch.allow(server.url)
  await page.setViewportSize({ width: 1000, height })
  await page.goto(`${server.url}/docs`)
  await page.locator('.opblock').first().waitFor()
  return server
}

/** Fills in the dialog of the password flow, and presses Authorize. */
async function logIn(page: Page, username: string, password: string): Promise<void> {
  const dialog = await openDialog(page)
  await dialog.locator('#oauth_username').fill(username)
  await dialog.locator('#oauth_password').fill(password)
  await dialog.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click()
}

async function logOut(page: Page): Promise<void> {
  const dialog = await openDialog(page)
  await dialog.getByRole('button', { name: 'Remove authorization' }).click()
  await closeDialog(dialog)
}

browserTest('first steps: the button, the dialog, and no token yet', async ({ page, watch }) => {
  await using _ = await open(firstSteps, page, watch)
  watch.expectProblem(/404/)
  expect(await isLocked(page, 'get_items')).toBe(false)
  await screenshot(page, 'security-first-steps-docs')

  const dialog = await openDialog(page)
  expect(await dialog.innerText()).toContain('Flow: password')
  await page.setViewportSize({ width: 1000, height: 800 })
  await screenshot(page, 'security-first-steps-dialog')

  await dialog.locator('#oauth_username').fill('johndoe')
  await dialog.locator('#oauth_password').fill('secret')
  await dialog.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click()
  const error = dialog.locator('.errors')
  await error.waitFor()
  expect(await error.innerText()).toContain('Not Found')
  await dialog.getByRole('button', { name: 'Apply given OAuth2 credentials' }).scrollIntoViewIfNeeded()
  await screenshot(page, 'security-first-steps-not-found')
})

browserTest('password and bearer: log in, be somebody, log out, be inactive', async ({ page, watch }) => {
  await using _ = await open(simpleOAuth2, page, watch, 800)
  watch.expectProblem(/40[01]/)
  expect(await isLocked(page, 'get_users_me')).toBe(false)
  const dialog = page.locator('.modal-ux')
  await logIn(page, 'johndoe', 'guess')
  await dialog.locator('.errors').waitFor()
  expect(await dialog.locator('.errors').innerText()).toContain('Error: Bad Request')
  await closeDialog(dialog)

  await logIn(page, 'johndoe', 'secret')
  await dialog.getByRole('button', { name: 'Remove authorization' }).waitFor()
  await screenshot(page, 'simple-oauth2-authorized')
  await closeDialog(dialog)
  expect(await isLocked(page, 'get_users_me')).toBe(true)
  await screenshot(page, 'simple-oauth2-padlocks')

  const answer = operation(page, 'get_users_me').locator('.responses-inner > div > div').first()
  const answered = await tryOut(page, 'get_users_me')
  expect(answered.status).toBe('200')
  expect(JSON.parse(answered.body)).toMatchObject({ username: 'johndoe' })
  await screenshot(answer, 'simple-oauth2-me')

  await logOut(page)
  const refused = await tryOut(page, 'get_users_me')
  expect(refused).toMatchObject({ status: '401' })
  expect(JSON.parse(refused.body)).toEqual({ detail: 'Not authenticated' })
  await screenshot(answer, 'simple-oauth2-logged-out')

  await logIn(page, 'alice', 'secret2')
  await dialog.getByRole('button', { name: 'Remove authorization' }).waitFor()
  await closeDialog(dialog)
  const inactive = await tryOut(page, 'get_users_me')
  expect(inactive).toMatchObject({ status: '400' })
  expect(JSON.parse(inactive.body)).toEqual({ detail: 'Inactive user' })
  await screenshot(answer, 'simple-oauth2-alice')
})

browserTest('JWT: the password is in one request', async ({ page, watch }) => {
  await using server = await open(jwt, page, watch)
  const bodies: [string, string | null][] = []
  page.on('request', (request) => bodies.push([new URL(request.url()).pathname, request.postData()]))
  await logIn(page, 'johndoe', 'secret')
  const dialog = page.locator('.modal-ux')
  await dialog.getByRole('button', { name: 'Remove authorization' }).waitFor()
  await closeDialog(dialog)
  expect(await tryOut(page, 'get_users_me')).toMatchObject({ status: '200', url: `${server.url}/users/me` })
  expect(bodies.filter(([, body]) => body?.includes('secret')).map(([path]) => path)).toEqual(['/token'])
})

browserTest('HTTP Basic: the dialog', async ({ page, watch }) => {
  await using _ = await open(httpBasic, page, watch)
  watch.expectProblem(/401/)
  await cancelLogins(page)
  expect(await tryOut(page, 'get_users_me')).toMatchObject({ status: '401' })
  const dialog = await openDialog(page)
  await dialog.locator('input[name=username]').fill('stanley')
  await dialog.locator('input[name=password]').fill('swordfish')
  await screenshot(page, 'http-basic-dialog')
  await dialog.getByRole('button', { name: 'Apply credentials' }).click()
  await closeDialog(dialog)
  const answered = await tryOut(page, 'get_users_me')
  expect(JSON.parse(answered.body)).toEqual({ username: 'stanley' })
})

browserTest('API keys: the dialog', async ({ page, watch }) => {
  await using _ = await open(apiKeys, page, watch)
  const dialog = await openDialog(page)
  expect(await dialog.innerText()).toContain('X-API-Key')
  await screenshot(page, 'api-keys-dialog')
  await dialog.locator('input').fill('some-key')
  await dialog.getByRole('button', { name: 'Apply credentials' }).click()
  await closeDialog(dialog)
  const answered = await tryOut(page, 'get_items')
  expect(JSON.parse(answered.body)).toEqual({ lengthOfTheKey: 8 })
})

browserTest('scopes: a check box for each', async ({ page, watch }) => {
  await using _ = await open(scopes, page, watch, 940)
  const dialog = await openDialog(page)
  expect(await dialog.locator('.scopes input[type="checkbox"]').count()).toBe(2)
  await dialog.locator('.scopes label', { hasText: 'items' }).first().click()
  await screenshot(page, 'scopes-dialog')
})
