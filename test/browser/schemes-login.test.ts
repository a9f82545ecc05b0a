/** The programs of `examples/schemes` in a browser: a login through the docs page, which ends in a 200 from "Try it out". */

import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import type { Locator, Page } from 'playwright-core'
import type { App } from 'sallyport'
import { type Server, serve } from 'sallyport/node'
import { afterEach, beforeEach, expect, vi } from 'vitest'
import { type RunningProvider, startProvider } from '../../examples/schemes/provider.ts'
import { call, notAuthenticated, show } from './accounts-page.ts'
import { browserTest, cancelLogins, type Watch } from './chromium.ts'
import { closeDialog, isLocked, openDialog, operation as operationOf, scheme } from './swagger-ui.ts'

const ITEMS = 'get_items'
const ME = 'get_me'

/** What a program printed as NAME=value. */
const printed = new Map<string, string>()

beforeEach(() => {
  printed.clear()
  // Each test has a program of its own, which prints keys of its own.
  vi.resetModules()
  vi.spyOn(console, 'log').mockImplementation((line) => {
    const [, name = '', value = ''] = /^([A-Z]+)=(\S+)$/.exec(String(line)) ?? []
    printed.set(name, value)
  })
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

async function load(name: string): Promise<App> {
  const program = (await import(`../../examples/schemes/${name}.ts`)) as { default: App }
  return program.default
}

/** Serves a program, and opens its docs page, where nobody is logged in yet. */
async function open(name: string, page: Page, watch: Watch, operation: string, port = 0): Promise<Server> {
  const server = await serve(await load(name), { port, installSignalHandlers: false })
  const origin = new URL(server.url).origin.replace('127.0.0.1', 'localhost')
  watch.allow(origin)
  watch.expectProblem(/the server responded with a status of 401/)
  await cancelLogins(page)
  await page.goto(`${origin}/docs`)
  expect(await call(page, operation)).toEqual(notAuthenticated)
  return server
}

/** The button that is there when somebody is logged in. */
function logout(part: Locator): Locator {
  return part.getByRole('button', { name: 'Remove authorization' })
}

interface Typed {
  readonly name: string
  readonly scheme: string
  readonly operation: string
  /** What one types into the fields of the dialog. */
  readonly fields: () => Readonly<Record<string, string>>
  readonly body: unknown
}

const demo = { username: 'demo', password: 'demo-password' }
const key = (): Record<string, string> => ({ value: printed.get('KEY') ?? '' })
const items = { items: ['a towel'], for: 'demo' }
const typed: readonly Typed[] = [
  { name: 'basic', scheme: 'HTTPBasic', operation: ME, fields: () => demo, body: { name: 'demo' } },
  { name: 'any-of', scheme: 'HTTPBasic', operation: ME, fields: () => demo, body: { name: 'demo', by: 'password' } },
  { name: 'any-of', scheme: 'APIKeyHeader', operation: ME, fields: key, body: { name: 'robot', by: 'key' } },
  {
    name: 'bearer',
    scheme: 'HTTPBearer',
    operation: ME,
    fields: () => ({ value: printed.get('READER') ?? '' }),
    body: { name: 'demo' },
  },
  { name: 'api-key-header', scheme: 'APIKeyHeader', operation: ITEMS, fields: key, body: items },
  { name: 'api-key-query', scheme: 'APIKeyQuery', operation: ITEMS, fields: key, body: items },
  { name: 'api-key-cookie', scheme: 'APIKeyCookie', operation: ITEMS, fields: key, body: items },
]

for (const { name, scheme: schemeName, operation, fields, body } of typed) {
  browserTest(`${name}.ts: ${schemeName} is typed into the dialog`, async ({ page, watch }) => {
    await using _ = await open(name, page, watch, operation)
    const dialog = await openDialog(page)
    const part = scheme(dialog, schemeName)
    for (const [field, value] of Object.entries(fields())) {
      await part.locator(field === 'value' ? 'input' : `input[name=${field}]`).fill(value)
    }
    await part.getByRole('button', { name: 'Apply credentials' }).click()
    await logout(part).waitFor()
    await closeDialog(dialog)
    expect(await call(page, operation)).toEqual({ status: '200', body })
  })
}

browserTest('oauth2-password.ts: the page gets a token for name and password', async ({ page, watch }) => {
  await using _ = await open('oauth2-password', page, watch, ME)
  const dialog = await openDialog(page)
  const part = scheme(dialog, 'OAuth2PasswordBearer')
  await part.locator('#oauth_username').fill(demo.username)
  await part.locator('#oauth_password').fill(demo.password)
  await part.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click()
  await logout(part).waitFor()
  await closeDialog(dialog)
  expect(await call(page, ME)).toEqual({ status: '200', body: { name: 'demo' } })
})

browserTest('oauth2-client-credentials.ts: the page gets a token as a client', async ({ page, watch }) => {
  await using _ = await open('oauth2-client-credentials', page, watch, ITEMS)
  const dialog = await openDialog(page)
  const part = scheme(dialog, 'OAuth2ClientCredentials')
  await part.locator('#client_id_clientCredentials, #client_id').first().fill('robot')
  await part
    .locator('#client_secret_clientCredentials, #client_secret')
    .first()
    .fill(printed.get('SECRET') ?? '')
  await tick(part, 'read')
  await part.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click()
  await logout(part).waitFor()
  await watch.screenshot(page, 'schemes-client-credentials')
  await closeDialog(dialog)
  expect(await isLocked(page, ITEMS)).toBe(true)
  expect(await call(page, ITEMS)).toEqual({ status: '200', body: { items: ['a towel'], for: 'robot' } })
})

async function tick(part: Locator, scope: string): Promise<void> {
  await part.locator('.scopes label', { hasText: scope }).first().click()
}

/** Presses Authorize for the flow with a code, and the one button of the provider's page. */
async function logInAtProvider(page: Page, part: Locator): Promise<void> {
  await tick(part, 'items')
  const popup = page.waitForEvent('popup')
  await part.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click()
  const window = await popup
  const closed = window.waitForEvent('close')
  await window.getByRole('button', { name: 'Log in as demo' }).click()
  await closed
  await logout(part).waitFor()
}

/** A provider that knows the docs page which is served on a port. */
async function providerFor(port: number, watch: Watch): Promise<RunningProvider> {
  const provider = await startProvider(`http://localhost:${port}`, 0)
  vi.stubEnv('ISSUER', provider.issuer)
  watch.allow(provider.issuer)
  return provider
}

/** What the page asked of the provider to begin with. */
function asked(watch: Watch): URLSearchParams {
  const request = watch.requests.find((each) => each.includes('/auth?')) ?? ''
  return new URL(request.slice('GET '.length)).searchParams
}

for (const [name, part, shot] of [
  ['oauth2-code', 'OAuth2AuthorizationCodeBearer', 'schemes-code'],
  ['openid-connect', 'authorization_code', 'schemes-openid-connect'],
] as const) {
  const how =
    name === 'oauth2-code' ? 'the code flow with PKCE' : 'OpenID Connect, found by its configuration, with PKCE'
  browserTest(`${name}.ts: ${how}, at oidc-provider`, async ({ page, watch }) => {
    const port = await freePort()
    await using provider = await providerFor(port, watch)
    await using _ = await open(name, page, watch, ITEMS, port)
    const dialog = await openDialog(page)
    await watch.screenshot(page, `${shot}-dialog`)
    await logInAtProvider(page, scheme(dialog, part))
    await watch.screenshot(page, `${shot}-authorized`)
    await closeDialog(dialog)

    const query = asked(watch)
    expect([query.get('response_type'), query.get('code_challenge_method')]).toEqual(['code', 'S256'])
    expect(query.get('code_challenge')).toMatch(/^[\w-]{43}$/)
    expect(watch.requests).toContain(`POST ${provider.issuer}/token`)
    expect(watch.requests.includes(`GET ${provider.issuer}/.well-known/openid-configuration`)).toBe(
      name === 'openid-connect',
    )
    expect(await call(page, ITEMS)).toEqual({ status: '200', body: items })
    await show(page, watch, ITEMS, shot)
  })
}

browserTest("digest.ts without the docs page: the browser's own login window", async ({ page, watch }) => {
  await using server = await serve(await load('digest'), { port: 0, installSignalHandlers: false })
  watch.allow(server.url)
  const session = await page.context().newCDPSession(page)
  session.on('Fetch.requestPaused', ({ requestId }) => session.send('Fetch.continueRequest', { requestId }))
  session.on('Fetch.authRequired', ({ requestId }) =>
    session.send('Fetch.continueWithAuth', {
      requestId,
      authChallengeResponse: { response: 'ProvideCredentials', ...demo },
    }),
  )
  await session.send('Fetch.enable', { handleAuthRequests: true })
  // An answer of JSON has no icon of its own, and the browser asks for one.
  watch.expectProblem(/status of 404 .*favicon\.ico/)
  await page.goto(`${server.url}/me`)
  expect(JSON.parse(await page.locator('pre').innerText())).toEqual({ name: 'demo' })
})

browserTest(
  'cookie-token.ts: /login sets the cookie, but Swagger UI cannot send the CSRF token',
  async ({ page, watch }) => {
    const port = await freePort()
    vi.stubEnv('ORIGIN', `http://localhost:${port}`)
    await using _ = await open('cookie-token', page, watch, ME, port)
    watch.expectProblem(/the server responded with a status of 403/)
    const block = operationOf(page, 'post_login')
    await block.locator('.opblock-summary-control').click()
    await block.getByRole('button', { name: 'Try it out' }).click()
    for (const [name, value] of [
      ['name', demo.username],
      ['password', demo.password],
    ] as const) {
      await block.locator(`tr[data-property-name=${name}] input, tr[data-param-name=${name}] input`).first().fill(value)
    }
    expect((await call(page, 'post_login')).status).toBe('200')
    expect(await call(page, ME)).toEqual({ status: '200', body: { name: 'demo' } })
    expect((await call(page, 'post_logout')).status).toBe('403')
  },
)

browserTest('digest.ts and mutual-tls.ts: Swagger UI has nothing to type into', async ({ page, watch }) => {
  for (const [name, title] of [
    ['digest', 'HTTPDigest'],
    ['mutual-tls', 'MutualTLS'],
  ] as const) {
    await using _ = await open(name, page, watch, ME)
    const dialog = await openDialog(page)
    expect(await scheme(dialog, title).locator('input').count()).toBe(0)
    await watch.screenshot(page, `schemes-${name}-dialog`)
  }
})

/** A port that is free: the provider has to know the page's before the page can know the provider's. */
async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((listening) => probe.listen(0, '127.0.0.1', listening))
  const { port } = probe.address() as AddressInfo
  await new Promise((closed) => probe.close(closed))
  return port
}
