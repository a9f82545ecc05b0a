import * as publicNames from 'sallyport'
import { App, anyOf, Body, CurrentRequest, dependency, HTTPException, Query, Security, SecurityScopes } from 'sallyport'
import { APIKeyHeader, HTTPBearer, OAuth2PasswordBearer } from 'sallyport/security'
import { as, ProductionError } from 'sallyport/testing'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'

afterEach(() => vi.unstubAllEnvs())

const verified = new OAuth2PasswordBearer({
  tokenUrl: 'token',
  scopes: { me: 'Me.', items: 'Items.' },
  verify: (token: string) => (token === 'real' ? { name: 'real', scopes: ['me'] } : undefined),
})
const johndoe = { name: 'johndoe', scopes: ['me'] }

describe('as(), with a scheme that verifies', () => {
  const app = new App()
  app.get('/me', { params: { user: Security(verified, ['me']) } }, ({ user }) => user)
  app.get('/items', { params: { user: Security(verified, ['me', 'items']) } }, ({ user }) => user)

  test('the principal calls, with the scopes that it has itself', async () => {
    const answer = await as(app, johndoe).request('/me')
    expect([answer.status, await answer.json()]).toEqual([200, johndoe])
  })

  test('a scope that is not granted is answered as the scheme answers it', async () => {
    const answer = await as(app, johndoe).request('/items')
    expect(answer.status).toBe(403)
    expect(answer.headers.get('www-authenticate')).toBe('Bearer error="insufficient_scope", scope="me items"')
    expect(await answer.json()).toEqual({ detail: 'Not enough permissions' })
    expect((await as(app, johndoe, { scopes: ['me', 'items'] }).request('/items')).status).toBe(200)
    expect((await as(app, johndoe, { scopes: [] }).request('/me')).status).toBe(403)
    expect((await as(app, 'no scopes of its own').request('/me')).status).toBe(403)
  })

  test('a scheme with an answer of its own gives that one', async () => {
    class Own extends HTTPBearer<'a'> {
      override makeInsufficientScopeError(required: readonly string[]): HTTPException {
        return new HTTPException(403, `Needs ${required.join(', ')}`)
      }
    }
    const own = new App()
    const scheme = new Own({ scopes: { a: 'A.' }, verify: () => 'nobody is asked' } as never)
    own.get('/', { params: { who: Security(scheme, ['a']) } }, () => 1)
    expect(await (await as(own, 'x').request('/')).json()).toEqual({ detail: 'Needs a' })
  })

  test('requests of others are untouched, those at the same time too', async () => {
    const caller = as(app, johndoe)
    const real = { headers: { authorization: 'Bearer real' } }
    const statuses = await Promise.all(
      Array.from({ length: 60 }, async (_, i) => {
        if (i % 3 === 0) return (await caller.request('/me')).json()
        if (i % 3 === 1) return (await app.request('/me', real)).json()
        return (await app.request('/me')).status
      }),
    )
    expect(statuses).toEqual(
      Array.from({ length: 60 }, (_, i) => [johndoe, { name: 'real', scopes: ['me'] }, 401][i % 3]),
    )
    expect(app.overrides.size).toBe(0)
  })

  test('two callers are two', async () => {
    const [one, two] = [as(app, { name: 'one' }, { scopes: ['me'] }), as(app, { name: 'two' }, { scopes: ['me'] })]
    const names = await Promise.all(
      [one, two, one].map(async (caller) => (await (await caller.request('/me')).json()).name),
    )
    expect(names).toEqual(['one', 'two', 'one'])
  })

  test('credentials in the request are not looked at', async () => {
    const answer = await as(app, johndoe).request('/me', { headers: { authorization: 'Bearer real' } })
    expect(await answer.json()).toEqual(johndoe)
  })
})

describe('as(), with a dependency that verifies', () => {
  const scheme = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: { me: 'Me.', items: 'Items.' } })
  const runs: string[] = []
  const getClaims = dependency({ token: scheme }, ({ token }) => {
    runs.push('claims')
    if (token !== 'real') throw scheme.makeNotAuthenticatedError()
    return { sub: 'real', scope: 'me' }
  })
  const getUser = dependency(
    { claims: getClaims, scopes: SecurityScopes, tenant: Query(z.string()) },
    ({ claims, scopes }) => {
      runs.push('user')
      scopes.require(claims.scope)
      return { name: claims.sub, disabled: false }
    },
  )
  const getActive = dependency({ user: Security(getUser, ['me']) }, ({ user }) => {
    if (user.disabled) throw new HTTPException(400, 'Inactive user')
    return user
  })
  const app = new App()
  app.get('/me', { params: { user: getActive } }, ({ user }) => user)
  app.get('/items', { params: { user: Security(getActive, ['items']) } }, ({ user }) => user)
  app.get('/claims', { params: { user: getActive, claims: getClaims } }, ({ claims }) => claims)

  test('at: that dependency gives the principal, what is above it runs, what is below it does not', async () => {
    runs.length = 0
    const john = as(app, { name: 'john', disabled: false }, { at: getUser, scopes: ['me'] })
    const answer = await john.request('/me')
    expect([answer.status, await answer.json()]).toEqual([200, { name: 'john', disabled: false }])
    expect(runs).toEqual([])
    const disabled = as(app, { name: 'alice', disabled: true }, { at: getUser, scopes: ['me'] })
    expect((await disabled.request('/me')).status).toBe(400)
  })

  test('the scopes that are required of the schemes below are still checked', async () => {
    const john = as(app, { name: 'john', disabled: false }, { at: getUser, scopes: ['me'] })
    const answer = await john.request('/items')
    expect(answer.status).toBe(403)
    expect(answer.headers.get('www-authenticate')).toBe('Bearer error="insufficient_scope", scope="items me"')
    expect((await as(app, { name: 'a', disabled: false }, { at: getUser }).request('/me')).status).toBe(403)
    const all = as(app, { name: 'john', disabled: false }, { at: Security(getUser, ['me']), scopes: ['me', 'items'] })
    expect((await all.request('/items')).status).toBe(200)
  })

  test('what somebody else needs of what is below runs', async () => {
    runs.length = 0
    const john = as(app, { name: 'john', disabled: false }, { at: getUser, scopes: ['me'] })
    expect((await john.request('/claims')).status).toBe(401) // the principal is no token for getClaims
    expect(runs).toEqual(['claims'])
  })

  test('without at, the scheme gives the principal to the dependency', async () => {
    expect((await as(app, 'real', { scopes: ['me'] }).request('/me?tenant=x')).status).toBe(200)
    expect((await as(app, 'forged', { scopes: ['me'] }).request('/me?tenant=x')).status).toBe(401)
    expect((await as(app, 'real', { scopes: ['me'] }).request('/me')).status).toBe(422)
  })

  test('an override wins over the dependency that it replaces', async () => {
    app.overrides.set(getActive, () => ({ name: 'overridden', disabled: false }))
    const answer = await as(app, { name: 'john', disabled: false }, { at: getUser, scopes: [] }).request('/me')
    app.overrides.clear()
    expect(await answer.json()).toEqual({ name: 'overridden', disabled: false })
  })
})

describe('as(), in all kinds of apps', () => {
  const key = new APIKeyHeader({ name: 'X-Key' })

  test('in alternatives the first gives the principal; the next one where it lacks a scope', async () => {
    const app = new App()
    const either = anyOf(Security(verified, ['items']), key)
    app.get('/', { params: { who: either } }, ({ who }) => ({ who }))
    expect(await (await as(app, 'x', { scopes: ['items'] }).request('/')).json()).toEqual({ who: 'x' })
    expect(await (await as(app, 'x').request('/')).json()).toEqual({ who: 'x' })
    const one = new App()
    one.get('/', { params: { who: anyOf(Security(verified, ['items']), Security(verified, ['me'])) } }, () => 1)
    expect((await as(one, 'x', { scopes: ['me'] }).request('/')).status).toBe(200)
    expect((await as(one, 'x').request('/')).status).toBe(403)
  })

  test('an optional scheme gives the principal; a public operation needs none', async () => {
    const app = new App({ dependencies: [verified] })
    const optional = new HTTPBearer({ autoError: false })
    app.get('/optional', { params: { who: optional } }, ({ who }) => ({ who }))
    app.get('/open', { public: true }, () => 'open')
    expect(await (await as(app, 'x').request('/optional')).json()).toEqual({ who: 'x' })
    expect(await (await as(app, 'x').request('/open')).json()).toBe('open')
  })

  test('parameters and bodies are still validated', async () => {
    const app = new App()
    const params = { who: key, item: Body(z.object({ title: z.string() })) }
    app.post('/items', { params }, ({ who, item }) => ({ who, item }))
    const send = (body: string) =>
      as(app, 'x').request('/items', { method: 'POST', body, headers: { 'content-type': 'application/json' } })
    expect(await (await send('{"title":"A towel"}')).json()).toEqual({ who: 'x', item: { title: 'A towel' } })
    expect((await send('{"title":1}')).status).toBe(422)
    expect((await as(app, 'x').request('/items', { method: 'PUT' })).status).toBe(405)
    expect((await as(app, 'x').request('/nothing')).status).toBe(404)
  })

  test('behind middleware that hands on another request, and in mounted apps', async () => {
    const inner = new App()
    inner.get('/me', { params: { who: key } }, ({ who }) => ({ who }))
    const app = new App()
    app.mount('/app', inner)
    app.mount('/function', (request) => inner.fetch(request))
    app.use(async (request, next) => next(new Request(request, { headers: { 'x-seen': 'yes' } })))
    for (const path of ['/app/me', '/function/me']) {
      expect(await (await as(app, 'x').request(path)).json()).toEqual({ who: 'x' })
      expect((await app.request(path)).status).toBe(401)
    }
  })

  test('a HEAD and a whole Request; the request that the app sees is the one that was sent', async () => {
    const app = new App()
    app.get('/', { params: { who: key, request: CurrentRequest } }, ({ request }) => request.headers.get('x-a'))
    const john = as(app, 'john')
    expect((await john.request('/', { method: 'HEAD' })).status).toBe(200)
    const request = new Request('http://localhost/', { headers: { 'x-a': 'sent' } })
    expect(await (await john.request(request)).json()).toBe('sent')
    expect((await app.request(request)).status).toBe(401)
  })
})

describe('as() cannot exist outside of tests', () => {
  const app = new App()
  app.get('/', { params: { who: new HTTPBearer() } }, () => 1)

  test('is refused in production, and so are requests of a caller that was made before', async () => {
    const caller = as(app, 'x')
    vi.stubEnv('NODE_ENV', 'production')
    expect(() => as(app, 'x')).toThrow(ProductionError)
    expect(() => caller.request('/')).toThrow(/is for tests, and NODE_ENV is production/)
  })

  test('no public name of the core leads there, and no property of a request does', async () => {
    expect(Object.keys(publicNames).filter((name) => /caller|callAs|^as$/i.test(name))).toEqual([])
    expect('as' in app).toBe(false)
    const request = new Request('http://localhost/')
    const forged = Object.assign(request, { caller: { authenticate: () => 'x', standIns: () => new Map() } })
    expect((await app.fetch(forged)).status).toBe(401)
    expect((await app.request('/', { headers: { caller: 'x', 'x-caller': 'x', 'x-as': 'x' } })).status).toBe(401)
  })

  test('misuse is told', () => {
    expect(() => as(app, undefined)).toThrow(/the principal is nobody/)
    expect(() => as(app, 'x', { scope: ['a'] } as never)).toThrow(/as\(\) has no option scope/)
    expect(() => as(app, 'x', { scopes: ['a b'] })).toThrow(/is no scope/)
    expect(() => as(app, 'x', { scopes: 'a' as never })).toThrow(/scopes is a list/)
    const either = anyOf(new HTTPBearer(), new APIKeyHeader({ name: 'X' }))
    expect(() => as(app, 'x' as never, { at: either })).toThrow(/at is a dependency of dependency\(\), or a scheme/)
  })
})
