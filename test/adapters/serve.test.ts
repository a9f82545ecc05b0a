import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { get as secureGet } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { ListenError, type ServeOptions, serve } from '../../src/adapters/node.ts'
import { exchange, RawClient, statusesOf, statusOf } from './raw-client.ts'
import { gate, SmallApp, text } from './small-app.ts'

const quiet: ServeOptions = { port: 0, installSignalHandlers: false }
const GET = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'

test('serves an app, starts it before and stops it after', async () => {
  const app = new SmallApp()
  const server = await serve(app, quiet)
  expect(app.lives).toEqual(['start'])
  expect(server).toMatchObject({ url: `http://127.0.0.1:${server.port}`, hostname: '127.0.0.1' })
  const response = await fetch(`${server.url}/a/b?c=%20d`)
  expect([response.status, await response.text()]).toEqual([200, 'hello'])
  expect(app.seen[0]).toMatchObject({ method: 'GET', path: '/a/b', search: 'c=%20d', rootPath: '' })
  expect(app.seen[0]?.clientAddress).toBe('127.0.0.1')
  await server.close()
  await server.close()
  expect(app.lives).toEqual(['start', 'stop'])
})

test('await using closes it', async () => {
  const app = new SmallApp()
  {
    await using server = await serve(app, quiet)
    expect((await fetch(server.url)).status).toBe(200)
  }
  expect(app.lives).toEqual(['start', 'stop'])
})

test('onListen gets the server, rootPath gets to the app', async () => {
  const app = new SmallApp((incoming) => text(incoming.rootPath))
  let url = ''
  await using server = await serve(app, {
    ...quiet,
    rootPath: '/api/v1/',
    onListen: (listening) => (url = listening.url),
  })
  expect(url).toBe(server.url)
  expect(await (await fetch(server.url)).text()).toBe('/api/v1')
})

test('an IPv6 address stands in brackets in the url, a wildcard as localhost', async () => {
  {
    await using server = await serve(new SmallApp(), { ...quiet, hostname: '0.0.0.0' })
    expect(server.url).toBe(`http://localhost:${server.port}`)
  }
  await using server = await serve(new SmallApp(), { ...quiet, hostname: '::1' })
  expect(server.url).toBe(`http://[::1]:${server.port}`)
  expect((await fetch(server.url)).status).toBe(200)
})

test('a port in use is told with what to do next, and the app is stopped again', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo
  const app = new SmallApp()
  const error = await serve(app, { ...quiet, port }).catch((error: unknown) => error)
  expect(error).toBeInstanceOf(ListenError)
  expect((error as ListenError).code).toBe('port_in_use')
  expect((error as ListenError).message).toBe(
    `Port ${port} on 127.0.0.1 is in use. Stop the program that listens there, or choose another port: serve(app, { port: ${port + 1} }).`,
  )
  expect(app.lives).toEqual(['start', 'stop'])
  taken.close()
})

test('the other reasons not to listen have codes and sentences too', async () => {
  await expect(serve(new SmallApp(), { ...quiet, hostname: '203.0.113.7' })).rejects.toMatchObject({
    code: 'address_not_available',
    message: expect.stringContaining('203.0.113.7'),
  })
  const from = (code: string): ListenError => ListenError.from(Object.assign(new Error('no'), { code }), 'h', 80)
  expect(from('EACCES')).toMatchObject({ code: 'port_not_permitted', message: expect.stringContaining('port 80') })
  expect(from('EWHATEVER')).toMatchObject({ code: 'listen_failed', message: expect.stringContaining('no') })
})

test('an app that does not start is not served', async () => {
  const app = new SmallApp()
  app.start = () => Promise.reject(new Error('no database'))
  await expect(serve(app, quiet)).rejects.toThrow('no database')
})

test.each<[object, string]>([
  [{ prot: 1 }, 'serve: there is no option prot. Did you mean port? There are port, hostname'],
  [{ port: 70_000 }, 'serve: port is a whole number from 0 to 65535, not 70000.'],
  [{ port: '80' }, 'serve: port is a whole number'],
  [{ headersTimeout: 60_000 }, 'serve: headersTimeout is a number of seconds, over 0 and at most 3600, not 60000.'],
  [{ keepAliveTimeout: 0 }, 'serve: keepAliveTimeout is a number of seconds'],
  [{ headersTimeout: 30, requestTimeout: 20 }, 'serve: headersTimeout is a part of requestTimeout'],
  [{ maxHeadersCount: 0 }, 'serve: maxHeadersCount'],
  [{ maxHeaderSize: 10 }, 'serve: maxHeaderSize'],
  [{ maxConnections: 0 }, 'serve: maxConnections'],
  [{ rootPath: 'api' }, 'serve: rootPath: expected a path such as \'/api/v1\', not "api".'],
  [{ rootPath: '//evil.example' }, 'serve: rootPath'],
  [{ trustProxy: ['nginx'] }, 'serve: trustProxy: "nginx" is no address'],
  [{ trustProxy: ['10.0.0.0/33'] }, 'serve: trustProxy'],
  [{ trustProxy: true }, 'serve: trustProxy: expected a list'],
])('%j is refused when declared', async (options, message) => {
  const app = new SmallApp()
  await expect(serve(app, { ...quiet, ...options } as ServeOptions)).rejects.toThrow(message)
  expect(app.lives).toEqual([])
})

test('an aborted signal closes the server', async () => {
  const app = new SmallApp()
  const stopped = gate()
  app.stop = async () => stopped.open()
  const abort = new AbortController()
  const server = await serve(app, { ...quiet, signal: abort.signal })
  abort.abort()
  await stopped.promise
  await expect(fetch(server.url)).rejects.toThrow()
  await expect(serve(app, { ...quiet, signal: abort.signal })).rejects.toThrow('aborted')
})

test('closing finishes running requests, with connection: close, and closes idle and silent connections at once', async () => {
  const running = gate()
  const answer = gate()
  const app = new SmallApp(async () => {
    running.open()
    await answer.promise
    return text('done')
  })
  const server = await serve(app, quiet)
  const silent = new RawClient(server.port)
  const half = new RawClient(server.port).write('GET / HT')
  await Promise.all([once(silent.socket, 'connect'), once(half.socket, 'connect')])
  const busy = new RawClient(server.port).write(GET)
  await running.promise

  let closed = false
  const closing = server.close().then(() => {
    closed = true
  })
  await silent.ended()
  expect(closed).toBe(false)
  expect(app.lives).toEqual(['start'])
  await expect(fetch(server.url)).rejects.toThrow() // nobody else gets in
  answer.open()
  const got = await busy.ended()
  expect(statusOf(got)).toBe(200)
  expect(got).toMatch(/\r\nconnection: close\r\n/i)
  half.destroy()
  await closing
  expect(app.lives).toEqual(['start', 'stop'])
  silent.destroy()
  busy.destroy()
})

test('an idle kept-alive connection is closed at once', async () => {
  const server = await serve(new SmallApp(), { ...quiet, keepAliveTimeout: 3600 })
  const client = new RawClient(server.port).write(GET)
  await client.until('hello')
  await Promise.all([server.close(), client.ended()])
  client.destroy()
})

test('closing waits for what answers left to do, before the app stops', async () => {
  const work = gate()
  const begun = gate()
  const order: string[] = []
  const app = new SmallApp(() => ({
    ...text('early'),
    after: async () => {
      begun.open()
      await work.promise
      order.push('after')
    },
  }))
  app.stop = async () => {
    order.push('stop')
  }
  const server = await serve(app, quiet)
  expect(await (await fetch(server.url)).text()).toBe('early')
  await begun.promise
  const closing = server.close()
  work.open()
  await closing
  expect(order).toEqual(['after', 'stop'])
})

test('closing waits for a handler whose client is gone', async () => {
  const running = gate()
  const answer = gate()
  const order: string[] = []
  const app = new SmallApp(async (incoming) => {
    incoming.signal.addEventListener('abort', () => order.push('gone'))
    running.open()
    await answer.promise
    order.push('handled')
    return text('nobody reads it')
  })
  app.stop = async () => {
    order.push('stop')
  }
  const server = await serve(app, quiet)
  const client = new RawClient(server.port).write(GET)
  await running.promise
  const aborted = once(app.seen[0]?.signal as AbortSignal, 'abort')
  client.destroy()
  await aborted
  const closing = server.close()
  answer.open()
  await closing
  expect(order).toEqual(['gone', 'handled', 'stop'])
})

test('after shutdownTimeout what still runs is cut off', async () => {
  const running = gate()
  const app = new SmallApp(() => {
    running.open()
    return new Promise(() => {})
  })
  const server = await serve(app, { ...quiet, shutdownTimeout: 0.05 })
  const client = new RawClient(server.port).write(GET)
  await running.promise
  await server.close()
  expect(await client.ended()).toBe('')
  expect(app.lives).toEqual(['start', 'stop'])
  client.destroy()
})

test('what was cut off closes what it opened before the app stops', async () => {
  const order: string[] = []
  const started = gate()
  const app = new SmallApp(() => ({
    ...text(
      new ReadableStream({
        start: () => started.open(),
        cancel: () => {
          order.push('cancelled')
        },
      }),
    ),
    after: async () => {
      await new Promise(setImmediate)
      order.push('after')
    },
  }))
  app.stop = async () => {
    order.push('stop')
  }
  const server = await serve(app, { ...quiet, shutdownTimeout: 0.05 })
  const client = new RawClient(server.port).write(GET)
  await client.until('200 OK')
  await server.close()
  expect(order).toEqual(['cancelled', 'after', 'stop'])
  client.destroy()
})

test('onListen that throws closes the server again', async () => {
  const app = new SmallApp()
  const onListen = (): void => {
    throw new Error('not like this')
  }
  await expect(serve(app, { ...quiet, onListen })).rejects.toThrow('not like this')
  expect(app.lives).toEqual(['start', 'stop'])
})

test('maxConnections closes what is over it; maxRequestsPerSocket closes after the last', async () => {
  await using server = await serve(new SmallApp(), { ...quiet, maxConnections: 1, maxRequestsPerSocket: 2 })
  const first = new RawClient(server.port).write(GET)
  await first.until('hello')
  expect(await exchange(server.port, GET)).toBe('')
  first.write(GET)
  const answers = await first.ended()
  expect(statusesOf(answers)).toEqual([200, 200])
  expect(answers).toMatch(/\r\nconnection: close\r\n/i)
  first.destroy()
})

test('pipelined requests run one after the other, in order', async () => {
  const gates = [gate(), gate(), gate()]
  let running = 0
  let most = 0
  const app = new SmallApp(async (incoming) => {
    most = Math.max(most, ++running)
    await gates[Number(incoming.path.slice(1))]?.promise
    running--
    return text(`<${incoming.path}>`)
  })
  await using server = await serve(app, quiet)
  const request = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n${more}\r\n`
  const client = new RawClient(server.port).write(
    request('/0') + request('/1') + request('/2', 'Connection: close\r\n'),
  )
  for (const { open } of gates.reverse()) open()
  const answers = await client.ended()
  expect(answers.match(/<\/\d>/g)).toEqual(['</0>', '</1>', '</2>'])
  expect([most, statusesOf(answers)]).toEqual([1, [200, 200, 200]])
  client.destroy()
})

test('a pipelined request behind the last one of its connection is not carried out', async () => {
  const answer = gate()
  const begun = gate()
  const app = new SmallApp(() => {
    begun.open()
    return answer.promise.then(() => text('last', 200, ['connection', 'close']))
  })
  await using server = await serve(app, quiet)
  const client = new RawClient(server.port).write(GET + GET)
  await begun.promise
  answer.open()
  expect(statusesOf(await client.ended())).toEqual([200])
  expect(app.seen).toHaveLength(1)
  client.destroy()
})

test('a pipelined request in front of what is no HTTP is not carried out', async () => {
  const begun = gate()
  const answer = gate()
  const app = new SmallApp(async () => {
    begun.open()
    await answer.promise
    return text('late')
  })
  const server = await serve(app, quiet)
  const client = new RawClient(server.port).write(`${GET}${GET}nonsense\r\n\r\n`)
  await begun.promise
  expect(statusesOf(await client.ended())).toEqual([400])
  answer.open()
  await server.close()
  expect(app.seen).toHaveLength(1)
  client.destroy()
})

test('a flood of pipelined requests ends the connection', async () => {
  const app = new SmallApp(() => new Promise(() => {}))
  await using server = await serve(app, { ...quiet, shutdownTimeout: 0.05 })
  const client = new RawClient(server.port).write(GET.repeat(200))
  expect(await client.ended()).toBe('')
  expect(app.seen).toHaveLength(1)
  client.destroy()
})

test('certificates of clients want the CA of the clients', async () => {
  const started = serve(new SmallApp(), { ...quiet, tls: { requestCert: true } })
  await expect(started).rejects.toThrow(
    'serve: tls.requestCert without tls.ca would let in whoever has a certificate of any public CA. Set ca to the CA of your clients.',
  )
})

test('https with a pre-shared key', async () => {
  // No certificate is needed for the test, and none expires.
  const psk = Buffer.alloc(16, 7)
  const begun = gate()
  const answer = gate()
  const app = new SmallApp(async (incoming) => {
    begun.open()
    await answer.promise
    return text(incoming.request.url)
  })
  const server = await serve(app, {
    ...quiet,
    shutdownTimeout: 0.5, // for the connection that stays in its handshake
    tls: { ciphers: 'PSK', maxVersion: 'TLSv1.2', pskCallback: () => psk },
  })
  expect(server.url).toBe(`https://127.0.0.1:${server.port}`)
  const handshaking = connect(server.port, '127.0.0.1')
  await once(handshaking, 'connect')
  const agent = {
    ciphers: 'PSK',
    maxVersion: 'TLSv1.2' as const,
    pskCallback: () => ({ psk, identity: 'test' }),
    checkServerIdentity: () => undefined,
  }
  const body = new Promise<string>((resolve, reject) => {
    secureGet(`${server.url}/a?b`, agent, async (response) => {
      resolve(Buffer.concat(await response.toArray()).toString())
    }).on('error', reject)
  })
  await begun.promise
  const closing = server.close()
  answer.open()
  expect(await body).toBe(`${server.url}/a?b`)
  await once(handshaking.resume(), 'close')
  await closing
})

const program = fileURLToPath(new URL('./signal-program.ts', import.meta.url))

interface Running {
  readonly url: string
  readonly lines: string[]
  readonly child: ReturnType<typeof spawn>
  /** Resolves when the program prints a line. */
  readonly printed: (line: string) => Promise<void>
}

async function runProgram(mode: string): Promise<Running> {
  // Node 22 before 22.18 takes the types off only when told.
  const flags = process.features.typescript ? [] : ['--experimental-strip-types']
  const child = spawn(process.execPath, [...flags, program, mode], { stdio: ['ignore', 'pipe', 'inherit'] })
  const reader = createInterface(child.stdout)
  const lines: string[] = []
  reader.on('line', (line) => lines.push(line))
  const printed = async (line: string): Promise<void> => {
    while (!lines.includes(line)) await once(reader, 'line')
  }
  const died = once(child, 'exit').then(([code]) => Promise.reject(new Error(`The program ended with ${code}.`)))
  const [url] = (await Promise.race([once(reader, 'line'), died])) as [string]
  died.catch(() => {}) // later on it is meant to
  return { url, lines, child, printed }
}

test.each(['SIGTERM', 'SIGINT'] as const)('%s ends the process well', async (signal) => {
  const { url, lines, child } = await runProgram('quick')
  expect(await (await fetch(url)).text()).toBe('hello')
  child.kill(signal)
  expect(await once(child, 'close')).toEqual([0, null])
  expect(lines.slice(1)).toEqual([signal, 'stopped'])
})

test('a second signal ends it at once', async () => {
  const { url, lines, child, printed } = await runProgram('stuck')
  const client = new RawClient(Number(new URL(url).port)).write(GET)
  await printed('running')
  child.kill('SIGTERM')
  await printed('SIGTERM')
  child.kill('SIGTERM')
  expect(await once(child, 'close')).toEqual([143, null])
  expect(lines).not.toContain('stopped')
  client.destroy()
})
