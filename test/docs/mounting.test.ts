/** The programs of "In Hono, Express, Fastify and Next", each asked the same. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { site as onExpress } from '../../docs/src/mounting/express.ts'
import { site as onFastify } from '../../docs/src/mounting/fastify.ts'
import onHono from '../../docs/src/mounting/hono.ts'
import api from '../../docs/src/mounting/main.ts'
import * as next from '../../docs/src/mounting/next.ts'
import { GET, POST } from '../../docs/src/mounting/next.ts'

type Ask = (path: string, init?: RequestInit) => Promise<Response>
interface Site extends AsyncDisposable {
  readonly ask: Ask
}

const json = { 'content-type': 'application/json' }
const john = { authorization: 'Bearer john-token' }

async function openHono(): Promise<Site> {
  return { ask: async (path, init) => onHono.request(path, init), [Symbol.asyncDispose]: async () => {} }
}

async function openExpress(): Promise<Site> {
  const server = createServer(onExpress).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    ask: (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function openFastify(): Promise<Site> {
  const url = await onFastify.listen({ port: 0, host: '127.0.0.1' })
  return { ask: (path, init) => fetch(url + path, init), [Symbol.asyncDispose]: () => onFastify.close() }
}

async function openNext(): Promise<Site> {
  const ask: Ask = async (path, init) => {
    const handler = init?.method === 'POST' ? POST : GET
    return handler(new Request(`http://localhost:3000${path}`, init))
  }
  return { ask, [Symbol.asyncDispose]: async () => {} }
}

describe.each([
  ['Hono', openHono],
  ['Express', openExpress],
  ['Fastify', openFastify],
  ['Next', openNext],
])('%s', (name, open) => {
  test('the app answers under its prefix, and closes what is closed', async () => {
    await using site = await open()
    const get = async (path: string, init?: RequestInit): Promise<[number, unknown]> => {
      const answer = await site.ask(path, init)
      return [answer.status, await answer.json()]
    }
    expect(await get('/api/where')).toEqual([200, { rootPath: '/api', path: '/where' }])
    const refused = await site.ask('/api/me')
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    expect(await get('/api/me', { headers: john })).toEqual([200, { name: 'john' }])
    const body = '{"name":"portcullis"}'
    const post = { method: 'POST', headers: { ...json, ...john }, body }
    expect(await get('/api/items', post)).toEqual([201, { name: 'portcullis' }])
    expect(await get('/api/openapi.json')).toMatchObject([200, { servers: [{ url: '/api' }] }])
    expect(await (await site.ask('/api/docs')).text()).toContain('Swagger UI')
    const moved = await site.ask('/api/where/', { redirect: 'manual' })
    expect([moved.status, moved.headers.get('location')]).toEqual([307, '/api/where'])
    expect((await site.ask('/apis/me')).status).toBe(404)
    if (name === 'Express' || name === 'Fastify')
      expect(await get('/form', { method: 'POST', headers: json, body })).toEqual([200, JSON.parse(body)])
  })
})

test('Next keeps no answer of one caller for another', () => {
  expect(next.dynamic).toBe('force-dynamic')
  const methods = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']
  expect(
    Object.keys(next)
      .filter((name) => /^[A-Z]+$/.test(name))
      .sort(),
  ).toEqual(methods)
  expect(api.operations.map(({ route }) => route.method)).toEqual(['GET', 'POST', 'GET'])
})
