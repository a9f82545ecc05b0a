/** What only servers of one's own have: options, proxies, sockets, TLS, and an end. */
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { request as httpRequest, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { RawClient, statusOf } from '../adapters/raw-client.ts'
import { Program } from '../cli/program.ts'
import { CA } from '../security/certificates.ts'
import { findRuntime, programs, type RuntimeName, start } from './runtimes.ts'

const folder = mkdtempSync(join(tmpdir(), 'sallyport-runtimes-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function ask(
  options: RequestOptions & { ca?: string },
  send = httpRequest,
): Promise<{ status: number; text: string }> {
  const request = send({ agent: false, ...options }).end()
  const [response] = await once(request, 'response')
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) text += chunk
  return { status: response.statusCode, text }
}

describe.each<RuntimeName>(['bun', 'deno'])('%s', (name) => {
  const runtime = findRuntime(name)
  const here = test.skipIf(runtime.missing !== undefined)

  here('SIGTERM: what runs is answered, nobody else gets in, then the app stops', async () => {
    await using serving = await start(runtime)
    const { program, port, url } = serving
    const slow = new RawClient(port).write('GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await program.until(/^slow$/m)
    const idle = new RawClient(port).write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await idle.until('hello')
    program.send('SIGTERM')
    await expect
      .poll(
        () =>
          fetch(url).then(
            () => 'in',
            () => 'refused',
          ),
        { timeout: 5000 },
      )
      .toBe('refused')
    expect(program.output).not.toMatch(/^stopped$/m)
    program.send('SIGUSR2')
    expect(await slow.until('finished')).toMatch(/^HTTP\/1\.1 200 /)
    expect(await program.ended()).toBe(0)
    expect(program.stdout.trim().split('\n').slice(-2)).toEqual(['closed', 'stopped'])
    for (const client of [slow, idle]) client.destroy()
  })

  here('what does not end in time is cut off, closes what it opened, and the app stops', async () => {
    await using serving = await start(runtime, { shutdownTimeout: 0.2 })
    const client = new RawClient(serving.port).write('GET /waiting HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await serving.program.until(/^waiting$/m)
    serving.program.send('SIGTERM')
    expect(await serving.program.ended()).toBe(0)
    expect(serving.program.stdout).toMatch(/^aborted\nclosed\nstopped$/m)
    client.destroy()
  })

  here('a second signal ends it at once', async () => {
    await using serving = await start(runtime)
    const client = new RawClient(serving.port).write('GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await serving.program.until(/^slow$/m)
    serving.program.send('SIGTERM')
    await expect
      .poll(
        () =>
          fetch(serving.url).then(
            () => 'in',
            () => 'refused',
          ),
        { timeout: 5000 },
      )
      .toBe('refused')
    serving.program.send('SIGTERM')
    expect(await serving.program.ended()).toBe(143)
    client.destroy()
  })

  here('proxies that are trusted say who the client is; a root path', async () => {
    await using serving = await start(runtime, { trustProxy: ['loopback'], rootPath: '/api' })
    const headers = {
      'x-forwarded-for': '10.9.9.9, 203.0.113.7',
      'x-forwarded-proto': 'http, https',
      host: 'api.example',
    }
    const { text } = await ask({ port: serving.port, path: '/address', headers })
    expect(JSON.parse(text)).toEqual({ address: '203.0.113.7', url: 'https://api.example/address', root: '/api' })
    const body = '{"title":"sent by a proxy"}'
    const posted = await fetch(`${serving.url}/items`, {
      method: 'POST',
      headers: { 'x-forwarded-proto': 'https', 'content-type': 'application/json' },
      body,
    })
    expect(await posted.json()).toEqual({ title: 'sent by a proxy' })
  })

  here('HTTP/1.0 without a Host', async () => {
    await using serving = await start(runtime)
    const client = new RawClient(serving.port).write('GET /address HTTP/1.0\r\n\r\n')
    const got = await client.until('root')
    client.destroy()
    expect(statusOf(got.replace('HTTP/1.0', 'HTTP/1.1'))).toBe(200)
    expect(JSON.parse(got.slice(got.indexOf('{')))).toMatchObject({
      url: expect.stringMatching(`^http://(127\\.0\\.0\\.1|localhost):${serving.port}/address$`),
    })
  })

  here('a Unix socket, whose other end may be trusted', async () => {
    const socketPath = join(folder, `${name}.sock`)
    const headers = { 'x-forwarded-for': '203.0.113.7' }
    {
      await using serving = await start(runtime, { unix: socketPath })
      expect(serving.url).toBe(`unix:${socketPath}`)
      const { text } = await ask({ socketPath, path: '/address', headers })
      expect(JSON.parse(text)).toEqual({ address: null, url: 'http://localhost/address', root: '' })
      serving.program.send('SIGTERM')
      expect(await serving.program.ended()).toBe(0)
      expect(existsSync(socketPath)).toBe(false)
    }
    await using trusting = await start(runtime, { unix: socketPath, trustProxy: ['unix'] })
    expect(trusting.url).toBe(`unix:${socketPath}`)
    expect(JSON.parse((await ask({ socketPath, path: '/address', headers })).text)).toMatchObject({
      address: '203.0.113.7',
    })
  })

  here('HTTPS', async () => {
    using ca = new CA('Servers')
    const { key, cert } = ca.issue('server', '/CN=localhost', 'DNS:localhost,IP:127.0.0.1')
    await using serving = await start(runtime, { tls: { key, cert } })
    expect(serving.url).toMatch(/^https:/)
    const { status, text } = await ask({ port: serving.port, path: '/address', ca: ca.cert }, httpsRequest)
    expect([status, JSON.parse(text)]).toMatchObject([200, { url: `https://localhost:${serving.port}/address` }])
  })

  here('misuse is told before anything is served', async () => {
    if (runtime.program === undefined) return
    const args = name === 'bun' ? [] : ['run', '--allow-all', '--node-modules-dir=manual', '--no-lock']
    const env = { SOCKET: join(folder, 'misused.sock') }
    await using program = new Program(runtime.program, [...args, 'misused.ts'], { cwd: programs(), env })
    expect(await program.ended(), program.output).toBe(0)
    const { port_taken, ...told } = JSON.parse(program.stdout)
    const title = name === 'bun' ? 'Bun' : 'Deno'
    expect(told).toEqual({
      certificate: expect.stringContaining(
        `TypeError : serve: GET /certificate requires MutualTLS, the client's certificate of the TLS connection, which ${title} does not tell. Serve the app with sallyport/node`,
      ),
      proxied: 'served',
      unknown: expect.stringContaining('TypeError : serve: there is no option prot.'),
      port: 'RangeError : serve: port is a whole number from 0 to 65535, not 70000.',
      unix: 'TypeError : serve: unix is the path of a socket, such as /run/app.sock.',
      both: expect.stringContaining('TypeError : serve: unix stands in the place of port and hostname.'),
      tls: 'TypeError : serve: tls has no key. It needs key and cert, both as PEM text.',
      taken: expect.stringContaining(`ListenError port_in_use: Port ${port_taken} on 127.0.0.1 is in use.`),
      elsewhere: expect.stringContaining('ListenError'),
      aborted: expect.stringContaining('AbortError'),
    })
  })
})

const workerd = findRuntime('workerd')

test.skipIf(workerd.missing !== undefined)(
  'a workerd without the edge: the address is that of the connection, whatever a header says',
  async () => {
    await using serving = await start(workerd, { edge: false })
    for (const header of ['cf-connecting-ip', 'x-forwarded-for', 'cf-blob']) {
      const { text } = await ask({ port: serving.port, path: '/address', headers: { [header]: '203.0.113.8' } })
      expect(JSON.parse(text)).toMatchObject({ address: '127.0.0.1' })
    }
  },
)
