/** What a person is told who did something wrong: a sentence that says what to do next, no stack, and an exit status. */
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Folder } from './folder.ts'
import { installed } from './installed.ts'
import { sallyport } from './program.ts'

async function told(
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<{ status: number | string; stdout: string; stderr: string }> {
  await using program = sallyport(args, options)
  const status = await program.ended()
  return { status, stdout: program.stdout, stderr: program.stderr }
}

const wrong = (sentence: string) => ({ status: 2, stdout: '', stderr: `sallyport: ${sentence}\n` })

/** A folder in the project, so that what is in it can import the package. */
function project(files: Readonly<Record<string, string>> = {}): Folder {
  const folder = new Folder(installed())
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder.path, name), text)
  return folder
}

const COMMANDS = 'There are dev, run, routes, openapi, audit, attack, keygen; sallyport --help tells more.'

const SMALL = `import { App } from 'sallyport'
const app = new App({ title: 'Small' })
app.get('/', () => 'hello')
export default app
`

describe('the words', () => {
  test.each([
    [['serve'], `There is no command serve. ${COMMANDS}`],
    [['constructor'], `There is no command constructor. ${COMMANDS}`],
    [['main.ts'], 'main.ts is a file. Say what to do with it: sallyport dev main.ts'],
    [['--port'], 'An option like --port stands after the command: sallyport dev main.ts --port'],
    [['run'], 'run needs the file of the app: sallyport run main.ts'],
    [['dev'], 'dev needs the file of the app: sallyport dev main.ts'],
    [['routes'], 'routes needs the file of the app: sallyport routes main.ts'],
    [['openapi', 'a.ts', 'b.ts'], 'openapi takes one file, not 2.'],
    [
      ['run', 'a.ts', '--prt', '80'],
      'run has no option --prt. Did you mean --port? It has: --port, --host, --unix, --root-path, --trust-proxy.',
    ],
    [['dev', 'a.ts', '-x'], 'dev has no option -x. It has: --port, --host, --unix, --root-path, --trust-proxy.'],
    [['routes', 'a.ts', '--port=1'], 'routes has no option --port. It has: --json.'],
    [['openapi', 'a.ts', '--json'], 'openapi has no option --json. It has: --output.'],
    [['run', 'a.ts', '--port'], "run: Option '-p, --port <value>' argument missing"],
    [['run', 'a.ts', '--port', '80x'], 'A port is a number from 0 to 65535, not "80x". Change --port.'],
    [
      ['dev', 'examples/accounts/main.ts', '--port=65536'],
      'A port is a number from 0 to 65535, not "65536". Change --port.',
    ],
    [['run', 'a.ts', '--root-path', 'api'], `--root-path: expected a path such as '/api/v1', not "api".`],
    [
      ['run', 'a.ts', '--trust-proxy', 'loopback,proxy'],
      "--trust-proxy: \"proxy\" is no address, range, 'loopback' or 'unix'. Write it as '10.0.0.7' or '10.0.0.0/8'.",
    ],
    [['run', 'a.ts'], `There is no file a.ts in ${installed()}.`],
    [['dev', 'a.ts'], `There is no file a.ts in ${installed()}.`],
    [
      ['routes', 'examples/'],
      'examples/ is a folder. Name the file in it that exports the app, such as examples/main.ts',
    ],
  ])('%j', async (args, sentence) => {
    expect(await told(args)).toEqual(wrong(sentence))
  })

  test('a port in the environment', async () => {
    expect(await told(['run', 'a.ts'], { env: { PORT: 'http' } })).toEqual(
      wrong('A port is a number from 0 to 65535, not "http". Change the environment variable PORT.'),
    )
  })

  test('nothing at all: the help, as an error', async () => {
    const { status, stdout, stderr } = await told([])
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toContain('sallyport dev main.ts')
  })
})

describe('the file', () => {
  test('has no app', async () => {
    using folder = project({ 'main.ts': `export const port = 80\nexport default {}\n` })
    expect(await told(['run', 'main.ts'], { cwd: folder.path })).toEqual(
      wrong('The default export of main.ts is an object, not an App. Export the app: export default app'),
    )
  })

  test('exports its app by a name', async () => {
    using folder = project({ 'main.ts': `export const accounts = new (await import('sallyport')).App()\n` })
    expect(await told(['openapi', 'main.ts'], { cwd: folder.path })).toEqual(
      wrong('main.ts exports its app as accounts, not as its default. Add this line: export default accounts'),
    )
  })

  test('throws while it is loaded: the sentence names the file, the error its place', async () => {
    using folder = project({ 'main.ts': `setInterval(() => {}, 1000)\nthrow new Error('no database')\n` })
    const { status, stdout, stderr } = await told(['run', 'main.ts'], { cwd: folder.path })
    expect([status, stdout]).toEqual([1, '']) // and it ends, whatever the module left running
    expect(stderr).toMatch(
      /^sallyport: main\.ts could not be loaded, because of this:\nError: no database\n {4}at .*main\.ts:2:7/,
    )
  })

  test('declares something that cannot be: said at start, with the place of the declaration', async () => {
    using folder = project({ 'main.ts': `${SMALL}app.get('/{id}', () => 1)\n` })
    const { status, stderr } = await told(['run', 'main.ts'], { cwd: folder.path })
    expect(status).toBe(1)
    expect(stderr).toMatch(/could not be loaded, because of this:\nTypeError: .*GET \/\{id\}/)
    expect(stderr).toContain('main.ts:5')
  })

  test('fails in its lifespan function', async () => {
    using folder = project({
      'main.ts': `import { App } from 'sallyport'
export default new App({ lifespan: async function* () { throw new Error('no database'); yield } })
`,
    })
    const { status, stderr } = await told(['run', 'main.ts', '--port', '0'], { cwd: folder.path })
    expect(status).toBe(1)
    expect(stderr).toContain('Error: no database')
  })

  test('cannot be written to', async () => {
    using folder = project({ 'main.ts': SMALL })
    mkdirSync(join(folder.path, 'there'))
    const { status, stderr } = await told(['openapi', 'main.ts', '-o', 'there'], { cwd: folder.path })
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/^sallyport: The document could not be written: EISDIR/),
    ])
  })
})

describe('the address', () => {
  test.each(['run', 'dev'])('%s on a port that is in use', async (command) => {
    using folder = project({ 'main.ts': SMALL })
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    try {
      expect(await told([command, 'main.ts', '--port', String(port)], { cwd: folder.path })).toEqual(
        wrong(
          `Port ${port} on 127.0.0.1 is in use. Stop the program that listens there, or choose another port: --port ${port + 1}`,
        ),
      )
    } finally {
      other.close()
    }
  })

  test.each(['run', 'dev'])('%s on an address that is not of this machine', async (command) => {
    using folder = project({ 'main.ts': SMALL })
    // RFC 5737: for documentation only.
    expect(await told([command, 'main.ts', '--host', '192.0.2.1', '--port', '0'], { cwd: folder.path })).toEqual(
      wrong(
        'This machine has no address 192.0.2.1. Use --host 127.0.0.1 for this machine alone, or --host 0.0.0.0 for all of its addresses.',
      ),
    )
  })
})
