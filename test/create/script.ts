/** Commands that tests run in a project, as a person would type them. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const running = new Set<Script>()
// A test that timed out leaves no scope; its programs are not to outlive it.
process.once('exit', () => {
  for (const script of running) script.send('SIGKILL')
})

/**
 * The environment of a shell: with the pinned Node, and without what an npm that runs the tests says to its scripts.
 */
export function environment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^(npm_(?!config_)|npm_config_(local_prefix|user_agent|noproxy|global_prefix)|INIT_CWD|VITEST|NODE_ENV)/.test(
        name,
      ),
  )
  const bin = fileURLToPath(new URL('../../node_modules/.bin', import.meta.url))
  return {
    ...Object.fromEntries(kept),
    PATH: [bin, process.env.PATH].join(delimiter),
    // Colours would stand between the words that a test looks for.
    ...{ NO_COLOR: '1', FORCE_COLOR: undefined, PORT: undefined, HOST: undefined },
    ...more,
  }
}

/** A port that nobody uses now. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

/** Runs a command to its end. */
export async function run(
  cwd: string,
  command: readonly [string, ...string[]],
  more: NodeJS.ProcessEnv = {},
): Promise<{ status: number | string; stdout: string; stderr: string }> {
  await using script = new Script(cwd, command, more)
  const status = await script.ended()
  return { status, stdout: script.stdout, stderr: script.stderr }
}

/** A command that runs, with all that it starts; all of it is ended, and waited for, when its scope is left. */
export class Script implements AsyncDisposable {
  stdout = ''
  stderr = ''
  readonly #child: ChildProcess
  readonly #closed: Promise<unknown>
  readonly #waiting = new Set<() => void>()
  #hasClosed = false

  constructor(cwd: string, [program, ...args]: readonly [string, ...string[]], more: NodeJS.ProcessEnv = {}) {
    // In a group of its own, to which a signal goes as Ctrl+C does: to npm, its shell, and the program.
    this.#child = spawn(program, args, { cwd, env: environment(more), stdio: 'pipe', detached: true })
    running.add(this)
    for (const name of ['stdout', 'stderr'] as const) {
      this.#child[name]?.setEncoding('utf8').on('data', (text: string) => {
        this[name] += text
        for (const look of this.#waiting) look()
      })
    }
    this.#closed = once(this.#child, 'close').then(() => {
      this.#hasClosed = true
      running.delete(this)
      for (const look of this.#waiting) look()
    })
  }

  /** Types a text. */
  type(text: string): void {
    this.#child.stdin?.write(text)
  }

  /** Types nothing more. */
  endInput(): void {
    this.#child.stdin?.end()
  }

  /** Waits until the output, after the first `from` characters, matches; fails if the command ends before. */
  async until(pattern: RegExp, from = 0): Promise<RegExpExecArray> {
    const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>()
    const look = (): void => {
      const match = pattern.exec(this.stdout.slice(from))
      if (match) resolve(match)
      else if (this.#hasClosed)
        reject(new Error(`It ended without printing ${pattern}. It printed:\n${this.stdout}${this.stderr}`))
    }
    this.#waiting.add(look)
    look()
    try {
      return await promise
    } finally {
      this.#waiting.delete(look)
    }
  }

  /** Its exit status, once it and all that holds its outputs has ended; the signal's name if that ended it. */
  async ended(): Promise<number | string> {
    this.endInput()
    await this.#closed
    return this.#child.exitCode ?? String(this.#child.signalCode)
  }

  /** Sends a signal to the command and all that it started. */
  send(signal: NodeJS.Signals): void {
    try {
      if (this.#child.pid !== undefined) process.kill(-this.#child.pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#hasClosed) this.send('SIGTERM')
    await this.#closed
  }
}

/** The command of the unpacked `create-sallyport`. */
export function createCommand(unpacked: string, ...args: string[]): [string, ...string[]] {
  return ['node', join(unpacked, 'bin.js'), ...args]
}
