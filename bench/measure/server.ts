/** Starts a server on its own core, and asks it what it can be asked beside HTTP. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { SECRET } from '../peers/contract.ts'
import { bun, PEERS, type Peer, python } from './peers.ts'
import { pinned } from './pin.ts'

/** A server that is running. */
export interface RunningServer extends AsyncDisposable {
  readonly name: string
  readonly host: string
  /** How many requests it was sent by the rounds so far: where the next one goes on in a long list. */
  sent: number
  /** Microseconds of CPU that it has had. */
  cpuTime(): number
  /** Asks a question; see questions.ts. */
  ask(question: 'keys' | 'memory'): Promise<unknown>
  /** Holds it still, so that it takes nothing of its core while another is measured. */
  pause(): void
  resume(): void
  /** Ends it as one should, and waits for that: what is disposed of is killed. */
  stop(): Promise<void>
}

const START_TIMEOUT = 60_000

/**
 * Starts a server and waits for its first answer.
 *
 * @param flags of Node, for a profile.
 * @throws Error with what it printed, for one that ends or does not answer.
 */
export async function startServer(name: string, flags: readonly string[] = []): Promise<RunningServer> {
  const peer = PEERS[name]
  if (!peer) throw new Error(`no such server: ${name}`)
  const port = await freePort()
  const [program, ...args] = pinned(0, ...commandOf(peer, flags))
  const child = spawn(program as string, args, {
    env: { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '', BENCH_SECRET: SECRET, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe', ...(peer.program === 'node' ? (['ipc'] as const) : [])],
  })
  let errors = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = `${errors}${chunk}`.slice(-4000)
  })
  child.on('error', (error) => {
    errors += error.message
  })
  const host = `127.0.0.1:${port}`
  const end = performance.now() + START_TIMEOUT
  while (!(await answers(`http://${host}/`))) {
    if (child.exitCode !== null || performance.now() > end) {
      child.kill('SIGKILL')
      throw new Error(`${name} did not start.\n${errors}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return running(name, host, child)
}

function running(name: string, host: string, child: ChildProcess): RunningServer {
  return {
    name,
    host,
    sent: 0,
    cpuTime: () => cpuTime(child.pid as number),
    async ask(question) {
      const answer = once(child, 'message')
      child.send(question)
      return (await answer)[0]
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    stop: () => end(child, 'SIGTERM'),
    [Symbol.asyncDispose]: () => end(child, 'SIGKILL'),
  }
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const closed = once(child, 'exit')
  child.kill(signal)
  await closed
}

function commandOf({ program, file, variant }: Peer, flags: readonly string[]): string[] {
  const path = fileURLToPath(new URL(`../peers/${file}`, import.meta.url))
  const rest = variant === undefined ? [] : [variant]
  if (program === 'bun') return [bun, path, ...rest]
  // --expose-gc only lets us ask for a collection; it changes nothing else.
  return program === 'python' ? [python, path] : [process.execPath, '--expose-gc', ...flags, path, ...rest]
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('no free port')
  return address.port
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { headers: { connection: 'close' } })
    await response.arrayBuffer()
    return true
  } catch {
    return false
  }
}

/** From /proc (proc_pid_stat(5), utime and stime in ticks of 10 ms); NaN where there is none. */
function cpuTime(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) * 10_000
  } catch {
    return Number.NaN
  }
}
