/** Apps under a prefix: in an app of ours, in Hono, behind a proxy; and plain fetch functions in ours. */
import { Hono } from 'hono'
import {
  App,
  CurrentIncoming,
  CurrentRequest,
  cors,
  dependency,
  FetchContext,
  HTTPException,
  Path,
  Query,
} from 'sallyport'
import { HTTPBearer } from 'sallyport/security'
import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'

const text = async (response: Promise<Response> | Response): Promise<[number, string]> => {
  const { status } = await response
  return [status, await (await response).text()]
}

/** An app that tells where it believes to be. */
function places(): App {
  const app = new App({ title: 'Inner' })
  app.get(
    '/where/{rest:path}',
    {
      params: {
        rest: Path(z.string()),
        q: Query(z.string().optional()),
        incoming: CurrentIncoming,
        request: CurrentRequest,
      },
    },
    ({ rest, q, incoming, request }) => ({
      rest,
      q,
      path: incoming.path,
      rootPath: incoming.rootPath,
      url: request.url,
    }),
  )
  app.post('/', { params: { incoming: CurrentIncoming } }, async ({ incoming }) =>
    new TextDecoder().decode(await incoming.bytes(100)),
  )
  app.get('/items/', () => 1)
  return app
}

describe('an app in an app', () => {
  const inner = places()
  const outer = new App({ title: 'Outer', dependencies: [dependency({ token: new HTTPBearer() }, () => {})] })
  outer.mount('/inner', inner)
  outer.get('/inner/own', () => 'of the outer one')

  test('sees its own paths, and the prefix in front', async () => {
    expect(await (await outer.request('/inner/where/a/b%20c?q=1')).json()).toEqual({
      rest: 'a/b c',
      q: '1',
      path: '/where/a/b%20c',
      rootPath: '/inner',
      url: 'http://localhost/inner/where/a/b%20c?q=1',
    })
    expect((await (await outer.request('/inner/where/', {}, { rootPath: '/api' })).json()).rootPath).toBe('/api/inner')
    expect(await text(outer.request('/inner', { method: 'POST', body: 'hello' }))).toEqual([200, '"hello"'])
    expect((await outer.request('/inner/items')).headers.get('location')).toBe('/inner/items/')
  })

  test('is not what the dependencies of the outer app stand before; operations of the outer app come first', async () => {
    expect(await text(outer.request('/inner/own'))).toEqual([401, '{"detail":"Not authenticated"}'])
    expect((await outer.request('/inner/nope')).status).toBe(404)
    expect((await outer.request('/inner/where/x', { method: 'DELETE' })).status).toBe(405)
    expect((await outer.request('/innerx/where/x')).status).toBe(404)
  })

  test('is found under every spelling of its prefix, and nothing else is', async () => {
    for (const path of ['/inner/where/x', '/%69nner/where/x', '/inne%72/wh%65re/x'])
      expect((await outer.request(path)).status, path).toBe(200)
    for (const path of [
      '/INNER/where/x',
      '/inner%2Fwhere/x',
      '/inner/../inner/where/x',
      '/inner//where/x',
      '/in/ner/where/x',
    ])
      expect([path, (await outer.request(new Request(`http://localhost${path}`))).status]).toEqual([
        path,
        path.includes('..') ? 200 : 404,
      ])
  })

  test('has a document and docs of its own, under the prefix', async () => {
    const document = await (await outer.request('/inner/openapi.json')).json()
    expect([document.info.title, document.servers, Object.keys(document.paths)]).toEqual([
      'Inner',
      [{ url: '/inner' }],
      ['/where/{rest}', '/', '/items/'],
    ])
    expect(Object.keys((await (await outer.request('/openapi.json')).json()).paths)).toEqual(['/inner/own'])
    const docs = await outer.request('/inner/docs')
    expect([docs.status, await docs.text()]).toEqual([200, expect.stringContaining('Inner')])
  })

  test('two deep, with the longest prefix first', async () => {
    const top = new App()
    const middle = new App()
    middle.mount('/in', places())
    middle.get('/hi', () => 'hi')
    top.mount('/a', middle)
    top.mount('/a/in/deeper', places())
    expect((await (await top.request('/a/in/where/x')).json()).rootPath).toBe('/a/in')
    expect((await (await top.request('/a/in/deeper/where/x')).json()).rootPath).toBe('/a/in/deeper')
    expect(await text(top.request('/a/hi'))).toEqual([200, '"hi"'])
  })

  test('has exception handlers, overrides, limits and middleware of its own', async () => {
    const who = dependency(() => 'inner')
    const app = new App({ limits: { queryParameters: 1 } })
    app.get('/', { params: { who, q: Query(z.string().optional()) } }, ({ who }) => who)
    app.get('/fails', () => {
      throw new HTTPException(418)
    })
    app.exceptionHandler(418, () => new Response('inner', { status: 418 }))
    app.use(async (request, next) => {
      const response = new Response((await next(request)).body)
      response.headers.set('x-inner', new URL(request.url).pathname)
      return response
    })
    const top = new App()
    top.exceptionHandler(418, () => new Response('outer'))
    top.mount('/m', app)
    expect(await text(top.request('/m/'))).toEqual([200, '"inner"'])
    app.overrides.set(who, () => 'overridden')
    top.overrides.set(who, () => 'of the outer app')
    expect(await text(top.request('/m/'))).toEqual([200, '"overridden"'])
    expect(await text(top.request('/m/fails'))).toEqual([200, 'inner'])
    const answer = await top.request('/m/?a=1&b=2')
    expect([await answer.json(), answer.headers.get('x-inner')]).toEqual([
      { detail: 'The query has more than 1 fields' },
      '/m/',
    ])
  })

  test('its middleware may hand on another request for the same path, and for another path', async () => {
    const app = places()
    app.use((request, next) => {
      const headers = new Headers(request.headers)
      headers.set('x-seen', 'yes')
      return next(new Request(request.url.replace('/old/', '/where/'), { headers }))
    })
    const top = new App()
    top.mount('/m', app)
    expect(await (await top.request('/m/where/x?q=1', {}, { rootPath: '/api' })).json()).toMatchObject({
      path: '/where/x',
      rootPath: '/api/m',
      q: '1',
    })
    expect(await (await top.request('/m/old/x')).json()).toMatchObject({ path: '/where/x', rest: 'x' })
    expect((await top.request('/m/')).status).toBe(405)
    expect((await top.request('/m')).status).toBe(405)
  })
})

describe('a plain fetch function', () => {
  const seen: string[] = []
  const echo = async (request: Request): Promise<Response> => {
    seen.push(`${request.method} ${request.url}`)
    return new Response(`${new URL(request.url).pathname} ${await request.text()}`, {
      status: 203,
      headers: { 'x-a': 'b' },
    })
  }

  test('sees the path without the prefix, the query, the method, the body', async () => {
    const app = new App()
    app.mount('/static', echo)
    const answer = await app.request('/static/a%20b/c?d=e', { method: 'POST', body: 'body' })
    expect([answer.status, answer.headers.get('x-a'), await answer.text()]).toEqual([203, 'b', '/a%20b/c body'])
    expect(seen.pop()).toBe('POST http://localhost/a%20b/c?d=e')
    expect(await text(app.request('/static'))).toEqual([203, '/ '])
    expect(await text(app.request('/%73tatic/x'))).toEqual([203, '/x '])
    expect(await text(app.request('/static//evil.example/x'))).toEqual([203, '//evil.example/x '])
    expect(new URL(seen.pop()?.split(' ')[1] as string).host).toBe('localhost')
  })

  test('in an app that is mounted itself, and behind a prefix that was taken off', async () => {
    const middle = new App()
    middle.mount('/files', echo)
    const top = new App()
    top.mount('/middle', middle)
    expect(await text(top.request('/middle/files/x/y?z'))).toEqual([203, '/x/y '])
    expect(await text(top.request('/middle/files/x', {}, { rootPath: '/api' }))).toEqual([203, '/x '])
    expect(await text(top.request('/middle/files', { method: 'PUT', body: 'b' }))).toEqual([203, '/ b'])
  })

  test('one that throws, rejects, or gives no Response is answered with 500 and reported', async () => {
    const onError = vi.fn()
    const app = new App({ onError })
    app.mount('/throws', () => {
      throw new Error('x')
    })
    app.mount('/rejects', () => Promise.reject(new HTTPException(409, 'taken')))
    app.mount('/nothing', (() => undefined) as never)
    app.mount('/promise', (async () => 'text') as never)
    expect(
      await Promise.all(
        ['/throws', '/rejects', '/nothing', '/promise/x'].map((path) => app.request(path).then(({ status }) => status)),
      ),
    ).toEqual([500, 409, 500, 500])
    expect(onError).toHaveBeenCalledTimes(3)
  })
})

test.each<[string, unknown[], RegExp]>([
  ['a prefix without a slash', ['x', new App()], /mount\(\): /],
  ['the root', ['/', new App()], /mount\(\): /],
  ['a slash at the end', ['/x/', new App()], /mount\(\): /],
  ['a name', ['/{x}', new App()], /mount\(\): /],
  ['an empty segment', ['//x', new App()], /mount\(\): /],
  ['a dot segment', ['/x/../y', new App()], /mount\(\): /],
  ['a backslash', ['/x\\y', new App()], /mount\(\): /],
  ['broken percent-encoding', ['/x%', new App()], /mount\(\): /],
  ['a place that is taken', ['/taken', new App()], /already/],
  ['a place that is taken in another spelling', ['/%74aken', new App()], /already/],
  ['nothing', ['/x', undefined], /second argument/],
  ['something else', ['/x', {}], /second argument/],
])('mount() refuses %s', (_, args, message) => {
  const app = new App()
  app.mount('/taken', new App())
  expect(() => app.mount(...(args as [string, App]))).toThrow(message)
})

test('a prefix that is not ASCII', async () => {
  const app = new App()
  app.mount('/straße', (request) => new Response(new URL(request.url).pathname))
  expect(await text(app.request('/straße/x'))).toEqual([200, '/x'])
  expect(await text(app.request('/stra%c3%9fe/x'))).toEqual([200, '/x'])
})

describe('app.fetch with a FetchContext', () => {
  test('in Hono, under a prefix that Hono takes off', async () => {
    const app = places()
    app.use(cors({ allowOrigins: ['https://a.example'] }))
    const hono = new Hono()
    hono.get('/', (c) => c.text('hono'))
    hono.mount('/api', (request: Request) => app.fetch(request, new FetchContext({ rootPath: '/api' })))
    expect(await (await hono.request('/api/where/x?q=1')).json()).toEqual({
      rest: 'x',
      q: '1',
      path: '/where/x',
      rootPath: '/api',
      url: 'http://localhost/where/x?q=1',
    })
    expect((await hono.request('/api/items')).headers.get('location')).toBe('/api/items/')
    expect((await (await hono.request('/api/openapi.json')).json()).servers).toEqual([{ url: '/api' }])
    expect(await text(hono.request('/api/docs'))).toEqual([200, expect.stringContaining('Inner')])
    expect(await text(hono.request('/api/', { method: 'POST', body: 'through' }))).toEqual([200, '"through"'])
    expect(await text(hono.request('/'))).toEqual([200, 'hono'])
  })

  test('what else a runtime passes is ignored; a look-alike is none', async () => {
    const app = places()
    for (const context of [undefined, null, {}, { rootPath: '/evil' }, { env: 1 }, 'text'])
      expect((await (await app.fetch(new Request('http://localhost/where/x'), context)).json()).rootPath).toBe('')
  })

  test.each(['api', '/api/', '//evil.example', '/a b', '/a?b', '/a\\b', '/', '/a\r\nb'])(
    'the root path %j is refused',
    (rootPath) => {
      expect(() => new FetchContext({ rootPath })).toThrow(/rootPath/)
      expect(() => new App({ rootPath })).toThrow(/rootPath/)
    },
  )

  test("an app's own rootPath wins, also where it is mounted", async () => {
    const app = new App({ rootPath: '/public' })
    app.get('/', { params: { incoming: CurrentIncoming } }, ({ incoming }) => incoming.rootPath)
    expect(await text(app.request('/', {}, { rootPath: '/other' }))).toEqual([200, '"/public"'])
  })
})
