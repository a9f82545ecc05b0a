import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { serve, toNodeHandler } from '../../src/adapters/node.ts'
import { App, Body, CurrentRequest, Path, Query } from '../../src/index.ts'
import { HTTPBearer } from '../../src/security/index.ts'
import { exchange, statusesOf, statusOf } from './raw-client.ts'
import { SmallApp, text } from './small-app.ts'

const started: Server[] = []
afterEach(async () => {
  for (const server of started.splice(0)) {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
})

async function listen(listener: RequestListener): Promise<{ url: string; port: number }> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  started.push(server)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, port }
}

const where = new SmallApp((incoming) =>
  text(JSON.stringify([incoming.rootPath, incoming.path, incoming.search, incoming.request.url])),
)

/** The same guarded app for all of them. */
function makeApp(): App {
  const app = new App({ title: 'Mounted' })
  const bearer = new HTTPBearer()
  app.get('/items/{id}', { params: { id: Path(z.int()), q: Query(z.string().optional()) } }, ({ id, q }) => ({ id, q }))
  app.get('/me', { params: { credentials: bearer } }, () => ({ name: 'john' }))
  app.post('/items', { params: { item: Body(z.object({ name: z.string() })) }, status: 201 }, ({ item }) => item)
  app.get('/url', { params: { request: CurrentRequest } }, ({ request }) => ({ url: request.url }))
  return app
}

async function expectApp(base: string): Promise<void> {
  const get = async (path: string, init?: RequestInit): Promise<[number, unknown]> => {
    const response = await fetch(`${base}${path}`, init)
    return [response.status, await response.json()]
  }
  expect(await get('/items/7?q=a%20b')).toEqual([200, { id: 7, q: 'a b' }])
  expect(await get('/me')).toEqual([401, { detail: 'Not authenticated' }])
  expect(await get('/me', { headers: { authorization: 'Bearer abc' } })).toEqual([200, { name: 'john' }])
  const post = (body: string): RequestInit => ({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  expect(await get('/items', post('{"name":"foo"}'))).toEqual([201, { name: 'foo' }])
  expect(await get('/items', post('{"name":'))).toEqual([422, expect.anything()])
  expect(await get('/none')).toEqual([404, { detail: 'Not Found' }])
  expect(await get('/url')).toEqual([200, { url: `${base}/url` }])
  const [status, document] = await get('/openapi.json')
  expect([status, (document as { info: { title: string } }).info.title]).toEqual([200, 'Mounted'])
}

test('the app served directly', async () => {
  await using server = await serve(makeApp(), { port: 0, installSignalHandlers: false })
  await expectApp(server.url)
})

test('mounted in node:http', async () => {
  const { url } = await listen(toNodeHandler(makeApp()))
  await expectApp(url)
})

test('mounted in node:http under a path', async () => {
  const handler = toNodeHandler(makeApp(), { mountPath: '/api' })
  const { url } = await listen((req, res) => {
    if (req.url?.startsWith('/api')) handler(req, res)
    else res.end('the rest')
  })
  await expectApp(`${url}/api`)
  expect(await (await fetch(url)).text()).toBe('the rest')
})

test.each([
  ['/api', ['/api', '/', '']],
  ['/api/', ['/api', '/', '']],
  ['/api?a=b', ['/api', '/', 'a=b']],
  ['/api/a%2Fb?c', ['/api', '/a%2Fb', 'c']],
])('mountPath moves from the path of %s to rootPath', async (target, parts) => {
  const { url } = await listen(toNodeHandler(where, { mountPath: '/api/' }))
  expect(await (await fetch(url + target)).json()).toEqual([...parts, url + target])
})

test.each(['/', '/apis', '/other/api', '/API/a'])('%s is outside of mountPath: 404', async (target) => {
  const { url } = await listen(toNodeHandler(where, { mountPath: '/api' }))
  expect((await fetch(url + target)).status).toBe(404)
})

test('rootPath of a proxy stands in front of mountPath', async () => {
  const { url } = await listen(toNodeHandler(where, { mountPath: '/api', rootPath: '/outer' }))
  expect(await (await fetch(`${url}/api/a`)).json()).toEqual(['/outer/api', '/a', '', `${url}/api/a`])
})

test('mounted in Express', async () => {
  const { url } = await listen(express().use(toNodeHandler(makeApp())))
  await expectApp(url)
})

test('mounted in Express under a path: the prefix is found', async () => {
  const inner = express.Router().use('/inner', toNodeHandler(where))
  const server = express().use('/api', toNodeHandler(makeApp())).use('/outer', inner)
  const { url } = await listen(server)
  await expectApp(`${url}/api`)
  for (const [target, path] of [
    ['/outer/inner', '/'],
    ['/outer/inner/a%2Fb', '/a%2Fb'],
  ] as const) {
    expect(await (await fetch(url + target)).json()).toEqual(['/outer/inner', path, '', url + target])
  }
})

test('in Express what was refused before the prefix was taken off is refused', async () => {
  const { port } = await listen(express().use('/api', toNodeHandler(where)))
  for (const target of ['/api/../admin', '/api//a\\b', 'http://localhost/api/a', '/api/a#b']) {
    const answer = await exchange(port, `GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
    expect([target, statusOf(answer)]).toEqual([target, 400])
  }
})

test('in Express a body that express.json() has read is an error that says so, and nothing hangs', async () => {
  const errors: unknown[] = []
  const app = makeApp()
  app.exceptionHandler(Error, (error) => {
    errors.push(error)
    return Response.json({ detail: 'failed' }, { status: 500 })
  })
  const { url } = await listen(express().use(express.json()).use(toNodeHandler(app)))
  const response = await fetch(`${url}/items`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"name":"foo"}',
  })
  expect(response.status).toBe(500)
  expect(errors).toEqual([
    new TypeError(
      'The body of the request was read before. Mount the app in front of what reads bodies, such as express.json().',
    ),
  ])
  expect((await fetch(`${url}/items/7`)).status).toBe(200)
})

test('mounted in Fastify', async () => {
  const server = fastify()
  const handler = toNodeHandler(makeApp(), { mountPath: '/api' })
  // In a plugin of its own, so that Fastify's other routes keep their parsers.
  await server.register(async (api) => {
    api.removeAllContentTypeParsers()
    api.addContentTypeParser('*', (_request, _payload, done) => done(null))
    api.all('/api/*', (request, reply) => {
      reply.hijack()
      handler(request.raw, reply.raw)
    })
  })
  server.post('/own', (request) => request.body)
  const url = await server.listen({ port: 0, host: '127.0.0.1' })
  await expectApp(`${url}/api`)
  const own = await fetch(`${url}/own`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"a":1}',
  })
  expect(await own.json()).toEqual({ a: 1 })
  await server.close()
})

test('app.fetch mounted in Hono', async () => {
  const app = makeApp()
  const hono = new Hono().all('/all/*', (c) => c.text('hono')).mount('/api', app.fetch)
  const get = (path: string, init?: RequestInit): Promise<Response> => Promise.resolve(hono.request(path, init))
  expect(await (await get('/api/items/7?q=a')).json()).toEqual({ id: 7, q: 'a' })
  expect((await get('/api/me')).status).toBe(401)
  expect(await (await get('/api/me', { headers: { authorization: 'Bearer abc' } })).json()).toEqual({ name: 'john' })
  const posted = await get('/api/items', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"name":"foo"}',
  })
  expect([posted.status, await posted.json()]).toEqual([201, { name: 'foo' }])
  expect(await (await get('/all/a')).text()).toBe('hono')
})

test('app.fetch as the handler of all of a Hono app', async () => {
  const app = makeApp()
  const hono = new Hono().get('/hono', (c) => c.text('hono')).all('*', (c) => app.fetch(c.req.raw))
  expect(await (await hono.request('/items/7')).json()).toEqual({ id: 7 })
  expect((await hono.request('/me')).status).toBe(401)
  expect(await (await hono.request('/hono')).text()).toBe('hono')
})

test('the app is started before its first request, once', async () => {
  const app = new SmallApp()
  const { url } = await listen(toNodeHandler(app))
  await Promise.all([fetch(url), fetch(url), fetch(url)])
  await fetch(url)
  expect(app.lives).toEqual(['start'])
})

test('an app that does not start answers 503, and is tried again', async () => {
  const errors: unknown[] = []
  const app = new SmallApp()
  app.start = () => (errors.length === 0 ? Promise.reject(new Error('no database')) : Promise.resolve())
  const { url } = await listen(toNodeHandler(app, { onError: (error) => errors.push(error) }))
  expect((await fetch(url)).status).toBe(503)
  expect((await fetch(url)).status).toBe(200)
  expect(errors).toEqual([new Error('no database')])
})

test('the plain server’s own refusals and ours', async () => {
  const { port } = await listen(toNodeHandler(where, { maxHeadersCount: 10 }))
  const head = (more: string): string => `GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${more}\r\n`
  expect(statusesOf(await exchange(port, head('Authorization: a\r\nAuthorization: b\r\n')))).toEqual([400])
  expect(statusesOf(await exchange(port, head('X-A: b\r\n'.repeat(9))))).toEqual([431])
  expect(statusesOf(await exchange(port, head('X-A: b\r\n'.repeat(8))))).toEqual([200])
})

test('wrong options are refused when declared', () => {
  expect(() => toNodeHandler(where, { mountPath: 'api' })).toThrow('toNodeHandler: mountPath: expected a path')
  expect(() => toNodeHandler(where, { rootPath: '/a b' })).toThrow('toNodeHandler: rootPath')
  expect(() => toNodeHandler(where, { trustProxy: ['x'] })).toThrow('toNodeHandler: trustProxy')
  expect(() => toNodeHandler(where, { maxHeadersCount: -1 })).toThrow('toNodeHandler: maxHeadersCount')
  expect(() => toNodeHandler(where, { prefix: '/api' } as object)).toThrow('toNodeHandler: there is no option prefix')
})
