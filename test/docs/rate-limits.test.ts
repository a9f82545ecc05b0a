/** The program of the chapter about rate limits. */
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { App } from '../../src/app.ts'

beforeEach(() => {
  vi.resetModules()
})

afterEach(() => {
  vi.restoreAllMocks()
})

const load = async (): Promise<App> => (await import('../../docs/src/rate-limits/main.ts')).default
const ask = (app: App, token: string, path = '/items', method = 'GET'): Promise<Response> =>
  app.request(path, { method, headers: { authorization: `Bearer ${token}` } })

test('each caller has points of their own, and what costs more takes more', async () => {
  const app = await load()
  expect((await ask(app, 'john-token')).status).toBe(200)
  expect((await ask(app, 'john-token', '/reports', 'POST')).status).toBe(200)
  const refused = await ask(app, 'john-token')
  expect([refused.status, await refused.json()]).toEqual([429, { detail: 'Too many requests' }])
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await ask(app, 'alice-token')).status).toBe(200)
})

test('strangers use up nothing', async () => {
  const consume = vi.spyOn(RateLimiterMemory.prototype, 'consume')
  const app = await load()
  for (let count = 0; count < 5; count++) expect((await ask(app, 'nobody')).status).toBe(401)
  expect(consume).not.toHaveBeenCalled()
})

test('a store that is down is not taken for a caller who asks too often', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  const app = await load()
  vi.spyOn(RateLimiterMemory.prototype, 'consume').mockRejectedValue(new Error('The store is down'))
  expect((await ask(app, 'john-token')).status).toBe(500)
})

test('the document knows of 429', async () => {
  const { paths } = (await load()).openapi()
  expect(Object.keys(paths?.['/items']?.get?.responses ?? {})).toEqual(['200', '401', '429'])
})
