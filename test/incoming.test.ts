import { describe, expect, test } from 'vitest'
import { App } from '../src/app.ts'
import { HTTPException } from '../src/exceptions.ts'
import { parseQuery, WebIncoming } from '../src/incoming.ts'
import { type Limits, limitsOf } from '../src/limits.ts'

function incoming(
  url: string,
  init: RequestInit & { duplex?: 'half' } = {},
  limits: Partial<Limits> = {},
): WebIncoming {
  const made = new WebIncoming(new Request(url, init), '192.0.2.1')
  made.limits = limitsOf(limits)
  return made
}

const statusOf = (run: () => unknown): number => {
  try {
    run()
  } catch (error) {
    if (error instanceof HTTPException) return error.status
    throw error
  }
  return 0
}

describe('the target', () => {
  test.each([
    ['http://host.example', '/', ''],
    ['http://host.example/', '/', ''],
    ['http://host.example?a=/b', '/', 'a=/b'],
    ['http://host.example/a/b', '/a/b', ''],
    ['http://host.example:8000/a?b=c', '/a', 'b=c'],
    ['http://host.example/a?', '/a', ''],
    ['http://host.example/a?b?c#d?e', '/a', 'b?c'],
    ['http://host.example/a#b?c', '/a', ''],
    ['http://host.example/a%2Fb/%75', '/a%2Fb/%75', ''],
    ['http://host.example//other.example/a', '//other.example/a', ''],
    ['http://[::1]:80/a://b?c', '/a://b', 'c'],
  ])('%s', (url, path, search) => {
    expect(incoming(url)).toMatchObject({ path, search, method: 'GET', rootPath: '', clientAddress: '192.0.2.1' })
  })
})

describe('headers', () => {
  test('by lower-case name, several lines as one', () => {
    const headers = new Headers([
      ['X-One', 'a'],
      ['X-Two', 'b'],
      ['x-two', 'c'],
    ])
    const made = incoming('http://host.example/', { headers })
    expect([made.header('x-one'), made.header('x-two'), made.header('x-none')]).toEqual(['a', 'b, c', undefined])
    expect(made.header('constructor')).toBeUndefined()
  })
})

describe('the query', () => {
  test('strictly decoded, in order, once', () => {
    const made = incoming('http://host.example/?a=1&b=x+y%20%2B&a=2&c=&d&&=e&%61=3&f=g=h&constructor=1')
    expect(made.queryAll('a')).toEqual(['1', '2', '3'])
    expect(made.query('a')).toBe('3')
    expect(made.query('b')).toBe('x y +')
    expect([made.query('c'), made.query('d'), made.query(''), made.query('f')]).toEqual(['', '', 'e', 'g=h'])
    expect([made.query('none'), made.queryAll('none'), made.query('toString')]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect([...made.queryNames()]).toEqual(['a', 'b', 'c', 'd', '', 'f', 'constructor'])
    expect(made.query('constructor')).toBe('1')
  })

  test('a semicolon separates nothing, and what is decoded is not decoded again', () => {
    expect([...parseQuery('a=1;b=2&c=%2526', 9)]).toEqual([
      ['a', ['1;b=2']],
      ['c', ['%26']],
    ])
    expect(parseQuery('', 1).size).toBe(0)
  })

  test.each([
    'a=%',
    'a=%4',
    'a=%zz',
    '%=1',
    'a=%ff',
    'a=%C0%AF',
    'a=%ED%A0%80',
    '__proto__=1',
    '__proto__',
    '%5f_proto__[x]=1&__proto%5F_=2',
  ])('%s is 400', (search) => {
    const made = incoming(`http://host.example/?${search}`)
    expect(statusOf(() => made.query('a'))).toBe(400)
    expect(statusOf(() => made.queryNames())).toBe(400)
  })

  test('more parameters than the limit are 400', () => {
    expect(statusOf(() => incoming('http://host.example/?a&a&a', {}, { queryParameters: 2 }).query('a'))).toBe(400)
    expect(incoming('http://host.example/?a&&&a', {}, { queryParameters: 2 }).queryAll('a')).toEqual(['', ''])
    expect(statusOf(() => incoming(`http://host.example/?${'a&'.repeat(10_000)}`).query('a'))).toBe(400)
  })
})

describe('cookies', () => {
  const withCookies = (cookie: string, limits: Partial<Limits> = {}): WebIncoming =>
    incoming('http://host.example/', { headers: { cookie } }, limits)

  test('the last of a name, unquoted; names are case-sensitive', () => {
    const made = withCookies('a=1; b="x y"; a=2;c=d=e; Flag; D=;  e = f ; g="; h=""; i="a')
    const expected = {
      a: '2',
      b: 'x y',
      c: 'd=e',
      D: '',
      d: undefined,
      e: 'f',
      g: '"',
      h: '',
      i: '"a',
      Flag: undefined,
    }
    for (const [name, value] of Object.entries(expected)) expect(made.cookie(name), name).toBe(value)
    expect([...made.cookieNames()]).toEqual(['a', 'b', 'c', 'D', 'e', 'g', 'h', 'i'])
  })

  test('none', () => {
    expect(incoming('http://host.example/').cookie('a')).toBeUndefined()
    expect(withCookies('').cookie('a')).toBeUndefined()
    expect(withCookies('constructor=1').cookie('toString')).toBeUndefined()
    expect(withCookies('constructor=1').cookie('constructor')).toBe('1')
  })

  test('values are as they were sent', () => {
    expect(withCookies('a=%41+b').cookie('a')).toBe('%41+b')
  })

  test('__proto__ and more than the limit are 400', () => {
    expect(statusOf(() => withCookies('a=1; __proto__=x').cookie('a'))).toBe(400)
    expect(statusOf(() => withCookies(' __proto__ =x').cookieNames())).toBe(400)
    expect(statusOf(() => withCookies('a=1; b=2; c=3', { cookies: 2 }).cookie('a'))).toBe(400)
    expect(withCookies('a=1; b=2', { cookies: 2 }).cookie('b')).toBe('2')
  })
})

describe('bytes', () => {
  const chunked = (...sizes: number[]): RequestInit & { duplex: 'half' } => ({
    method: 'POST',
    duplex: 'half',
    body: new ReadableStream({
      start(controller) {
        let next = 0
        for (const size of sizes) controller.enqueue(Uint8Array.from({ length: size }, () => next++))
        controller.close()
      },
    }),
  })

  test('all of them, however they come', async () => {
    const sequence = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => index)
    expect(await incoming('http://host.example/').bytes(1)).toEqual(new Uint8Array())
    expect(await incoming('http://host.example/', chunked()).bytes(1)).toEqual(new Uint8Array())
    expect(await incoming('http://host.example/', chunked(5)).bytes(5)).toEqual(sequence(5))
    expect(await incoming('http://host.example/', chunked(2, 0, 1, 4)).bytes(7)).toEqual(sequence(7))
  })

  test('more than the limit are 413, at once', async () => {
    let pulled = 0
    let cancelled = false
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          pulled++
          controller.enqueue(new Uint8Array(10))
        },
        cancel() {
          cancelled = true
        },
      },
      { highWaterMark: 0 },
    )
    const error: unknown = await incoming('http://host.example/', { method: 'POST', body, duplex: 'half' })
      .bytes(25)
      .catch((error: unknown) => error)
    expect(error).toMatchObject({ status: 413, headers: { connection: 'close' } })
    expect([pulled, cancelled]).toEqual([3, true])
  })

  test('an announced length over the limit is 413 before a byte is read', async () => {
    const made = incoming('http://host.example/', { ...chunked(1), headers: { 'content-length': '11' } })
    await expect(made.bytes(10)).rejects.toMatchObject({ status: 413 })
    expect(made.request.bodyUsed).toBe(false)
  })

  test.each(['x', '-1', '1.5', '1e3', '5, 5', '+1', '0x1', ' ', '9'.repeat(400)])(
    'the length %j is 400',
    async (length) => {
      const made = incoming('http://host.example/', { ...chunked(1), headers: { 'content-length': length } })
      await expect(made.bytes(10)).rejects.toMatchObject({ status: 400 })
    },
  )
})

test('the signal is that of the request', () => {
  const abort = new AbortController()
  const made = incoming('http://host.example/', { signal: abort.signal })
  expect(made.signal.aborted).toBe(false)
  abort.abort()
  expect(made.signal.aborted).toBe(true)
})

test('limits are checked', () => {
  expect(limitsOf()).toEqual(limitsOf({}))
  expect(limitsOf({ body: 5 }).body).toBe(5)
  expect(() => limitsOf({ bodySize: 5 } as object)).toThrow(TypeError)
  expect(() => limitsOf({ constructor: 5 } as object)).toThrow(TypeError)
  for (const value of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '5' as never])
    expect(() => limitsOf({ body: value })).toThrow(RangeError)
})

test('what a runtime makes of a Host that is none', async () => {
  // Bun gives the target alone, Deno and workerd put the Host in front of it.
  const alone = { url: '/open?x=://h/closed', method: 'GET', headers: new Headers() } as Request
  expect(new WebIncoming(alone)).toMatchObject({ path: '/open', search: 'x=://h/closed' })
  const app = new App()
  app.get('/closed/open', () => 'in')
  app.get('/open', () => 'in')
  for (const host of ['h/closed', 'h?', 'h#', 'u@h', 'h, h', '']) {
    for (const path of ['/open', '/closed/open']) {
      const answer = await app.fetch(new Request(`http://h${path}`, { headers: { host } }))
      expect([answer.status, await answer.json()], host).toEqual([400, { detail: 'Invalid Host header' }])
    }
  }
  expect((await app.fetch(new Request('http://h/open', { headers: { host: 'h.example:8000' } }))).status).toBe(200)
})
