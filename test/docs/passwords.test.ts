/** The programs of the chapter about passwords: signing up, changing one, and hashes of other systems. */
import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { App } from '../../src/app.ts'

const first = 'the moon is made of cheese'
const second = 'and the sun is a paper lamp'
const basic = (name: string, password: string): RequestInit => ({
  headers: { authorization: `Basic ${btoa(`${name}:${password}`)}` },
})
const json = (method: string, body: unknown, token?: string): RequestInit => ({
  method,
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
})

beforeEach(() => {
  vi.resetModules()
})

describe('signing up and changing', () => {
  const load = async (): Promise<App> => (await import('../../docs/src/passwords/main.ts')).default
  const signUp = (app: App, username: string, password: string): Promise<Response> =>
    app.request('/users', json('POST', { username, password }))
  const logIn = (app: App, password: string): Promise<Response> =>
    app.request('/token', { method: 'POST', body: new URLSearchParams({ username: 'johndoe', password }) })
  const tokenFor = async (app: App, password: string): Promise<string> =>
    ((await (await logIn(app, password)).json()) as { access_token: string }).access_token
  const me = (app: App, token: string): Promise<Response> =>
    app.request('/users/me', { headers: { authorization: `Bearer ${token}` } })

  test('a password is long, not known to many, and never in the answer', async () => {
    const app = await load()
    expect((await signUp(app, 'johndoe', 'short')).status).toBe(422)
    expect((await signUp(app, 'johndoe', 'x'.repeat(257))).status).toBe(422)
    const known = await signUp(app, 'johndoe', 'Correct Horse Battery Staple')
    expect(known.status).toBe(422)
    expect(await known.json()).toEqual({
      detail: [{ type: 'custom', loc: ['body', 'password'], msg: 'Many people use it' }],
    })
    const made = await signUp(app, 'johndoe', first)
    expect([made.status, await made.json()]).toEqual([201, { username: 'johndoe' }])
  })

  test('a name is given once, also to two who ask at the same time', async () => {
    const app = await load()
    const answers = await Promise.all([signUp(app, 'johndoe', first), signUp(app, 'johndoe', second)])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409])
  })

  test('a new password needs the old one, and ends the tokens of before', async () => {
    const app = await load()
    await signUp(app, 'johndoe', first)
    const token = await tokenFor(app, first)
    const change = (current: string): Promise<Response> =>
      app.request('/users/me/password', json('PUT', { current, password: second }, token))
    expect((await change('a guess')).status).toBe(400)
    expect((await me(app, token)).status).toBe(200)
    expect((await change(first)).status).toBe(204)
    const refused = await me(app, token)
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toBe(
      'Bearer error="invalid_token", error_description="Log in again"',
    )
    expect((await logIn(app, first)).status).toBe(400)
    expect((await me(app, await tokenFor(app, second))).status).toBe(200)
  })

  test('whoever has a token and guesses the password is slowed down', async () => {
    const app = await load()
    await signUp(app, 'johndoe', first)
    const token = await tokenFor(app, first)
    for (let guess = 0; guess < 5; guess++)
      await app.request('/users/me/password', json('PUT', { current: `guess ${guess}`, password: second }, token))
    const waits = await app.request('/users/me/password', json('PUT', { current: first, password: second }, token))
    expect([waits.status, waits.headers.get('retry-after')]).toEqual([429, '1'])
  })

  test('the document shows the rules that JSON Schema can say', async () => {
    const { components } = (await load()).openapi()
    expect(components?.schemas?.NewUser).toMatchObject({
      properties: { password: { type: 'string', minLength: 15, maxLength: 256 } },
    })
  })
})

describe('hashes of other systems', () => {
  test.each([
    ['johndoe', 'secret', 'pbkdf2_sha256$'],
    ['alice', 'secret2', '$2y$12$'],
  ])('%s logs in as before, and has an Argon2id hash afterwards', async (name, password, before) => {
    const { default: app, users } = await import('../../docs/src/passwords/moving.ts')
    expect(users.get(name)?.hashedPassword?.startsWith(before)).toBe(true)
    expect((await app.request('/users/me', basic(name, 'guess'))).status).toBe(401)
    expect(users.get(name)?.hashedPassword?.startsWith(before)).toBe(true)
    expect((await app.request('/users/me', basic(name, password))).status).toBe(200)
    expect(users.get(name)?.hashedPassword).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect((await app.request('/users/me', basic(name, password))).status).toBe(200)
  })

  test('a stored text of no use lets nobody in, and is reported by its class', async () => {
    const { default: app, users } = await import('../../docs/src/passwords/moving.ts')
    users.set('bob', { username: 'bob', hashedPassword: '5ebe2294ecd0e0f08eab7690d2a6ee69' })
    const reported = vi.spyOn(console, 'error').mockImplementation(() => {})
    expect((await app.request('/users/me', basic('bob', 'secret'))).status).toBe(401)
    expect(reported.mock.calls).toEqual([['bob', 'UnknownHashError']])
    reported.mockRestore()
  })
})
