/** The pictures of the second half of the guide's Security part and of Running: that the pages show what they are said to show. */
import { readFileSync } from 'node:fs'
import { createServer as createHTTPServer } from 'node:http'
import { stripTypeScriptTypes } from 'node:module'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { afterEach, beforeEach, expect, vi } from 'vitest'
import { startProvider } from '../../examples/schemes/provider.ts'
import { serve } from '../../src/adapters/node.ts'
import type { App } from '../../src/app.ts'
import { browserTest } from './chromium.ts'
import { screenshot } from './guide-screenshot.ts'
import { closeDialog, openDialog, operation, scheme, tryOut } from './swagger-ui.ts'

beforeEach(() => {
  vi.resetModules()
})

afterEach(() => {
  vi.unstubAllEnvs()
})

browserTest(
  'openid-connect: Authorize finds the provider, and logs in with a code and PKCE',
  async ({ page, watch }) => {
    const port = await freePort()
    const origin = `http://localhost:${port}`
    await using provider = await startProvider(origin, 0)
    vi.stubEnv('ISSUER', provider.issuer)
    const { default: app }: { default: App } = await import('../../docs/src/openid-connect/main.ts')
    await using _ = await serve(app, { port, installSignalHandlers: false })
    watch.allow(origin, provider.issuer)
    await page.setViewportSize({ width: 1000, height: 900 })
    await page.goto(`${origin}/docs`)
    const dialog = await openDialog(page)
    const code = scheme(dialog, 'authorization_code')
    await code.locator('.scopes label', { hasText: 'items' }).first().click()
    expect(await code.innerText()).toContain('Flow: authorization_code')
    await screenshot(code, 'openid-connect-dialog')
    const popup = page.waitForEvent('popup')
    await code.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click()
    const window = await popup
    const closed = window.waitForEvent('close')
    await window.getByRole('button', { name: 'Log in as demo' }).click()
    await closed
    await code.getByRole('button', { name: 'Remove authorization' }).waitFor()
    await closeDialog(dialog)
    const begun = new URL((watch.requests.find((each) => each.includes('/auth?')) ?? '').slice('GET '.length))
    expect(begun.searchParams.get('code_challenge_method')).toBe('S256')
    const { status, body } = await tryOut(page, 'get_items')
    expect([status, JSON.parse(body)]).toEqual(['200', { items: ['a towel'], for: 'demo', client: 'docs' }])
    await screenshot(operation(page, 'get_items').locator('.live-responses-table'), 'openid-connect-answer')
  },
)

browserTest('other flows: a program logs in on the page with its id and secret', async ({ page, watch }) => {
  const { default: app }: { default: App } = await import('../../docs/src/other-flows/main.ts')
  await using server = await serve(app, { port: 0, installSignalHandlers: false })
  watch.allow(server.url)
  await page.setViewportSize({ width: 1000, height: 900 })
  await page.goto(`${server.url}/docs`)
  const dialog = await openDialog(page)
  const flow = scheme(dialog, 'OAuth2ClientCredentials')
  expect(await flow.innerText()).toContain('Flow: clientCredentials')
  await flow.locator('#client_id_clientCredentials').fill('robot')
  await flow.locator('#client_secret_clientCredentials').fill('swordfish')
  await flow.locator('.scopes label', { hasText: 'read' }).first().click()
  await screenshot(flow, 'other-flows-dialog')
  await flow.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click()
  await flow.getByRole('button', { name: 'Remove authorization' }).waitFor()
  await closeDialog(dialog)
  const { status, body } = await tryOut(page, 'get_items')
  expect([status, JSON.parse(body)]).toEqual(['200', { items: ['a towel'], for: 'robot' }])
})

browserTest('documentation pages: two groups, closed, with a filter', async ({ page, watch }) => {
  const { default: app }: { default: App } = await import('../../docs/src/documentation-pages/main.ts')
  await using server = await serve(app, { port: 0, installSignalHandlers: false })
  watch.allow(server.url)
  await page.setViewportSize({ width: 1000, height: 690 })
  await page.goto(`${server.url}/try`)
  await page.locator('.opblock-tag-section').first().waitFor()
  expect(await page.locator('.opblock-tag a.nostyle').allInnerTexts()).toEqual(['gates', 'keys'])
  expect(await page.locator('.opblock').count()).toBe(0)
  expect(await page.locator('.operation-filter-input').isVisible()).toBe(true)
  await screenshot(page, 'documentation-pages-try')
  await page.goto(`${server.url}/read`)
  await page.locator('h1', { hasText: 'Gates' }).waitFor()
})

browserTest('closed: each reader sees what they may call', async ({ page, watch }) => {
  const { default: app }: { default: App } = await import('../../docs/src/closed/viewer.ts')
  await using server = await serve(app, { port: 0, installSignalHandlers: false })
  watch.allow(server.url)
  await page.setViewportSize({ width: 1000, height: 460 })
  const open = async (name: string): Promise<string[]> => {
    await page.setExtraHTTPHeaders({ authorization: `Basic ${btoa(`${name}:secret`)}` })
    await page.goto(`${server.url}/docs`)
    await operation(page, 'get_items').waitFor()
    return page.locator('.opblock-summary-method').allInnerTexts()
  }
  expect(await open('johndoe')).toEqual(['GET'])
  await screenshot(page, 'closed-johndoe')
  expect(await open('alice')).toEqual(['GET', 'DELETE'])
  await screenshot(page, 'closed-alice')
})

browserTest('frontends: a real browser, two origins of one site, and another site', async ({ page, watch }) => {
  const script = stripTypeScriptTypes(
    readFileSync(new URL('../../docs/src/frontends/page.ts', import.meta.url), 'utf8'),
  )
  const front = createHTTPServer((request, response) => {
    const isScript = request.url === '/page.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? script : '<!doctype html><link rel="icon" href="data:,"><title>Front</title>')
  })
  await new Promise<void>((listening) => front.listen(0, '127.0.0.1', listening))
  const { port } = front.address() as AddressInfo
  const frontend = `http://localhost:${port}`
  const api = await freePort()
  vi.stubEnv('FRONTEND', frontend)
  vi.stubEnv('ORIGIN', `http://localhost:${api}`)
  const { default: app }: { default: App } = await import('../../docs/src/frontends/session.ts')
  await using _ = await serve(app, { port: api, installSignalHandlers: false })
  const elsewhere = `http://127.0.0.1:${port}`
  watch.allow(frontend, elsewhere, `http://localhost:${api}`)
  watch.expectProblem(/the server responded with a status of 40[13]/)

  await page.goto(frontend)
  const run = (login: boolean): Promise<unknown> =>
    // As text: what runs in the page is not for Vite to change.
    page.evaluate(`(async () => {
      const { Client } = await import('/page.js')
      const mine = new Client('http://localhost:${api}')
      if (${login}) await mine.login('johndoe', 'secret')
      return [document.cookie, await mine.send('/me'), await mine.send('/orders', 'POST')]
    })()`)
  const john = { status: 200, body: { name: 'johndoe' } }
  expect(await run(true)).toEqual(['', john, { status: 200, body: { of: 'johndoe' } }])
  // Loaded again: the cookie is still there, the CSRF token is not.
  await page.reload()
  expect(await run(false)).toEqual([
    '',
    john,
    { status: 403, body: { detail: 'The CSRF token is missing or not valid' } },
  ])
  // The same page on another site: the browser blocks what it may not read.
  watch.expectProblem(/blocked by CORS policy/)
  watch.expectProblem(/net::ERR_FAILED/)
  await page.goto(elsewhere)
  await expect(run(false)).rejects.toThrow('Failed to fetch')
  const { default: bearer }: { default: App } = await import('../../docs/src/frontends/bearer.ts')
  await using other = await serve(bearer, { port: 0, installSignalHandlers: false })
  watch.allow(other.url)
  const ask = `fetch('${other.url}/me', { headers: { authorization: 'Bearer t-john' } })`
  await expect(page.evaluate(`${ask}.then((answer) => answer.json())`)).rejects.toThrow('Failed to fetch')
  const blocked = `Access to fetch at '${other.url}/me' from origin '${elsewhere}' has been blocked by CORS policy: Response to preflight request doesn't pass access control check: No 'Access-Control-Allow-Origin' header is present on the requested resource.`
  expect(watch.problems.join('\n')).toContain(blocked)
  await page.goto(frontend)
  expect(await page.evaluate(`${ask}.then((answer) => answer.json())`)).toEqual({ name: 'johndoe' })
  await new Promise((closed) => front.close(closed))
  front.closeAllConnections()
})

/** A port that is free: the provider has to know the page's before the page can know the provider's. */
async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((listening) => probe.listen(0, '127.0.0.1', listening))
  const { port } = probe.address() as AddressInfo
  await new Promise((closed) => probe.close(closed))
  return port
}
