/** The programs of the chapter about tokens in detail: refresh tokens, and what refused tokens are counted as. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { App } from '../../src/app.ts'
import * as exported from '../../src/jwt/index.ts'
import { JWT, JWTError } from '../../src/jwt/index.ts'
import { chapters } from './chapter.ts'

const page = chapters.find(({ path }) => path === 'security/tokens.md')?.text ?? ''

beforeEach(() => {
  vi.resetModules()
})

afterEach(() => {
  vi.useRealTimers()
})

describe('refresh tokens', () => {
  interface Answer {
    readonly access_token: string
    readonly refresh_token: string
  }
  const load = async (): Promise<App> => (await import('../../docs/src/tokens/refresh.ts')).default
  const post = (app: App, path: string, form: Record<string, string>): Promise<Response> =>
    app.request(path, { method: 'POST', body: new URLSearchParams(form) })
  const logIn = async (app: App): Promise<Answer> =>
    (await (await post(app, '/token', { username: 'johndoe', password: 'secret' })).json()) as Answer
  const refresh = (app: App, token: string): Promise<Response> =>
    post(app, '/refresh', { grant_type: 'refresh_token', refresh_token: token })
  const invalidGrant = (detail: string): object => ({
    error: 'invalid_grant',
    error_description: detail,
    detail,
  })

  test('a refresh token gives a new pair, which nobody may keep', async () => {
    const app = await load()
    const first = await logIn(app)
    const answer = await refresh(app, first.refresh_token)
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    const second = (await answer.json()) as Answer
    expect(second.refresh_token).not.toBe(first.refresh_token)
    const me = await app.request('/users/me', { headers: { authorization: `Bearer ${second.access_token}` } })
    expect(await me.json()).toEqual({ username: 'johndoe' })
  })

  test('one that is used again ends the session, for the thief and for the owner', async () => {
    const app = await load()
    const { refresh_token: first } = await logIn(app)
    const { refresh_token: second } = (await (await refresh(app, first)).json()) as Answer
    const again = await refresh(app, first)
    expect([again.status, await again.json()]).toEqual([400, invalidGrant('The refresh token is not valid')])
    expect((await refresh(app, second)).status).toBe(400)
  })

  test('an access token refreshes nothing, and a refresh token opens nothing', async () => {
    const app = await load()
    const { access_token, refresh_token } = await logIn(app)
    expect((await refresh(app, access_token)).status).toBe(400)
    const me = await app.request('/users/me', { headers: { authorization: `Bearer ${refresh_token}` } })
    expect(me.status).toBe(401)
  })

  test('it ends after four weeks, and with the logout', async () => {
    const app = await load()
    const { access_token, refresh_token } = await logIn(app)
    const out = await app.request('/session', {
      method: 'DELETE',
      headers: { authorization: `Bearer ${access_token}` },
    })
    expect(out.status).toBe(204)
    expect((await refresh(app, refresh_token)).status).toBe(400)
    const { refresh_token: old } = await logIn(app)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 29 * 86_400_000 })
    expect((await refresh(app, old)).status).toBe(400)
  })

  test('a wrong password is answered as RFC 6749 says', async () => {
    const answer = await post(await load(), '/token', { username: 'johndoe', password: 'guess' })
    expect([answer.status, await answer.json()]).toEqual([400, invalidGrant('Incorrect username or password')])
  })

  test('the document says where tokens are refreshed', async () => {
    const { components } = (await load()).openapi()
    expect(components?.securitySchemes?.OAuth2PasswordBearer).toMatchObject({
      flows: { password: { tokenUrl: 'token', refreshUrl: 'refresh' } },
    })
  })
})

describe('refused tokens', () => {
  test('are counted by their code', async () => {
    const { default: app, tokens } = await import('../../docs/src/tokens/main.ts')
    const good = await tokens.sign({ sub: 'johndoe' })
    const stranger = new JWT({
      secret: 'another secret, because there are many of them',
      issuer: 'accounts',
      audience: 'accounts',
      expiresIn: '1m',
    })
    const ask = (token: string): Promise<Response> =>
      app.request('/me', { headers: { authorization: `Bearer ${token}` } })
    expect((await ask(good)).status).toBe(200)
    const bad = ['x', await stranger.sign({ sub: 'johndoe' }), await tokens.sign({ sub: 'johndoe', exp: 1 }), 'y']
    for (const token of bad) expect((await ask(token)).status).toBe(401)
    expect(await (await app.request('/refused')).json()).toEqual({
      token_malformed: 2,
      signature_invalid: 1,
      token_expired: 1,
    })
  })

  test('the table of the page has every error of the package, with its code, status and sentence', () => {
    const errors = Object.values(exported).flatMap((value) => {
      if (typeof value !== 'function' || !(value.prototype instanceof JWTError)) return []
      return [Reflect.construct(value, ['sub']) as JWTError]
    })
    expect(errors.length).toBeGreaterThan(15)
    for (const { name, code, status, message } of errors) {
      const said = name === 'MalformedTokenError' ? 'The token is malformed' : message
      expect(page).toContain(`| \`${code}\` | [${name}](ref:jwt/${name}) | ${status} | ${said.replace('sub', '…')} |`)
    }
  })
})
