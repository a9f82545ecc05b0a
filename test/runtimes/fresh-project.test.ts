/** A stranger's first minute: the packed package in an empty folder, with the program of the README. */
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { installed, NODE } from '../cli/installed.ts'
import { Program } from '../cli/program.ts'
import { findRuntime, type RuntimeName } from './runtimes.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'sallyport-fresh-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function run(program: string, ...args: string[]): { status: number | null; output: string } {
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined }
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: folder, env, encoding: 'utf8' })
  return { status, output: error ? error.message : `${stdout}${stderr}` }
}

/** What `npm install sallyport zod` would bring, without the registry: the packed file, and its dependencies as they are here. */
beforeAll(() => {
  const built = join(installed(), 'node_modules/sallyport')
  const staged = join(folder, 'staged')
  cpSync(built, staged, { recursive: true })
  for (const file of ['README.md', 'LICENSE', 'CHANGELOG.md']) cpSync(join(root, file), join(staged, file))
  const packed = run('npm', 'pack', staged, '--ignore-scripts', '--silent')
  const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'))
  expect(packed.status, packed.output).toBe(0)
  const home = join(folder, 'node_modules/sallyport')
  mkdirSync(home, { recursive: true })
  expect(run('tar', '-xzf', tarball, '--strip-components=1', '-C', home).status).toBe(0)
  rmSync(staged, { recursive: true })
  const { dependencies } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
  for (const name of [...Object.keys(dependencies), 'zod', '@types/node', 'undici-types', '@node-rs/argon2']) {
    const link = join(folder, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), link)
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }\n')
  const [, program = ''] = /^```ts\n([\s\S]*?)^```$/m.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? []
  writeFileSync(join(folder, 'main.ts'), program)
})

/** Runs the program of the README, and does what the README says. */
async function tryProgram(program: string, ...args: string[]): Promise<void> {
  await using running = new Program(program, args, { cwd: folder, env: { PORT: '0', DENO_NO_UPDATE_CHECK: '1' } })
  const [, url = ''] = await running.until(/^Open (\S+)\/docs$/m)
  const nobody = await fetch(`${url}/users/me`)
  expect([nobody.status, nobody.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
  const login = new URLSearchParams({ grant_type: 'password', username: 'johndoe', password: 'secret', scope: 'items' })
  const { access_token } = (await (await fetch(`${url}/token`, { method: 'POST', body: login })).json()) as {
    access_token: string
  }
  const items = await fetch(`${url}/users/me/items`, { headers: { authorization: `Bearer ${access_token}` } })
  expect(await items.json()).toEqual(['a portcullis'])
  const page = await fetch(`${url}/docs`)
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('Swagger UI')])
  running.send('SIGTERM')
  expect(await running.ended(), running.output).toBe(0)
}

describe('the program of the README', () => {
  test('node main.ts, without a build', () => tryProgram(NODE, 'main.ts'))

  describe.each<[RuntimeName, ...string[]]>([
    ['bun', 'main.ts'],
    ['deno', 'run', '--allow-all', 'main.ts'],
  ])('%s', (name, ...args) => {
    const runtime = findRuntime(name)
    test.skipIf(runtime.missing !== undefined)(runtime.missing ?? 'runs it as it is', () =>
      tryProgram(runtime.program as string, ...args),
    )
  })
})

describe('tsc --init', () => {
  const tsc = join(root, 'node_modules/.bin/tsc')
  const config = join(folder, 'tsconfig.json')

  test('its settings as they are', () => {
    const made = run(tsc, '--init')
    expect([made.status, existsSync(config)], made.output).toEqual([0, true])
    const main = readFileSync(join(folder, 'main.ts'), 'utf8')
    rmSync(join(folder, 'main.ts'))
    writeFileSync(
      join(folder, 'small.ts'),
      `import { App, Path, Query } from 'sallyport'
import { HTTPBearer } from 'sallyport/security'
import { serve } from 'sallyport/node'
import { z } from 'zod'

const app = new App({ title: 'Items' })
const params = { id: Path(z.int()), q: Query(z.string().optional()), credentials: new HTTPBearer() }
app.get('/items/{id}', { params }, ({ id, q, credentials }) => ({ id: id + 1, q: q?.trim(), scheme: credentials.scheme }))
export const server = await serve(app, { port: 8000 })
`,
    )
    try {
      expect(run(tsc, '--noEmit')).toEqual({ status: 0, output: '' })
      // And it does check.
      writeFileSync(join(folder, 'wrong.ts'), `import { App } from 'sallyport'\nnew App({ titel: 'Items' })\n`)
      expect(run(tsc, '--noEmit').output).toContain('titel')
    } finally {
      rmSync(join(folder, 'small.ts'))
      rmSync(join(folder, 'wrong.ts'), { force: true })
      writeFileSync(join(folder, 'main.ts'), main)
    }
  })

  test('the program of the README, with the two lines that it has for Node', () => {
    const text = readFileSync(config, 'utf8')
    const forNode = text
      .replace(/"types": \[\]/, '"types": ["node"]')
      .replace(/^( *)\/\/ ("lib": \["esnext"\],)/m, '$1$2')
    expect(forNode).not.toBe(text)
    writeFileSync(config, forNode)
    expect(run(tsc, '--noEmit')).toEqual({ status: 0, output: '' })
  })
})
