/** What was thrown, to an answer. */
import { App, dependency, HTTPException, Query, RequestValidationError } from 'sallyport'
import { JWT } from 'sallyport/jwt'
import { PasswordHash, PasswordTooLongError } from 'sallyport/password'
import { APIKeyHeader, APIKeys, HTTPBearer, MemoryAPIKeyStore } from 'sallyport/security'
import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'

describe('defaults', () => {
  test('an HTTPException: status, detail of any JSON, headers', async () => {
    const app = new App()
    app.get('/x', () => {
      throw new HTTPException(409, { code: 7 }, { headers: { 'x-a': 'b', 'set-cookie': ['a=1', 'b=2'] } })
    })
    app.get('/phrase', () => {
      throw new HTTPException(403)
    })
    app.get('/bodyless', () => {
      throw new HTTPException(304)
    })
    const response = await app.request('/x')
    expect([response.status, await response.json(), response.headers.get('x-a')]).toEqual([
      409,
      { detail: { code: 7 } },
      'b',
    ])
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(await (await app.request('/phrase')).json()).toEqual({ detail: 'Forbidden' })
    expect(await (await app.request('/bodyless')).text()).toBe('')
  })

  test('404 and 405 come before any dependency; 405 says what is allowed', async () => {
    const called = vi.fn()
    const app = new App({ dependencies: [dependency(called)] })
    app.get('/x', () => 1)
    app.delete('/x', () => 1)
    const missing = await app.request('/nope')
    expect([missing.status, await missing.json()]).toEqual([404, { detail: 'Not Found' }])
    const wrong = await app.request('/x', { method: 'POST' })
    expect([wrong.status, await wrong.json(), wrong.headers.get('allow')]).toEqual([
      405,
      { detail: 'Method Not Allowed' },
      'DELETE, GET, HEAD',
    ])
    expect(called).not.toHaveBeenCalled()
  })

  test('anything else: 500 without a word, reported', async () => {
    const onError = vi.fn()
    const app = new App({ onError })
    app.get('/x', () => {
      throw new Error('connection string postgres://user:hunter2@db')
    })
    app.get('/status', () => {
      throw Object.assign(new Error('of another package'), { status: 404 })
    })
    app.get('/nothing', () => Promise.reject(undefined))
    const response = await app.request('/x')
    expect([response.status, await response.text(), response.headers.get('content-type')]).toEqual([
      500,
      'Internal Server Error',
      'text/plain; charset=utf-8',
    ])
    expect((await app.request('/status')).status).toBe(500)
    expect((await app.request('/nothing')).status).toBe(500)
    expect(onError).toHaveBeenCalledTimes(3)
  })

  test('an answer from 500 with a cause is reported, and the cause is not sent', async () => {
    const onError = vi.fn()
    const app = new App({ onError })
    const down = new Error('redis.internal: connection refused')
    const store = new MemoryAPIKeyStore()
    const keys = new APIKeys({ prefix: 'sk', store })
    const { key } = await keys.issue({ subject: 'a', expiresIn: null })
    vi.spyOn(store, 'find').mockImplementation(() => {
      throw down
    })
    app.get('/key', { params: { owner: new APIKeyHeader({ name: 'x-api-key', verify: keys }) } }, () => 'in')
    app.get('/down', () => {
      throw new HTTPException(503, 'Come again', { cause: down })
    })
    app.get('/full', () => {
      throw new HTTPException(503, 'Come again')
    })
    app.get('/wrong', () => {
      throw new HTTPException(400, 'Wrong', { cause: down })
    })
    const answered = []
    for (const path of ['/key', '/down', '/full', '/wrong']) {
      const response = await app.request(path, { headers: { 'x-api-key': key } })
      answered.push([response.status, await response.json()])
    }
    expect(answered).toEqual([
      [503, { detail: 'Service Unavailable' }],
      [503, { detail: 'Come again' }],
      [503, { detail: 'Come again' }],
      [400, { detail: 'Wrong' }],
    ])
    expect(onError.mock.calls.map(([error]) => error.cause)).toEqual([down, down])
  })

  test('errors of jwt and password say what they are answered with', async () => {
    const tokens = new JWT({ secret: 'a text of at least thirty-two bytes', expiresIn: '5m' })
    const passwords = PasswordHash.recommended()
    const app = new App()
    app.get('/me', { params: { http: new HTTPBearer() } }, async ({ http }) => tokens.verify(http.credentials))
    app.get('/hash', { params: { password: Query(z.string()) } }, ({ password }) => passwords.hash(password))
    const refused = await app.request('/me', { headers: { authorization: 'Bearer not-a-token' } })
    expect([refused.status, await refused.json(), refused.headers.get('www-authenticate')]).toEqual([
      401,
      { detail: 'Could not validate credentials' },
      'Bearer error="invalid_token", error_description="The token is malformed"',
    ])
    const long = await app.request(`/hash?password=${'x'.repeat(5000)}`)
    expect(long.status).toBe(422)
    expect((await long.json()).detail).toEqual([
      { type: 'password', loc: ['body', 'password'], msg: expect.stringContaining('longer than') },
    ])
    expect(new PasswordTooLongError(10)).toHaveProperty('status', 422)
  })
})

describe("the app's own handlers", () => {
  class Unicorn extends Error {}
  class Pony extends Unicorn {}

  test('by class, the nearest one; by status, before a class; also for 404', async () => {
    const app = new App()
    app.exceptionHandler(Unicorn, (error, incoming) =>
      Response.json({ unicorn: error.constructor.name, path: incoming.path }, { status: 418 }),
    )
    app.exceptionHandler(404, () => new Response('nothing here', { status: 404 }))
    app.exceptionHandler(RequestValidationError, (error) =>
      Response.json({ wrong: error.issues.length }, { status: 400 }),
    )
    app.get('/pony', () => {
      throw new Pony()
    })
    app.get('/valid', { params: { q: Query(z.int()) } }, () => 1)
    expect(await (await app.request('/pony')).json()).toEqual({ unicorn: 'Pony', path: '/pony' })
    expect(await (await app.request('/nope')).text()).toBe('nothing here')
    expect(await (await app.request('/valid')).json()).toEqual({ wrong: 1 })
  })

  test('a handler that fails is a 500, and may throw another answer', async () => {
    const onError = vi.fn()
    const app = new App({ onError })
    app.exceptionHandler(Unicorn, () => {
      throw new Error('in the handler')
    })
    app.exceptionHandler(HTTPException, (error) => {
      throw error
    })
    app.get('/x', () => {
      throw new Unicorn()
    })
    app.get('/y', () => {
      throw new HTTPException(402)
    })
    expect((await app.request('/x')).status).toBe(500)
    expect((await app.request('/y')).status).toBe(402)
    expect(onError).toHaveBeenCalled()
  })

  test('what is no key is refused', () => {
    expect(() => new App().exceptionHandler(200, () => new Response())).toThrow(/400 to 599/)
    expect(() => new App().exceptionHandler(String as never, () => new Response())).toThrow(/a class of errors/)
  })
})

test('members stand beside the detail, and never in its place', async () => {
  const app = new App()
  app.get('/', () => {
    throw new HTTPException(409, 'Taken', { members: { error: 'taken', name: 'johndoe', detail: 'another' } })
  })
  const answer = await app.request('/')
  expect([answer.status, await answer.json()]).toEqual([409, { error: 'taken', name: 'johndoe', detail: 'Taken' }])
})
