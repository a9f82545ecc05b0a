import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { readArguments, readPort, SERVE_OPTIONS } from './arguments.ts'

/**
 * `sallyport dev main.ts`: serves the app, and starts it again when the file, or anything that it imports, changes.
 *
 * Node's own watch mode does the watching: it knows every module that was loaded.
 */
export async function dev(args: readonly string[]): Promise<number> {
  const { values } = readArguments('dev', args, SERVE_OPTIONS)
  readPort(values.port) // a wrong option is said at once, not at each restart
  const main = fileURLToPath(new URL('./main.js', import.meta.url))
  const child = spawn(process.execPath, ['--watch', '--watch-preserve-output', main, 'run', ...args], {
    stdio: 'inherit',
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  const { promise, resolve } = Promise.withResolvers<number>()
  child.on('error', (error) => {
    process.stderr.write(`sallyport: ${error.message}\n`)
    resolve(1)
  })
  child.on('exit', (code, signal) => resolve(code ?? (signal ? 0 : 1)))
  return promise
}
