/** Programs that tests start, and wait for by what they print. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { installed, NODE } from './installed.ts'

const running = new Set<ChildProcess>()
// A test that timed out leaves no scope; its programs are not to outlive it.
process.once('exit', () => {
  for (const child of running) child.kill()
})

/** A program that runs; it is ended, and waited for, when its scope is left. */
export class Program implements AsyncDisposable {
  /** All that it printed, on both outputs. */
  output = ''
  stdout = ''
  stderr = ''
  readonly #child: ChildProcess
  readonly #closed: Promise<unknown>
  readonly #waiting = new Set<() => void>()
  #hasClosed = false

  constructor(program: string, args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}) {
    this.#child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      // Colours would stand between the words that a test looks for.
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, PORT: undefined, HOST: undefined, ...options.env },
    })
    running.add(this.#child)
    for (const name of ['stdout', 'stderr'] as const) {
      this.#child[name]?.setEncoding('utf8').on('data', (text: string) => {
        this[name] += text
        this.output += text
        for (const look of this.#waiting) look()
      })
    }
    this.#closed = once(this.#child, 'close').then(() => {
      this.#hasClosed = true
      running.delete(this.#child)
      for (const look of this.#waiting) look()
    })
  }

  /** Waits until it has printed what matches, after the first `from` characters; fails if it ends before. */
  async until(pattern: RegExp, from = 0): Promise<RegExpExecArray> {
    const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>()
    const look = (): void => {
      const match = pattern.exec(this.output.slice(from))
      if (match) resolve(match)
      else if (this.#hasClosed) reject(new Error(`It ended without printing ${pattern}. It printed:\n${this.output}`))
    }
    this.#waiting.add(look)
    look()
    try {
      return await promise
    } finally {
      this.#waiting.delete(look)
    }
  }

  /** Its exit status, once it has ended; the signal's name if that ended it. */
  async ended(): Promise<number | string> {
    await this.#closed
    return this.#child.exitCode ?? String(this.#child.signalCode)
  }

  /** Sends a signal. */
  send(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Sends a signal, and waits for the end. */
  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | string> {
    this.send(signal)
    return this.ended()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#hasClosed) await this.stop()
  }
}

/** `sallyport` with these arguments, in the project that has it installed or in another folder. */
export function sallyport(args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): Program {
  const project = installed()
  const main = join(project, 'node_modules/sallyport/dist/cli/main.js')
  return new Program(NODE, [main, ...args], { cwd: project, ...options })
}

/** The accounts app, started as `npm start` starts it, on a free port. */
export async function startAccounts(
  data: string,
  args: readonly string[] = [],
): Promise<Program & { readonly origin: string }> {
  const command = ['run', 'examples/accounts/main.ts', '--port', '0', ...args]
  const program = sallyport(command, { env: { ACCOUNTS_DATA: data } })
  const [, origin = ''] = await program.until(/^Accounts is served at (\S+)$/m)
  return Object.assign(program, { origin })
}
