import { once } from 'node:events'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Server, serve } from '../../src/adapters/node.ts'
import type { Application, Reply } from '../../src/reply.ts'
import { exchange, RawClient, statusesOf, statusOf } from './raw-client.ts'
import { gate, SmallApp, streamFrom, text } from './small-app.ts'

const request = (method = 'GET', more = ''): string => `${method} / HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`
const closing = (method = 'GET'): string => request(method, 'Connection: close\r\n')

let reply: () => Reply | Promise<Reply>
const app = new SmallApp(() => reply())
const errors: unknown[] = []
let server: Server
beforeEach(async () => {
  errors.length = 0
  server = await serve(app, {
    port: 0,
    installSignalHandlers: false,
    shutdownTimeout: 0.5,
    onError: (error) => errors.push(error),
  })
})
afterEach(() => server.close())

const bodyOf = (answer: string): string => answer.slice(answer.indexOf('\r\n\r\n') + 4)
const headOf = (answer: string): string => answer.slice(0, answer.indexOf('\r\n\r\n'))
const lengthOf = (answer: string): string | undefined => /\r\ncontent-length: (\d+)/i.exec(headOf(answer))?.[1]

async function* chunksOf(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield new TextEncoder().encode(part)
}
const streamOf = (...parts: string[]): ReadableStream<Uint8Array> => streamFrom(chunksOf(...parts))

test.each<[string, () => Reply['body'], string, string]>([
  ['text', () => 'hällo', '6', Buffer.from('hällo').toString('latin1')],
  ['empty text', () => '', '0', ''],
  ['bytes', () => new Uint8Array([65, 0, 66]), '3', 'A\0B'],
  ['a part of a buffer', () => new TextEncoder().encode('abcdef').subarray(1, 3), '2', 'bc'],
  ['nothing', () => null, '0', ''],
])('%s is sent with its length', async (_, body, length, sent) => {
  reply = () => text(body())
  const answer = await exchange(server.port, closing())
  expect([statusOf(answer), lengthOf(answer), bodyOf(answer)]).toEqual([200, length, sent])
  expect(headOf(answer)).not.toMatch(/transfer-encoding/i)
})

test('a length that the application claims does not count', async () => {
  reply = () => text('abc', 200, ['content-length', '1', 'transfer-encoding', 'chunked', 'keep-alive', 'timeout=99'])
  const answer = await exchange(server.port, closing())
  expect([lengthOf(answer), bodyOf(answer)]).toEqual(['3', 'abc'])
  expect(headOf(answer)).not.toMatch(/transfer-encoding|timeout=99/i)
})

test('headers that stand several times are all sent', async () => {
  reply = () => text('', 200, ['set-cookie', 'a=1', 'set-cookie', 'b=2'])
  expect(headOf(await exchange(server.port, closing()))).toContain('set-cookie: a=1\r\nset-cookie: b=2')
})

test.each<[string, () => Reply['body'], string | undefined]>([
  ['text', () => 'abc', '3'],
  ['bytes', () => new Uint8Array(5), '5'],
  ['a stream', () => streamOf('abc'), undefined],
  ['nothing', () => null, undefined],
])('HEAD of %s has the headers of GET and no body', async (_, body, length) => {
  reply = () => text(body(), 200, ['x-a', 'b'])
  const answers = await exchange(server.port, request('HEAD') + closing('HEAD'))
  expect(statusesOf(answers)).toEqual([200, 200])
  expect([lengthOf(answers), headOf(answers).includes('x-a: b')]).toEqual([length, true])
  expect(answers.endsWith('\r\n\r\n')).toBe(true)
})

test('HEAD keeps the length that the application knows', async () => {
  reply = () => text(null, 200, ['content-length', '77'])
  expect(lengthOf(await exchange(server.port, closing('HEAD')))).toBe('77')
})

test('HEAD cancels a stream', async () => {
  const cancelled = gate()
  reply = () => text(new ReadableStream({ cancel: () => cancelled.open() }))
  await exchange(server.port, closing('HEAD'))
  await cancelled.promise
})

test.each([
  [204, undefined],
  [205, '0'],
  [304, undefined],
])('%d has no body, whatever the application says', async (status, length) => {
  for (const body of ['abc', new Uint8Array(3), streamOf('abc'), null]) {
    reply = () => ({ status, headers: [], body, after: undefined })
    const answers = await exchange(server.port, request() + closing())
    expect([statusesOf(answers), lengthOf(answers), bodyOf(answers).startsWith('HTTP/1.1')]).toEqual([
      [status, status],
      length,
      true,
    ])
  }
})

test('304 keeps the length of what it stands for', async () => {
  reply = () => ({ status: 304, headers: ['content-length', '9'], body: null, after: undefined })
  expect(lengthOf(await exchange(server.port, closing()))).toBe('9')
})

test('a stream is sent in chunks, and the connection is kept', async () => {
  reply = () => text(streamOf('abc', 'def'))
  const answers = await exchange(server.port, request() + closing())
  expect(statusesOf(answers)).toEqual([200, 200])
  expect(headOf(answers)).toMatch(/transfer-encoding: chunked/i)
  expect(await (await fetch(server.url)).text()).toBe('abcdef')
})

test('a stream with a length is sent with it', async () => {
  reply = () => text(streamOf('abc', 'def'), 200, ['content-length', '6'])
  const answer = await exchange(server.port, closing())
  expect([lengthOf(answer), bodyOf(answer)]).toEqual(['6', 'abcdef'])
})

test.each([
  ['longer', '5'],
  ['shorter', '7'],
])('a stream that is %s than its length takes the connection with it', async (word, length) => {
  reply = () => text(streamOf('abc', 'def'), 200, ['content-length', length])
  const answers = await exchange(server.port, request() + request())
  expect(answers).not.toContain('abcdef')
  expect(statusesOf(answers).length).toBeLessThan(2)
  expect(errors).toEqual([new RangeError(`The stream of an answer is ${word} than its content-length.`)])
})

test('the head of a stream is sent before its first chunk is there', async () => {
  const first = gate<Uint8Array>()
  reply = () =>
    text(
      new ReadableStream({
        async pull(controller) {
          controller.enqueue(await first.promise)
          controller.close()
        },
      }),
    )
  const client = new RawClient(server.port).write(closing())
  expect(bodyOf(await client.until('\r\n\r\n'))).toBe('')
  first.open(new TextEncoder().encode('abc'))
  expect(await client.ended()).toContain('abc')
  client.destroy()
})

test('a stream that fails in the middle cuts the connection, and is reported', async () => {
  const arrived = gate()
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield* chunksOf('abc')
    await arrived.promise
    throw new Error('disk is gone')
  }
  const ended = gate()
  reply = () => ({ ...text(streamFrom(failing())), after: async () => ended.open() })
  const client = new RawClient(server.port).write(request())
  await client.until('abc')
  arrived.open()
  const answer = await client.ended()
  expect([statusesOf(answer), answer.endsWith('0\r\n\r\n')]).toEqual([[200], false])
  await ended.promise
  expect(errors).toEqual([new Error('disk is gone')])
  client.destroy()
})

test('a stream that fails before its first chunk becomes a 500', async () => {
  const after = gate()
  reply = () => ({
    ...text(new ReadableStream({ pull: () => Promise.reject(new Error('no file')) })),
    after: async () => after.open(),
  })
  const answer = await exchange(server.port, closing())
  expect([statusesOf(answer), bodyOf(answer)]).toEqual([[500], '{"detail":"Internal Server Error"}'])
  await after.promise
  expect(errors).toEqual([new Error('no file')])
})

test('a stream that somebody else reads becomes a 500', async () => {
  const stream = streamOf('abc')
  stream.getReader()
  reply = () => text(stream)
  expect(statusesOf(await exchange(server.port, closing()))).toEqual([500])
  expect(errors).toEqual([expect.any(TypeError)])
})

test('a chunk that is no bytes is an error', async () => {
  async function* textOnly(): AsyncGenerator<unknown> {
    yield 'text'
  }
  reply = () => text(streamFrom(textOnly()))
  expect(statusesOf(await exchange(server.port, closing()))).toEqual([500])
  expect(errors).toEqual([new TypeError('The stream of an answer has a chunk that is no Uint8Array.')])
})

test('a client that does not read holds the stream up', async () => {
  const size = 65_536
  let made = 0
  const gone = gate()
  reply = () =>
    text(
      new ReadableStream(
        {
          pull(controller) {
            made++
            controller.enqueue(new Uint8Array(size))
          },
          cancel: () => gone.open(),
        },
        { highWaterMark: 0 },
      ),
    )
  await using impatient = await serve(app, { port: 0, installSignalHandlers: false, writeTimeout: 0.2 })
  const client = new RawClient(impatient.port)
  client.socket.pause()
  client.write(request())
  // The write time-out ends it: a stream without end that nobody reads.
  await gone.promise
  expect(made * size).toBeLessThan(50_000_000)
  client.destroy()
})

test('a large body that a client does not read is given up as well', async () => {
  const ended = gate()
  reply = () => ({ ...text(new Uint8Array(50_000_000)), after: async () => ended.open() })
  await using impatient = await serve(app, { port: 0, installSignalHandlers: false, writeTimeout: 0.2 })
  const client = new RawClient(impatient.port)
  client.socket.pause()
  client.write(request())
  await ended.promise
  client.destroy()
})

test('a client that reads slowly gets all of a stream', async () => {
  const total = 20_000_000
  let left = total
  reply = () =>
    text(
      new ReadableStream({
        pull(controller) {
          const size = Math.min(left, 100_000)
          left -= size
          if (size === 0) controller.close()
          else controller.enqueue(new Uint8Array(size))
        },
      }),
    )
  let got = 0
  for await (const chunk of (await fetch(server.url)).body as ReadableStream<Uint8Array>) got += chunk.byteLength
  expect(got).toBe(total)
})

test('a stream is cancelled when its client goes away, and what is left to do is done once', async () => {
  const cancelled = gate()
  const done: string[] = []
  const after = gate()
  reply = () => ({
    ...text(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new TextEncoder().encode('tick')),
        cancel: () => cancelled.open(),
      }),
    ),
    after: async () => {
      done.push('after')
      after.open()
    },
  })
  const client = new RawClient(server.port).write(request())
  await client.until('tick')
  client.destroy()
  await Promise.all([cancelled.promise, after.promise])
  await server.close()
  expect(done).toEqual(['after'])
  expect(errors).toEqual([])
})

test('a stream whose next chunk never comes is cancelled too', async () => {
  const cancelled = gate()
  reply = () => text(new ReadableStream({ cancel: () => cancelled.open() }))
  const client = new RawClient(server.port).write(request())
  await client.until('\r\n\r\n')
  client.destroy()
  await cancelled.promise
})

test('after runs once the answer is out, once', async () => {
  const order: string[] = []
  const after = gate()
  reply = () => ({
    ...text('abc'),
    after: async () => {
      order.push('after')
      after.open()
    },
  })
  const client = new RawClient(server.port).write(closing())
  await Promise.all([client.ended(), after.promise])
  await server.close()
  expect([bodyOf(client.text), order]).toEqual(['abc', ['after']])
  client.destroy()
})

test.each<[string, () => Reply['body']]>([
  ['text', () => 'nobody'],
  ['a stream', () => streamOf('nobody')],
])('after runs when the client went away before the answer, which was %s', async (_, body) => {
  const begun = gate()
  const answer = gate()
  const after = gate()
  reply = async () => {
    begun.open()
    await answer.promise
    return { ...text(body()), after: async () => after.open() }
  }
  const client = new RawClient(server.port).write(request())
  await begun.promise
  const aborted = once(app.seen.at(-1)?.signal as AbortSignal, 'abort')
  client.destroy()
  await aborted
  answer.open()
  await after.promise
  expect(errors).toEqual([])
})

test('after that rejects, though it never should, is reported', async () => {
  const reported = gate<unknown>()
  await using other = await serve(app, { port: 0, installSignalHandlers: false, onError: reported.open })
  reply = () => ({ ...text('abc'), after: () => Promise.reject(new Error('late')) })
  await exchange(other.port, closing())
  expect(await reported.promise).toEqual(new Error('late'))
})

test('the signal of an answered request is not aborted', async () => {
  const after = gate()
  reply = () => {
    expect(app.seen.at(-1)?.signal.aborted).toBe(false)
    return { ...text('abc'), after: async () => after.open() }
  }
  await exchange(server.port, closing())
  await after.promise
  expect(app.seen.at(-1)?.signal.aborted).toBe(false)
})

test.each<[string, () => Reply['body']]>([
  ['text', () => 'abc'],
  ['a stream', () => streamOf('abc')],
  ['a stream that takes its time', () => new ReadableStream()],
])('an answer that HTTP does not allow becomes a 500, and is reported: %s', async (_, body) => {
  const after = gate()
  reply = () => ({
    status: 200,
    headers: ['x-a', 'b\r\nset-cookie: stolen=1'],
    body: body(),
    after: async () => after.open(),
  })
  const answer = await exchange(server.port, closing())
  expect([statusOf(answer), bodyOf(answer)]).toEqual([500, '{"detail":"Internal Server Error"}'])
  expect(answer).not.toContain('stolen')
  await after.promise
  expect(errors).toEqual([expect.objectContaining({ code: 'ERR_INVALID_CHAR' })])
})

test.each<[string, Application['handle']]>([
  [
    'throws',
    () => {
      throw new Error('broken')
    },
  ],
  ['rejects', () => Promise.reject(new Error('broken'))],
])('an application that %s, though it never should, is answered for with 500', async (_, handle) => {
  const broken = { handle, start: async () => {}, stop: async () => {} }
  await using other = await serve(broken, {
    port: 0,
    installSignalHandlers: false,
    onError: (error) => errors.push(error),
  })
  expect(statusOf(await exchange(other.port, closing()))).toBe(500)
  expect(errors).toEqual([new Error('broken')])
})

test('the connection is closed when the application says so', async () => {
  reply = () => text('bye', 200, ['connection', 'close'])
  const answers = await exchange(server.port, request() + request())
  expect(statusesOf(answers)).toEqual([200])
  expect(headOf(answers)).toMatch(/\r\nconnection: close/i)
})
