import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Server, serve } from '../../src/adapters/node.ts'
import { exchange, RawClient, statusesOf, statusOf } from './raw-client.ts'
import { SmallApp, text } from './small-app.ts'

const app = new SmallApp(async (incoming) => text(`${incoming.method} ${(await incoming.bytes(1000)).byteLength}`))
let server: Server
beforeAll(async () => {
  server = await serve(app, {
    port: 0,
    installSignalHandlers: false,
    maxHeadersCount: 20,
    maxHeaderSize: 4096,
  })
})
afterAll(() => server.close())
afterEach(() => {
  app.seen.length = 0
})

const CLOSE = 'connection: close\r\n'
const HOST = `Host: localhost\r\n${CLOSE}`

test('the same client gets an answer to a sound request', async () => {
  const answer = await exchange(server.port, `GET / HTTP/1.1\r\n${HOST}\r\n`)
  expect(statusOf(answer)).toBe(200)
  expect(answer).toContain('GET 0')
  expect(app.seen).toHaveLength(1)
})

const TARGETS: Record<string, string> = {
  'absolute form': 'http://localhost/',
  'absolute form of another host': 'http://evil.example/admin',
  'a network path': '//evil.example/',
  'a network path further on': '//',
  'a backslash': '/\\evil.example',
  'a backslash in the path': '/a\\..\\b',
  'a fragment': '/a#b',
  'a dot segment': '/a/../b',
  'a dot segment at the end': '/a/..',
  'a single dot segment': '/./a',
  'an encoded dot segment': '/a/%2e%2E/b',
  'a half encoded dot segment': '/a/.%2e/b',
  'broken percent-encoding': '/a%zz',
  'cut percent-encoding': '/a%4',
  'the asterisk': '*',
  'no slash': 'a/b',
}
test.each(Object.entries(TARGETS))('400 for a target with %s, before the app sees it', async (_, target) => {
  for (const method of ['GET', 'OPTIONS']) {
    const answer = await exchange(server.port, `${method} ${target} HTTP/1.1\r\n${HOST}\r\n`)
    expect([statusOf(answer), target]).toEqual([400, target])
    expect(answer).toMatch(/\r\nconnection: close\r\n/i)
  }
  expect(app.seen).toHaveLength(0)
})

test.each(['\0', '\x01', '\x0b', '\x7f', '\t', '\xe9', ' b'])('400 for %j in a target', async (character) => {
  const answer = await exchange(server.port, `GET /a${character}c HTTP/1.1\r\n${HOST}\r\n`)
  expect(statusOf(answer)).toBe(400)
  expect(app.seen).toHaveLength(0)
})

const HEADS: Record<string, [status: number, head: string]> = {
  'no Host': [400, `GET / HTTP/1.1\r\n${CLOSE}`],
  'an empty Host': [400, `GET / HTTP/1.1\r\nHost:\r\n${CLOSE}`],
  'two Hosts': [400, `GET / HTTP/1.1\r\nHost: a.example\r\n${HOST}`],
  'the same Host twice': [400, `GET / HTTP/1.1\r\nhost: localhost\r\n${HOST}`],
  'a Host with a path': [400, `GET / HTTP/1.1\r\nHost: localhost/a\r\n${CLOSE}`],
  'a Host with userinfo': [400, `GET / HTTP/1.1\r\nHost: a@localhost\r\n${CLOSE}`],
  'a Host with a space': [400, `GET / HTTP/1.1\r\nHost: a b\r\n${CLOSE}`],
  'a Host with two ports': [400, `GET / HTTP/1.1\r\nHost: a:1:2\r\n${CLOSE}`],
  'a Host with a list': [400, `GET / HTTP/1.1\r\nHost: a, b\r\n${CLOSE}`],
  'a Host with a question mark': [400, `GET / HTTP/1.1\r\nHost: a?b\r\n${CLOSE}`],
  'a broken IPv6 Host': [400, `GET / HTTP/1.1\r\nHost: [::1\r\n${CLOSE}`],
  'two Authorizations': [400, `GET / HTTP/1.1\r\n${HOST}Authorization: Bearer a\r\nauthorization: Bearer b\r\n`],
  'two Proxy-Authorizations': [400, `GET / HTTP/1.1\r\n${HOST}Proxy-Authorization: a\r\nProxy-Authorization: b\r\n`],
  'two Content-Types': [
    400,
    `POST / HTTP/1.1\r\n${HOST}Content-Type: a/b\r\nCONTENT-TYPE: c/d\r\nContent-Length: 0\r\n`,
  ],
  'two Content-Lengths': [400, `POST / HTTP/1.1\r\n${HOST}Content-Length: 0\r\nContent-Length: 0\r\n`],
  'a list of Content-Lengths': [400, `POST / HTTP/1.1\r\n${HOST}Content-Length: 0, 0\r\n`],
  'a signed Content-Length': [400, `POST / HTTP/1.1\r\n${HOST}Content-Length: +1\r\n\r\na`],
  'a hexadecimal Content-Length': [400, `POST / HTTP/1.1\r\n${HOST}Content-Length: 0x1\r\n\r\na`],
  'both framings': [400, `POST / HTTP/1.1\r\n${HOST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n`],
  'both framings, the other way': [
    400,
    `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n`,
  ],
  'Transfer-Encoding twice': [
    400,
    `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n`,
  ],
  'a Transfer-Encoding that does not end in chunked': [
    400,
    `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n`,
  ],
  'a Transfer-Encoding with another before': [
    501,
    `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n`,
  ],
  'a Transfer-Encoding that nobody knows': [501, `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: xchunked\r\n\r\n0\r\n`],
  'a space before the colon': [400, `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding : chunked\r\n\r\n0\r\n`],
  'a folded header': [400, `GET / HTTP/1.1\r\n${HOST}X-A: b\r\n c\r\n`],
  'a bare line feed': [400, `GET / HTTP/1.1\n${HOST}`],
  'a bare carriage return in a value': [400, `GET / HTTP/1.1\r\n${HOST}X-A: b\rc\r\n`],
  'a NUL in a value': [400, `GET / HTTP/1.1\r\n${HOST}X-A: b\0c\r\n`],
  'Transfer-Encoding in HTTP/1.0': [
    400,
    `POST / HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n`,
  ],
  'HTTP/0.9 with a version': [505, `GET / HTTP/0.9\r\n${HOST}`],
  'HTTP/2 as text': [505, `GET / HTTP/2.0\r\n${HOST}`],
  'HTTP/9.9': [400, `GET / HTTP/9.9\r\n${HOST}`],
  'a method in small letters': [400, `get / HTTP/1.1\r\n${HOST}`],
  'a method that nobody knows': [400, `FROB / HTTP/1.1\r\n${HOST}`],
  'no request at all': [400, `\x16\x03\x01\x02\0\x01\0\x01\xfc`],
  'another expectation': [417, `POST / HTTP/1.1\r\n${HOST}Expect: 200-ok\r\nContent-Length: 2\r\n`],
  CONNECT: [501, `CONNECT localhost:80 HTTP/1.1\r\n${HOST}`],
  'more headers than the limit': [431, `GET / HTTP/1.1\r\n${HOST}${'X-A: b\r\n'.repeat(19)}`],
  'many more headers than the limit': [431, `GET / HTTP/1.1\r\n${HOST}${'a: b\r\n'.repeat(300)}`],
  'the host behind more headers than the limit': [431, `GET / HTTP/1.1\r\n${'a: b\r\n'.repeat(100)}${HOST}`],
  'a long header': [431, `GET / HTTP/1.1\r\n${HOST}X-A: ${'b'.repeat(5000)}\r\n`],
  'a long target': [431, `GET /${'a'.repeat(5000)} HTTP/1.1\r\n${HOST}`],
}
test.each(Object.entries(HEADS))('%s is refused, before the app sees it', async (_, [status, head]) => {
  const answer = await exchange(server.port, `${head}\r\n`)
  expect([statusOf(answer), statusesOf(answer).length]).toEqual([status, 1])
  expect(answer).toMatch(/\r\nconnection: close\r\n/i)
  expect(answer).toMatch(/\r\n\r\n\{"detail":"[\w -]+"\}$/)
  expect(app.seen).toHaveLength(0)
})

test('as many headers as the limit allows go through', async () => {
  const answer = await exchange(server.port, `GET / HTTP/1.1\r\n${HOST}${'X-A: b\r\n'.repeat(18)}\r\n`)
  expect(statusOf(answer)).toBe(200)
})

test.each(['localhost', 'LOCALHOST:8000', 'a_b.example.', '[::1]:80', '127.0.0.1'])(
  'Host %s is sound',
  async (host) => {
    expect(statusOf(await exchange(server.port, `GET / HTTP/1.1\r\nHost: ${host}\r\n${CLOSE}\r\n`))).toBe(200)
  },
)

test('what comes after a refused request on its connection is not carried out', async () => {
  const answer = await exchange(server.port, `GET /a/../b HTTP/1.1\r\n${HOST}\r\nPOST /pay HTTP/1.1\r\n${HOST}\r\n`)
  expect(statusesOf(answer)).toEqual([400])
  expect(app.seen).toHaveLength(0)
})

test('a refused body may go on without losing the answer', async () => {
  const client = new RawClient(server.port).write(`POST //a HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000\r\n\r\n`)
  const chunk = 'x'.repeat(65_536)
  for (let i = 0; i < 60; i++) client.write(chunk)
  expect(statusOf(await client.ended())).toBe(400)
  client.destroy()
})

test('TRACE and other methods that the parser knows are the app’s to answer', async () => {
  for (const method of ['TRACE', 'PROPFIND', 'M-SEARCH', 'QUERY']) {
    expect(await exchange(server.port, `${method} / HTTP/1.1\r\n${HOST}\r\n`)).toContain(`${method} 0`)
  }
  expect(() => app.seen[0]?.request).toThrow('Not Implemented')
})

test('PRI of HTTP/2 with prior knowledge closes the connection', async () => {
  expect(statusesOf(await exchange(server.port, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'))).not.toContain(200)
  expect(app.seen).toHaveLength(0)
})

test('an upgrade is ignored: the request is answered as HTTP/1.1', async () => {
  const upgrade = `Connection: upgrade, close\r\nUpgrade: websocket\r\nHost: localhost\r\n`
  expect(await exchange(server.port, `GET / HTTP/1.1\r\n${upgrade}\r\n`)).toContain('GET 0')
})

test('HTTP/1.0 is answered and closed, without a Host', async () => {
  const answer = await exchange(server.port, `GET / HTTP/1.0\r\n\r\n`)
  expect(answer).toContain('GET 0')
  expect(answer).toMatch(/\r\nconnection: close\r\n/i)
  expect(app.seen[0]?.request.url).toBe(`${server.url}/`)
})

test.each([
  ['a head that takes too long', 'GET / HTTP/1.1\r\nHost: local', 0],
  ['a body that takes too long', 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nab', 1],
  ['a connection on which nothing comes', '', 0],
])('408 for %s', async (_, sent, requests) => {
  await using impatient = await serve(app, {
    port: 0,
    installSignalHandlers: false,
    headersTimeout: 0.2,
    requestTimeout: 0.4,
  })
  expect(statusesOf(await exchange(impatient.port, sent))).toEqual([408])
  expect(app.seen).toHaveLength(requests)
})

test('a chunked body that breaks in the middle is 400, once', async () => {
  const client = new RawClient(server.port).write(`POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n5\r\nab`)
  client.write('cde\r\nzz\r\n\r\n')
  expect(statusesOf(await client.ended())).toEqual([400])
  client.destroy()
})

test.each([
  ['431', 431, `GET / HTTP/1.1\r\n${HOST}X-A: ${'b'.repeat(5000)}`],
  ['a parser error', 400, 'nonsense\r\n\r\n'],
])('a connection is not reset behind the back of a client that writes on after %s', async (_, status, sent) => {
  const client = new RawClient(server.port, { allowHalfOpen: true }).write(sent)
  expect(statusesOf(await client.ended())).toEqual([status])
  expect(await client.writeOn('b'.repeat(20_000))).toBeUndefined()
})

test('more headers than the limit of 100, beyond what the parser takes in at a time', async () => {
  await using other = await serve(app, { port: 0, installSignalHandlers: false })
  const head = (count: number): string => `GET / HTTP/1.1\r\n${HOST}${'a: b\r\n'.repeat(count - 2)}\r\n`
  expect(statusOf(await exchange(other.port, head(100)))).toBe(200)
  expect(statusOf(await exchange(other.port, head(101)))).toBe(431)
  expect(statusOf(await exchange(other.port, head(500)))).toBe(431)
})

test('a client that resets its connection harms nobody', async () => {
  const client = new RawClient(server.port).write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab')
  await once(client.socket, 'connect')
  client.socket.resetAndDestroy()
  await once(client.socket, 'close')
  expect(statusOf(await exchange(server.port, `GET / HTTP/1.1\r\n${HOST}\r\n`))).toBe(200)
})
