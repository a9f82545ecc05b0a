/** anyOf is true OR: run as it is documented. */
import { App, anyOf, dependency, HTTPException, Query } from 'sallyport'
import { APIKeyHeader, APIKeyQuery, HTTPBasic, HTTPBearer } from 'sallyport/security'
import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'

const key = new APIKeyHeader({ name: 'X-Key' })
const bearer = new HTTPBearer()
const basic = new HTTPBasic({ realm: 'r' })

function appWith(caller: Parameters<typeof anyOf>[0]): App {
  const app = new App()
  app.get('/x', { params: { caller } }, ({ caller }) => ({ caller: caller ?? null }))
  return app
}
const ask = async (app: App, headers: Record<string, string> = {}, path = '/x') => {
  const response = await app.request(path, { headers })
  return { status: response.status, challenge: response.headers.get('www-authenticate'), body: await response.json() }
}

describe('alternatives', () => {
  const app = appWith(anyOf(bearer, key, basic))
  test('the first that works gives the value', async () => {
    expect((await ask(app, { 'x-key': 'k' })).body).toEqual({ caller: 'k' })
    expect((await ask(app, { 'x-key': 'k', authorization: 'Bearer t' })).body).toEqual({
      caller: { scheme: 'Bearer', credentials: 't' },
    })
  })
  test('none: 401 with the challenge of each', async () => {
    expect(await ask(app)).toEqual({
      status: 401,
      challenge: 'Bearer, APIKey, Basic realm="r"',
      body: { detail: 'Not authenticated' },
    })
  })
  test('broken credentials let the next one try', async () => {
    expect((await ask(app, { authorization: 'Bearer', 'x-key': 'k' })).body).toEqual({ caller: 'k' })
    expect((await ask(app, { authorization: 'Basic !' })).status).toBe(401)
  })
  test('print as two objects', () => {
    expect(app.openapi().paths['/x']?.get?.security).toEqual([
      { HTTPBearer: [] },
      { APIKeyHeader: [] },
      { HTTPBasic: [] },
    ])
  })
})

describe('optional', () => {
  const app = appWith(anyOf(key, new HTTPBearer({ autoError: false })))
  test('stands in for absent credentials, never for broken ones', async () => {
    expect(await ask(app)).toMatchObject({ status: 200, body: { caller: null } })
    expect(await ask(app, { authorization: 'Bearer' })).toMatchObject({ status: 401 })
    const refuses = dependency({ key }, () => {
      throw new HTTPException(401, 'Unknown key', { headers: { 'www-authenticate': 'APIKey' } })
    })
    const strict = appWith(anyOf(refuses, new HTTPBearer({ autoError: false })))
    expect(await ask(strict)).toMatchObject({ status: 200 })
    expect(await ask(strict, { 'x-key': 'wrong' })).toMatchObject({ status: 401, body: { detail: 'Unknown key' } })
  })
  test('prints the empty object', () => {
    expect(app.openapi().paths['/x']?.get?.security).toEqual([{ APIKeyHeader: [] }, { HTTPBearer: [] }, {}])
  })
})

describe('dependencies as alternatives', () => {
  const shared = vi.fn(() => 'db')
  const db = dependency(shared)
  const byKey = dependency({ key, db }, async ({ key }) => {
    if (key !== 'good') throw new HTTPException(403, 'Not this key')
    return 'by key'
  })
  const byToken = dependency({ bearer, db }, ({ bearer }) => `by ${bearer.credentials}`)
  const app = new App()
  app.get('/x', { params: { caller: anyOf(byKey, byToken), db } }, ({ caller, db }) => ({ caller, db }))

  test('async and sync ones, with what they share made once', async () => {
    shared.mockClear()
    expect((await ask(app, { 'x-key': 'good' })).body).toEqual({ caller: 'by key', db: 'db' })
    expect(shared).toHaveBeenCalledTimes(1)
    expect((await ask(app, { 'x-key': 'bad', authorization: 'Bearer t' })).body).toEqual({ caller: 'by t', db: 'db' })
    expect(shared).toHaveBeenCalledTimes(2)
  })
  test('a refusal tells more than an absence', async () => {
    expect(await ask(app, { 'x-key': 'bad' })).toMatchObject({ status: 403, body: { detail: 'Not this key' } })
  })
  test('any other error ends the request: nothing is masked', async () => {
    const inactive = dependency({ key }, () => {
      throw new HTTPException(400, 'Inactive user')
    })
    expect(await ask(appWith(anyOf(inactive, bearer)), { 'x-key': 'k', authorization: 'Bearer t' })).toMatchObject({
      status: 400,
    })
    const reported = vi.fn()
    const broken = new App({ onError: reported })
    const down = dependency({ key }, () => {
      throw new Error('database down')
    })
    broken.get('/x', { params: { caller: anyOf(down, bearer) } }, () => 1)
    expect((await broken.request('/x', { headers: { 'x-key': 'k', authorization: 'Bearer t' } })).status).toBe(500)
  })
  test('invalid parameters of an alternative: the next one tries, else 422', async () => {
    const tenant = dependency({ key, tenant: Query(z.int()) }, ({ tenant }) => tenant)
    const app = appWith(anyOf(tenant, bearer))
    expect(await ask(app, { 'x-key': 'k', authorization: 'Bearer t' }, '/x?tenant=no')).toMatchObject({ status: 200 })
    expect(await ask(app, { 'x-key': 'k' }, '/x?tenant=7')).toMatchObject({ status: 200, body: { caller: 7 } })
    expect(await ask(app, {}, '/x?tenant=no')).toMatchObject({ status: 401 })
  })
})

test('AND over ORs prints the product, and enforces it', async () => {
  const app = new App()
  const query = new APIKeyQuery({ name: 'k' })
  app.get('/x', { params: { who: anyOf(bearer, basic), also: anyOf(key, query) } }, () => 'in')
  expect(app.openapi().paths['/x']?.get?.security).toEqual([
    { HTTPBearer: [], APIKeyHeader: [] },
    { HTTPBearer: [], APIKeyQuery: [] },
    { HTTPBasic: [], APIKeyHeader: [] },
    { HTTPBasic: [], APIKeyQuery: [] },
  ])
  expect((await ask(app, { authorization: 'Bearer t' })).status).toBe(401)
  expect((await ask(app, { 'x-key': 'k' })).status).toBe(401)
  expect((await ask(app, { authorization: 'Bearer t' }, '/x?k=1')).status).toBe(200)
})

test('nested alternatives', async () => {
  const app = appWith(anyOf(anyOf(bearer, key) as never, basic))
  expect((await ask(app, { 'x-key': 'k' })).body).toEqual({ caller: 'k' })
  expect((await ask(app)).challenge).toBe('Bearer, APIKey, Basic realm="r"')
})

test('what is no alternative is refused when declared', () => {
  expect(() => appWith(anyOf(bearer, dependency(() => 1) as never))).toThrow(
    /each alternative of anyOf\(\) is a security scheme/,
  )
  expect(() => (anyOf as (only: unknown) => unknown)(bearer)).toThrow(TypeError)
})

test('a parameter that failed in an alternative fails again for the handler', async () => {
  const q = Query(z.int())
  const picky = dependency({ key, q }, ({ q }) => q)
  const app = new App()
  let called = false
  app.get('/x', { params: { caller: anyOf(picky, bearer), q } }, () => {
    called = true
  })
  const response = await ask(app, { 'x-key': 'k', authorization: 'Bearer t' }, '/x?q=no')
  expect(response).toMatchObject({ status: 422, body: { detail: [{ loc: ['query', 'q'] }] } })
  expect(called).toBe(false)
})

test('an anyOf in an anyOf: no credentials stay no credentials, for an optional alternative to stand in', async () => {
  const inner = anyOf(new HTTPBearer(), new APIKeyHeader({ name: 'x-key' }))
  const app = new App()
  const optional = new APIKeyHeader({ name: 'x-other', schemeName: 'Other', autoError: false })
  app.get('/', { params: { caller: anyOf(inner, optional) } }, ({ caller }) => ({ known: caller !== undefined }))
  expect(app.openapi().paths['/']?.get?.security).toEqual([{ HTTPBearer: [] }, { APIKeyHeader: [] }, { Other: [] }, {}])
  expect(await (await app.request('/')).json()).toEqual({ known: false })
  // Broken ones are never the same as none.
  expect((await app.request('/', { headers: { authorization: 'Bearer' } })).status).toBe(401)
})

test('an alternative that only guards, and gives nothing, is a success: broken credentials of another do not spoil it', async () => {
  const guard = dependency({ key }, ({ key: given }) => {
    if (given !== 'good') throw new HTTPException(401, 'Unknown key')
  })
  const app = new App()
  app.get('/x', { dependencies: [anyOf(guard, bearer)] }, () => 'in')
  expect((await ask(app, { 'x-key': 'good' })).status).toBe(200)
  expect((await ask(app, { 'x-key': 'good', authorization: 'Bearer' })).status).toBe(200)
  expect((await ask(app, { 'x-key': 'bad', authorization: 'Bearer' })).status).toBe(401)
  expect((await ask(app)).status).toBe(401)
})
