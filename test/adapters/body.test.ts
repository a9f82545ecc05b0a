import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Server, serve, toNodeHandler } from '../../src/adapters/node.ts'
import type { Incoming } from '../../src/incoming.ts'
import type { Reply } from '../../src/reply.ts'
import { exchange, RawClient, statusesOf, statusOf } from './raw-client.ts'
import { gate, SmallApp, text } from './small-app.ts'

const LIMIT = 100_000
let answer: (incoming: Incoming) => Reply | Promise<Reply>
const app = new SmallApp((incoming) => answer(incoming))
let server: Server
beforeEach(async () => {
  answer = async (incoming) => text((await incoming.bytes(LIMIT)).slice())
  server = await serve(app, { port: 0, installSignalHandlers: false, shutdownTimeout: 0.5 })
})
afterEach(() => server.close())

const post = (headers: string, body = ''): string => `POST / HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n${body}`
const get = 'GET /next HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'

test('bytes() gives a body of one chunk, of many, of none', async () => {
  const large = new Uint8Array(LIMIT).map((_, i) => i)
  for (const body of ['a', 'ä€'.repeat(1000), large, '']) {
    const response = await fetch(server.url, { method: 'POST', body })
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(
      typeof body === 'string' ? new TextEncoder().encode(body) : body,
    )
  }
  expect(await (await fetch(server.url)).text()).toBe('')
})

test('bytes() puts a body of tiny chunks together', async () => {
  const body = Array.from({ length: 20_000 }, (_, i) => String.fromCharCode(97 + (i % 26))).join('')
  const chunks = [...body].map((letter) => `1\r\n${letter}\r\n`).join('')
  const answered = await exchange(
    server.port,
    post('Connection: close\r\nTransfer-Encoding: chunked\r\n', `${chunks}0\r\n\r\n`),
  )
  expect(answered.endsWith(body)).toBe(true)
})

test('a body over the limit is 413 at once by its announced length, and no byte of it is waited for', async () => {
  const client = new RawClient(server.port).write(post(`Content-Length: ${LIMIT + 1}\r\n`))
  const answered = await client.ended()
  expect([statusOf(answered), answered]).toEqual([413, expect.stringMatching(/\r\nconnection: close\r\n/i)])
  client.destroy()
})

test('a body over the limit is 413 while it is read, and the answer is not lost to a client that writes on', async () => {
  const client = new RawClient(server.port).write(post('Transfer-Encoding: chunked\r\n'))
  const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`
  for (let i = 0; i < 100; i++) client.write(chunk)
  client.write(`0\r\n\r\n${get}`)
  expect(statusesOf(await client.ended())).toEqual([413])
  expect(app.seen.at(-1)?.path).toBe('/')
  client.destroy()
})

test.each<[string, number, string, (incoming: Incoming) => Reply | Promise<Reply>]>([
  ['413', 413, 'Content-Length: 9000000\r\n', async (incoming) => text((await incoming.bytes(LIMIT)).slice())],
  ['401', 401, 'Content-Length: 9000000\r\n', () => text('no', 401)],
  ['a stream', 200, 'Content-Length: 9000000\r\n', () => text(new Response('abc').body)],
  [
    'a body read in part',
    200,
    'Content-Length: 9000000\r\n\r\nabc',
    async (incoming) => {
      await (incoming.stream() as ReadableStream<Uint8Array>).getReader().read()
      return text('enough')
    },
  ],
  ['a refusal', 400, 'Content-Length: 9000000\r\nContent-Type: a/b\r\nContent-Type: c/d\r\n', () => text('never')],
])(
  'a connection is not reset behind the back of a client that writes on after %s',
  async (_, status, head, answers) => {
    answer = answers
    // A reset could take the answer from a client that has not read it yet.
    const client = new RawClient(server.port, { allowHalfOpen: true }).write(
      head.includes('abc') ? post(head).slice(0, -2) : post(head),
    )
    expect(statusesOf(await client.ended())).toEqual([status])
    expect(await client.writeOn('x'.repeat(100_000))).toBeUndefined()
  },
)

test('a body over the limit, and one that nobody asks for more of, is not read on', async () => {
  const paused: boolean[] = []
  answer = async (incoming) => {
    if (incoming.search) {
      const reader = (incoming.stream() as ReadableStream<Uint8Array>).getReader()
      await reader.read()
    } else {
      await incoming.bytes(10).catch(() => {})
    }
    paused.push(request.isPaused())
    return text('done')
  }
  let request: IncomingMessage
  const handler = toNodeHandler(app)
  const http = createServer((req, res) => {
    request = req
    handler(req, res)
  }).listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo
  for (const target of ['/', '/?stream']) {
    const head = post('Transfer-Encoding: chunked\r\n', `10\r\n${'x'.repeat(16)}\r\n`).replace('/', target)
    const client = new RawClient(port).write(head)
    expect(statusesOf(await client.ended())).toEqual([200])
    client.destroy()
  }
  expect(paused).toEqual([true, true])
  http.close()
})

test('exactly the limit goes through, chunked as well', async () => {
  const chunk = `${LIMIT.toString(16)}\r\n${'x'.repeat(LIMIT)}\r\n0\r\n\r\n`
  const answered = await exchange(server.port, post('Connection: close\r\nTransfer-Encoding: chunked\r\n', chunk))
  expect(statusOf(answered)).toBe(200)
})

test('a small body that nobody reads keeps the connection', async () => {
  answer = () => text('no')
  const answers = await exchange(server.port, post('Content-Length: 5\r\n', 'abcde') + get)
  expect(statusesOf(answers)).toEqual([200, 200])
})

test.each([
  ['a large body', 'Content-Length: 100000\r\n'],
  ['a body of unknown length', 'Transfer-Encoding: chunked\r\n'],
])('%s that nobody reads closes it, without a byte of it being waited for', async (_, header) => {
  answer = () => text('no', 401)
  const client = new RawClient(server.port).write(post(header))
  const answered = await client.ended()
  expect([statusesOf(answered), answered]).toEqual([[401], expect.stringMatching(/\r\nconnection: close\r\n/i)])
  client.destroy()
})

test('a body that ends too early rejects, and nothing hangs', async () => {
  const failed = gate<unknown>()
  const begun = gate()
  answer = (incoming) => {
    const bytes = incoming.bytes(LIMIT)
    bytes.catch(failed.open)
    begun.open()
    return bytes.then(() => text('never'))
  }
  const client = new RawClient(server.port).write(post('Content-Length: 5\r\n', 'abc'))
  await begun.promise
  client.destroy()
  expect(await failed.promise).toMatchObject({ status: 400, message: 'The body ended too early' })
})

test.each<[string, (incoming: Incoming) => Promise<unknown>]>([
  ['bytes()', (incoming) => incoming.bytes(LIMIT)],
  ['stream()', (incoming) => (incoming.stream() as ReadableStream<Uint8Array>).getReader().read()],
])('%s of a client that is gone already rejects', async (_, read) => {
  const result = gate<unknown>()
  const begun = gate()
  answer = async (incoming) => {
    begun.open()
    await once(incoming.signal, 'abort')
    result.open(await read(incoming).catch((error: unknown) => error))
    return text('never')
  }
  const client = new RawClient(server.port).write(post('Content-Length: 5\r\n', 'ab'))
  await begun.promise
  client.destroy()
  expect(await result.promise).toMatchObject({ status: 400 })
})

test('a body is read once; a second time is an error that says so', async () => {
  answer = async (incoming) => {
    await incoming.bytes(LIMIT)
    const again = await incoming.bytes(LIMIT).catch((error: Error) => error.message)
    const streamed = await new Response(incoming.stream()).text().catch((error: Error) => error.message)
    const requested = await incoming.request.text().catch((error: Error) => error.message)
    return text(JSON.stringify([again, streamed, requested]))
  }
  const got = await (await fetch(server.url, { method: 'POST', body: 'a' })).json()
  expect(got).toEqual([
    expect.stringContaining('was read before'),
    expect.stringContaining('was read before'),
    expect.any(String),
  ])
})

test('a request made for its headers leaves the body to bytes()', async () => {
  answer = async (incoming) => {
    const { headers } = incoming.request
    return text(`${headers.get('x-a')} ${(await incoming.bytes(LIMIT)).byteLength}`)
  }
  const response = await fetch(server.url, { method: 'POST', body: 'abc', headers: { 'x-a': 'b' } })
  expect(await response.text()).toBe('b 3')
})

test('the web Request has the method, the URL, the headers and the body', async () => {
  answer = async ({ request }) => {
    const form = request.method === 'POST' ? (await request.formData()).get('a') : request.body
    return text(JSON.stringify([request.method, request.url, request.headers.get('x-many'), form]))
  }
  const body = new FormData()
  body.set('a', 'ä'.repeat(50_000))
  const posted = await (await fetch(`${server.url}/a%2Fb?c=d`, { method: 'POST', body })).json()
  expect(posted).toEqual(['POST', `${server.url}/a%2Fb?c=d`, null, 'ä'.repeat(50_000)])
  const got = await exchange(
    server.port,
    `GET /x HTTP/1.1\r\nHost: a.example\r\nX-Many: 1\r\nX-Many: 2\r\nConnection: close\r\n\r\n`,
  )
  expect(got).toContain(JSON.stringify(['GET', 'http://a.example/x', '1, 2', null]))
})

test('stream() comes as the client sends, and no faster than it is read', async () => {
  const parts: string[] = []
  const first = gate()
  answer = async (incoming) => {
    for await (const chunk of incoming.stream() as ReadableStream<Uint8Array>) {
      parts.push(Buffer.from(chunk).toString())
      first.open()
    }
    return text(parts.join('|'))
  }
  const client = new RawClient(server.port).write(post('Connection: close\r\nContent-Length: 6\r\n', 'abc'))
  await first.promise
  client.write('def')
  expect(await client.ended()).toMatch(/abc\|def$/)
  client.destroy()
})

test.each([2000, 1_000_000])(
  'a stream that is cancelled leaves the rest of %d bytes and closes the connection',
  async (length) => {
    answer = async (incoming) => {
      const reader = (incoming.stream() as ReadableStream<Uint8Array>).getReader()
      await reader.read()
      await reader.cancel()
      return text('enough')
    }
    const client = new RawClient(server.port).write(post(`Content-Length: ${length}\r\n`, 'x'.repeat(1000)))
    expect(await client.ended()).toMatch(/\r\nconnection: close\r\n[\s\S]*enough/i)
    client.destroy()
  },
)

test('a stream of a client that goes away errors', async () => {
  const failed = gate<unknown>()
  const begun = gate()
  answer = async (incoming) => {
    const reader = (incoming.stream() as ReadableStream<Uint8Array>).getReader()
    await reader.read()
    begun.open()
    await reader.read().catch(failed.open)
    return text('never')
  }
  const client = new RawClient(server.port).write(post('Content-Length: 1000\r\n', 'abc'))
  await begun.promise
  client.destroy()
  expect(await failed.promise).toMatchObject({ status: 400 })
})

test('the body of a request can be sent back as it comes', async () => {
  answer = (incoming) => text(incoming.stream())
  const sent = new Uint8Array(500_000).map((_, i) => i)
  for (let i = 0; i < 3; i++) {
    const response = await fetch(server.url, { method: 'POST', body: sent })
    expect(Buffer.compare(Buffer.from(await response.arrayBuffer()), sent)).toBe(0)
  }
})

test('Expect: 100-continue is answered when the app begins to read', async () => {
  const allow = gate()
  const begun = gate()
  answer = async (incoming) => {
    begun.open()
    await allow.promise
    return text((await incoming.bytes(LIMIT)).slice())
  }
  const client = new RawClient(server.port).write(
    post('Expect: 100-continue\r\nConnection: close\r\nContent-Length: 3\r\n'),
  )
  await begun.promise
  expect(client.text).toBe('')
  allow.open()
  await client.until('HTTP/1.1 100 Continue\r\n\r\n')
  client.write('abc')
  const answers = await client.ended()
  expect([statusesOf(answers), answers.slice(-3)]).toEqual([[100, 200], 'abc'])
  client.destroy()
})

test.each([
  ['refuses', () => text('no', 401), 401],
  ['finds too long', async (incoming: Incoming) => text((await incoming.bytes(2)).slice()), 413],
] as const)('Expect: 100-continue is never answered with 100 when the app %s', async (_, answers, status) => {
  answer = answers
  const client = new RawClient(server.port).write(post('Expect: 100-continue\r\nContent-Length: 3\r\n'))
  expect(statusesOf(await client.ended())).toEqual([status])
  client.destroy()
})

test('Expect: 100-continue of HTTP/1.0 is ignored', async () => {
  const answered = await exchange(
    server.port,
    'POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc',
  )
  expect([statusesOf(answered), answered.slice(-3)]).toEqual([[200], 'abc'])
})

test('in a plain server, where Node itself answers 100, a body is read as well', async () => {
  const http = createServer(toNodeHandler(app)).listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo
  const answered = await exchange(
    port,
    post('Expect: 100-continue\r\nConnection: close\r\nContent-Length: 3\r\n', 'abc'),
  )
  expect([statusesOf(answered), answered.slice(-3)]).toEqual([[100, 200], 'abc'])
  http.close()
})

test('header() gives values and nothing else', async () => {
  const names = ['x-a', 'set-cookie', 'cookie', 'constructor', '__proto__', 'toString', 'x-none']
  answer = (incoming) => text(JSON.stringify(names.map((name) => incoming.header(name) ?? null)))
  const head = 'X-A: 1\r\nx-a: 2\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nCookie: a=1\r\nCookie: b=2\r\n__proto__: x\r\n'
  const got = await exchange(server.port, `GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${head}\r\n`)
  expect(got).toContain(JSON.stringify(['1, 2', 'a, b', 'a=1; b=2', null, null, null, null]))
})
