/** `sallyport audit`, as it is installed. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Folder } from './folder.ts'
import { installed } from './installed.ts'
import { sallyport } from './program.ts'

/** A folder beside the installed package, with an app in it. */
class Project extends Folder {
  constructor() {
    super(installed())
  }

  /** Writes the app: `POST /items` with these params. */
  app(params: string, more = ''): void {
    mkdirSync(join(this.path, 'src'), { recursive: true })
    writeFileSync(
      join(this.path, 'src/main.ts'),
      `import { App, dependency, Security, SecurityScopes } from 'sallyport'
import { HTTPBearer } from 'sallyport/security'

const scheme = new HTTPBearer({ scopes: { items: 'Items.', all: 'All.' } })
const getUser = dependency({ token: scheme, scopes: SecurityScopes }, ({ token }) => token)
const app = new App()
app.post('/items', { params: ${params} }, () => 1)
${more}
void [Security, getUser]
export default app
`,
    )
  }

  async audit(...args: string[]): Promise<{ status: number | string; stdout: string; stderr: string }> {
    await using program = sallyport(['audit', 'src/main.ts', ...args], { cwd: this.path })
    const status = await program.ended()
    return { status, stdout: program.stdout, stderr: program.stderr }
  }

  read(file: string): string {
    return readFileSync(join(this.path, file), 'utf8')
  }
}

const CLOSED = "{ who: Security(getUser, ['items', 'all']) }"
const WEAKER = "{ who: Security(getUser, ['items']) }"

test('prints the operations; the exit status is 0 without errors', async () => {
  using project = new Project()
  project.app(CLOSED)
  const { status, stdout } = await project.audit()
  expect(status).toBe(0)
  expect(stdout).toContain('🔒 POST  /items  HTTPBearer [all items]  can change state\n')
  expect(stdout).toContain(
    'warning  Anybody may read /openapi.json, /docs, /docs/oauth2-redirect and /redoc, though the API is closed.',
  )
  expect(stdout).toMatch(/\n1 operations?: 1 closed, 0 open\. 0 errors, 1 warning, 0 notes\.\n$/)
})

test('--lock writes the lock, later runs fail when something became weaker, and --update accepts it', async () => {
  using project = new Project()
  project.app(CLOSED)
  const written = await project.audit('--lock')
  expect([written.status, written.stderr]).toEqual([0, expect.stringContaining('Wrote sallyport.lock.json. Commit it')])
  const first = project.read('sallyport.lock.json')
  expect(Object.keys(JSON.parse(first).operations)).toEqual(['POST /items'])
  const same = await project.audit()
  expect([same.status, same.stderr]).toEqual([0, ''])

  project.app(WEAKER, "app.get('/open', () => 1)")
  const weaker = await project.audit()
  expect(weaker.status).toBe(1)
  expect(weaker.stderr).toContain(`Since sallyport.lock.json was written:
✗ weaker   POST /items: It requires of HTTPBearer no more: all.
    - HTTPBearer [all items]
    + HTTPBearer [items]
✗ weaker   GET /open: It is new, and anybody may call it.
    + anybody

2 requirements became weaker.`)
  expect((await project.audit('--lock')).status).toBe(1) // never over a lock that says more
  expect(project.read('sallyport.lock.json')).toBe(first)

  const updated = await project.audit('--update')
  expect([updated.status, updated.stderr]).toEqual([0, expect.stringContaining('Wrote sallyport.lock.json.')])
  expect((await project.audit('--frozen')).status).toBe(0)
})

test('what is stronger or new and closed does not fail, unless --frozen says so', async () => {
  using project = new Project()
  project.app(WEAKER)
  await project.audit('--lock', 'security.json')
  project.app(CLOSED, "app.get('/me', { params: { who: getUser } }, () => 1)")
  const { status, stderr } = await project.audit('--lock=security.json')
  expect(status).toBe(0)
  expect(stderr).toContain('✓ new      GET /me: It is new.\n    + HTTPBearer\n')
  expect(stderr).toContain('✓ stronger POST /items: It requires more.')
  expect(stderr).toContain('Nothing became weaker. Accept the changes')
  expect((await project.audit('--lock', 'security.json', '--frozen')).status).toBe(1)
})

test('--frozen fails where there is no lock; a broken lock is told', async () => {
  using project = new Project()
  project.app(CLOSED)
  const missing = await project.audit('--frozen')
  expect([missing.status, missing.stderr]).toEqual([1, expect.stringContaining('There is no sallyport.lock.json.')])
  writeFileSync(join(project.path, 'sallyport.lock.json'), '<<<<<<< HEAD')
  const broken = await project.audit()
  expect([broken.status, broken.stdout]).toEqual([2, ''])
  expect(broken.stderr).toContain(
    'sallyport: sallyport.lock.json is no lock. It is no JSON: a merge may have left its marks',
  )
  rmSync(join(project.path, 'sallyport.lock.json'))
})

test('--json and --sarif print for programs, to a file too; errors fail', async () => {
  using project = new Project()
  project.app('{}', "app.get('/guarded', { dependencies: [scheme] }, () => 1)")
  const json = await project.audit('--json')
  expect(json.status).toBe(1) // credentials that nobody looks at
  expect(JSON.parse(json.stdout).findings.map(({ rule }: { rule: string }) => rule)).toContain('credentials-ignored')
  const sarif = await project.audit('--sarif', '--output', 'audit.sarif')
  expect([sarif.status, sarif.stdout]).toEqual([1, ''])
  const [run] = JSON.parse(project.read('audit.sarif')).runs
  expect(run.tool.driver.name).toBe('sallyport audit')
  expect(run.results[0].locations[0].physicalLocation.artifactLocation.uri).toBe('src/main.ts')
})

test('misuse is told', async () => {
  using project = new Project()
  project.app('{}')
  const both = await project.audit('--json', '--sarif')
  expect([both.status, both.stderr]).toEqual([2, 'sallyport: audit prints --json or --sarif, not both.\n'])
  const unknown = await project.audit('--strict')
  expect(unknown.stderr).toContain(
    'audit has no option --strict. It has: --lock, --json, --sarif, --output, --update, --frozen',
  )
  expect((await project.audit('--lock=')).stderr).toContain('--lock= needs a file')
  expect((await project.audit('--update', '--frozen')).status).toBe(2)
})
