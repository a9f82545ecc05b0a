/** Who is told of requests: of all of them, once each, without a hold on the answer. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { type Answered, App, CurrentRequest, dependency, HTTPException, type Observer, Path } from 'sallyport'
import { serve } from 'sallyport/node'
import { HTTPBasic, HTTPBearer } from 'sallyport/security'
import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'

interface Told extends Pick<Answered, 'method' | 'route' | 'operationId' | 'status' | 'bytes' | 'aborted' | 'error'> {}

/** Keeps what it is told, less the time. */
function listener(): { told: Told[]; observer: Observer } {
  const told: Told[] = []
  return {
    told,
    observer: () => ({
      end({ method, route, operationId, status, bytes, aborted, error, milliseconds }) {
        expect(milliseconds).toBeGreaterThanOrEqual(0)
        told.push({ method, route, operationId, status, bytes, aborted, error })
      },
    }),
  }
}

const answered = (status: number, more: Partial<Told> = {}) => ({
  method: 'GET',
  route: undefined,
  operationId: undefined,
  bytes: expect.any(Number),
  aborted: false,
  error: undefined,
  ...more,
  status,
})

describe('what is told', () => {
  test('a success: the declared path, the operationId, status and bytes', async () => {
    const { told, observer } = listener()
    const app = new App().observe(observer)
    app.get('/items/{id}', { params: { id: Path(z.int()) } }, ({ id }) => ({ id, umlaut: 'ü' }))
    app.post('/later', { operationId: 'later' }, async () => 'done')
    await app.request('/items/7?q=1')
    await app.request('/later', { method: 'POST' })
    expect(told).toEqual([
      answered(200, { route: '/items/{id}', operationId: 'get_items_id', bytes: 22 }),
      answered(200, { method: 'POST', route: '/later', operationId: 'later', bytes: 6 }),
    ])
  })

  test('refusals: 404, 405, a redirect, 414, a target that is refused, 401, 422', async () => {
    const { told, observer } = listener()
    const app = new App({ limits: { target: 100 } }).observe(observer)
    app.get('/x', { params: { token: new HTTPBearer() } }, () => 1)
    app.get('/items/{id}', { params: { id: Path(z.int()) } }, () => 1)
    for (const path of ['/nope', '/x/', `/${'a'.repeat(200)}`, '/%zz', '/x', '/items/seven']) await app.request(path)
    await app.request('/x', { method: 'POST' })
    expect(told.map(({ route, status }) => [route, status])).toEqual([
      [undefined, 404],
      [undefined, 307],
      [undefined, 414],
      [undefined, 400],
      ['/x', 401],
      ['/items/{id}', 422],
      [undefined, 405],
    ])
    expect(told[4]?.error).toBeInstanceOf(HTTPException)
  })

  test('what was thrown, also by middleware and behind it', async () => {
    const { told, observer } = listener()
    const app = new App({ onError: () => {} }).observe(observer)
    const boom = new Error('boom')
    app.use((request, next) => {
      if (request.url.endsWith('/middleware')) throw boom
      return next(new Request(request))
    })
    app.get('/handler', () => Promise.reject(boom))
    await app.request('/middleware')
    await app.request('/handler')
    expect(told).toEqual([
      answered(500, { error: boom }),
      answered(500, { route: '/handler', operationId: 'get_handler', error: boom }),
    ])
  })

  test('a mounted app: its operation under the prefix, told to both', async () => {
    const [outer, inner] = [listener(), listener()]
    const api = new App({ onError: () => {} }).observe(inner.observer)
    api.get('/items/{id}', { params: { id: Path(z.string()) } }, () => {
      throw new RangeError('no')
    })
    const app = new App()
      .observe(outer.observer)
      .mount('/api', api)
      .mount('/old', () => new Response('old'))
    await app.request('/api/items/1')
    await (await app.request('/old/things')).text()
    const thrown = { operationId: 'get_items_id', error: expect.any(RangeError) }
    expect(outer.told).toEqual([answered(500, { route: '/api/items/{id}', ...thrown }), answered(200, { bytes: 3 })])
    expect(inner.told).toEqual([answered(500, { route: '/items/{id}', ...thrown })])
  })

  test('who called: what security gave, as the operation names it first', async () => {
    const callers: unknown[] = []
    const app = new App().observe(() => ({ end: (seen) => callers.push(seen.callers) }))
    const getUser = dependency({ basic: new HTTPBasic() }, ({ basic }) => ({ name: basic.username }))
    app.get('/me', { params: { user: getUser } }, ({ user }) => user.name)
    await app.request('/me', { headers: { authorization: `Basic ${btoa('john:secret')}` } })
    await app.request('/me')
    await app.request('/nobody')
    const [[user, basic], refused, nobody] = callers as [[unknown, unknown], unknown, unknown]
    expect(user).toEqual({ name: 'john' })
    expect(basic).toMatchObject({ username: 'john' })
    expect(refused).toEqual([undefined, undefined])
    expect(nobody).toEqual([])
  })

  test('HEAD sends no bytes', async () => {
    const { told, observer } = listener()
    const app = new App().observe(observer)
    app.get('/x', () => 'text')
    await app.request('/x', { method: 'HEAD' })
    expect(told).toEqual([answered(200, { method: 'HEAD', route: '/x', operationId: 'get_x', bytes: 0 })])
  })
})

describe('streams', () => {
  test('are counted, and told of at their end', async () => {
    const { told, observer } = listener()
    const app = new App().observe(observer)
    app.get('/stream', { mediaType: 'text/plain' }, async function* () {
      yield 'one'
      yield 'three'
    } as never)
    const response = await app.request('/stream')
    expect(told).toEqual([])
    expect(await response.text()).toBe('onethree')
    await vi.waitFor(() =>
      expect(told).toEqual([answered(200, { route: '/stream', operationId: 'get_stream', bytes: 8 })]),
    )
  })

  test('that fail tell why; those that nobody reads to the end are aborted', async () => {
    const { told, observer } = listener()
    const app = new App().observe(observer)
    const boom = new Error('boom')
    app.get('/fails', async function* () {
      yield 'one'
      throw boom
    } as never)
    app.get('/endless', async function* () {
      for (;;) yield 'more'
    } as never)
    await expect((await app.request('/fails')).text()).rejects.toThrow('boom')
    const reader = (await app.request('/endless')).body?.getReader()
    await reader?.read()
    await reader?.cancel()
    await vi.waitFor(() => expect(told).toHaveLength(2))
    expect(told).toMatchObject([
      { status: 200, bytes: 3, aborted: false, error: boom },
      { status: 200, bytes: 4, aborted: true, error: undefined },
    ])
  })
})

describe('an observer harms no request', () => {
  test('one that throws anywhere is reported', async () => {
    const onError = vi.fn()
    const app = new App({ onError })
    const fail = (): never => {
      throw new Error('observer')
    }
    app.observe(fail)
    app.observe(() => ({ around: fail, end: fail, headers: { 'bad name': 'x' } }))
    app.observe(() => ({ around: () => {}, end() {} })) // and one that does not call on
    const handler = vi.fn(() => 'fine')
    app.get('/x', handler)
    const response = await app.request('/x')
    expect([response.status, await response.json()]).toEqual([200, 'fine'])
    expect(handler).toHaveBeenCalledOnce()
    expect(onError).toHaveBeenCalledTimes(4)
  })

  test('around: handler, dependencies and awaited work run in its context, and the handler once', async () => {
    const context = new AsyncLocalStorage<string>()
    const app = new App()
    app.observe(() => ({ around: (answer) => context.run('outer', answer), end() {} }))
    app.observe(() => ({ around: (answer) => context.run(`${context.getStore()} inner`, answer), end() {} }))
    const inDependency = dependency(() => context.getStore())
    app.get('/x', { params: { early: inDependency } }, async ({ early }) => {
      await Promise.resolve()
      return [early, context.getStore()]
    })
    expect(await (await app.request('/x')).json()).toEqual(['outer inner', 'outer inner'])
  })

  test('headers are added, and never over those of the answer', async () => {
    const app = new App()
    app.observe(() => ({ headers: { 'x-id': '1', 'x-own': 'observer' }, end() {} }))
    app.get('/x', () => new Response('x', { headers: { 'x-own': 'handler' } }))
    const { headers } = await app.request('/x')
    expect([headers.get('x-id'), headers.get('x-own')]).toEqual(['1', 'handler'])
  })

  test('what is no function is refused', () => {
    expect(() => new App().observe({} as never)).toThrow(
      new TypeError('observe(): an observer is a function: (incoming) => ({ end(answered) { … } }).'),
    )
  })
})

test('on Node: told when the answer is out, and before background work; no web Request is made', async () => {
  const { told, observer } = listener()
  const made = vi.fn()
  const app = new App()
  app.observe((incoming) => {
    const { get } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(incoming), 'request') as {
      get: () => Request
    }
    Object.defineProperty(incoming, 'request', {
      get() {
        made()
        return get.call(incoming)
      },
    })
    return observer(incoming)
  })
  app.get('/plain', () => 'plain')
  app.get('/asks', { params: { request: CurrentRequest } }, ({ request }) => request.method)
  app.get('/stream', () => new Response(new Blob(['12345']).stream()))
  const order: string[] = []
  const yielding = dependency(function* () {
    yield 1
    order.push(`exit after ${told.length}`)
  })
  app.get('/exit', { params: { yielding } }, () => 1)
  await using server = await serve(app, { port: 0, installSignalHandlers: false })
  for (const path of ['/plain', '/asks', '/stream', '/exit']) await (await fetch(server.url + path)).text()
  await vi.waitFor(() => expect(told).toHaveLength(4))
  expect(told.map(({ route, status, bytes }) => [route, status, bytes])).toEqual([
    ['/plain', 200, 7],
    ['/asks', 200, 5],
    ['/stream', 200, 5],
    ['/exit', 200, 1],
  ])
  expect(made).toHaveBeenCalledTimes(1)
  await vi.waitFor(() => expect(order).toEqual(['exit after 4']))
})
