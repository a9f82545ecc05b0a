/**
 * What `npm create sallyport` writes, used as its README says: packed, created through npm, installed from the registry, tested,
 * checked, linted, audited and served. Skipped where no registry can be reached.
 */
import { cpSync, existsSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Folder } from '../cli/folder.ts'
import { packed } from './packed.ts'
import { freePort, run, Script } from './script.ts'

const UNREACHABLE = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED/

const templates = ['minimal', 'password', 'api-keys', 'openid-connect'] as const
type Name = (typeof templates)[number]

let folder: Folder
let unreachable: string | undefined
/** Where the provider for this machine is: not at the port of .env.example, which somebody may be using. */
let issuer = ''
const created = new Map<Name, { status: number | string; stdout: string; stderr: string }>()
const at = (name: Name, ...path: string[]): string => join(folder.path, name, ...path)
const textOf = (name: Name, path: string): string => readFileSync(at(name, path), 'utf8')

beforeAll(async () => {
  folder = new Folder()
  issuer = `http://127.0.0.1:${await freePort()}`
  const { sallyport, create } = packed()
  for (const name of templates) {
    const words = ['create-sallyport', name, '--template', name, '--sallyport', `file:${sallyport}`] as const
    created.set(
      name,
      await run(folder.path, ['npm', 'exec', '--yes', '--offline', `--package=${create}`, '--', ...words]),
    )
  }
  // All have the same dependencies, as a test below holds: one installation is everybody's.
  const quick = ['--no-audit', '--no-fund', '--prefer-offline', '--fetch-retries=1', '--fetch-retry-mintimeout=1000']
  const { status, stderr } = await run(at('password'), ['npm', 'install', ...quick])
  const [cause] = UNREACHABLE.exec(stderr) ?? []
  if (status !== 0 && cause) unreachable = `npm install reaches no registry from here (${cause})`
  else if (status !== 0) throw new Error(`npm install failed:\n${stderr}`)
  for (const name of templates.filter((each) => each !== 'password')) {
    symlinkSync(at('password', 'node_modules'), at(name, 'node_modules'))
  }
}, 240_000)

afterAll(() => folder?.[Symbol.dispose]())

/** `npm run …` to its end. */
async function npm(name: Name, ...args: string[]) {
  return run(at(name), ['npm', 'run', '--silent', ...args])
}

/** A script of package.json that goes on, once it says where it can be reached. */
async function started(name: Name, args: readonly string[], says: RegExp) {
  const script = new Script(at(name), ['npm', 'run', ...args], { OIDC_ISSUER: issuer })
  try {
    const [, origin = ''] = await script.until(says)
    return Object.assign(script, { origin })
  } catch (error) {
    await script[Symbol.asyncDispose]()
    throw error
  }
}

const DEV = ['dev', '--', '--port', '0']
const SERVED = / is served at (\S+)\n/
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
const post = (body: object): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

/** What a closed operation answers with credentials, got as the README says. */
const logIn: Readonly<
  Record<Name, (origin: string) => Promise<{ path: string; init: RequestInit; answers: unknown }>>
> = {
  minimal: async () => {
    const [, token = ''] = /^API_TOKEN=(.+)$/m.exec(textOf('minimal', '.env')) ?? []
    return { path: '/items/1', init: bearer(token), answers: { id: 1, title: 'A portcullis' } }
  },
  password: async (origin) => {
    const registered = await fetch(`${origin}/users`, post({ name: 'maria', password: 'a long sentence' }))
    expect(registered.status).toBe(201)
    const body = new URLSearchParams({ grant_type: 'password', username: 'maria', password: 'a long sentence' })
    const { access_token } = (await (await fetch(`${origin}/token`, { method: 'POST', body })).json()) as Token
    return { path: '/notes', init: bearer(access_token), answers: [] }
  },
  'api-keys': async () => {
    const { status, stdout, stderr } = await npm('api-keys', 'key', '--', 'alice', '--scopes', 'admin,items')
    expect([status, stderr]).toEqual([0, expect.stringMatching(/^The key \w+ of alice is good until /)])
    expect(statSync(at('api-keys', 'data/keys.sqlite')).mode & 0o777).toBe(0o600)
    return {
      path: '/items',
      init: { headers: { 'x-api-key': stdout.trim() } },
      answers: [{ id: 1, title: 'A portcullis' }],
    }
  },
  'openid-connect': async () => {
    const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'alice', scope: 'items' })
    const { access_token } = (await (await fetch(`${issuer}/token`, { method: 'POST', body })).json()) as Token
    return { path: '/items', init: bearer(access_token), answers: [{ id: 1, title: 'A portcullis' }] }
  },
}

interface Token {
  readonly access_token: string
}

async function refuses(url: string): Promise<boolean> {
  return fetch(url).then(
    () => false,
    () => true,
  )
}

beforeEach((context) => {
  if (unreachable) context.skip(unreachable)
})

describe.each(templates)('%s', (name) => {
  test('created through npm', () => {
    const { status, stdout, stderr } = created.get(name) ?? {}
    expect([status, stderr?.replace(/^npm warn .*\n/gm, '')]).toEqual([0, ''])
    expect(stdout).toContain(`\n\n  cd ${name}\n  npm install\n  npm run dev\n\n`)
    const { dependencies, devDependencies } = JSON.parse(textOf(name, 'package.json'))
    const installed = JSON.parse(textOf('password', 'package.json'))
    expect([dependencies, devDependencies]).toEqual([installed.dependencies, installed.devDependencies])
  })

  test('npm test', async () => {
    const { status, stdout, stderr } = await npm(name, 'test')
    expect(status, stdout + stderr).toBe(0)
    expect(stdout).toMatch(/^ℹ pass [4-9]$/m)
    expect(stdout).toMatch(/^ℹ skipped 0$/m)
  })

  test('npm run check, lint and audit', async () => {
    for (const script of ['check', 'lint', 'audit']) {
      const { status, stdout, stderr } = await npm(name, script)
      expect([script, status], stdout + stderr).toEqual([script, 0])
    }
  })

  test('npm run dev: the docs, 401, and a login; nothing is left running', async () => {
    const provider =
      name === 'openid-connect' ? await started(name, ['provider'], /^The provider is (\S+)\n/m) : undefined
    let origin = ''
    try {
      await using script = await started(name, DEV, SERVED)
      origin = script.origin
      expect((await fetch(`${origin}/docs`)).status).toBe(200)
      expect(await (await fetch(`${origin}/health`)).json()).toEqual({ status: 'ok' })
      const { path, init, answers } = await logIn[name](origin)
      const nobody = await fetch(origin + path)
      expect([nobody.status, nobody.headers.has('www-authenticate')]).toEqual([401, true])
      const answer = await fetch(origin + path, init)
      expect([answer.status, await answer.json()]).toEqual([200, answers])
      // One object a request, and no credential in it.
      await script.until(/"route":"\/(items|notes)[^\n]*"status":200/)
      for (const value of Object.values(init.headers as Record<string, string>)) {
        expect(script.stdout + script.stderr).not.toContain(value.replace('Bearer ', ''))
      }
    } finally {
      await provider?.[Symbol.asyncDispose]()
    }
    expect(await refuses(origin)).toBe(true)
    if (provider) expect(await refuses(issuer)).toBe(true)
  })

  test('the audit sees what was opened, and CI has the settings that it needs', async () => {
    const kept = textOf(name, 'src/app.ts')
    const environment = textOf(name, '.env')
    try {
      rmSync(at(name, '.env'))
      if (/^(API_TOKEN|JWT_SECRET)=/m.test(environment)) {
        const missing = await npm(name, 'audit')
        expect([missing.status, missing.stderr]).toEqual([
          1,
          expect.stringMatching(
            /The settings are not right: (API_TOKEN|JWT_SECRET): .*\.env\.example says what they are\./,
          ),
        ])
      }
      const [, settings = ''] = /- run: (cp .*)\n/.exec(textOf(name, '.github/workflows/ci.yml')) ?? []
      expect(await run(at(name), ['bash', '-ec', settings])).toMatchObject({ status: 0, stdout: '' })
      expect((await npm(name, 'audit')).status).toBe(0)

      writeFileSync(
        at(name, 'src/app.ts'),
        kept.replace('  return app\n', "  app.get('/open', { public: true }, () => 1)\n\n  return app\n"),
      )
      const { status, stderr } = await npm(name, 'audit')
      expect([status, stderr]).toEqual([1, expect.stringContaining('GET /open: It is new, and anybody may call it.')])
    } finally {
      writeFileSync(at(name, 'src/app.ts'), kept)
      writeFileSync(at(name, '.env'), environment)
    }
  })
})

/** The instructions of the Dockerfile, done by hand: nothing but what is copied there, no development dependency. */
test('the image: npm ci --omit=dev, node src/main.ts, and the health check', async () => {
  const image = join(folder.path, 'image')
  const copied = [...textOf('password', 'Dockerfile').matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(
    ([, files = '']) => files.split(' '),
  )
  expect(copied).toEqual(['package.json', 'package-lock.json', 'package.json', 'src'])
  const ignored = textOf('password', '.dockerignore').split('\n')
  for (const file of copied) {
    expect(ignored).toContain(`!${file}`)
    cpSync(at('password', file), join(image, file), { recursive: true })
  }
  const installed = await run(image, ['npm', 'ci', '--omit=dev', '--no-audit', '--no-fund', '--prefer-offline'])
  expect(installed.status, installed.stderr).toBe(0)
  expect(existsSync(join(image, 'node_modules/typescript'))).toBe(false)

  const healthy =
    /^HEALTHCHECK [^[]*CMD (\[.*\])$/m.exec(textOf('password', 'Dockerfile').replaceAll('\\\n', ''))?.[1] ?? ''
  const program = /^CMD (\[.*\])$/m.exec(textOf('password', 'Dockerfile'))?.[1] ?? ''
  const env = { NODE_ENV: 'production', JWT_SECRET: 'a secret for the tests and nothing else' }
  await using server = new Script(image, JSON.parse(program), { ...env, PORT: '0' })
  const [, origin = ''] = await server.until(/^Listening at (\S+),/m)
  const check = () => run(image, JSON.parse(healthy), { PORT: new URL(origin).port })
  expect(await check()).toMatchObject({ status: 0, stderr: '' })
  expect((await fetch(`${origin}/notes`)).status).toBe(401)
  expect(statSync(join(image, 'data/app.sqlite')).mode & 0o777).toBe(0o600)
  server.send('SIGTERM')
  expect(await server.ended()).toBe(0)
  expect((await check()).status).toBe(1)
})
