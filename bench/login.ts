/**
 * Whether logins make the rest of a server wait: the p99 of a plain GET while 50 clients log in, beside its idle p99, on the
 * same server; and whether its memory stays within what the configured concurrency allows.
 *
 *     node bench/login.ts [--rounds 5] [--seconds 4] [--clients 50] [--concurrency N] [--output FILE]
 *
 * Idle and busy phases take turns; each round's p99s are compared, and the median of the ratios counts. Ends with status 1
 * if that is over 2, or the memory over its bound. The server is a process of its own; its clients are in this one.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { PasswordHash } from '../src/password/index.ts'
import { defaultConcurrency } from '../src/password/work-queue.ts'

interface Phase {
  readonly median: number
  readonly p99: number
  readonly requests: number
  readonly logins: number
  readonly refused: number
  readonly peak: number
}

const MiB = 2 ** 20
/** OWASP's Argon2id: what one running hash takes. */
const hashMemory = 19 * MiB
/** For what the logins' own connections, forms and garbage take. */
const slack = 32 * MiB
const pause = 2

if (process.argv[2] === 'server') await server(Number(process.argv[3]))
else await main()

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '4' },
      clients: { type: 'string', default: '50' },
      concurrency: { type: 'string', default: '0' },
      output: { type: 'string' },
    },
  })
  const [rounds, seconds, clients] = [Number(values.rounds), Number(values.seconds), Number(values.clients)]
  const concurrency = Number(values.concurrency) || defaultConcurrency()
  const child = fork(fileURLToPath(import.meta.url), ['server', String(concurrency)])
  const [port] = (await once(child, 'message')) as [number]
  const others = loadavg()[0] ?? Number.NaN
  // Warms up with GETs alone: the memory of the first idle phase is that of a server that never hashed.
  await phase(child, port, 2, 0)

  const idle: Phase[] = []
  const busy: Phase[] = []
  for (let round = 0; round < rounds; round++) {
    idle.push(await phase(child, port, seconds, 0))
    busy.push(await phase(child, port, seconds, clients))
  }
  child.kill()

  const ratio = middle(busy.map(({ p99 }, round) => p99 / (idle[round]?.p99 ?? Number.NaN)))
  const grown = Math.max(...busy.map(({ peak }) => peak)) - (idle[0]?.peak ?? 0)
  const bound = concurrency * hashMemory + slack
  const good = ratio <= 2 && grown <= bound
  const text = `${[
    `Plain GET beside ${clients} parallel logins, Argon2id m=19456 t=2 p=1, concurrency ${concurrency}, queue 128.`,
    `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} cores shared with the clients; load before ${others.toFixed(1)}.`,
    `Repeat: node bench/login.ts --rounds ${rounds} --seconds ${seconds} --clients ${clients}${values.concurrency === '0' ? '' : ` --concurrency ${values.concurrency}`}`,
    '',
    'phase    GETs   median ms   p99 ms   logins   503   peak MiB',
    ...idle.flatMap((quiet, round) => [row('idle', quiet), row('busy', busy[round] as Phase)]),
    '',
    `p99 busy / idle, median of rounds: ${ratio.toFixed(2)} (goal: at most 2)`,
    `memory over that of a server that never hashed: ${mib(grown)} MiB (bound: ${concurrency} x 19 MiB + 32 MiB = ${mib(bound)} MiB)`,
    good ? 'within the goals' : 'NOT within the goals',
  ].join('\n')}\n`
  process.stdout.write(text)
  if (values.output !== undefined) writeFileSync(values.output, text)
  process.exitCode = good ? 0 : 1
}

/** GETs one after the other for some seconds, and logins in so many loops beside them. */
async function phase(child: ChildProcess, port: number, seconds: number, clients: number): Promise<Phase> {
  const end = performance.now() + seconds * 1000
  // Of its own for each phase: the server closes connections that the phase before left idle.
  const agent = new Agent({ keepAlive: true, maxSockets: clients + 1 })
  const times: number[] = []
  let logins = 0
  let refused = 0
  child.send('reset')
  const loops = Array.from({ length: clients }, async (_, client) => {
    const form = new URLSearchParams({
      username: client % 5 === 0 ? 'nobody' : 'johndoe',
      password: 'secret',
    }).toString()
    while (performance.now() < end) {
      const status = await ask(agent, port, 'POST', '/token', form)
      if (status === 503) refused++
      else if (status === 200 || status === 401) logins++
      else throw new Error(`a login was answered with ${status}`)
    }
  })
  while (performance.now() < end) {
    const start = performance.now()
    const status = await ask(agent, port, 'GET', '/')
    times.push(performance.now() - start)
    if (status !== 200) throw new Error(`the GET was answered with ${status}`)
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
  await Promise.all(loops)
  agent.destroy()
  child.send('peak')
  const [peak] = (await once(child, 'message')) as [number]
  times.sort((a, b) => a - b)
  const at = (share: number): number => times[Math.floor(share * (times.length - 1))] ?? Number.NaN
  return { median: at(0.5), p99: at(0.99), requests: times.length, logins, refused, peak }
}

function ask(agent: Agent, port: number, method: string, path: string, body?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }
    const sent = request({ agent, host: '127.0.0.1', port, method, path, headers }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? 0))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

async function server(concurrency: number): Promise<void> {
  const { App, HTTPException } = await import('../src/index.ts')
  const { OAuth2PasswordRequestForm } = await import('../src/security/index.ts')
  const { serve } = await import('../src/adapters/node.ts')
  const passwordHash = PasswordHash.recommended({ concurrency })
  // One stored hash, made elsewhere, so that none runs before the first login.
  const hashedPassword =
    '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
  const users = new Map([['johndoe', { hashedPassword }]])

  const app = new App({ title: 'Login' })
  app.get('/', {}, () => ({ hello: 'world' }))
  app.post('/token', { params: { form: OAuth2PasswordRequestForm } }, async ({ form }) => {
    const user = await passwordHash.authenticate((name) => users.get(name), form.username, form.password)
    if (!user) throw new HTTPException(401, 'Incorrect username or password')
    return { access_token: 'token', token_type: 'bearer' }
  })

  let peak = 0
  setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }, 10).unref()
  process.on('message', (message) => {
    if (message === 'reset') peak = process.memoryUsage.rss()
    else process.send?.(peak)
  })
  process.on('disconnect', () => process.exit())
  const { port } = await serve(app, { port: 0, installSignalHandlers: false })
  process.send?.(port)
}

function row(name: string, { requests, median, p99, logins, refused, peak }: Phase): string {
  const cells = [
    String(requests).padStart(7),
    median.toFixed(3).padStart(11),
    p99.toFixed(3).padStart(8),
    String(logins).padStart(8),
    String(refused).padStart(5),
    mib(peak).padStart(10),
  ]
  return `${name} ${cells.join(' ')}`
}

function mib(bytes: number): string {
  return (bytes / MiB).toFixed(1)
}

function middle(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN
}
