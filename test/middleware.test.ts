/** What stands around an app: (request, next) => Response. */
import { App, BackgroundTasks, CurrentRequest, dependency, HTTPException, Path, Query } from 'sallyport'
import { serve } from 'sallyport/node'
import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'

const get = async (app: App, path: string, init?: RequestInit): Promise<[number, string]> => {
  const response = await app.request(path, init)
  return [response.status, await response.text()]
}

test('the first that is added is the outermost; each sees what is inside of it', async () => {
  const log: string[] = []
  const app = new App()
  app.get('/', () => {
    log.push('handler')
    return 1
  })
  for (const name of ['one', 'two', 'three']) {
    app.use(async (request, next) => {
      log.push(`${name} in`)
      const response = await next(request)
      log.push(`${name} out ${response.status}`)
      return response
    })
  }
  expect(await get(app, '/')).toEqual([200, '1'])
  expect(log).toEqual(['one in', 'two in', 'three in', 'handler', 'three out 200', 'two out 200', 'one out 200'])
})

test('it may answer itself; what is inside does not run', async () => {
  const ran = vi.fn()
  const app = new App({ dependencies: [dependency(ran)] })
  app.get('/', ran)
  app.use(() => new Response('closed', { status: 503 }))
  expect(await get(app, '/')).toEqual([503, 'closed'])
  expect(await get(app, '/nope')).toEqual([503, 'closed'])
  expect(ran).not.toHaveBeenCalled()
})

test('it may hand on another request, and change the answer', async () => {
  const app = new App()
  app.get(
    '/new/{id}',
    { params: { id: Path(z.int()), q: Query(z.string().optional()), request: CurrentRequest } },
    ({ id, q, request }) => ({ id, q, seen: request.headers.get('x-seen') }),
  )
  app.use(async (request, next) => {
    const url = new URL(request.url)
    url.pathname = url.pathname.replace('/old/', '/new/')
    const response = await next(new Request(url, { headers: { 'x-seen': 'yes' } }))
    const changed = new Response(response.body, response)
    changed.headers.set('x-changed', 'yes')
    return changed
  })
  const response = await app.request('/old/7?q=a')
  expect([await response.json(), response.headers.get('x-changed')]).toEqual([{ id: 7, q: 'a', seen: 'yes' }, 'yes'])
})

test('the body goes through untouched, or read and given again', async () => {
  const app = new App()
  app.post('/', { params: { request: CurrentRequest } }, async ({ request }) => (await request.text()).length)
  app.use((request, next) => next(request))
  expect(await get(app, '/', { method: 'POST', body: 'four' })).toEqual([200, '4'])
  app.use(async (request, next) => next(new Request(request, { body: `${await request.text()}!` })))
  expect(await get(app, '/', { method: 'POST', body: 'four' })).toEqual([200, '5'])
})

test('errors from inside are answers by then; its own are answered like any other', async () => {
  const onError = vi.fn()
  const app = new App({ onError })
  const statuses: number[] = []
  app.get('/fails', () => {
    throw new Error('x')
  })
  app.get('/ok', () => 1)
  app.use(async (request, next) => {
    if (request.headers.has('x-early')) throw new HTTPException(418, 'early')
    const response = await next(request)
    statuses.push(response.status)
    if (request.headers.has('x-late')) throw new Error('late')
    if (request.headers.has('x-nothing')) return undefined as never
    return response
  })
  expect(await get(app, '/fails')).toEqual([500, 'Internal Server Error'])
  expect(await get(app, '/nope')).toEqual([404, '{"detail":"Not Found"}'])
  expect(await get(app, '/ok', { headers: { 'x-early': '1' } })).toEqual([418, '{"detail":"early"}'])
  expect(await get(app, '/ok', { headers: { 'x-late': '1' } })).toEqual([500, 'Internal Server Error'])
  expect(await get(app, '/ok', { headers: { 'x-nothing': '1' } })).toEqual([500, 'Internal Server Error'])
  expect(await get(app, '/ok')).toEqual([200, '1'])
  expect(statuses).toEqual([500, 404, 200, 200, 200])
  expect(onError.mock.calls.map(([error]) => String(error))).toEqual([
    'Error: x',
    'Error: late',
    expect.stringContaining('A middleware gives a Response'),
  ])
  app.exceptionHandler(418, () => new Response('tea', { status: 418 }))
  expect(await get(app, '/ok', { headers: { 'x-early': '1' } })).toEqual([418, 'tea'])
})

describe('what an answer leaves to do', () => {
  const log: string[] = []
  const app = new App({ onError: () => {} })
  const resource = dependency(async function* () {
    yield 1
    log.push('exit')
  })
  app.get('/', { params: { resource, tasks: BackgroundTasks } }, ({ tasks }) => {
    tasks.addTask(() => log.push('task'))
    return 1
  })
  app.get('/stream', { params: { resource } }, () => new ReadableStream({ cancel: () => void log.push('stream') }))
  app.use(async (request, next) => {
    const mode = request.headers.get('x-mode')
    const response = await next(request)
    if (mode === 'throws') throw new Error('x')
    if (mode === 'nothing') return undefined as never
    if (mode === 'other') return new Response('other')
    if (mode === 'used') await response.text()
    if (mode === 'twice') return next(request)
    return response
  })

  test.each<[string, string, string[]]>([
    ['passes', '/', ['task', 'exit']],
    ['throws', '/', ['task', 'exit']],
    ['nothing', '/', ['task', 'exit']],
    ['other', '/', ['task', 'exit']],
    ['used', '/', ['task', 'exit']],
    ['twice', '/', ['task', 'task', 'exit', 'exit']],
    ['other', '/stream', ['stream', 'exit']],
    ['throws', '/stream', ['stream', 'exit']],
  ])('is done once: the middleware %s, %s', async (mode, path, expected) => {
    log.length = 0
    const response = await app.request(path, { headers: { 'x-mode': mode } })
    await response.text()
    await vi.waitFor(() => expect([...log].sort()).toEqual([...expected].sort()))
  })
})

test('a body that is left alone has a length, over a socket too; HEAD has it as well', async () => {
  const app = new App()
  app.get('/', () => ({ hello: 'wörld' }))
  app.get('/stream', async function* () {
    yield 'a'
  })
  app.use(async (request, next) => {
    const response = await next(request)
    return new Response(response.body, response)
  })
  const server = await serve(app, { port: 0, installSignalHandlers: false })
  try {
    const answers = []
    for (const [path, method] of [
      ['/', 'GET'],
      ['/', 'HEAD'],
      ['/stream', 'GET'],
    ] as const) {
      const response = await fetch(`${server.url}${path}`, { method })
      answers.push([
        response.headers.get('content-length'),
        response.headers.get('transfer-encoding'),
        await response.text(),
      ])
    }
    expect(answers).toEqual([
      ['18', null, '{"hello":"wörld"}'],
      ['18', null, ''],
      [null, 'chunked', 'a'],
    ])
  } finally {
    await server.close()
  }
})

test('many requests at a time keep apart', async () => {
  const app = new App()
  const slow = dependency({ id: Query(z.int()) }, async ({ id }) => {
    await new Promise((resolve) => setImmediate(resolve))
    return id
  })
  app.get('/', { params: { slow, id: Query(z.int()) } }, async ({ slow, id }) => ({ slow, id }))
  const run = () => Promise.all(Array.from({ length: 200 }, async (_, n) => (await app.request(`/?id=${n}`)).json()))
  const expected = Array.from({ length: 200 }, (_, n) => ({ slow: n, id: n }))
  expect(await run()).toEqual(expected)
  app.use((request, next) => next(request))
  expect(await run()).toEqual(expected)
})

test('overrides that change while requests run: each request has one plan', async () => {
  const app = new App()
  const gate = Promise.withResolvers<void>()
  const first = dependency(async () => {
    await gate.promise
    return 'original'
  })
  const second = dependency(() => 'original')
  app.get('/', { params: { first, second } }, ({ first, second }) => `${first} ${second}`)
  const before = app.request('/')
  app.overrides.set(second, () => 'replaced')
  app.overrides.set(first, () => 'replaced')
  const during = app.request('/')
  app.overrides.clear()
  gate.resolve()
  expect(await (await before).json()).toBe('original original')
  expect(await (await during).json()).toBe('replaced replaced')
  expect(await (await app.request('/')).json()).toBe('original original')
})

test('use() refuses what is no function', () => {
  expect(() => new App().use({} as never)).toThrow(/middleware is a function/)
})
