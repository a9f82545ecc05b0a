import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Hono } from 'hono'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import express from '../../docs/src/migration/beside-express.ts'
import fastify from '../../docs/src/migration/beside-fastify.ts'
import hono from '../../docs/src/migration/beside-hono.ts'
import app from '../../docs/src/migration/main.ts'
import { SECRET, tokens } from '../../docs/src/migration/tokens.ts'
import { findUser } from '../../docs/src/migration/users.ts'
import { serve } from '../../src/adapters/node.ts'
import { App, type AppOptions } from '../../src/index.ts'
import { JWT } from '../../src/jwt/index.ts'
import { chapters } from './chapter.ts'
import { compileWith } from './compile.ts'

const servers: Server[] = []
afterEach(async () => {
  vi.unstubAllEnvs()
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
})

async function listen(server: Server): Promise<string> {
  servers.push(server.listen(0, '127.0.0.1'))
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

type Send = (path: string, init?: RequestInit) => Promise<Response>
const direct: Send = (path, init) => app.request(path, init)

async function logIn(send: Send, username: string, password: string, scope = 'items'): Promise<string> {
  const body = new URLSearchParams({ username, password, scope })
  const { access_token } = (await (await send('/token', { method: 'POST', body })).json()) as Record<string, string>
  return access_token ?? ''
}

const bearer = (token: string): RequestInit => ({ headers: { authorization: `Bearer ${token}` } })
const challengeOf = (response: Response): string | null => response.headers.get('www-authenticate')

// ---- The app that every page shows ---------------------------------------------------------------------------------------------

let john = ''
beforeAll(async () => {
  john = await logIn(direct, 'johndoe', 'secret')
})

/** What a reader would ask of the new app, wherever it is mounted. */
async function expectAccounts(send: Send): Promise<void> {
  expect(await (await send('/items/7?q=rope')).json()).toEqual({ id: 7, q: 'rope' })
  expect(await (await send('/items/7')).json()).toEqual({ id: 7, q: null })
  expect((await send('/items/foo')).status).toBe(422)
  const token = await logIn(send, 'johndoe', 'secret')
  const me = await send('/users/me', bearer(token))
  expect(await me.json()).toEqual({ username: 'johndoe', email: 'johndoe@example.com' })
  expect(await (await send('/users/me/items', bearer(token))).json()).toEqual([{ itemId: 'Foo', owner: 'johndoe' }])
  const nobody = await send('/users/me')
  expect([nobody.status, challengeOf(nobody)]).toEqual([401, 'Bearer'])
  expect(await (await send('/openapi.json')).json()).toMatchObject({ info: { title: 'Accounts' } })
  expect((await send('/docs')).headers.get('content-type')).toMatch(/^text\/html/)
  expect(await (await send('/nowhere')).json()).toEqual({ detail: 'Not Found' })
}

test('the app', () => expectAccounts(direct))

test('a token without the scope is 403, and nobody gets a scope that they may not have', async () => {
  for (const token of [await logIn(direct, 'johndoe', 'secret', ''), await logIn(direct, 'alice', 'secret2')]) {
    expect((await app.request('/users/me', bearer(token))).status).toBe(200)
    const refused = await app.request('/users/me/items', bearer(token))
    expect([refused.status, challengeOf(refused)]).toEqual([403, 'Bearer error="insufficient_scope", scope="items"'])
  }
})

test('a wrong password is 400, and a token of somebody else or of nobody 401', async () => {
  const body = new URLSearchParams({ username: 'johndoe', password: 'wrong' })
  expect((await app.request('/token', { method: 'POST', body })).status).toBe(400)
  const config = { issuer: 'accounts', audience: 'accounts', expiresIn: '1m' } as const
  const forged = await new JWT({ ...config, secret: new Uint8Array(32) }).sign({ sub: 'johndoe', scope: 'items' })
  const gone = await tokens.sign({ sub: 'constructor', scope: 'items' })
  const foreign = await new JWT({ ...config, secret: SECRET, audience: 'shop' }).sign({
    sub: 'johndoe',
    scope: 'items',
  })
  for (const token of [forged, gone, foreign]) {
    const response = await app.request('/users/me', bearer(token))
    expect([response.status, challengeOf(response)]).toEqual([401, expect.stringMatching(/^Bearer/)])
  }
  expect(findUser('constructor')).toBeUndefined()
})

test('its document says what is enforced', () => {
  const { paths, components } = app.openapi()
  expect(paths?.['/items/{id}']?.get?.security).toBeUndefined()
  expect(paths?.['/users/me']?.get?.security).toEqual([{ OAuth2PasswordBearer: [] }])
  expect(paths?.['/users/me/items']?.get?.security).toEqual([{ OAuth2PasswordBearer: ['items'] }])
  expect(Object.keys(paths?.['/users/me/items']?.get?.responses ?? {})).toEqual(expect.arrayContaining(['401', '403']))
  expect(components?.securitySchemes?.OAuth2PasswordBearer).toMatchObject({
    type: 'oauth2',
    flows: { password: { tokenUrl: 'token', scopes: { items: 'Read items.' } } },
  })
})

test('what the compiler says about a scope that is not declared', { timeout: 60_000 }, () => {
  const said = compileWith(
    'migration/main.ts',
    "Security(getCurrentUser, ['items'])",
    "Security(getCurrentUser, ['itmes'])",
  )
  expect(said).toMatch(/error TS\d+: Type '"itmes"' is not assignable to type '"items"'/)
})

// ---- Beside the old app --------------------------------------------------------------------------------------------------------

test('Express has its routes, and the new app the rest', async () => {
  const url = await listen(createServer(express))
  const send: Send = (path, init) => fetch(url + path, init)
  await expectAccounts(send)
  expect(await (await send('/reports/2026')).json()).toEqual({ year: '2026', from: 'express' })
  const json = { 'content-type': 'application/json' }
  const logInOld = (body: object): Promise<Response> =>
    send('/login', { method: 'POST', headers: json, body: JSON.stringify(body) })
  for (const wrong of [{ username: 'johndoe', password: 'wrong' }, { username: 'johndoe', password: { $ne: '' } }, {}])
    expect((await logInOld(wrong)).status).toBe(401)
  const { token } = (await (await logInOld({ username: 'johndoe', password: 'secret' })).json()) as { token: string }
  expect((await send('/users/me/items', bearer(token))).status).toBe(200)
})

test('a token of the old login is good in the new app, and its scopes count', async () => {
  const url = await listen(createServer(express))
  const body = JSON.stringify({ username: 'alice', password: 'secret2' })
  const answer = await fetch(`${url}/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  const { token } = (await answer.json()) as { token: string }
  expect(await (await app.request('/users/me', bearer(token))).json()).toMatchObject({ username: 'alice' })
  expect((await app.request('/users/me/items', bearer(token))).status).toBe(403)
})

test('Fastify has its routes and their parsers, and the new app the rest', async () => {
  const url = await fastify.listen({ port: 0, host: '127.0.0.1' })
  const send: Send = (path, init) => fetch(url + path, init)
  await expectAccounts(send)
  const body = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":1}' }
  expect(await (await send('/reports', body)).json()).toEqual({ received: { a: 1 }, from: 'fastify' })
  await fastify.close()
})

test('Hono has its routes, and the new app the rest', async () => {
  const send: Send = async (path, init) => hono.request(path, init)
  await expectAccounts(send)
  expect((await send('/reports/2026')).status).toBe(401)
  const report = await send('/reports/2026', bearer(john))
  expect(await report.json()).toEqual({ year: '2026', from: 'hono', for: 'johndoe' })
})

test('below a prefix of Hono the new app is told of it', async () => {
  const below = (options: AppOptions): Hono => {
    const mounted = new App(options)
    mounted.get('/items', () => [])
    return new Hono().mount('/v2', mounted.fetch)
  }
  const slash = async (old: Hono): Promise<string | null> => (await old.request('/v2/items/')).headers.get('location')
  expect([await slash(below({})), await slash(below({ rootPath: '/v2' }))]).toEqual(['/items', '/v2/items'])
  const document = await (await below({ rootPath: '/v2' }).request('/v2/openapi.json')).json()
  expect(document).toMatchObject({ servers: [{ url: '/v2' }] })
})

test('in front of an old app: two prefixes are still its own', async () => {
  const asked: unknown[] = []
  const old = createServer(async (req, res) => {
    let body = ''
    for await (const chunk of req) body += String(chunk)
    asked.push([req.method, req.url, req.headers.authorization, req.headers.host, body])
    if (req.url === '/reports/chunks') {
      res.writeHead(200, { connection: 'x-hop', 'x-hop': '1' }).write('one ')
      res.end('two')
    } else if (req.url === '/reports/moved') res.writeHead(307, { location: '/reports/2026' }).end()
    else res.writeHead(203, { 'content-type': 'text/plain', 'set-cookie': ['a=1', 'b=2'] }).end('from FastAPI')
  })
  const url = await listen(old)
  const { host } = new URL(url)
  vi.stubEnv('OLD_URL', url)
  vi.resetModules()
  const { default: front } = await import('../../docs/src/migration/in-front.ts')
  await using server = await serve(front, { port: 0, installSignalHandlers: false })
  const send: Send = (path, init) => fetch(server.url + path, { ...init, redirect: 'manual' })
  await expectAccounts(send)
  const report = await send('/reports/2026?a=b%20c', { ...bearer('abc'), method: 'PUT', body: 'x=1' })
  expect([report.status, await report.text(), report.headers.getSetCookie()]).toEqual([
    203,
    'from FastAPI',
    ['a=1', 'b=2'],
  ])
  const moved = await send('/reports/moved')
  expect([moved.status, moved.headers.get('location')]).toEqual([307, '/reports/2026'])
  const body = new Response('streamed').body
  const chunked = await send('/reports/chunks', { method: 'POST', body, duplex: 'half' } as RequestInit)
  expect([chunked.status, await chunked.text(), chunked.headers.get('x-hop')]).toEqual([200, 'one two', null])
  expect((await send('/reports/head', { method: 'HEAD' })).status).toBe(203)
  expect(await (await send('/invoices')).text()).toBe('from FastAPI')
  expect((await send('/reports/%2e%2e/admin')).status).not.toBe(203)
  expect(asked).toEqual([
    ['PUT', '/reports/2026?a=b%20c', 'Bearer abc', host, 'x=1'],
    ['GET', '/reports/moved', undefined, host, ''],
    ['POST', '/reports/chunks', undefined, host, 'streamed'],
    ['HEAD', '/reports/head', undefined, host, ''],
    ['GET', '/invoices/', undefined, host, ''],
  ])
})

// ---- The pages -----------------------------------------------------------------------------------------------------------------

test.each(['fastapi', 'nestjs', 'express', 'hono', 'fastify'])(
  '%s: both sides, a table, differences, steps',
  (name) => {
    const page = chapters.find(({ path }) => path === `migration/${name}.md`)
    expect(page?.fences.some(({ reason }) => reason !== undefined)).toBe(true)
    expect(page?.includes.map(({ file }) => file)).toContain('src/migration/main.ts')
    expect([...(page?.text ?? '').matchAll(/^## (.+)$/gm)].map(([, title]) => title)).toEqual([
      'The same app',
      'There and here',
      'What behaves differently',
      'Step by step',
      expect.stringMatching(/^What .+ does better$/),
    ])
  },
)
