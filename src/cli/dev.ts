import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ListenError, type ServeOptions } from '../adapters/node.ts'
import { readArguments, readServeOptions, SERVE_OPTIONS } from './arguments.ts'
import { CommandError } from './command-error.ts'
import { listenSentence } from './listen-sentence.ts'
import { findFile } from './load-app.ts'

/**
 * `sallyport dev main.ts`: serves the app, and starts it again when the file, or anything that it imports, changes.
 *
 * Node's own watch mode does the watching: it knows every module that was loaded.
 */
export async function dev(args: readonly string[]): Promise<number> {
  // What no change of a file puts right is said at once, and not at each restart.
  const { file, values } = readArguments('dev', args, SERVE_OPTIONS)
  findFile(file)
  await assertFree(readServeOptions(values))

  const main = fileURLToPath(new URL(`../cli/main${extname(import.meta.url)}`, import.meta.url))
  const watch = ['--watch', '--watch-preserve-output', main, 'run', ...args]
  const child = spawn(process.execPath, [...process.execArgv, ...watch], {
    stdio: 'inherit',
    // In a group of its own: Ctrl+C reaches this process only, which passes it on once. A second one would cut the stop short.
    detached: process.platform !== 'win32',
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  const { promise, resolve } = Promise.withResolvers<number>()
  child.on('error', (error) => {
    process.stderr.write(`sallyport: ${error.message}\n`)
    resolve(1)
  })
  child.on('exit', (code, signal) => resolve(code ?? (signal ? 0 : 1)))
  return promise
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
