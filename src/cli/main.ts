#!/usr/bin/env node
/** The command line: one function for each command, each giving the exit status. */
import { readFileSync } from 'node:fs'
import { CommandError } from './command-error.ts'
import { dev } from './dev.ts'
import { keygen } from './keygen.ts'
import { openapi } from './openapi.ts'
import { routes } from './routes.ts'
import { run } from './run.ts'

const COMMANDS: ReadonlyMap<string, (args: readonly string[]) => Promise<number>> = new Map([
  ['dev', dev],
  ['run', run],
  ['routes', routes],
  ['openapi', openapi],
  ['keygen', keygen],
])

const HELP = `sallyport: a web API framework in which security is declared once

  sallyport dev main.ts       serve, and start again on each change
  sallyport run main.ts       serve
  sallyport routes main.ts    list the operations and what each requires
  sallyport openapi main.ts   print the OpenAPI document
  sallyport keygen            make a key that signs tokens

Options of dev and run:
  --port PORT        8000, or the environment's PORT
  --host HOST        127.0.0.1, or the environment's HOST
  --root-path PATH   the prefix that a proxy takes off, like /api/v1
Options of openapi:
  --output FILE      write the document to a file
Options of routes:
  --json             print as JSON

The file's default export is the app: export default app
`

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    process.stdout.write(HELP)
    return name === undefined ? 2 : 0
  }
  if (name === 'version' || name === '--version' || name === '-v') {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string
    }
    process.stdout.write(`${version}\n`)
    return 0
  }
  const command = COMMANDS.get(name)
  if (!command) throw new CommandError(`There is no command ${name}. There are: ${[...COMMANDS.keys()].join(', ')}.`)
  return command(args)
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (error instanceof CommandError) process.stderr.write(`sallyport: ${error.message}\n`)
  else console.error(error)
  process.exitCode = error instanceof CommandError ? 2 : 1
}
