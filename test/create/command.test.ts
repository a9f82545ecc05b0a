/** `create-sallyport` as a command: what it says of wrong input, what it asks, and what it writes where. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { Folder } from '../cli/folder.ts'
import { packed } from './packed.ts'
import { createCommand, run, Script } from './script.ts'

beforeAll(() => {
  packed()
}, 120_000)

async function create(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return run(cwd, createCommand(packed().unpacked, ...args), env)
}

const templates = ['minimal', 'password', 'api-keys', 'openid-connect']

test('--help and --version', async () => {
  using folder = new Folder()
  const help = await create(folder.path, ['--help'])
  expect([help.status, help.stderr]).toEqual([0, ''])
  for (const name of templates) expect(help.stdout).toMatch(new RegExp(`^ +${name} +\\S`, 'm'))
  expect(await create(folder.path, ['--version'])).toEqual({ status: 0, stdout: `${manifest.version}\n`, stderr: '' })
})

test.each([
  [
    'an unknown template',
    ['app', '--template', 'graphql'],
    {},
    /There is no template graphql\. There are:\n {2}minimal /,
  ],
  ['an unknown option', ['app', '--tmplate', 'minimal'], {}, /no option --tmplate\. There are --name, --template, /],
  ['an option without its value', ['app', '--template'], {}, /--template <value>' argument missing/],
  [
    'an unknown package manager',
    ['app', '--yes', '--package-manager', 'cargo'],
    {},
    /There are npm, pnpm, yarn, bun\./,
  ],
  ['two folders', ['app', 'more', '--yes'], {}, /One folder is enough, and here are 2: app, more\./],
  ['an empty folder name', ['', '--yes'], {}, /The name of the folder is empty/],
  ['a name that npm refuses', ['My App', '--yes'], {}, /"My App" cannot .*: it has capital letters\. .*--name my-app/],
  ['a name with odd characters', ['käse', '--yes'], {}, /"käse" cannot be the name of a package: it is made of a-z/],
  ['a name of Node', ['http', '--yes'], {}, /a module of Node has it\. .*--name http-app/],
  ['a name of a dependency', ['zod', '--yes'], {}, /a dependency of that name\. .*--name zod-app/],
  ['a name that npm keeps', ['x', '--yes', '--name', 'node_modules'], {}, /npm keeps it for itself\. .*: node-modules/],
  ['a long name', ['x', '--yes', '--name', 'x'.repeat(101)], {}, /longer than 100 characters/],
  ['no terminal to ask on', [], {}, /There is no terminal to ask on\. .* --template NAME.*\n {2}minimal /],
  [
    'an option that npm took',
    ['app', 'password'],
    { npm_config_template: 'true' },
    /-- before .* app -- --template password$/m,
  ],
  ['an option with = that npm took', ['app'], { npm_config_template: 'password' }, /app -- --template password$/m],
  ['an empty --sallyport', ['app', '--yes', '--sallyport', ''], {}, /--sallyport needs a version, a file or a URL/],
] as const)('%s: 2, and a sentence', async (_, args, env, message) => {
  using folder = new Folder()
  const { status, stdout, stderr } = await create(folder.path, args, env)
  expect(stderr).toMatch(message)
  expect(stderr).toMatch(/^create-sallyport: /)
  expect(stderr).not.toMatch(/^ {4}at /m)
  expect([status, stdout]).toEqual([2, ''])
  expect(readdirSync(folder.path)).toEqual([])
})

test('an old Node: 1, and which one it takes', async () => {
  using folder = new Folder()
  const older = (version: string) =>
    run(folder.path, [
      'node',
      `--import=data:text/javascript,Object.defineProperty(process,'versions',{value:{node:'${version}'}})`,
      ...createCommand(packed().unpacked, 'app', '--yes').slice(1),
    ])
  for (const version of ['20.20.2', '22.11.0']) {
    const { status, stdout, stderr } = await older(version)
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toBe(
      `create-sallyport: this is Node ${version}, and Sallyport needs 22.12 or later. Install the newest from https://nodejs.org, then try again.\n`,
    )
  }
  expect(readdirSync(folder.path)).toEqual([])
  const { status, stdout } = await older('22.12.0')
  expect(status).toBe(0)
  expect(stdout).toContain('This is Node 22.12.0; the project needs 22.18.0 or later: https://nodejs.org')
})

test('a folder that has something in it is refused, unless --force; .env is never overwritten', async () => {
  using folder = new Folder()
  const app = join(folder.path, 'app')
  mkdirSync(app)
  writeFileSync(join(app, 'package.json'), '{}')
  writeFileSync(join(app, '.env'), 'KEPT=1\n')
  writeFileSync(join(app, 'mine.txt'), 'mine')
  const refused = await create(folder.path, ['app', '--yes'])
  expect([refused.status, refused.stderr]).toEqual([
    2,
    'create-sallyport: app is not empty: .env, mine.txt, package.json. Name another folder, or add --force, which overwrites files of the same names (.env never).\n',
  ])
  const forced = await create(folder.path, ['app', '--yes', '--force'])
  expect([forced.status, forced.stderr]).toEqual([0, ''])
  expect(forced.stdout).toContain('.env was there, and was left as it is: compare it with .env.example.')
  expect(readFileSync(join(app, '.env'), 'utf8')).toBe('KEPT=1\n')
  expect(readFileSync(join(app, 'mine.txt'), 'utf8')).toBe('mine')
  expect(JSON.parse(readFileSync(join(app, 'package.json'), 'utf8'))).toMatchObject({ name: 'app' })
})

test('a folder that is named by a way around is looked into, too', async () => {
  using folder = new Folder()
  const app = join(folder.path, 'app')
  mkdirSync(app)
  writeFileSync(join(app, 'README.md'), 'mine')
  const { status, stderr } = await create(folder.path, ['none/../app', '--yes'])
  expect([status, stderr]).toEqual([2, expect.stringContaining('none/../app is not empty: README.md.')])
  expect(readFileSync(join(app, 'README.md'), 'utf8')).toBe('mine')
})

test('a file, and a folder that may not be written to', async () => {
  using folder = new Folder()
  writeFileSync(join(folder.path, 'file'), '')
  expect((await create(folder.path, ['file', '--yes'])).stderr).toBe(
    'create-sallyport: file is a file. Name another folder.\n',
  )
  const { status, stderr } = await create(folder.path, ['file/app', '--yes'])
  expect([status, stderr]).toEqual([2, expect.stringMatching(/^create-sallyport: .*ENOTDIR/)])
})

test('--yes: the folder sallyport-app, the template minimal', async () => {
  using folder = new Folder()
  const { status, stdout } = await create(folder.path, ['--yes'])
  expect(status).toBe(0)
  expect(stdout).toMatch(/^Wrote sallyport-app: two operations, /)
  expect(stdout).toContain('\n\n  cd sallyport-app\n  npm install\n  npm run dev\n\n')
  const app = join(folder.path, 'sallyport-app')
  const readme = readFileSync(join(app, 'README.md'), 'utf8')
  expect(readme).toMatch(/^# Sallyport app\n/)
})

test('the folder that we are in, which may have a .git; --name with a scope', async () => {
  using folder = new Folder()
  mkdirSync(join(folder.path, '.git'))
  const args = ['.', '--name', '@acme/orders-api', '--template', 'password']
  const { status, stdout } = await create(folder.path, args)
  expect([status, stdout]).toEqual([0, expect.stringContaining('\n\n  npm install\n  npm run dev\n\n')])
  expect(readFileSync(join(folder.path, 'src/app.ts'), 'utf8')).toContain("title: 'Orders api'")
  expect(readFileSync(join(folder.path, 'src/security.ts'), 'utf8')).toContain("issuer: '@acme/orders-api'")
})

test.each([
  [['--package-manager', 'pnpm'], {}, '  pnpm install\n  pnpm dev\n'],
  [[], { npm_config_user_agent: 'bun/1.3.0 npm/? node/v24.3.0 linux x64' }, '  bun install\n  bun run dev\n'],
  [['--package-manager', 'yarn'], { npm_config_user_agent: 'pnpm/10.0.0' }, '  yarn install\n  yarn dev\n'],
  [[], { npm_config_user_agent: 'npm/11.19.1 node/v26.10.0' }, '  npm install\n  npm run dev\n'],
])('the commands of another package manager: %j %j', async (args, env, commands) => {
  using folder = new Folder()
  const { stdout } = await create(folder.path, ['app', '--yes', ...args], env)
  expect(stdout).toContain(`  cd app\n${commands}`)
  expect(stdout.includes('ci.yml use npm and its lock file')).toBe(!commands.includes(' npm install'))
})

test('the secret is fresh, only its owner can read it, and nothing prints it', async () => {
  using folder = new Folder()
  const secretOf = async (name: string): Promise<string> => {
    const { stdout, stderr } = await create(folder.path, [name, '--template', 'password'])
    const file = join(folder.path, name, '.env')
    const [, secret = ''] = /^JWT_SECRET=([\w-]{43})$/m.exec(readFileSync(file, 'utf8')) ?? []
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(stdout + stderr).not.toContain(secret)
    for (const path of readdirSync(join(folder.path, name), { recursive: true, withFileTypes: true })) {
      if (!path.isFile() || path.name === '.env') continue
      expect(readFileSync(join(path.parentPath, path.name), 'utf8')).not.toContain(secret)
    }
    return secret
  }
  const [one, other] = [await secretOf('one'), await secretOf('other')]
  expect(one).toHaveLength(43)
  expect(one).not.toBe(other)
  expect(readFileSync(join(folder.path, 'one/.gitignore'), 'utf8')).toMatch(/^\.env$/m)
  expect(readFileSync(join(folder.path, 'one/.env.example'), 'utf8')).toMatch(/^JWT_SECRET=$/m)
})

/** `script` of util-linux gives a program a terminal; others have another one of that name. */
const terminal = (process.env.PATH ?? '').split(delimiter).some((bin) => existsSync(join(bin, 'script')))

test.runIf(terminal && process.platform === 'linux')('on a terminal it asks, and asks again', async () => {
  using folder = new Folder()
  const command = createCommand(packed().unpacked).join(' ')
  await using asked = new Script(folder.path, ['script', '-qec', command, '/dev/null'])
  await asked.until(/Folder \(sallyport-app\): /)
  asked.type('My App\n')
  await asked.until(/capital letters.*\n.*Folder \(sallyport-app\): /s)
  asked.type('orders\n')
  await asked.until(/Template:\s+1 {2}minimal .*Number or name \(1\): /s)
  asked.type('5\n')
  await asked.until(/There is no 5 among them\..*Number or name \(1\): /s)
  asked.type('3\n')
  await asked.until(/Wrote orders: API keys/)
  expect(await asked.ended()).toBe(0)
  expect(readdirSync(folder.path)).toEqual(['orders'])
  expect(existsSync(join(folder.path, 'orders/src/issue-key.ts'))).toBe(true)
})

test.runIf(terminal && process.platform === 'linux')('Ctrl+C at a question: 130, and nothing is written', async () => {
  using folder = new Folder()
  const command = createCommand(packed().unpacked).join(' ')
  await using asked = new Script(folder.path, ['script', '-qec', command, '/dev/null'])
  await asked.until(/Folder \(sallyport-app\): /)
  asked.type('\x03')
  await asked.until(/Nothing was written\./)
  expect(await asked.ended()).toBe(130)
  expect(readdirSync(folder.path)).toEqual([])
})
