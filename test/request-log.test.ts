/** The log of requests: one object each, and never anything that came from a client or that an error says. */
import {
  App,
  Body,
  Cookie,
  dependency,
  Header,
  HTTPException,
  Path,
  Query,
  type RequestLogLine,
  requestLog,
} from 'sallyport'
import { serve } from 'sallyport/node'
import { APIKeyHeader, HTTPBasic, HTTPBearer } from 'sallyport/security'
import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/

/** An app whose log is kept. */
function logged(options: Parameters<typeof requestLog>[0] = {}): { app: App; lines: RequestLogLine[] } {
  const lines: RequestLogLine[] = []
  const app = new App({ onError: () => {} })
  app.observe(requestLog({ write: (line) => lines.push(line), ...options }))
  return { app, lines }
}

describe('a line', () => {
  test('of a success', async () => {
    const { app, lines } = logged()
    app.get('/items/{id}', { params: { id: Path(z.int()) } }, ({ id }) => ({ id }))
    const before = Date.now()
    await app.request('/items/7?secret=1')
    expect(lines).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        level: 'info',
        method: 'GET',
        route: '/items/{id}',
        operationId: 'get_items_id',
        status: 200,
        duration: expect.any(Number),
        bytes: 8,
        requestId: expect.stringMatching(UUID),
      },
    ])
    expect(Date.parse(lines[0]?.time ?? '')).toBeGreaterThanOrEqual(before)
  })

  test('of a refusal: no error, that is for what is our fault', async () => {
    const { app, lines } = logged()
    app.get('/x', { params: { key: new APIKeyHeader({ name: 'x-key' }) } }, () => 1)
    await app.request('/x')
    await app.request('/nope')
    expect(lines).toMatchObject([
      { level: 'info', status: 401, route: '/x' },
      { level: 'info', status: 404 },
    ])
    for (const line of lines) expect(line).not.toHaveProperty('error')
    expect(lines[1]).not.toHaveProperty('route')
  })

  test('of a failure: class, code, places and causes, not what it says', async () => {
    const { app, lines } = logged()
    class DatabaseError extends Error {
      readonly code = 'ECONNREFUSED'
    }
    app.get('/x', () => {
      throw new DatabaseError('postgres://user:hunter2@db', { cause: new TypeError('hunter2\n    at /hunter2.ts:1:2') })
    })
    app.get('/text', () => {
      throw 'hunter2'
    })
    app.get('/named', () => {
      throw Object.assign(new Error('a'), { name: 'hunter2 at', code: 'hunter 2', message: 'hunter2' })
    })
    app.get('/bad-gateway', () => {
      throw new HTTPException(502, 'upstream')
    })
    for (const path of ['/x', '/text', '/named', '/bad-gateway']) await app.request(path)
    expect(lines.map(({ status, level, error }) => ({ status, level, error }))).toEqual([
      {
        status: 500,
        level: 'error',
        error: {
          name: 'DatabaseError',
          code: 'ECONNREFUSED',
          stack: expect.arrayContaining([expect.stringMatching(/^at .*request-log\.test\.ts:\d+:\d+\)?$/)]),
          cause: { name: 'TypeError', stack: expect.any(Array) },
        },
      },
      { status: 500, level: 'error', error: { name: 'TypeError', stack: expect.any(Array) } },
      { status: 500, level: 'error', error: expect.objectContaining({ name: 'Error' }) },
      { status: 502, level: 'error', error: { name: 'HTTPException', stack: expect.any(Array) } },
    ])
    expect(lines[2]?.error).not.toHaveProperty('code')
    expect(JSON.stringify(lines)).not.toContain('hunter')
  })

  test('of a stream that failed: 200 by then, and an error all the same', async () => {
    const { app, lines } = logged()
    app.get('/x', async function* () {
      yield 'one'
      throw new RangeError('hunter2')
    } as never)
    await (await app.request('/x')).text().catch(() => {})
    await vi.waitFor(() => expect(lines).toHaveLength(1))
    expect(lines).toMatchObject([{ status: 200, level: 'error', bytes: 3, error: { name: 'RangeError' } }])
  })

  test('of a method that HTTP does not know', async () => {
    const { app, lines } = logged()
    await app.request('/', { method: 'HUNTER2' })
    expect(lines).toMatchObject([{ method: 'OTHER', status: 404 }])
  })
})

describe('options', () => {
  test('requestId from a proxy, only where it looks like one; requestIdHeader sends it back', async () => {
    const { app, lines } = logged({
      requestId: (incoming) => incoming.header('x-request-id'),
      requestIdHeader: 'X-Request-Id',
    })
    app.get('/x', () => 1)
    const good = await app.request('/x', { headers: { 'x-request-id': 'abc-123' } })
    const bad = await app.request('/x', { headers: { 'x-request-id': '{"level":"error"}' } })
    const none = await app.request('/nope')
    expect(good.headers.get('x-request-id')).toBe('abc-123')
    for (const response of [bad, none]) expect(response.headers.get('x-request-id')).toMatch(UUID)
    expect(lines.map(({ requestId }) => requestId)).toEqual([
      'abc-123',
      bad.headers.get('x-request-id'),
      none.headers.get('x-request-id'),
    ])
  })

  test('subject: who called, as a function names them; nobody is named for a refusal', async () => {
    const { app, lines } = logged({
      subject: (caller) => (caller as { id?: string }).id,
    })
    const getUser = dependency({ basic: new HTTPBasic() }, ({ basic }) => ({ id: `user:${basic.username}` }))
    app.get('/me', { params: { user: getUser } }, () => 1)
    await app.request('/me', { headers: { authorization: `Basic ${btoa('john:hunter2')}` } })
    await app.request('/me')
    expect(lines[0]).toMatchObject({ status: 200, subject: 'user:john' })
    expect(lines[1]).not.toHaveProperty('subject')
  })

  test('skip leaves out', async () => {
    const { app, lines } = logged({ skip: ({ route }) => route === '/health' })
    app.get('/health', () => 1)
    app.get('/x', () => 1)
    await app.request('/health')
    await app.request('/x')
    expect(lines.map(({ route }) => route)).toEqual(['/x'])
  })

  test('write prints JSON lines by default; one that throws is reported and harms no request', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {})
    const printing = new App().observe(requestLog())
    printing.get('/x', () => 1)
    await printing.request('/x')
    expect(JSON.parse(String(log.mock.calls[0]?.[0]))).toMatchObject({ route: '/x', status: 200 })
    log.mockRestore()
    const onError = vi.fn()
    const failing = new App({ onError })
    failing.observe(
      requestLog({
        write() {
          throw new Error('disk full')
        },
      }),
    )
    failing.get('/x', () => 1)
    expect((await failing.request('/x')).status).toBe(200)
    expect(onError).toHaveBeenCalledOnce()
  })

  test.each([
    [{ wrote: () => {} }, /^requestLog has no option wrote\./],
    [{ write: 'stdout' }, 'requestLog: write is a function, like (line) => logger.info(line).'],
    [
      { subject: true },
      'requestLog: subject is a function, like (caller) => caller instanceof User ? caller.id : undefined.',
    ],
    [{ requestIdHeader: 'x request id' }, 'requestLog: requestIdHeader is the name of a header, like x-request-id.'],
  ])('%j is refused', (options, message) => {
    expect(() => requestLog(options as never)).toThrow(message)
  })
})

describe('a secret in any place is in no line', () => {
  const CANARY = 'c4n4ry'

  function target(): { app: App; lines: RequestLogLine[] } {
    const { app, lines } = logged({ requestIdHeader: 'x-request-id' })
    const params = {
      token: new HTTPBearer({ autoError: false }),
      reset: Path(z.string()),
      q: Query(z.string().optional()),
      h: Header(z.string().optional(), { alias: 'x-h' }),
      c: Cookie(z.string().optional()),
    }
    app.get('/reset/{reset}', { params }, (args) => args)
    app.post('/reset/{reset}', { params: { ...params, body: Body(z.object({ password: z.string() })) } }, (args) => {
      throw new Error(`cannot store ${JSON.stringify(args)}`, { cause: JSON.stringify(args) })
    })
    app.get('/number/{reset}', { params: { ...params, reset: Path(z.int()) } }, (args) => args)
    app.get(
      '/checked/{reset}',
      { params, response: z.object({ [CANARY]: z.number() }) as never },
      (args) => args as never,
    )
    return { app, lines }
  }

  const everywhere = (method: string) => ({
    method,
    headers: {
      authorization: `Bearer ${CANARY}`,
      cookie: `c=${CANARY}; session=${CANARY}`,
      'x-h': CANARY,
      'x-request-id': CANARY,
      traceparent: CANARY,
      'user-agent': CANARY,
      ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
    },
    ...(method === 'POST' ? { body: JSON.stringify({ password: CANARY }) } : {}),
  })

  const requests: readonly (readonly [string, string])[] = [
    ['GET', `/reset/${CANARY}?q=${CANARY}`],
    ['POST', `/reset/${CANARY}?q=${CANARY}`],
    ['POST', `/reset/${CANARY}?${CANARY}=%zz`],
    ['GET', `/number/${CANARY}?q=${CANARY}`],
    ['GET', `/checked/${CANARY}?q=${CANARY}`],
    ['GET', `/${CANARY}?q=${CANARY}`],
    ['GET', `/reset/${CANARY}/?q=${CANARY}`],
    ['DELETE', `/reset/${CANARY}?q=${CANARY}`],
    [CANARY, `/reset/${CANARY}`],
  ]

  test.each(requests)('%s %s', async (method, path) => {
    const { app, lines } = target()
    await app.request(path, everywhere(method))
    expect(lines).toHaveLength(1)
    expect(JSON.stringify(lines)).not.toContain(CANARY)
  })

  test('nor on Node', async () => {
    const { app, lines } = target()
    await using server = await serve(app, { port: 0, installSignalHandlers: false })
    const sent = requests.filter(([method]) => method !== CANARY)
    for (const [method, path] of sent)
      await (await fetch(server.url + path, { ...everywhere(method), redirect: 'manual' })).text()
    await vi.waitFor(() => expect(lines).toHaveLength(sent.length))
    expect(JSON.stringify(lines)).not.toContain(CANARY)
  })

  test('the canary would be found', async () => {
    const { app, lines } = logged({ subject: () => CANARY })
    app.get('/x', { params: { key: new APIKeyHeader({ name: 'x-key' }) } }, () => 1)
    await app.request('/x', { headers: { 'x-key': '1' } })
    expect(JSON.stringify(lines)).toContain(CANARY)
  })
})
