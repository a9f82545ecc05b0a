import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { App } from '../../src/app.ts'
import { JWT, KeySet } from '../../src/jwt/index.ts'
import { chapters } from './chapter.ts'

const logIn = (app: App, username = 'johndoe', password = 'secret'): Promise<Response> =>
  app.request('/token', { method: 'POST', body: new URLSearchParams({ username, password }) })
const tokenFrom = async (app: App): Promise<string> =>
  ((await (await logIn(app)).json()) as { access_token: string }).access_token
const me = (app: App, token: string): Promise<Response> =>
  app.request('/users/me', { headers: { authorization: `Bearer ${token}` } })
const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

beforeEach(() => {
  vi.resetModules()
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
})

describe('the program', () => {
  test('gives a token that ends, and knows it again', async () => {
    const { default: app } = await import('../../docs/src/jwt/main.ts')
    const login = await logIn(app)
    expect(login.status).toBe(200)
    expect(login.headers.get('cache-control')).toBe('no-store')
    const { access_token, ...rest } = (await login.json()) as { access_token: string }
    expect(rest).toEqual({ token_type: 'bearer', expires_in: 1800 })
    const { exp, iat, ...claims } = claimsOf(access_token)
    expect(claims).toEqual({ sub: 'johndoe', iss: 'accounts', aud: 'accounts' })
    expect(Number(exp) - Number(iat)).toBe(1800)
    const response = await me(app, access_token)
    expect(await response.json()).toEqual({
      username: 'johndoe',
      email: 'johndoe@example.com',
      fullName: 'John Doe',
      disabled: false,
    })
  })

  test('refuses wrong passwords, unknown names and disabled users alike, and then slows down', async () => {
    const { default: app } = await import('../../docs/src/jwt/main.ts')
    for (const [name, password] of [
      ['johndoe', 'guess'],
      ['nobody', 'secret'],
      ['alice', 'secret2'],
    ] as const) {
      const refused = await logIn(app, name, password)
      expect(refused.status).toBe(400)
      expect(await refused.json()).toEqual({
        error: 'invalid_grant',
        error_description: 'Incorrect username or password',
        detail: 'Incorrect username or password',
      })
    }
    for (let n = 1; n < 5; n++) expect((await logIn(app, 'johndoe', 'guess')).status).toBe(400)
    const throttled = await logIn(app)
    expect(throttled.status).toBe(429)
    expect(throttled.headers.get('retry-after')).toBe('1')
    expect(await throttled.json()).toEqual({ detail: 'Too many failed logins; try again later' })
  })

  test('ends tokens after half an hour', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const { default: app } = await import('../../docs/src/jwt/main.ts')
    const token = await tokenFrom(app)
    vi.setSystemTime(Date.now() + 1799_000)
    expect((await me(app, token)).status).toBe(200)
    vi.setSystemTime(Date.now() + 2_000)
    const response = await me(app, token)
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe(
      'Bearer error="invalid_token", error_description="The token has expired"',
    )
    expect(await response.json()).toEqual({ detail: 'Could not validate credentials' })
  })

  test('looks the user up each time', async () => {
    const { default: app } = await import('../../docs/src/jwt/main.ts')
    const { disable } = await import('../../docs/src/jwt/users.ts')
    const token = await tokenFrom(app)
    disable('johndoe')
    expect((await me(app, token)).status).toBe(400)
  })

  test('knows no token of before its start', async () => {
    const { default: before } = await import('../../docs/src/jwt/main.ts')
    const token = await tokenFrom(before)
    vi.resetModules()
    const { default: app } = await import('../../docs/src/jwt/main.ts')
    const response = await me(app, token)
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain('The signature of the token is not valid')
  })
})

describe('the key from the environment', () => {
  test('outlives the program', async () => {
    vi.stubEnv('SIGNING_KEY', 'a text of at least thirty-two bytes')
    const { default: before } = await import('../../docs/src/jwt/from-environment.ts')
    const token = await tokenFrom(before)
    vi.resetModules()
    const { default: app } = await import('../../docs/src/jwt/from-environment.ts')
    expect(await (await me(app, token)).json()).toEqual({ username: 'johndoe' })
  })

  test.each([[undefined], ['short']])('%s keeps the app from starting', async (key) => {
    vi.stubEnv('SIGNING_KEY', key)
    await expect(import('../../docs/src/jwt/from-environment.ts')).rejects.toThrow(
      "secret: HS256 needs at least 32 bytes (RFC 7518 section 3.2); 'sallyport keygen HS256' makes one",
    )
  })
})

describe('keys that change', () => {
  let folder: string

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'keys-'))
    const file = join(folder, 'signing-keys.json')
    writeFileSync(file, JSON.stringify((await KeySet.generate('ES256')).exportPrivate()))
    vi.stubEnv('SIGNING_KEYS', file)
  })

  afterEach(() => rmSync(folder, { recursive: true }))

  test('old tokens are good until they end, and the old key is then gone', async () => {
    const file = join(folder, 'signing-keys.json')
    const { default: before } = await import('../../docs/src/jwt/rotation.ts')
    const old = await tokenFrom(before)
    const { rotateKeys, readKeys } = await import('../../docs/src/jwt/signing-keys.ts')
    await rotateKeys(file)
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o077).toBe(0)

    vi.resetModules()
    const { default: app } = await import('../../docs/src/jwt/rotation.ts')
    expect((await me(app, old)).status).toBe(200)
    const fresh = await tokenFrom(app)
    expect((await me(app, fresh)).status).toBe(200)
    expect((await me(before, fresh)).status).toBe(401) // it does not know the new key
    const kidOf = (token: string): string =>
      JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid
    expect(kidOf(fresh)).not.toBe(kidOf(old))
    const published = (await (await app.request('/.well-known/jwks.json')).json()) as {
      keys: { kid: string; d?: string }[]
    }
    expect(published.keys.map(({ kid }) => kid)).toEqual([kidOf(fresh), kidOf(old)])
    expect(JSON.stringify(published)).not.toContain('"d"')
    expect(readFileSync(file, 'utf8')).toContain('"d"')

    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 32 * 60_000 })
    expect((await readKeys(file)).keys.length).toBe(1)
  })
})

test('what the chapter says about a token', async () => {
  const page = chapters.find(({ path }) => path === 'security/jwt.md')?.text ?? ''
  const [token = ''] = /^eyJ\S+$/m.exec(page) ?? []
  const [header = '', payload = ''] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString())
  expect(page).toContain(`\`${header}\` and \`${payload}\``)
  const tokens = new JWT({ secret: 'a text of at least thirty-two bytes', expiresIn: 1800, clock: () => 1 })
  expect(await tokens.verify(token)).toEqual(JSON.parse(payload))
  expect(() => new JWT({ secret: 'a text of at least thirty-two bytes' })).toThrow(
    "expiresIn: required, such as '30m'; a token that never expires cannot be taken back",
  )
})
