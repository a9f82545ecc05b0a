import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ListenError, type ServeOptions } from '../adapters/node.ts'
import { readArguments, readServeOptions, SERVE_OPTIONS } from './arguments.ts'
import { CommandError } from './command-error.ts'
import { listenSentence } from './listen-sentence.ts'
import { findFile } from './load-app.ts'
import { WatchedFiles } from './watched-files.ts'

/**
 * `sallyport dev main.ts`: serves the app, and starts it again when the file, or anything that it imports, changes.
 *
 * Node tells which files are loaded, as it does for its own `--watch`; the watching is {@link WatchedFiles}'s.
 */
export async function dev(args: readonly string[]): Promise<number> {
  // What no change of a file puts right is said at once, and not at each restart.
  const { file, values } = readArguments('dev', args, SERVE_OPTIONS)
  const path = findFile(file)
  await assertFree(readServeOptions(values))

  const { promise, resolve } = Promise.withResolvers<number>()
  let child: ChildProcess | undefined
  let again = false
  let ending = false

  const start = (): void => {
    const started = spawnRun(args)
    child = started
    started.on('message', (message) => {
      for (const each of loadedFiles(message)) files.add(each)
    })
    started.on('error', (error) => {
      process.stderr.write(`sallyport: ${error.message}\n`)
      end(1)
    })
    started.on('exit', (code, signal) => {
      child = undefined
      if (ending) end(code ?? (signal ? 0 : 1))
      else if (again) restart()
      else process.stdout.write(`${file} has ended. Waiting for file changes before restarting it.\n`)
    })
  }
  const restart = (): void => {
    again = false
    process.stdout.write(`Restarting ${file}\n`)
    start()
  }
  const files = new WatchedFiles((changed, isKnown) => {
    // What kept it from starting may be a file that was not there.
    if (ending || (!isKnown && (child !== undefined || !SOURCE.test(changed)))) return
    if (child === undefined) restart()
    else if (!again) {
      again = true
      child.kill() // once: a second signal would cut the stop short
    }
  })
  const end = (code: number): void => {
    files.close()
    resolve(code)
  }

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      ending = true
      if (child === undefined) end(0)
      else child.kill(signal)
    })
  }
  files.add(path)
  start()
  return promise
}

const SOURCE = /\.(?:[cm]?[jt]s|json)$/

/** `sallyport run` in a process of its own, which tells of the files that it loads. */
function spawnRun(args: readonly string[]): ChildProcess {
  const main = fileURLToPath(new URL(`../cli/main${extname(import.meta.url)}`, import.meta.url))
  return spawn(process.execPath, [...process.execArgv, main, 'run', ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, WATCH_REPORT_DEPENDENCIES: '1' },
    // In a group of its own: Ctrl+C reaches this process only, which passes it on once. A second one would cut the stop short.
    detached: process.platform !== 'win32',
  })
}

/** The files of a message of Node's: URLs of modules that were imported, paths of those that were required. */
function loadedFiles(message: unknown): string[] {
  if (typeof message !== 'object' || message === null) return [] // of the app's own
  const { 'watch:import': imported = [], 'watch:require': required = [] } = message as Record<string, string[]>
  return [...imported.filter((url) => url.startsWith('file:')).map((url) => fileURLToPath(url)), ...required]
}

async function assertFree(options: ServeOptions): Promise<void> {
  const { port = 8000, hostname = '', unix } = options
  const probe = createServer()
  if (unix === undefined) probe.listen(port, hostname)
  else probe.listen(unix)
  try {
    await once(probe, 'listening')
  } catch (error) {
    const reason = error as NodeJS.ErrnoException
    throw new CommandError(
      listenSentence(
        unix === undefined ? ListenError.from(reason, hostname, port) : ListenError.ofSocket(reason, unix),
        options,
      ),
    )
  }
  probe.close()
  await once(probe, 'close')
}
