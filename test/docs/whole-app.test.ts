import { describe, expect, test } from 'vitest'
import bigger from '../../docs/src/bigger-applications/main.ts'
import status from '../../docs/src/bigger-applications/status.ts'
import lifespan, { log } from '../../docs/src/lifespan/main.ts'
import middleware, { maintenance } from '../../docs/src/middleware/main.ts'
import logged, { lines } from '../../docs/src/middleware/request-log.ts'

/** Their modules are `bigger-applications/dependencies.ts`, `routers/items.ts` and `routers/staff.ts`, tested through the app. */

describe('middleware', () => {
  test('it times every answer, a 404 too', async () => {
    for (const url of ['/items', '/none']) {
      expect((await middleware.request(url)).headers.get('server-timing')).toMatch(/^app;dur=\d+\.\d$/)
    }
  })

  test('it may answer itself', async () => {
    maintenance.on = true
    const response = await middleware.request('/items')
    maintenance.on = false
    expect([response.status, await response.json()]).toEqual([503, { detail: 'Back at noon' }])
  })

  test('only the allowed origin may read', async () => {
    const allowed = async (origin: string): Promise<string | null> =>
      (await middleware.request('/items', { headers: { origin } })).headers.get('access-control-allow-origin')
    expect(await allowed('https://app.example.com')).toBe('https://app.example.com')
    expect(await allowed('https://evil.example')).toBeNull()
  })

  test('it is not in the document', () => {
    expect(Object.keys(middleware.openapi().paths ?? {})).toEqual(['/items'])
  })
})

test('a log has what was declared, and nothing that was sent', async () => {
  const response = await logged.request('/items/3?token=secret', { headers: { authorization: 'Bearer secret' } })
  await logged.request('/health')
  const requestId = response.headers.get('x-request-id')
  expect(lines).toEqual([
    {
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      level: 'info',
      method: 'GET',
      route: '/items/{id}',
      operationId: 'get_items_id',
      status: 200,
      duration: expect.any(Number),
      bytes: 8,
      requestId,
    },
  ])
  expect(Object.keys(logged.openapi().paths ?? {})).toEqual(['/health', '/items/{id}'])
})

test('a lifespan opens before the first request, and closes', async () => {
  expect(log).toEqual([])
  expect(await (await lifespan.request('/')).json()).toEqual({ bells: 'ding' })
  await lifespan.request('/')
  expect(log).toEqual(['open'])
  await lifespan.stop()
  expect(log).toEqual(['open', 'close'])
  expect(Object.keys(lifespan.openapi().paths ?? {})).toEqual(['/'])
})

describe('a bigger application', () => {
  test('the guard of the router stands before its operations', async () => {
    const close = async (caller?: string): Promise<number> =>
      (
        await bigger.request('/staff/close-gate', {
          method: 'POST',
          ...(caller === undefined ? {} : { headers: { 'x-caller': caller } }),
        })
      ).status
    expect([await close(), await close('alice'), await close('johndoe')]).toEqual([422, 403, 204])
    expect((await bigger.request('/items/9')).status).toBe(404)
  })

  test('the document has prefixes, tags, responses and guards; not what is mounted', () => {
    const { paths, tags } = bigger.openapi()
    expect(Object.keys(paths ?? {})).toEqual(['/items', '/items/{id}', '/staff/close-gate'])
    expect(tags).toEqual([{ name: 'items', description: 'What stands in the castle.' }])
    expect(paths?.['/items']?.get).toMatchObject({
      tags: ['items'],
      responses: { 404: { description: 'There is no such item' } },
    })
    expect(paths?.['/staff/close-gate']?.post).toMatchObject({ tags: ['staff'], parameters: [{ name: 'x-caller' }] })
  })

  test('a mounted app has its own document', async () => {
    const document = (await (await bigger.request('/status/openapi.json')).json()) as { paths: object }
    expect(Object.keys(document.paths)).toEqual(['/health'])
    expect(await (await status.request('/health')).json()).toEqual({ ok: true })
  })
})
