/** The pictures of the second half of the guide's Security part, and that its pages show what they are said to show. */
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

/** A port that is free: the provider has to know the page's before the page can know the provider's. */
async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((listening) => probe.listen(0, '127.0.0.1', listening))
  const { port } = probe.address() as AddressInfo
  await new Promise((closed) => probe.close(closed))
  return port
}
