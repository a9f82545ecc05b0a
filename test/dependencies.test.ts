/** FastAPI's semantics of dependencies (order, cache, scopes, overrides), and where DESIGN §2 goes further. */
import {
  App,
  Body,
  CurrentResponse,
  Depends,
  dependency,
  Header,
  HTTPException,
  Path,
  Query,
  Router,
  Security,
  SecurityScopes,
  WebIncoming,
} from 'sallyport'
import { APIKeyHeader, HTTPBearer, OAuth2PasswordBearer } from 'sallyport/security'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'

const bearer = (token: string): RequestInit => ({ headers: { authorization: `Bearer ${token}` } })
const scheme = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: { a: 'A', b: 'B', c: 'C' } })

describe('order', () => {
  const log: string[] = []
  const step = (name: string) => dependency(() => void log.push(name))
  beforeEach(() => void log.splice(0))

  test('app, include-time list, outer router, inner include, inner router, operation, then parameters', async () => {
    const inner = new Router({ prefix: '/inner', dependencies: [step('inner')] })
    inner.get('/x', { dependencies: [step('operation')], params: { value: step('parameter') } }, () =>
      log.push('handler'),
    )
    const outer = new Router({ prefix: '/outer', dependencies: [step('outer')] })
    outer.include(inner, { dependencies: [step('include inner')] })
    const app = new App({ dependencies: [step('app')] })
    app.include(outer, { prefix: '/v1', dependencies: [step('include outer')] })
    expect((await app.request('/v1/outer/inner/x')).status).toBe(200)
    expect(log).toEqual([
      'app',
      'include outer',
      'outer',
      'include inner',
      'inner',
      'operation',
      'parameter',
      'handler',
    ])
  })

  test('security first, then the rest; sub-dependencies before what uses them', async () => {
    const user = dependency({ token: scheme, sub: step('sub') }, () => void log.push('user'))
    const app = new App({ dependencies: [step('app')] })
    app.post('/x', { params: { plain: step('plain'), user, body: Body(z.object({})) } }, () => log.push('handler'))
    const init = {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json', authorization: 'Bearer t' },
    }
    expect((await app.request('/x', init)).status).toBe(200)
    expect(log).toEqual(['sub', 'user', 'app', 'plain', 'handler'])
  })

  test('nobody without credentials makes us read a body, and a refused one is 401, not 422', async () => {
    const app = new App()
    app.post('/x', { params: { q: Query(z.int()), body: Body(z.object({})), token: scheme } }, () => 1)
    let pulled = 0
    const body = new ReadableStream(
      {
        pull(controller) {
          pulled++
          controller.enqueue(new Uint8Array(9))
        },
      },
      { highWaterMark: 0 },
    )
    const init = {
      method: 'POST',
      body,
      duplex: 'half',
      headers: { 'content-type': 'application/json' },
    } as RequestInit
    expect((await app.request('/x?q=nope', init)).status).toBe(401)
    expect(pulled).toBe(0)
  })

  test('a security dependency whose own parameters do not fit leaves the body unread', async () => {
    const owner = dependency({ token: scheme, id: Query(z.int()) }, () => void log.push('owner'))
    const app = new App()
    app.post('/x', { params: { owner, body: Body(z.object({})), other: step('other') } }, () => 1)
    const init = {
      method: 'POST',
      body: '{',
      headers: { 'content-type': 'application/json', authorization: 'Bearer t' },
    }
    const response = await app.request('/x?id=nope', init)
    expect(response.status).toBe(422)
    expect((await response.json()).detail.map(({ loc }: { loc: unknown }) => loc)).toEqual([['query', 'id']])
    expect(log).toEqual([])
  })

  test('an exception of a dependency wins over collected errors; siblings of an invalid one still run', async () => {
    const picky = dependency({ q: Query(z.int()) }, () => void log.push('picky'))
    const strict = dependency({}, () => {
      log.push('strict')
      throw new HTTPException(418, 'teapot')
    })
    const app = new App()
    app.get('/x', { params: { picky, strict } }, () => 1)
    app.get('/y', { params: { picky, sibling: step('sibling') } }, () => 1)
    expect((await app.request('/x?q=no')).status).toBe(418)
    expect((await app.request('/y?q=no')).status).toBe(422)
    expect(log).toEqual(['strict', 'sibling'])
  })

  test('all validation errors come together: path, query, header, cookie, body', async () => {
    const app = new App()
    app.post(
      '/{id}',
      {
        params: {
          id: Path(z.int()),
          q: Query(z.string()),
          token: Header(z.string()),
          item: Body(z.object({ name: z.string() })),
        },
      },
      () => 1,
    )
    const response = await app.request('/x', {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    })
    expect(response.status).toBe(422)
    expect((await response.json()).detail).toEqual([
      { type: 'invalid_type', loc: ['path', 'id'], msg: expect.any(String) },
      { type: 'missing', loc: ['query', 'q'], msg: 'Field required' },
      { type: 'missing', loc: ['header', 'token'], msg: 'Field required' },
      { type: 'missing', loc: ['body', 'name'], msg: 'Field required' },
    ])
  })
})

describe('cache', () => {
  test('a dependency runs once for a request, wherever it is named; useCache: false runs it again, also in lists', async () => {
    const call = vi.fn(() => Math.random())
    const counted = dependency(call)
    const below = dependency({ counted }, ({ counted }) => counted)
    const app = new App({ dependencies: [Depends(counted, { useCache: false })] })
    app.get('/once', { params: { counted, below } }, ({ counted, below }) => counted === below)
    app.get(
      '/again',
      { params: { counted, again: Depends(counted, { useCache: false }) } },
      ({ counted, again }) => counted !== again,
    )
    app.get('/list', { dependencies: [Depends(counted, { useCache: false })] }, () => 1)
    expect(await (await app.request('/once')).json()).toBe(true)
    expect(call).toHaveBeenCalledTimes(1)
    expect(await (await app.request('/again')).json()).toBe(true)
    expect(call).toHaveBeenCalledTimes(3)
    await app.request('/list')
    expect(call).toHaveBeenCalledTimes(5)
  })

  test('the scopes are part of the key only where they are used, as a set', async () => {
    const plain = vi.fn(() => 1)
    const seen: string[] = []
    const getDb = dependency(plain)
    const getUser = dependency(
      { token: scheme, db: getDb, scopes: SecurityScopes },
      ({ scopes }) => void seen.push(scopes.scopeStr),
    )
    const app = new App()
    app.get(
      '/x',
      {
        params: {
          ab: Security(getUser, ['a', 'b']),
          ba: Security(getUser, ['b', 'a']),
          c: Security(getUser, ['c']),
          none: getUser,
        },
      },
      () => 1,
    )
    expect((await app.request('/x', bearer('t'))).status).toBe(200)
    expect(plain).toHaveBeenCalledTimes(1)
    expect(seen).toEqual(['a b', 'c', ''])
  })
})

describe('scopes', () => {
  const seen: string[] = []
  const getCurrent = dependency(
    { token: scheme, scopes: SecurityScopes },
    ({ scopes }) => void seen.push(scopes.scopeStr),
  )
  beforeEach(() => void seen.splice(0))

  test('gather from the outermost down, unique; siblings and lists apart', async () => {
    const getActive = dependency({ user: Security(getCurrent, ['a']) }, () => 1)
    const app = new App({ dependencies: [Security(getCurrent, ['c'])] })
    app.get('/x', { params: { user: Security(getActive, ['b', 'a']), sibling: getCurrent } }, () => 1)
    expect((await app.request('/x', bearer('t'))).status).toBe(200)
    expect(seen).toEqual(['c', 'b a', ''])
    expect(app.openapi().paths['/x']?.get?.security).toEqual([{ OAuth2PasswordBearer: ['c', 'b', 'a'] }])
  })

  test('require() answers 403 insufficient_scope, naming what is required', async () => {
    const user = dependency({ token: scheme, scopes: SecurityScopes }, ({ token, scopes }) => scopes.require(token))
    const app = new App()
    app.get('/x', { params: { user: Security(user, ['a', 'b']) } }, () => 1)
    const refused = await app.request('/x', bearer('a c'))
    expect(refused.status).toBe(403)
    expect(refused.headers.get('www-authenticate')).toBe('Bearer error="insufficient_scope", scope="a b"')
    expect((await app.request('/x', bearer('b a'))).status).toBe(200)
  })

  const careless = dependency({ token: scheme }, ({ token }) => token)
  test.each<[string, () => unknown, RegExp]>([
    [
      'nobody checks',
      () => ({ t: Security(careless, ['a']) }),
      /GET \/x requires the scope a, but nothing on the way to OAuth2PasswordBearer reads SecurityScopes/,
    ],
    ['nobody checks, on the scheme itself', () => ({ t: Security(scheme, ['a']) }), /nobody would check it/],
    [
      'a sibling reads, not somebody on the way',
      () => ({
        t: Security(
          dependency({ careless, scopes: dependency({ s: SecurityScopes }, () => 1) }, () => 1),
          ['a'],
        ),
      }),
      /nothing on the way/,
    ],
    [
      'no scheme declares it',
      () => ({ t: Security(getCurrent, ['nope' as 'a']) }),
      /scope nope, which no scheme below declares. Declared are: a, b, c/,
    ],
    [
      'no scheme at all',
      () => ({ t: Security(dependency({ s: SecurityScopes }, () => 1) as never, ['a' as never]) }),
      /no scheme below declares/,
    ],
  ])('throws when declared: %s', (_, params, message) => {
    expect(() => new App().get('/x', { params: params() as never }, () => 1)).toThrow(message)
  })

  test('every alternative of an anyOf must have somebody who checks', async () => {
    const { anyOf } = await import('sallyport')
    const key = new APIKeyHeader({ name: 'X-Key' })
    const checkedKey = dependency({ key, scopes: SecurityScopes }, ({ scopes }) => scopes.require('a'))
    const app = new App()
    const declare = (on: never) => () => app.get('/x', { params: { user: Security(on, ['a'] as never) } }, () => 1)
    expect(declare(anyOf(getCurrent, key) as never)).toThrow(
      /nothing on the way to every alternative reads SecurityScopes/,
    )
    expect(declare(anyOf(getCurrent, checkedKey) as never)).not.toThrow()
  })
})

describe('overrides', () => {
  test('key on the original, resolve their own parameters, receive the scopes of the place; the document stays', async () => {
    const getUser = dependency({ token: scheme, scopes: SecurityScopes }, ({ token }) => token)
    const wrapped = dependency({ user: Security(getUser, ['a']) }, ({ user }) => user)
    const app = new App()
    app.get('/x', { params: { user: wrapped } }, ({ user }) => user)
    const before = JSON.stringify(app.openapi())
    app.overrides.set(
      getUser,
      dependency(
        { name: Query(z.string()), scopes: SecurityScopes },
        ({ name, scopes }) => `${name} ${scopes.scopeStr}`,
      ),
    )
    expect(await (await app.request('/x?name=jo')).json()).toBe('jo a')
    expect((await app.request('/x')).status).toBe(422)
    expect(JSON.stringify(app.openapi())).toBe(before)
    app.overrides.set(getUser, () => 'other')
    expect(await (await app.request('/x')).json()).toBe('other')
    app.overrides.clear()
    expect((await app.request('/x')).status).toBe(401)
  })

  test('a scheme can be overridden, and a replacement can use what it replaces', async () => {
    const app = new App()
    const http = new HTTPBearer()
    const name = dependency({ http }, ({ http }) => http.credentials)
    app.get('/x', { params: { name } }, ({ name }) => name)
    app.overrides.set(http, () => ({ scheme: 'Bearer', credentials: 'fake' }) as never)
    expect(await (await app.request('/x')).json()).toBe('fake')
    app.overrides.set(
      name,
      dependency({ name }, ({ name }) => `${name}!`),
    )
    expect(await (await app.request('/x')).json()).toBe('fake!')
  })
})

describe('what is refused when declared', () => {
  const app = new App()
  test.each<[string, () => unknown, RegExp]>([
    [
      'two schemes of one name',
      () => app.get('/x', { params: { a: new HTTPBearer(), b: new HTTPBearer() } }, () => 1),
      /two different schemes are named HTTPBearer/,
    ],
    [
      'an undeclared path name',
      () => app.get('/{id}' as '/', { params: {} }, () => 1),
      /the path names \{id\}, which is not declared/,
    ],
    [
      'Path without a name in the path',
      () => app.get('/x', { params: { id: Path(z.int()) } }, () => 1),
      /the path has no \{id\}/,
    ],
    [
      'two bodies',
      () => app.post('/x', { params: { a: Body(z.string()), b: Body(z.string()) } }, () => 1),
      /two bodies: a and b/,
    ],
    ['an unknown option', () => app.get('/x', { reponse: 1 } as never, () => 1), /has no option reponse/],
    [
      'a bare schema',
      () => app.get('/x', { params: { q: z.string() } } as never, () => 1),
      /q is a schema\. Say where it is read from/,
    ],
    ['a bare function', () => dependency({ q: (() => 1) as never }, () => 1), /q is a function\. Wrap it/],
    [
      'a schema without JSON Schema',
      () => app.get('/x', { params: { q: Query(z.date() as never) } }, () => 1),
      /q: the zod schema cannot be written as JSON Schema/,
    ],
    [
      'a route declared twice',
      () => {
        const app = new App()
        app.get('/twice/{a}', { params: { a: Path(z.int()) } }, () => 1)
        app.get('/twice/{b}', { params: { b: Path(z.int()) } }, () => 1)
      },
      /GET \/twice\/\{b\} is declared twice: it matches the same as GET \/twice\/\{a\}/,
    ],
    ['a path without a slash', () => app.get('x', () => 1), /starts with a slash/],
    [
      'a route on an included router',
      () => {
        const router = new Router({ prefix: '/r' })
        new App().include(router)
        router.get('/late', () => 1)
      },
      /declared after its router was included/,
    ],
    ['an unknown option of the app', () => new App({ titel: 'x' } as never), /App has no option titel/],
    [
      'a parameter named __proto__',
      () => app.get('/x', { params: JSON.parse('{"__proto__": 1}') }, () => 1),
      /__proto__/,
    ],
  ])('%s', (_, declare, message) => {
    expect(declare).toThrow(TypeError)
    expect(declare).toThrow(message)
  })
})

test('what a dependency sets on the answer goes out, and is lost when a later one fails', async () => {
  const sets = dependency({ response: CurrentResponse }, ({ response }) => {
    response.headers.set('x-set', 'yes')
    response.setCookie('a', '1')
    response.setCookie('b', '2', { secure: false })
  })
  const fails = dependency({}, () => {
    throw new HTTPException(400)
  })
  const app = new App()
  app.get('/ok', { dependencies: [sets] }, () => 1)
  app.get('/web', { dependencies: [sets] }, () => new Response('text', { headers: { 'x-set': 'own' } }))
  app.get('/fails', { dependencies: [sets, fails] }, () => 1)
  const ok = await app.request('/ok')
  expect(ok.headers.get('x-set')).toBe('yes')
  expect(ok.headers.getSetCookie()).toEqual([
    'a=1; Path=/; Secure; HttpOnly; SameSite=Lax',
    'b=2; Path=/; HttpOnly; SameSite=Lax',
  ])
  const web = await app.request('/web')
  expect(web.headers.get('x-set')).toBe('own')
  expect(web.headers.getSetCookie()).toHaveLength(2)
  expect((await app.request('/fails')).headers.get('x-set')).toBeNull()
})

test('sync dependencies cost no await: the answer is there at once', () => {
  const user = dependency({ token: scheme }, ({ token }) => token)
  const app = new App()
  app.get(
    '/x/{id}',
    { params: { user, id: Path(z.int()), q: Query(z.string().optional()) }, response: z.object({ user: z.string() }) },
    ({ user }) => ({ user }),
  )
  const reply = app.handle(new WebIncoming(new Request('http://h/x/1', bearer('t'))))
  expect(reply).not.toBeInstanceOf(Promise)
  expect(reply).toMatchObject({ status: 200, body: '{"user":"t"}', after: undefined })
})
