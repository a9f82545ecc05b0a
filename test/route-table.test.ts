/** Which operation a path finds, and which names it gives: the one place where a request is matched to what secures it. */
import { App, HTTPException, Path } from 'sallyport'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { makeRoute } from '../src/route.ts'
import { RouteTable } from '../src/route-table.ts'

const table = (...paths: string[]): RouteTable<string> => {
  const made = new RouteTable<string>()
  for (const each of paths) {
    const [method, path] = each.includes(' ') ? each.split(' ') : ['GET', each]
    made.add(makeRoute(method as 'GET', path as string, [() => 1]), each)
  }
  return made
}
const find = (of: RouteTable<string>, path: string, method = 'GET'): unknown => {
  const found = of.find(method, path)
  return found && [found.value, { ...found.path }]
}

describe('one path', () => {
  test.each<[declared: string, path: string, names: Record<string, string> | undefined]>([
    ['/users/me', '/users/me', {}],
    ['/users/me', '/users/%6de', {}], // RFC 3986 §6.2.2.2: the same path in another spelling
    ['/users/me', '/%75sers/%6D%65', {}],
    ['/users/me', '/Users/me', undefined], // paths are case-sensitive
    ['/users/me', '/users/me/', undefined],
    ['/users/me', '/users//me', undefined],
    ['/users/me', '/users%2Fme', undefined], // an encoded slash separates nothing
    ['/users/me', '/users/me%20', undefined],
    ['/users/me/', '/users/me/', {}],
    ['/users/me/', '/users/me', undefined],
    ['/', '/', {}],
    ['/x', '/', undefined],
    ['/users/{id}', '/users/7', { id: '7' }],
    ['/users/{id}', '/users/', undefined], // a name is never empty
    ['/users/{id}', '/users//', undefined],
    ['/users/{id}', '/users/a/b', undefined],
    ['/users/{id}', '/users/a%2Fb', { id: 'a/b' }],
    ['/users/{id}', '/users/%252e', { id: '%2e' }], // decoded once
    ['/users/{id}', '/users/*', { id: '*' }],
    ['/users/{id}', '/users/:id', { id: ':id' }],
    ['/users/{id}', '/users/**', { id: '**' }],
    ['/users/{id}', '/users/__proto__', { id: '__proto__' }],
    ['/users/{id}', '/users/%F0%9F%92%A5', { id: '💥' }],
    ['/{a}/b/{c}', '/x/b/y', { a: 'x', c: 'y' }],
    ['/{constructor}', '/x', { constructor: 'x' }],
    ['/{toString}/{hasOwnProperty}', '/x/y', { toString: 'x', hasOwnProperty: 'y' }],
    ['/{_}/{_1}/{__rou3_x}', '/x/y/z', { _: 'x', _1: 'y', __rou3_x: 'z' }],
    ['/constructor', '/toString', undefined],
    ['/x', '/__proto__', undefined],
    ['/{a}-{b}', '/x-y', { a: 'x', b: 'y' }],
    ['/{a}-{b}', '/x-', undefined],
    ['/{a}.json', '/x.y.json', { a: 'x.y' }],
    ['/{a}.json', '/xjson', undefined],
    ['/x{id}y', '/xay', { id: 'a' }],
    ['/x{id}y', '/xy', undefined],
    ['/{a}b', '/ab', { a: 'a' }],
    ['/{a}_{b}', '/x_y', { a: 'x', b: 'y' }],
    ['/{a}+', '/x+', { a: 'x' }],
    ['/{a}+', '/x', undefined],
    ['/{a}+', '/x/y', undefined], // no operator of the router below
    ['/{a}*', '/x', undefined],
    ['/{a}*/b', '/x*/b', { a: 'x' }],
    ['/{a}(x)', '/1(x)', { a: '1' }],
    ['/{a}:{b}', '/1:2', { a: '1', b: '2' }],
    ['/{a}$', '/1$', { a: '1' }],
    ['/a*', '/ab', undefined],
    ['/a*', '/a*', {}],
    ['/**', '/a', undefined],
    ['/x:a', '/xb', undefined],
    ['/x:a', '/x:a', {}],
    ['/a+', '/aa', undefined],
    ['/a(b|c)', '/ab', undefined],
    ['/é', '/%C3%A9', {}],
    ['/é', '/%c3%a9', {}],
    ['/%7Eu', '/~u', {}],
    ['/.well-known/x', '/.well-known/x', {}],
    ['/f/{rest:path}', '/f/', { rest: '' }],
    ['/f/{rest:path}', '/f/a', { rest: 'a' }],
    ['/f/{rest:path}', '/f/a/', { rest: 'a/' }],
    ['/f/{rest:path}', '/f/a/b.txt', { rest: 'a/b.txt' }],
    ['/f/{rest:path}', '/f/a%2Fb', { rest: 'a/b' }],
    ['/f/{rest:path}', '/f', undefined],
    ['/f/{rest:path}', '/f//etc/passwd', undefined], // not an absolute path for who joins paths
    ['/f/{rest:path}', '/f/a//b', undefined],
    ['/f/{rest:path}', '/fx/a', undefined],
    ['/{rest:path}', '/', { rest: '' }],
    ['/{rest:path}', '/a/b', { rest: 'a/b' }],
    ['/{a}/{rest:path}', '/x/y/z', { a: 'x', rest: 'y/z' }],
  ])('%s with %s', (declared, path, names) => {
    expect(find(table(declared), path)).toEqual(names && [declared, names])
  })

  test.each(['/u/%ff', '/u/%C0%AF', '/u/%ED%A0%80', '/u/%'])('%s is no text: 400', (path) => {
    expect(() => table('/u/{a}').find('GET', path)).toThrow(HTTPException)
  })

  // What a handler joins to a directory must not lead out of it. A dot segment that is not encoded never comes this far.
  test.each(['..%2Fx', '..%2fx', '%2e%2e%2Fx', 'x%2F..', 'x%2F..%2Fy', '.%2Fx', '..%5Cx', '..%5c..%5cx', 'x%5C..'])(
    '%s hides a dot segment: 400',
    (segment) => {
      for (const declared of ['/u/{a}', '/u/{a:path}', '/{b}/{a}', '/u/x{a}'])
        expect(
          () => table(declared).find('GET', `/u/${declared.includes('x{') ? 'x' : ''}${segment}`),
          declared,
        ).toThrow('The path must not have segments . and ..')
    },
  )

  test.each(['a..b%2Fc', '...%2Fx', '%2Fx', 'x%2F', 'a%5Cb', '%20..%2Fx'])('%s hides none', (segment) => {
    expect(find(table('/u/{a}'), `/u/${segment}`)).toBeDefined()
  })
})

describe('several paths', () => {
  const all = [
    '/f/{name}',
    '/f/{rest:path}',
    '/f/',
    '/f/static',
    '/f/{name}/',
    '/f/{name}/edit',
    '/f/static/{x}',
    '/{any}/static',
  ]
  const expected: Record<string, string> = {
    '/f/static': '/f/static',
    '/f/st%61tic': '/f/static',
    '/f/other': '/f/{name}',
    '/f/other/': '/f/{name}/',
    '/f/': '/f/',
    '/f/a/b': '/f/{rest:path}',
    '/f/a/edit': '/f/{name}/edit',
    '/f/static/edit': '/f/static/{x}',
    '/f/static/a/b': '/f/{rest:path}',
    '/g/static': '/{any}/static',
  }
  test.each([
    ['in one order', all],
    ['in the other order', all.toReversed()],
  ])('static wins over a name, a name over a rest: %s', (_, paths) => {
    const made = table(...paths)
    expect(Object.fromEntries(Object.keys(expected).map((path) => [path, made.find('GET', path)?.value]))).toEqual(
      expected,
    )
  })

  test('each method on its own; what another method has does not hide it', () => {
    const made = table('GET /users/me', 'DELETE /users/{id}', 'POST /users/{name}')
    expect(find(made, '/users/me', 'DELETE')).toEqual(['DELETE /users/{id}', { id: 'me' }])
    expect(find(made, '/users/me', 'POST')).toEqual(['POST /users/{name}', { name: 'me' }])
    expect(made.methods('/users/me')).toEqual(['DELETE', 'GET', 'HEAD', 'POST'])
    expect(made.methods('/users/other')).toEqual(['DELETE', 'POST'])
    expect(made.methods('/nope')).toEqual([])
    for (const method of ['get', 'constructor', '__proto__', '', '*', 'PATCH'])
      expect(made.find(method, '/users/me')).toBeUndefined()
  })

  test.each([
    ['/a/{x}', '/a/{y}'],
    ['/a', '/%61'],
    ['/é', '/%C3%A9'],
    ['/f/{x:path}', '/f/{y:path}'],
    ['/a/{x}/{rest:path}', '/a/{y}/{z:path}'],
  ])('%s and %s are one: the second is refused', (one, other) => {
    expect(() => table(one, other)).toThrow(/declared twice/)
  })

  test('two that differ are two', () => {
    expect(() => table('/a', '/a/', '/{a}', '/{a}/', '/{a:path}', '/{a}.json', 'POST /a', '/A')).not.toThrow()
  })
})

test.each<[string, RegExp]>([
  ['users', /starts with a slash/],
  ['/a b', /no spaces/],
  ['/a?b', /no spaces, \?/],
  ['/a#b', /#/],
  ['/a\\b', /backslashes/],
  ['/a//b', /empty segments/],
  ['//a', /empty segments/],
  ['/a/../b', /dot segments/],
  ['/.', /dot segments/],
  ['/a/%2e%2E/b', /dot segments/],
  ['/a%zz', /percent-encoding/],
  ['/a%', /percent-encoding/],
  ['/{}', /no name/],
  ['/{a-b}', /no name/],
  ['/{1}', /no name/],
  ['/{__proto__}', /no name/],
  ['/{a}/{a}', /twice/],
  ['/{a:int}', /only kind is :path/],
  ['/{a:path}/b', /last segment/],
  ['/x{a:path}', /last segment/],
  ['/{a', /brace/],
  ['/a}', /brace/],
  ['/{a}{b}', /text between/],
])('a path %s is refused when declared, also when a prefix makes it', (path, message) => {
  expect(() => makeRoute('GET', path, [() => 1])).toThrow(message)
})

test('a name reaches its handler as text, decoded once', async () => {
  const app = new App({ openapiUrl: null })
  app.get('/x/{id}y/{rest:path}', { params: { id: Path(z.string()), rest: Path(z.string()) } }, (args) => args)
  expect(await (await app.request('/x/%C3%A9%2525y/a/%E2%82%AC')).json()).toEqual({ id: 'é%25', rest: 'a/€' })
  expect((await app.request('/x/1y/..%2f..%2fetc/passwd')).status).toBe(400)
})
