import { expect, test } from 'vitest'
import app from '../../docs/src/closed/main.ts'
import viewer from '../../docs/src/closed/viewer.ts'
import { App } from '../../src/app.ts'
import { HTTPBearer } from '../../src/security/index.ts'

const bearer = (token: string, method = 'GET'): RequestInit => ({
  method,
  headers: { authorization: `Bearer ${token}` },
})
const basic = (name: string): RequestInit => ({ headers: { authorization: `Basic ${btoa(`${name}:secret`)}` } })

test('public is open, all else requires a token', async () => {
  expect(await (await app.request('/health')).json()).toEqual({ up: true })
  for (const path of ['/me', '/items']) expect((await app.request(path)).status).toBe(401)
  expect(await (await app.request('/me', bearer('t-john'))).json()).toEqual({ name: 'johndoe' })
  expect((await app.request('/items', bearer('t-john', 'DELETE'))).status).toBe(403)
  expect((await app.request('/items', bearer('t-alice', 'DELETE'))).status).toBe(204)
})

test('the document has a padlock on all but the public operation', () => {
  const { paths } = app.openapi()
  expect(paths?.['/health']?.get).not.toHaveProperty('security')
  expect(paths?.['/me']?.get?.security).toEqual([{ HTTPBearer: [] }])
  expect(paths?.['/items']?.delete?.security).toEqual([{ HTTPBearer: ['admin'] }])
})

test('an open operation does not start', () => {
  const closed = new App({ closed: true })
  expect(() => closed.get('/items', () => [])).toThrow(
    'GET /items can be called by anybody, and the app is closed. Add a security dependency to its params, its router or the app, or say { public: true }.',
  )
  const optional = new HTTPBearer({ autoError: false })
  expect(() => closed.get('/items', { params: { token: optional } }, () => [])).toThrow('can be called by anybody')
  expect(() => closed.get('/me', { public: true, params: { token: new HTTPBearer() } }, () => 1)).toThrow(
    'GET /me is declared as public, but itself requires HTTPBearer. Take one of the two away.',
  )
})

test('each reader sees what they may call', async () => {
  for (const path of ['/openapi.json', '/docs', '/redoc']) expect((await viewer.request(path)).status).toBe(401)
  const seenBy = async (name: string): Promise<string[]> => {
    const response = await viewer.request('/openapi.json', basic(name))
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    const { paths } = (await response.json()) as { paths: Record<string, object> }
    return Object.keys(paths['/items'] ?? {})
  }
  expect(await seenBy('johndoe')).toEqual(['get'])
  expect(await seenBy('alice')).toEqual(['get', 'delete'])
  expect(Object.keys(viewer.openapi().paths?.['/items'] ?? {})).toEqual(['get', 'delete'])
})

test('closed looks into what is mounted', async () => {
  const inner = new App()
  inner.get('/open', () => 'anybody')
  const outer = new App({ closed: true })
  expect(() => outer.mount('/sub', inner)).toThrow(/GET \/open can be called by anybody/)
  outer.mount('/sub', inner, { public: true })
  expect((await outer.request('/sub/open')).status).toBe(200)
})
