import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { browserTest } from './chromium.ts'
import { idOf, startApi, startAuthorizationServer, startStrippingProxy } from './servers.ts'
import { closeDialog, openDialog, scheme, tryOut } from './swagger-ui.ts'

/** Presses Authorize for the code flow and Allow in the popup. */
async function codeStory(page: Page): Promise<void> {
  const form = scheme(page.locator('.modal-ux'), 'OAuth2AuthorizationCodeBearer')
  const popup = page.waitForEvent('popup')
  await form.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click()
  const window = await popup
  const closed = window.waitForEvent('close')
  await window.getByRole('link', { name: 'Allow' }).click()
  await closed
}

for (const isolate of [false, true]) {
  const title = `the code flow with PKCE behind a prefix${isolate ? ', with an authorization server that isolates its window' : ''}`
  browserTest(title, async ({ page, watch }) => {
    await using login = await startAuthorizationServer({ isolate })
    const swaggerUIInitOAuth = { clientId: 'docs', scopes: ['me'] }
    await using api = await startApi({ authorization: login.origin, docsUrl: '/internal/docs', swaggerUIInitOAuth })
    await using proxy = await startStrippingProxy('/p', api.origin)
    watch.allow(proxy.origin, login.origin)
    await page.goto(`${proxy.origin}/p/internal/docs`)
    const dialog = await openDialog(page)
    await watch.screenshot(page, 'swagger-ui-code-flow')
    await codeStory(page)
    await scheme(dialog, 'OAuth2AuthorizationCodeBearer')
      .getByRole('button', { name: 'Remove authorization' })
      .waitFor()
    await closeDialog(dialog)

    const asked = new URL(String(watch.requests.find((each) => each.includes('/authorize?')))?.slice('GET '.length))
    expect(Object.fromEntries(asked.searchParams)).toEqual({
      response_type: 'code',
      client_id: 'docs',
      redirect_uri: `${proxy.origin}/p/docs/oauth2-redirect`,
      scope: 'me',
      state: expect.stringMatching(/^[0-9a-f]{32}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    })
    expect((await tryOut(page, idOf('/code'))).status).toBe('200')
  })
}

browserTest('an answer with a wrong state is not used', async ({ page, watch }) => {
  await using login = await startAuthorizationServer({ state: 'forged' })
  await using api = await startApi({ authorization: login.origin })
  watch.allow(api.origin, login.origin)
  await page.goto(`${api.origin}/docs`)
  const dialog = await openDialog(page)
  await codeStory(page)
  await dialog.locator('.errors').waitFor()
  expect(await dialog.locator('.errors').innerText()).toContain('wrong state')
  await watch.screenshot(page, 'swagger-ui-wrong-state')
  expect(watch.requests.filter((request) => request.startsWith('POST'))).toEqual([])
})

browserTest('a refusal of the authorization server is shown', async ({ page, watch }) => {
  await using login = await startAuthorizationServer({ error: 'access_denied' })
  await using api = await startApi({ authorization: login.origin })
  watch.allow(api.origin, login.origin)
  await page.goto(`${api.origin}/docs`)
  const dialog = await openDialog(page)
  await codeStory(page)
  await dialog.locator('.errors').waitFor()
  expect(await dialog.locator('.errors').innerText()).toContain('[access_denied]: Not today')
})

browserTest(
  'the redirect page opened by itself says what it is and keeps nothing in its address',
  async ({ page, watch }) => {
    await using api = await startApi()
    watch.allow(api.origin)
    watch.expectProblem(/Scripts may close only the windows that were opened by them/)
    await page.goto(`${api.origin}/docs/oauth2-redirect?code=x&state=y`)
    expect(await page.locator('p').innerText()).toContain('You can close this window.')
    expect(page.url()).toBe(`${api.origin}/docs/oauth2-redirect`)
  },
)
