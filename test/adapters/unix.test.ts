/** Serving on a Unix socket, whose peers have no address. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App } from 'sallyport'
import { LoginThrottle } from 'sallyport/password'
import { passwordLogin } from 'sallyport/security'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ListenError, type ServeOptions, serve } from '../../src/adapters/node.ts'
import { SmallApp, text } from './small-app.ts'

let folder: string
let unix: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-unix-'))
  unix = join(folder, 'app.sock')
})
afterEach(() => rmSync(folder, { recursive: true }))

const quiet: ServeOptions = { installSignalHandlers: false }

function ask(
  socketPath: string,
  headers: Record<string, string> = {},
  path = '/',
  body?: string,
): Promise<[number, string]> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, path, headers, agent: false, method: body ? 'POST' : 'GET' }, (answer) => {
      let read = ''
      answer.on('data', (chunk: Buffer) => (read += chunk.toString()))
      answer.on('end', () => resolve([answer.statusCode ?? 0, read]))
    })
    sent.on('error', reject).end(body)
  })
}

const where = new SmallApp((incoming) => text(`${incoming.clientAddress} ${incoming.request.url}`))
const forwarded = { host: 'api.example', 'x-forwarded-for': '203.0.113.5', 'x-forwarded-proto': 'https' }

test('serves there, and takes the file away', async () => {
  {
    await using server = await serve(where, { ...quiet, unix })
    expect(server).toMatchObject({ url: `unix:${unix}`, port: 0, hostname: '' })
    expect(await ask(unix, { host: 'api.example' }, '/a?b=c')).toEqual([200, 'undefined http://api.example/a?b=c'])
    expect(existsSync(unix)).toBe(true)
  }
  expect(existsSync(unix)).toBe(false)
})

test.each<[string, readonly string[] | undefined]>([
  ['nobody is trusted', undefined],
  ['addresses are trusted', ['loopback', '0.0.0.0/0', '::/0']],
])('who connects has no address, and its headers count for nothing: %s', async (_, trustProxy) => {
  await using _server = await serve(where, { ...quiet, unix, ...(trustProxy ? { trustProxy } : {}) })
  expect(await ask(unix, forwarded)).toEqual([200, 'undefined http://api.example/'])
})

test("unix is the proxy that connects: it says the client's address and scheme", async () => {
  await using _server = await serve(where, { ...quiet, unix, trustProxy: ['unix', '10.0.0.0/8'] })
  expect(await ask(unix, forwarded)).toEqual([200, '203.0.113.5 https://api.example/'])
  const hops = { ...forwarded, 'x-forwarded-for': '1.1.1.1, 203.0.113.5, 10.1.2.3' }
  expect(await ask(unix, hops)).toEqual([200, '203.0.113.5 https://api.example/'])
  // Nobody calls himself the socket.
  expect(await ask(unix, { ...forwarded, 'x-forwarded-for': '203.0.113.5, unix' })).toEqual([
    200,
    'undefined https://api.example/',
  ])
})

test('unix trusts nobody who comes over the network', async () => {
  await using server = await serve(where, { ...quiet, port: 0, trustProxy: ['unix'] })
  const answer = await fetch(server.url, { headers: { 'x-forwarded-for': '203.0.113.5' } })
  expect(await answer.text()).toMatch(/^127\.0\.0\.1 http:/)
})

test('a throttle does not take all for one client: each name is counted', async () => {
  const app = new App()
  const login = passwordLogin<object>({ authenticate: () => undefined, throttle: new LoginThrottle() })
  app.post('/token', { params: { user: login } }, () => 'in')
  await using _server = await serve(app, { ...quiet, unix })
  const form = { host: 'a', 'content-type': 'application/x-www-form-urlencoded' }
  const statuses: number[] = []
  for (let n = 0; n < 25; n++) statuses.push((await ask(unix, form, '/token', `username=u${n}&password=x`))[0])
  expect(new Set(statuses)).toEqual(new Set([400]))
  for (let n = 0; n < 8; n++) statuses.push((await ask(unix, form, '/token', 'username=one&password=x'))[0])
  expect(statuses.at(-1)).toBe(429)
})

test('a socket that is in use, one that was left, and a folder that is not there', async () => {
  await using _server = await serve(where, { ...quiet, unix })
  const inUse = `The socket ${unix} is in use, or was left by a program that is gone. Stop that program, or remove the file.`
  await expect(serve(where, { ...quiet, unix })).rejects.toThrow(new ListenError('port_in_use', inUse))
  const left = join(folder, 'left.sock')
  writeFileSync(left, '')
  await expect(serve(where, { ...quiet, unix: left })).rejects.toMatchObject({ code: 'port_in_use' })
  const nowhere = join(folder, 'none', 'app.sock')
  await expect(serve(where, { ...quiet, unix: nowhere })).rejects.toMatchObject({
    code: 'listen_failed',
    message: expect.stringContaining(`Can't listen on the socket ${nowhere}: `),
  })
})

test.each<[object, string]>([
  [{ unix: '' }, 'serve: unix is the path of a socket, such as /run/app.sock.'],
  [{ unix: 1 }, 'serve: unix is the path of a socket, such as /run/app.sock.'],
  [{ unix: '/a', port: 1 }, 'serve: unix stands in the place of port and hostname. Leave them out, or leave unix out.'],
  [{ unix: '/a', hostname: 'a' }, 'serve: unix stands in the place of port and hostname.'],
])('%j is refused', async (options, message) => {
  await expect(serve(where, { ...quiet, ...(options as ServeOptions) })).rejects.toThrow(message)
})
