/** Routers: prefixes, nesting, what stands above an operation; and the answers of an app where nothing is found. */
import { App, dependency, HTTPException, Path, Router } from 'sallyport'
import { HTTPBearer } from 'sallyport/security'
import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'

const id = Path(z.int())
const text = async (response: Promise<Response> | Response): Promise<[number, string]> => {
  const { status } = await response
  return [status, await (await response).text()]
}

describe('prefixes', () => {
  test('stand in front of each other, the outermost first; names in them are given', async () => {
    const inner = new Router({ prefix: '/posts/{post}' })
    inner.get('', { params: { post: id, user: id } }, ({ post }) => ({ post }))
    inner.get('/tags/{tag}', { params: { tag: Path(z.string()), post: id, user: id } }, (args) => args)
    const outer = new Router({ prefix: '/users/{user}' })
    outer.include(inner)
    const app = new App()
    app.include(outer, { prefix: '/v1' })
    app.include(outer, { prefix: '/v2' })
    expect(await text(app.request('/v1/users/1/posts/2'))).toEqual([200, '{"post":2}'])
    expect(await text(app.request('/v2/users/1/posts/2/tags/x'))).toEqual([200, '{"tag":"x","post":2,"user":1}'])
    expect(app.operations.map(({ route }) => [route.where, route.names])).toEqual([
      ['GET /v1/users/{user}/posts/{post}', ['user', 'post']],
      ['GET /v1/users/{user}/posts/{post}/tags/{tag}', ['user', 'post', 'tag']],
      ['GET /v2/users/{user}/posts/{post}', ['user', 'post']],
      ['GET /v2/users/{user}/posts/{post}/tags/{tag}', ['user', 'post', 'tag']],
    ])
  })

  test('dependencies, tags, deprecated and includeInSchema of all layers', () => {
    const named = (name: string) => dependency(() => name)
    const [a, b, c, d] = [named('a'), named('b'), named('c'), named('d')]
    const inner = new Router({
      dependencies: [c],
      tags: ['inner'],
      deprecated: true,
      responses: { 409: { description: 'inner' } },
    })
    inner.get(
      '/x',
      { dependencies: [d], tags: ['own'], deprecated: false, responses: { 404: { description: 'own' } } },
      () => 1,
    )
    inner.get('/y', () => 1)
    const app = new App({ dependencies: [a] })
    app.include(inner, {
      dependencies: [b],
      tags: ['include'],
      includeInSchema: false,
      responses: { 409: { description: 'include' } },
    })
    const [x, y] = app.operations.map(({ route }) => route)
    expect(x?.dependencies).toEqual([a, b, c, d])
    expect(x?.tags).toEqual(['include', 'inner', 'own'])
    expect([x?.options.deprecated, y?.options.deprecated]).toEqual([false, true])
    expect([x?.options.includeInSchema, y?.options.includeInSchema]).toEqual([false, false])
    expect(x?.options.responses).toEqual({ 409: { description: 'inner' }, 404: { description: 'own' } })
    expect(Object.keys(app.openapi().paths ?? {})).toEqual([])
  })

  test.each([
    'a',
    '/a/',
    '/',
    '//a',
    '/a//b',
    '/a/../b',
    '/a/./b',
    '/a b',
    '/a?b',
    '/a#b',
    '/a\\b',
    '/%zz',
    '/{__proto__}',
    '/{}',
    '/{a',
    '/{r:path}',
    '/{id}',
  ])('%j is refused, on a router and where it is included', (prefix) => {
    const declare = (router: Router<string>) => router.get('/items/{id}', { params: { id } } as never, () => 1)
    expect(() => declare(new Router({ prefix: prefix as string }))).toThrow(TypeError)
    const router = new Router()
    declare(router)
    expect(() => new App().include(router, { prefix })).toThrow(TypeError)
  })

  test('a name of an include prefix that nobody declares is refused', () => {
    const router = new Router()
    router.get('/x', () => 1)
    expect(() => new App().include(router, { prefix: '/{tenant}' })).toThrow(/\{tenant\}, which is not declared/)
  })
})

describe('misuse', () => {
  test('what is declared after the include would be lost: it throws', () => {
    const router = new Router({ prefix: '/a' })
    const app = new App()
    app.include(router, { prefix: '/v1' })
    expect(() => router.get('/late', () => 1)).toThrow('GET /late is declared after its router was included (at /v1/a)')
    expect(() => router.include(new Router())).toThrow(/after|included/)
  })

  test('an app is mounted, not included: its middleware and handlers would be lost', () => {
    const inner = new App()
    inner.get('/x', () => 1)
    expect(() => new App({ openapiUrl: null }).include(inner as never)).toThrow(/mount\(\)/)
    expect(() => new Router().include(inner as never)).toThrow(/mount\(\)/)
    const app = new App()
    expect(() => app.include(app as never)).toThrow(TypeError)
    expect(() => app.include({} as never)).toThrow(/is a Router/)
  })

  test.each<[string, () => unknown]>([
    ['an unknown option of a router', () => new Router({ prefx: '/a' } as never)],
    ['an unknown option of include()', () => new App().include(new Router(), { prefx: '/a' } as never)],
    ['dependencies that are no list', () => new Router({ dependencies: (() => 1) as never })],
    ['a function as a dependency', () => new Router({ dependencies: [(() => 1) as never] })],
    ['an empty path on an app', () => new App().get('' as never, () => 1)],
    ['an unknown option of an operation', () => new App().get('/x', { respnse: z.string() } as never, () => 1)],
    ['a handler that is none', () => new App().get('/x', {}, 1 as never)],
    ['options that are none', () => new App().get('/x', null as never, () => 1)],
    ['a response that is no schema', () => new App().get('/x', { response: {} as never }, () => 1)],
    ['a status that is none', () => new App().get('/x', { status: 99 }, () => 1)],
    ['a path name as a query', () => new App().get('/{a}', { params: {} } as never, () => 1)],
    ['a Path() that the path does not name', () => new App().get('/x', { params: { a: id } } as never, () => 1)],
    ['an operation twice', () => [1, 2].map(() => sharedApp.get('/x', () => 1))],
    ['an operation at the place of the docs', () => new App().get('/docs', () => 1)],
  ])('%s throws when declared', (_, declare) => {
    expect(declare).toThrow(TypeError)
  })
  const sharedApp = new App()
})

describe('HEAD and what is not found', () => {
  test('HEAD runs the GET of its path, security too, and has its headers and no body', async () => {
    const ran = vi.fn(() => ({ hello: 'wörld' }))
    const app = new App()
    app.get('/secured', { params: { token: new HTTPBearer() } }, ran)
    app.get('/stream', async function* () {
      yield 'x'
    })
    const refused = await app.request('/secured', { method: 'HEAD' })
    expect([refused.status, refused.headers.get('www-authenticate'), await refused.text()]).toEqual([401, 'Bearer', ''])
    expect(ran).not.toHaveBeenCalled()
    const head = await app.request('/secured', { method: 'HEAD', headers: { authorization: 'Bearer x' } })
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '18', ''])
    expect(ran).toHaveBeenCalledOnce()
    expect(await text(app.request('/stream', { method: 'HEAD' }))).toEqual([200, ''])
  })

  test('no answer to HEAD has a body: 404, 405, an own head(), an error', async () => {
    const app = new App({ onError: () => {} })
    app.post('/x', () => 1)
    app.head('/own', () => 'body')
    app.get('/own', () => 'longer body')
    app.get('/fails', () => {
      throw new Error('x')
    })
    for (const [path, status] of [
      ['/nope', 404],
      ['/x', 405],
      ['/own', 200],
      ['/fails', 500],
    ] as const)
      expect([path, ...(await text(app.request(path, { method: 'HEAD' })))]).toEqual([path, status, ''])
    expect((await app.request('/own', { method: 'HEAD' })).headers.get('content-length')).toBe('6')
  })

  test('a length that was set is not sent twice', async () => {
    const app = new App()
    app.get('/x', () => new Response('abc', { headers: { 'content-length': '3' } }))
    expect((await app.request('/x', { method: 'HEAD' })).headers.get('content-length')).toBe('3')
  })

  test('OPTIONS and other methods are 405 with Allow, before anything runs', async () => {
    const ran = vi.fn()
    const app = new App({ dependencies: [dependency(ran)] })
    app.get('/x', { params: { token: new HTTPBearer() } }, ran)
    app.put('/x', ran)
    for (const method of ['OPTIONS', 'POST', 'PATCH', 'DELETE', 'PROPFIND', 'constructor']) {
      const response = await app.request('/x', { method })
      expect([method, response.status, response.headers.get('allow')]).toEqual([method, 405, 'GET, HEAD, PUT'])
      expect(response.headers.has('www-authenticate')).toBe(false)
    }
    expect(ran).not.toHaveBeenCalled()
    app.options('/x', () => 'mine')
    expect(await text(app.request('/x', { method: 'OPTIONS' }))).toEqual([200, '"mine"'])
  })
})

describe('slash redirects', () => {
  const app = new App({ openapiUrl: null })
  app.get('/items/', () => 1)
  app.post('/form', () => 1)
  app.get('/u/{name}', { params: { name: Path(z.string()) } }, ({ name }) => name)
  app.get('/f/{rest:path}', { params: { rest: Path(z.string()) } }, ({ rest }) => rest)

  test.each<[string, string | null]>([
    ['/items', '/items/'],
    ['/items?a=b&c=//evil.example', '/items/?a=b&c=//evil.example'],
    ['/form/', '/form'],
    ['/u/x/', '/u/x'],
    ['/u/%2Fevil.example/', '/u/%2Fevil.example'], // as it was sent: decoding it is the client's matter
    ['/u/%0D%0Aset-cookie:a=b/', '/u/%0D%0Aset-cookie:a=b'],
    ['/f', '/f/'],
    ['/nope/', null],
    ['/', null],
    ['/%2F/', null],
    ['/%2Fevil.example', null],
  ])('%s to %s', async (path, location) => {
    const response = await app.request(path)
    expect([response.status, response.headers.get('location')]).toEqual(location ? [307, location] : [404, null])
  })

  test('never to another host, wherever the app is mounted and whatever Host says', async () => {
    const rest = new App({ openapiUrl: null })
    rest.get('/{rest:path}', { params: { rest: Path(z.string()) } }, () => 1)
    rest.get('/{a}/{b}/', { params: { a: id, b: id } }, () => 1)
    for (const path of [
      '//evil.example',
      '//evil.example/',
      '/\\evil.example',
      '/%5Cevil.example',
      '/%5C/evil.example',
      '/%2F%2Fevil.example/',
      '///evil.example/',
    ]) {
      const response = await rest.request(
        new Request(`http://localhost${path}`, {
          headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example' },
        }),
      )
      expect(response.headers.get('location') ?? '/ok').toMatch(/^\/(?![/\\])/)
    }
    const outer = new App({ openapiUrl: null })
    outer.mount('/m', rest)
    for (const path of ['/m//evil.example/x', '/m//evil.example', '/m//']) {
      expect((await outer.request(path)).headers.get('location') ?? '/ok').toMatch(/^\/(?![/\\])/)
    }
  })

  test('with the mount prefix in front; and not when switched off', async () => {
    expect((await app.request('/items', {}, { rootPath: '/api' })).headers.get('location')).toBe('/api/items/')
    const strict = new App({ redirectSlashes: false })
    strict.get('/items/', () => 1)
    expect((await strict.request('/items')).status).toBe(404)
  })
})

test('a handler of an operation that throws ends only its own request', async () => {
  const app = new App({ onError: () => {} })
  app.get('/{id}', { params: { id } }, ({ id }) => {
    if (id === 1) throw new HTTPException(418)
    if (id === 2) throw new Error('x')
    return id
  })
  const answers = await Promise.all([3, 1, 2, 4, 1].map((n) => app.request(`/${n}`)))
  expect(answers.map(({ status }) => status)).toEqual([200, 418, 500, 200, 418])
  expect(await answers[3]?.text()).toBe('4')
})
