/** The commands: one function for each, each giving the exit status, or nothing while it goes on serving. */
import { readFileSync } from 'node:fs'
import { attack } from './attack.ts'
import { audit } from './audit.ts'
import { CommandError } from './command-error.ts'
import { dev } from './dev.ts'
import { keygen } from './keygen.ts'
import { openapi } from './openapi.ts'
import { routes } from './routes.ts'
import { run as serve } from './run.ts'

type Command = (args: readonly string[]) => Promise<number | undefined>

const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['dev', dev],
  ['run', serve],
  ['routes', routes],
  ['openapi', openapi],
  ['audit', audit],
  ['attack', attack],
  ['keygen', keygen],
])

const HELP = `sallyport: a web API framework in which security is declared once

  sallyport dev main.ts       serve, and start again on each change
  sallyport run main.ts       serve
  sallyport routes main.ts    list the operations and what each requires
  sallyport openapi main.ts   print the OpenAPI document
  sallyport audit main.ts     tell who may call what, and what became weaker
  sallyport attack main.ts    try to get in where nobody may, and tell every hole
  sallyport keygen            make a key that signs tokens

Options of dev and run:
  -p, --port PORT        8000, or the environment's PORT; 0 for any that is free
  --host HOST            127.0.0.1, or the environment's HOST
  --unix PATH            a Unix socket in the place of port and host, like /run/app.sock
  --root-path PATH       the prefix that a proxy takes off, like /api/v1
  --trust-proxy LIST     addresses of proxies whose X-Forwarded-For and -Proto are believed,
                         like loopback,10.0.0.0/8; unix for whoever connects over the socket
Options of openapi:
  -o, --output FILE      write the document to a file
Options of routes:
  --json                 print as JSON
Options of audit:
  --json, --sarif        print as JSON, as a SARIF log
  -o, --output FILE      write what it prints to a file
  --lock [FILE.json]     write what operations require to a file, sallyport.lock.json, that is to be committed;
                         where it is there, audit fails when an operation became weaker
  --update               write it anew: accept what changed
  --frozen               fail when it is not there, or says something else: for CI
Options of attack:
  -c, --credentials FILE a module that exports the options of attack() as its default: how credentials are made
  --json                 print as JSON
  --strict               fail, too, when something was not tried for want of credentials: for CI
All:
  -h, --help             print this; sallyport keygen --help for its own
  -v, --version          print the version

The file's default export is the app: export default app
`

/** Runs the command of a command line to its end, or until it serves; then the process ends with its status. */
export async function main(words: readonly string[]): Promise<void> {
  // Whoever reads it has had enough, as in: sallyport openapi main.ts | head
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))
  try {
    const status = await command(words)
    if (status !== undefined) await exit(status)
  } catch (error) {
    if (error instanceof CommandError) process.stderr.write(`sallyport: ${error.message}\n`)
    else console.error(error)
    await exit(error instanceof CommandError ? 2 : 1)
  }
}

async function command([name, ...args]: readonly string[]): Promise<number | undefined> {
  if (name === undefined) {
    process.stderr.write(HELP)
    return 2
  }
  if (name === 'help' || name === '--help' || name === '-h') return help()
  if (name === 'version' || name === '--version' || name === '-v') {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string
    }
    process.stdout.write(`${version}\n`)
    return 0
  }
  const run = COMMANDS.get(name)
  if (!run) throw new CommandError(unknown(name))
  if (run !== keygen && (args.includes('--help') || args.includes('-h'))) return help()
  return run(args)
}

function help(): number {
  process.stdout.write(HELP)
  return 0
}

function unknown(name: string): string {
  if (/\.[cm]?[jt]s$/.test(name)) return `${name} is a file. Say what to do with it: sallyport dev ${name}`
  if (name.startsWith('-')) return `An option like ${name} stands after the command: sallyport dev main.ts ${name}`
  return `There is no command ${name}. There are ${[...COMMANDS.keys()].join(', ')}; sallyport --help tells more.`
}

async function exit(status: number): Promise<never> {
  // What was written is to arrive; then the process ends, whatever the app's modules keep open.
  for (const stream of [process.stdout, process.stderr]) await new Promise((resolve) => stream.write('', resolve))
  process.exit(status)
}
