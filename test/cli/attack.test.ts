/** `sallyport attack`, as it runs from an installed package. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { Folder } from './folder.ts'
import { installed } from './installed.ts'
import { sallyport } from './program.ts'

const APP = `import { App } from 'sallyport'
import { HTTPBearer } from 'sallyport/security'

const verify = ({ credentials }) => (credentials === 'token-of-the-tests' ? { subject: 'johndoe' } : undefined)
const user = new HTTPBearer({ verify })
const app = new App({
  lifespan: async function* () {
    console.error('opened')
    yield
    console.error('closed')
  },
})
app.get('/items', { params: { user } }, () => [])
app.post('/items', { params: { user } }, () => 'added')
`
const HOLE = `app.delete('/items', () => 'gone')\n`
const CREDENTIALS = `export default { credentials: { HTTPBearer: { valid: () => 'token-of-the-tests' } } }\n`

function project(app: string, credentials = CREDENTIALS): Folder {
  const folder = new Folder(installed())
  writeFileSync(join(folder.path, 'main.ts'), `${app}export default app\n`)
  writeFileSync(join(folder.path, 'credentials.ts'), credentials)
  return folder
}

async function said(args: readonly string[], cwd: string, env = {}): Promise<[number | string, string, string]> {
  await using program = sallyport(args, { cwd, env })
  return [await program.ended(), program.stdout, program.stderr]
}

beforeAll(() => {
  installed()
}, 120_000)

test('an app without a hole: 0', async () => {
  using folder = project(APP)
  const [status, stdout, stderr] = await said(['attack', 'main.ts', '--credentials', 'credentials.ts'], folder.path)
  expect(stdout).toMatch(/^\d+ requests to 2 operations: 0 holes, 2 skipped\n- skipped: 2 operations: /)
  expect([status, stderr]).toEqual([0, 'opened\nclosed\n'])
})

test('without credentials: what needs some is said to be skipped', async () => {
  using folder = project(APP)
  const [status, stdout] = await said(['attack', 'main.ts'], folder.path)
  expect(stdout).toContain('everything that needs valid credentials of HTTPBearer')
  expect(status).toBe(0)
})

test('--strict: what is skipped for want of credentials fails, with what to give', async () => {
  using folder = project(APP)
  const [status, stdout, stderr] = await said(['attack', 'main.ts', '--strict'], folder.path)
  expect(stdout).toContain('- skipped: 2 operations: everything that needs valid credentials of HTTPBearer')
  expect([status, stderr]).toEqual([
    1,
    'opened\nNot all was tried, and --strict says that it must be. In the module of --credentials:\n  Give credentials: { HTTPBearer: { valid: () => … } }, which makes a credential that is accepted.\nclosed\n',
  ])

  const [some, , more] = await said(['attack', 'main.ts', '--strict', '-c', 'credentials.ts'], folder.path)
  expect([some, more]).toEqual([
    1,
    'opened\nNot all was tried, and --strict says that it must be. In credentials.ts:\n  Give credentials: { HTTPBearer: { mint: ({ claims, header }) => … } }, which signs a token that has these; one that gives undefined says that there is nothing in the tokens.\nclosed\n',
  ])

  const all = `export default { credentials: { HTTPBearer: { valid: () => 'token-of-the-tests', mint: () => undefined } } }\n`
  writeFileSync(join(folder.path, 'credentials.ts'), all)
  const [whole, , nothing] = await said(['attack', 'main.ts', '--strict', '-c', 'credentials.ts'], folder.path)
  expect([whole, nothing]).toEqual([0, 'opened\nclosed\n'])
})

test('an app with a hole: 1, and what it is', async () => {
  using folder = project(APP + HOLE)
  const [status, stdout] = await said(['attack', 'main.ts', '-c', 'credentials.ts'], folder.path)
  expect(status).toBe(1)
  expect(stdout).toContain('✗ DELETE /items [open]: anybody may call it, while GET /items requires credentials')
})

test('--json', async () => {
  using folder = project(APP + HOLE, `export default async () => ({ open: ['DELETE /items'] })\n`)
  const [status, stdout] = await said(['attack', 'main.ts', '-c', 'credentials.ts', '--json'], folder.path)
  expect([status, JSON.parse(stdout)]).toMatchObject([0, { operations: 3, failures: [], notes: [] }])
})

test.each([
  [['attack', 'main.ts', '-c', 'none.ts'], {}, /There is no file none\.ts/],
  [['attack', 'main.ts', '-c', 'main.ts'], {}, /unknown option|no options of attack|attack\(\)/],
  [['attack', 'main.ts', '-c', 'wrong.ts'], {}, /the scheme Bearer, which the app does not have/],
  [['attack', 'main.ts'], { NODE_ENV: 'production' }, /NODE_ENV is production/],
])('%j', async (args, env, message) => {
  using folder = project(APP)
  writeFileSync(join(folder.path, 'wrong.ts'), 'export default { credentials: { Bearer: {} } }\n')
  const [status, , stderr] = await said(args, folder.path, env)
  expect(stderr).toMatch(message)
  expect(stderr).not.toMatch(/^ {4}at /m)
  expect(status).toBe(2)
})

test('the example', async () => {
  using data = new Folder()
  const args = ['attack', 'examples/accounts/main.ts', '-c', 'examples/accounts/credentials.ts']
  const [status, stdout, stderr] = await said(args, installed(), { ACCOUNTS_DATA: data.path })
  expect([status, stderr], stdout).toEqual([0, ''])
  expect(stdout).toMatch(/^\d{4} requests to 8 operations: 0 holes, /)
})
