/** What no client of good will sends, raw over a socket. */
import { expect, test } from 'vitest'
import { exchange, RawClient, statusesOf, statusOf } from '../adapters/raw-client.ts'
import { inEachRuntime } from './each.ts'
import type { RuntimeName } from './runtimes.ts'

type Answer = number | Partial<Record<RuntimeName, number | string>>

/**
 * Targets, and the status of their answers: 400 in every runtime, unless the runtime takes something off before anybody sees it. Then the
 * text is the `rest` of `/files/{rest}` that the handler got.
 */
const TARGETS: readonly (readonly [target: string, answer: Answer])[] = [
  ['/files/a/../b', { bun: 'b' }],
  ['/files/a/%2e%2e/b', { bun: 'b' }],
  ['/files/a/.%2E/b', { bun: 'b' }],
  ['/files/./b', { bun: 'b' }],
  ['/files/a\\b', { bun: 'a/b' }],
  ['/files/a#b', { workerd: 'a' }],
  ['/files/a?q#b', { workerd: 'a' }],
  ['//files/a', 400],
  ['/files/a%00b', 400],
  ['/files/a%zz', 400],
  ['/files/a%', 400],
  ['/files/a\u00e9', { bun: 'a\u00ef\u00bf\u00bd' }],
  ['/files/a\u0001', { bun: 505 }],
  ['*', 400],
  ['files/a', 400],
  ['http://elsewhere.example/files/a', { bun: 'a', workerd: 'a' }],
  ['http://localhost/files/a', { bun: 'a', deno: 'a', workerd: 'a' }],
  ['https:files/a', 400],
]

inEachRuntime((served) => {
  const send = (target: string, lines = 'Host: localhost\r\n', method = 'GET'): Promise<string> =>
    exchange(served.serving.port, `${method} ${target} HTTP/1.1\r\n${lines}Connection: close\r\n\r\n`)

  test.each(TARGETS)('%j', async (target, expected) => {
    const got = await send(target)
    const own = typeof expected === 'number' ? expected : (expected[served.name] ?? 400)
    if (typeof own === 'number') expect(statusOf(got), got).toBe(own)
    else expect([statusOf(got), got.slice(got.indexOf('{'))], got).toEqual([200, expect.stringContaining(own)])
  })

  // What a Host holds decides what the runtime takes for the path.
  test.each<[string, string]>([
    ['a path', 'Host: localhost/users\r\n'],
    ['a query', 'Host: localhost/items/7?\r\n'],
    ['a fragment', 'Host: localhost/items/7#\r\n'],
    ['a user', 'Host: user@localhost\r\n'],
    ['a backslash', 'Host: localhost\\items\r\n'],
    ['a list', 'Host: localhost, localhost\r\n'],
    ['two of them', 'Host: localhost\r\nHost: other\r\n'],
    ['none', 'Host: \r\n'],
  ])('a Host with %s', async (_, lines) => {
    expect(statusOf(await send('/', lines))).toBe(400)
    expect(statusOf(await send('/files/a?x=://h/users/me', lines))).toBe(400)
  })

  test.each<[string, string, number[]]>([
    ['two lengths', 'Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}', [400]],
    ['a length that is none', 'Content-Length: +2\r\n\r\n{}', [400]],
    ['an unknown coding', 'Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n', [400, 501]],
    [
      'two types',
      'Content-Length: 2\r\nContent-Type: application/json\r\nContent-Type: text/plain\r\n\r\n{}',
      [415, 422],
    ],
  ])('a body with %s', async (_, rest, statuses) => {
    const client = new RawClient(served.serving.port).write(`POST /items HTTP/1.1\r\nHost: localhost\r\n${rest}`)
    const got = await client.until(/^HTTP\/1\.1 \d{3} /)
    client.destroy()
    expect(statuses, got).toContain(statusOf(got))
  })

  test('a body that is too large is refused at once, announced or not', async () => {
    const json = 'POST /items HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n'
    const announced = new RawClient(served.serving.port).write(`${json}Content-Length: 100001\r\n\r\n{`)
    expect(statusOf(await announced.until('100000 bytes'))).toBe(413)
    announced.destroy()
    const chunked = new RawClient(served.serving.port).write(`${json}Transfer-Encoding: chunked\r\n\r\n`)
    const chunk = `2710\r\n${' '.repeat(10_000)}\r\n`
    chunked.write(chunk.repeat(11)) // and no end
    expect(statusOf(await chunked.until('100000 bytes'))).toBe(413)
    chunked.destroy()
  })

  test('two Authorization lines are no credential', async () => {
    const client = new RawClient(served.serving.port)
    const body = 'grant_type=password&username=johndoe&password=secret&scope=me'
    client.write(
      `POST /token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    )
    const [, token = ''] = /"access_token":"([^"]+)"/.exec(await client.until('token_type')) ?? []
    client.destroy()
    expect(statusOf(await send('/users/me', `Host: localhost\r\nAuthorization: Bearer ${token}\r\n`))).toBe(200)
    for (const other of ['Bearer x', 'Basic eDp5', `Bearer ${token}`]) {
      const lines = `Host: localhost\r\nAuthorization: Bearer ${token}\r\nAuthorization: ${other}\r\n`
      expect(statusOf(await send('/users/me', lines)), other).toBe(401)
    }
  })

  test.each(['TRACE', 'CONNECT', 'FOO', 'get'])('the method %s runs nothing', async (method) => {
    const got = await send('/', undefined, method)
    expect(got).not.toContain('hello')
    // Bun closes without a word.
    expect([0, 400, 405, 500, 501]).toContain(statusOf(got) || 0)
  })

  test('two requests on one connection get two answers', async () => {
    const got = await exchange(
      served.serving.port,
      'GET /users/me HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    )
    expect(statusesOf(got)).toEqual([401, 200])
  })

  test('a body that nobody reads is not taken for the next request', async () => {
    const inner = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'
    const got = await exchange(
      served.serving.port,
      `POST /nothing HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${inner.length}\r\nConnection: close\r\n\r\n${inner}`,
    )
    expect(statusesOf(got)).toEqual([404])
  })

  test('it lives', async () => {
    expect(await (await fetch(served.serving.url)).json()).toEqual({ hello: 'world' })
    expect(served.serving.program.output).not.toMatch(/^error:/m)
  })
})
