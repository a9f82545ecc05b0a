/** A handler's value to an answer: what is sent, what is refused, and that nothing else ever leaves. */
import { App, BackgroundTasks, CurrentResponse, dependency, HTTPException } from 'sallyport'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'

const unhandled = vi.fn()
process.on('unhandledRejection', unhandled)
afterAll(() => {
  process.off('unhandledRejection', unhandled)
  expect(unhandled).not.toHaveBeenCalled()
})

type Options = Record<string, unknown>
/** The answer to a request of an operation of one handler, and what was reported. */
async function answer(handler: (args: never) => unknown, options: Options = {}, method = 'GET') {
  const errors: unknown[] = []
  const app = new App({ onError: (error) => errors.push(error) })
  app.get('/', options as never, handler as never)
  const response = await app.request('/', { method })
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    headers: response.headers,
    text: await response.text(),
    errors,
  }
}
const sent = async (handler: () => unknown, options?: Options): Promise<unknown[]> => {
  const { status, type, text } = await answer(handler, options)
  return [status, type, text]
}
type Settle = (value: unknown) => void
const thenable = (settle: (resolve: Settle, reject: Settle) => void): unknown => Object.fromEntries([['then', settle]])
const JSON_TYPE = 'application/json'
const FAILED = [500, 'text/plain; charset=utf-8', 'Internal Server Error']

describe('JSON', () => {
  test.each<[string, unknown, string]>([
    ['an object', { a: 1 }, '{"a":1}'],
    ['nothing', undefined, 'null'],
    ['null', null, 'null'],
    ['false', false, 'false'],
    ['an empty text', '', '""'],
    ['text', 'a"b', '"a\\"b"'],
    ['text that would end a script', '</script>', '"</script>"'],
    ['a lone surrogate', '\ud800', '"\\ud800"'],
    ['NaN', { a: Number.NaN, b: -0 }, '{"a":null,"b":0}'],
    ['a Date', new Date(0), '"1970-01-01T00:00:00.000Z"'],
    ['an invalid Date', new Date(Number.NaN), 'null'],
    ['a URL', new URL('http://a.example/b'), '"http://a.example/b"'],
    ['undefined and functions in objects', { a: undefined, b: () => 1, c: Symbol('x') }, '{}'],
    ['a null prototype', Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
    [
      'a name of the prototype',
      JSON.parse('{"__proto__":{"a":1},"constructor":2}'),
      '{"__proto__":{"a":1},"constructor":2}',
    ],
  ])('%s', async (_, value, text) => {
    expect(await sent(() => value)).toEqual([200, JSON_TYPE, text])
    expect(await sent(async () => value)).toEqual([200, JSON_TYPE, text])
  })

  const cycle: Record<string, unknown> = {}
  cycle.self = cycle
  test.each<[string, unknown]>([
    ['a BigInt', 1n],
    ['a BigInt inside', { a: [1n] }],
    ['a cycle', cycle],
    ['a function', () => 1],
    ['a symbol', Symbol('secret')],
    [
      'a toJSON that throws',
      {
        toJSON: () => {
          throw new Error('secret')
        },
      },
    ],
    [
      'a getter that throws',
      {
        get a() {
          throw new Error('secret')
        },
      },
    ],
    ['a toJSON that gives nothing', { toJSON: () => undefined }],
    [
      'an own proxy that throws',
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error('secret')
          },
        },
      ),
    ],
  ])('%s has none: 500 without content, reported', async (_, value) => {
    for (const handler of [() => value, async () => value]) {
      const { status, type, text, errors } = await answer(handler)
      expect([status, type, text]).toEqual(FAILED)
      expect(errors).toHaveLength(1)
    }
  })

  test('what has no JSON of its own is no answer by accident: JSON.stringify makes {} of maps, sets and promises', async () => {
    for (const value of [new Map([['a', 1]]), new Set([1]), { later: Promise.resolve(1) }])
      expect((await sent(() => value))[0]).toBe(500)
  })

  test('a thenable is waited for; one that rejects is an error', async () => {
    expect(await sent(() => thenable((resolve) => resolve(7)))).toEqual([200, JSON_TYPE, '7'])
    expect(await sent(() => thenable((_, reject) => reject(new HTTPException(418))))).toEqual([
      418,
      JSON_TYPE,
      '{"detail":"I\'m a Teapot"}',
    ])
  })
})

describe('the response schema', () => {
  const User = z.object({ name: z.string() })
  const stored = { name: 'johndoe', hash: '$argon2id$secret' }

  test('filters: sync, async, in lists, below, in unions', async () => {
    const cases: [z.ZodType, unknown, string][] = [
      [User, stored, '{"name":"johndoe"}'],
      [z.array(User), [stored, stored], '[{"name":"johndoe"},{"name":"johndoe"}]'],
      [z.object({ user: User.nullable() }), { user: stored, extra: 1 }, '{"user":{"name":"johndoe"}}'],
      [z.union([z.object({ id: z.int() }), User]), stored, '{"name":"johndoe"}'],
      [User.refine(async () => true), stored, '{"name":"johndoe"}'],
      [User.transform(({ name }) => name), stored, '"johndoe"'],
    ]
    for (const [response, value, text] of cases) {
      const options = { response }
      if (response instanceof z.ZodPipe) continue // has no JSON Schema of its output
      expect(await sent(() => value, options)).toEqual([200, JSON_TYPE, text])
      expect(await sent(async () => value, options)).toEqual([200, JSON_TYPE, text])
    }
  })

  test('that does not fit is 500 without content; the report says where and never what', async () => {
    for (const handler of [
      () => ({ name: 7, hash: 'secret-hash' }),
      async () => ({ hash: 'secret-hash' }),
      () => undefined,
      () => 'secret-hash',
    ]) {
      const { status, type, text, errors } = await answer(handler, { response: User })
      expect([status, type, text]).toEqual(FAILED)
      expect(String(errors[0])).toMatch(
        /ResponseValidationError: GET \/: the handler's value does not fit the response schema: response/,
      )
      expect(JSON.stringify(errors[0]) + String(errors[0])).not.toContain('secret-hash')
    }
  })

  test('one that throws, and one that rejects, is 500', async () => {
    const throwing = z.object({
      a: z.any().refine(() => {
        throw new Error('secret')
      }),
    })
    const rejecting = z.object({ a: z.any().refine(async () => Promise.reject(new Error('secret'))) })
    expect(await sent(() => ({ a: 1 }), { response: throwing })).toEqual(FAILED)
    expect(await sent(() => ({ a: 1 }), { response: rejecting })).toEqual(FAILED)
  })

  test('a result that is some library’s own promise is waited for, never taken for a value', async () => {
    const response = {
      '~standard': {
        version: 1,
        vendor: 'own',
        validate: (value: unknown) =>
          thenable((resolve) => resolve(value === 'fits' ? { value } : { issues: [{ message: 'no' }] })),
        jsonSchema: { input: () => ({ type: 'string' }), output: () => ({ type: 'string' }) },
      },
    }
    expect(await sent(() => 'fits', { response })).toEqual([200, JSON_TYPE, '"fits"'])
    expect(await sent(() => 'does not', { response })).toEqual(FAILED)
  })

  test('a stream cannot be checked against it, so it does not leave', async () => {
    const cancelled = vi.fn()
    const ended = vi.fn()
    const streams = [
      () => new ReadableStream({ cancel: cancelled }),
      async function* () {
        try {
          yield JSON.stringify(stored)
        } finally {
          ended()
        }
      },
      () => ({ ...stored, async *[Symbol.asyncIterator]() {} }),
    ]
    for (const handler of streams) expect(await sent(handler, { response: User })).toEqual(FAILED)
    expect(cancelled).toHaveBeenCalledOnce()
  })

  test('a Response is sent as it is: who makes one answers for it', async () => {
    expect(await sent(() => Response.json(stored), { response: User })).toEqual([
      200,
      JSON_TYPE,
      JSON.stringify(stored),
    ])
  })
})

describe('text, bytes and files', () => {
  test.each<[string, Options, unknown, string, string]>([
    ['text of a type', { mediaType: 'text/html' }, '<p>', 'text/html; charset=utf-8', '<p>'],
    ['a type with a charset', { mediaType: 'text/plain; charset=us-ascii' }, 'a', 'text/plain; charset=us-ascii', 'a'],
    ['bytes', {}, new Uint8Array([104, 105]), 'application/octet-stream', 'hi'],
    ['bytes of a type', { mediaType: 'image/svg+xml' }, new TextEncoder().encode('<svg/>'), 'image/svg+xml', '<svg/>'],
    ['a Buffer', {}, Buffer.from('hi'), 'application/octet-stream', 'hi'],
    ['an ArrayBuffer', {}, new TextEncoder().encode('hi').buffer, 'application/octet-stream', 'hi'],
    ['a Blob', {}, new Blob(['hi'], { type: 'text/csv' }), 'text/csv', 'hi'],
    ['a Blob without a type', { mediaType: 'text/csv' }, new Blob(['hi']), 'text/csv', 'hi'],
    [
      'JSON of another type',
      { mediaType: 'application/problem+json' },
      { a: 1 },
      'application/problem+json',
      '{"a":1}',
    ],
    ['JSON by its own name', { mediaType: 'application/json' }, { a: 1 }, 'application/json', '{"a":1}'],
  ])('%s', async (_, options, value, type, text) => {
    expect(await sent(() => value, options)).toEqual([200, type, text])
  })

  test('an object is never sent as HTML: its texts are not escaped', async () => {
    for (const value of [{ name: '<script>alert(1)</script>' }, ['<script>'], 7, null, undefined]) {
      const { status, type, text, errors } = await answer(() => value, { mediaType: 'text/html' })
      expect([status, type, text]).toEqual(FAILED)
      expect(String(errors[0])).toContain('text/html')
    }
  })
})

describe('status and headers', () => {
  const set = (status: number, headers: Record<string, string> = {}) => ({
    params: {
      response: CurrentResponse,
      _: dependency({ response: CurrentResponse }, ({ response }) => {
        response.status = status
        for (const [name, value] of Object.entries(headers)) response.headers.append(name, value)
      }),
    },
  })

  test.each([204, 205, 304])('%i has no body, whatever the handler gives', async (status) => {
    const cancelled = vi.fn()
    const values = [
      { a: 1 },
      'x',
      undefined,
      new Uint8Array(3),
      new ReadableStream({ cancel: cancelled }),
      (async function* () {
        yield 'x'
      })(),
    ]
    for (const value of values) {
      for (const options of [{ status }, set(status)]) {
        const { status: given, type, text } = await answer(() => value, options)
        expect([given, type, text]).toEqual([status, null, ''])
      }
    }
    expect(cancelled).toHaveBeenCalledOnce()
  })

  test('a status that a dependency or the handler set wins over the declared one', async () => {
    expect(await sent(() => 1, { ...set(202), status: 201 })).toEqual([202, JSON_TYPE, '1'])
    expect(await sent(() => 1, { status: 201 })).toEqual([201, JSON_TYPE, '1'])
  })

  test.each([0, 99, 100, 101, 103, 199, 600, 1000, -1, 200.5, Number.NaN, '200' as never])(
    '%s is no status: 500, and no request hangs',
    async (status) => {
      const { errors, ...rest } = await answer(() => 1, set(status))
      expect([rest.status, rest.type, rest.text]).toEqual(FAILED)
      expect(String(errors[0])).toMatch(/status/)
    },
  )

  test('headers go out, a content type among them in place of ours; cookies each on their line', async () => {
    const { headers, type } = await answer(() => 1, set(200, { 'content-type': 'application/x', 'x-a': 'b' }))
    expect([type, headers.get('x-a')]).toEqual(['application/x', 'b'])
    const app = new App()
    app.get('/', { params: { response: CurrentResponse } }, ({ response }) => {
      response.setCookie('a', '1')
      response.setCookie('b', '2')
      response.headers.set('x-own', 'set')
      response.headers.set('vary', 'set')
      return new Response('x', {
        headers: [
          ['set-cookie', 'c=3'],
          ['vary', 'own'],
        ],
      })
    })
    const given = await app.request('/')
    expect(given.headers.getSetCookie().map((line) => line.split(';')[0])).toEqual(['c=3', 'a=1', 'b=2'])
    expect([given.headers.get('x-own'), given.headers.get('vary')]).toEqual(['set', 'own'])
  })

  const INJECTED = 'x\r\nset-cookie: admin=1\r\n\r\n<script>'
  test.each<[string, (value: string) => unknown]>([
    [
      'an HTTPException',
      (value) => {
        throw new HTTPException(401, 'x', { headers: { 'www-authenticate': `Bearer realm="${value}"` } })
      },
    ],
    [
      'a name in an HTTPException',
      (value) => {
        throw new HTTPException(401, 'x', { headers: { [value]: 'x' } })
      },
    ],
    [
      'a list in an HTTPException',
      (value) => {
        throw new HTTPException(401, 'x', { headers: { 'x-a': ['fine', value] } })
      },
    ],
    [
      'an HTTPException above Latin-1',
      () => {
        throw new HTTPException(401, 'x', { headers: { 'x-a': '→' } })
      },
    ],
    ['a Response', (value) => new Response('x', { headers: { 'x-a': value } })],
    ['a redirect', (value) => Response.redirect(`http://localhost/${value}`)],
  ])('nothing can end a header: %s', async (_, handler) => {
    const { status, headers, text } = await answer(() => handler(INJECTED))
    expect([302, 401, 500]).toContain(status)
    expect(headers.has('set-cookie')).toBe(false)
    expect(text).not.toContain('script')
    for (const [, value] of headers) expect(value).not.toMatch(/[\r\n]/)
  })

  test('nothing can end a header: CurrentResponse', async () => {
    const { status, headers } = await answer(
      (({ response }: { response: CurrentResponse }) => {
        response.headers.set('x-a', INJECTED)
        return 1
      }) as never,
      { params: { response: CurrentResponse } },
    )
    expect([status, headers.has('set-cookie'), headers.has('x-a')]).toEqual([500, false, false])
  })

  test('an HTTPException with a content type of its own has one', async () => {
    const { type, text } = await answer(() => {
      throw new HTTPException(
        409,
        { title: 'x' },
        { headers: { 'Content-Type': 'application/problem+json', vary: 'content-type' } },
      )
    })
    expect([type, text]).toEqual(['application/problem+json', '{"detail":{"title":"x"}}'])
  })
})

describe('a Response', () => {
  test('that was used already is 500: kept and given twice, or read before', async () => {
    const errors: unknown[] = []
    const app = new App({ onError: (error) => errors.push(error) })
    const kept = new Response('once')
    app.get('/kept', () => kept)
    app.get('/read', async () => {
      const response = new Response('x')
      await response.text()
      return response
    })
    app.get('/locked', () => {
      const response = new Response('x')
      response.body?.getReader()
      return response
    })
    app.get('/clone', () => cloned.clone())
    const cloned = new Response('any number')
    expect(await (await app.request('/kept')).text()).toBe('once')
    for (const path of ['/kept', '/read', '/locked'])
      expect([path, (await app.request(path)).status]).toEqual([path, 500])
    expect(errors.map(String)).toEqual(Array(3).fill(expect.stringContaining('clone()')))
    for (const _ of [1, 2]) expect(await (await app.request('/clone')).text()).toBe('any number')
  })

  test('that cannot be sent is 500, and what is left to do is done', async () => {
    const left = vi.fn()
    const app = new App({ onError: () => {} })
    app.get('/', { params: { tasks: BackgroundTasks } }, ({ tasks }) => {
      tasks.addTask(left)
      return Response.error()
    })
    expect((await app.request('/')).status).toBe(500)
    expect((await app.fetch(new Request('http://localhost/'))).status).toBe(500)
    await vi.waitFor(() => expect(left.mock.calls.length).toBeLessThanOrEqual(2))
  })
})

describe('streams', () => {
  test('text and bytes, as they come, of the declared type', async () => {
    async function* handler() {
      yield 'a'
      yield new Uint8Array([98])
      yield ''
      yield Buffer.from('c')
    }
    expect(await sent(handler)).toEqual([200, 'application/octet-stream', 'abc'])
    expect(await sent(handler, { mediaType: 'text/event-stream' })).toEqual([
      200,
      'text/event-stream; charset=utf-8',
      'abc',
    ])
    expect(await sent(() => new Blob(['x']).stream())).toEqual([200, 'application/octet-stream', 'x'])
  })

  test('one that fails breaks off; the next request is answered', async () => {
    const ended = vi.fn()
    const app = new App({ onError: () => {} })
    app.get('/fails', async function* () {
      yield 'a'
      throw new Error('secret')
    })
    app.get('/no-bytes', async function* () {
      try {
        yield { secret: 1 }
      } finally {
        ended()
      }
    })
    app.get('/at-once', () => new ReadableStream({ start: (controller) => controller.error(new Error('secret')) }))
    for (const path of ['/fails', '/no-bytes', '/at-once'])
      await expect((await app.request(path)).text()).rejects.toThrow()
    expect(ended).toHaveBeenCalledOnce()
    app.get('/good', () => 1)
    expect((await app.request('/good')).status).toBe(200)
  })

  test('a client that goes away ends the generator, and then the exits', async () => {
    const log: string[] = []
    const app = new App()
    const resource = dependency(async function* () {
      yield 1
      log.push('exit')
    })
    app.get('/', { params: { resource } }, async function* () {
      try {
        for (;;) yield 'x'
      } finally {
        log.push('generator')
      }
    })
    const reader = (await app.fetch(new Request('http://localhost/'))).body?.getReader()
    await reader?.read()
    await reader?.cancel()
    await vi.waitFor(() => expect([...log].sort()).toEqual(['exit', 'generator']))
  })

  test('nothing is made before it is asked for; HEAD makes nothing', async () => {
    const made = vi.fn()
    const app = new App()
    app.get('/', async function* () {
      made()
      yield 'x'
    })
    const response = await app.request('/')
    expect(made).not.toHaveBeenCalled()
    await response.text()
    await app.request('/', { method: 'HEAD' })
    expect(made).toHaveBeenCalledOnce()
  })
})
