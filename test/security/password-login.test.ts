/** The login of a token endpoint: the form, the throttle, the answer that nobody keeps. */
import { App, HTTPException } from 'sallyport'
import { LoginThrottle } from 'sallyport/password'
import { type PasswordLoginOptions, passwordLogin } from 'sallyport/security'
import { describe, expect, test, vi } from 'vitest'

interface User {
  readonly name: string
}

const authenticate = vi.fn((name: string, password: string): User | null | undefined =>
  password === 'secret' ? { name } : name === 'nobody' ? null : undefined,
)

function appWith(options: Partial<PasswordLoginOptions<User>> = {}): App {
  const app = new App()
  const login = passwordLogin<User>({ authenticate, throttle: new LoginThrottle(), ...options })
  app.post('/token', { params: { user: login } }, ({ user }) => ({ token: user.name }))
  return app
}

const post = (app: App, form: Record<string, string>, clientAddress = '192.0.2.1'): Promise<Response> =>
  app.request('/token', { method: 'POST', body: new URLSearchParams(form) }, { clientAddress })

test('right: the user, in an answer that nobody keeps', async () => {
  const response = await post(appWith(), { username: 'johndoe', password: 'secret' })
  expect([response.status, await response.json()]).toEqual([200, { token: 'johndoe' }])
  expect(response.headers.get('cache-control')).toBe('no-store')
})

test.each(['johndoe', 'nobody'])('wrong, for %s: one answer, whatever is wrong', async (username) => {
  const response = await post(appWith(), { username, password: 'guess' })
  const detail = 'Incorrect username or password'
  expect([response.status, await response.json()]).toEqual([
    400,
    { error: 'invalid_grant', error_description: detail, detail },
  ])
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(response.headers.get('www-authenticate')).toBeNull()
})

test('wrong, as Problem Details: the members of RFC 6749 are extensions', async () => {
  const app = new App({ problemDetails: true })
  const login = passwordLogin<User>({ authenticate, throttle: new LoginThrottle() })
  app.post('/token', { params: { user: login } }, ({ user }) => user)
  const response = await post(app, { username: 'johndoe', password: 'guess' })
  expect(await response.json()).toEqual({
    type: 'about:blank',
    title: 'Bad Request',
    status: 400,
    detail: 'Incorrect username or password',
    code: 'bad_request',
    error: 'invalid_grant',
    error_description: 'Incorrect username or password',
  })
})

test('none: 422, and nobody is asked', async () => {
  authenticate.mockClear()
  const response = await post(appWith(), { username: 'johndoe', password: '' })
  expect(response.status).toBe(422)
  expect(await response.text()).not.toContain('johndoe')
  expect(authenticate).not.toHaveBeenCalled()
})

test('who guessed too often has to wait, with the right password too; others do not', async () => {
  let now = 0
  const app = appWith({ throttle: new LoginThrottle({ now: () => now }) })
  const statuses: number[] = []
  for (let i = 0; i < 8; i++) statuses.push((await post(app, { username: 'johndoe', password: 'guess' })).status)
  expect(statuses).toContain(429)
  const waits = await post(app, { username: 'johndoe', password: 'secret' })
  expect(waits.status).toBe(429)
  expect(Number(waits.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await waits.json()).toEqual({ detail: 'Too many failed logins; try again later' })
  expect((await post(app, { username: 'alice', password: 'secret' }, '192.0.2.2')).status).toBe(200)
  now += 3_600_000
  expect((await post(app, { username: 'johndoe', password: 'secret' })).status).toBe(200)
})

test('another answer to a wrong password', async () => {
  const app = appWith({ makeError: () => new HTTPException(401, 'No', { headers: { 'www-authenticate': 'Bearer' } }) })
  expect((await post(app, { username: 'johndoe', password: 'guess' })).status).toBe(401)
})

test('the document: the form, without security, as anybody may try', () => {
  const operation = appWith().openapi().paths['/token']?.post
  expect(Object.keys(operation?.requestBody?.content ?? {})).toEqual(['application/x-www-form-urlencoded'])
  expect(operation?.security).toBeUndefined()
})

describe('refused when declared', () => {
  test.each<[string, object, RegExp]>([
    ['no throttle', { throttle: undefined }, /throttle is required: new LoginThrottle/],
    ['a throttle that cannot', { throttle: {} }, /has a method attempt/],
    ['no function', { authenticate: 'x' }, /authenticate is a function/],
    ['no maker', { makeError: 'x' }, /makeError is a function/],
    ['a misspelt option', { throtle: 1 }, /has no option throtle/],
  ])('%s', (_, options, message) => {
    expect(() => appWith(options)).toThrow(message)
  })
})
