/** The commands, as they run from an installed package on an app that imports the package by its name. */

import { once } from 'node:events'
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import packageJSON from '../../package.json' with { type: 'json' }
import { Folder } from './folder.ts'
import { installed, NODE } from './installed.ts'
import { Program, sallyport } from './program.ts'

const APP = `import { anyOf, App, Security, SecurityScopes, dependency } from 'sallyport'
import { APIKeyHeader, HTTPBasic, HTTPBearer, OAuth2PasswordBearer } from 'sallyport/security'
import { greeting } from './greeting.ts'

const app = new App({
  title: 'Small',
  lifespan: async function* () {
    console.log('opened')
    try {
      yield
    } finally {
      console.log('closed')
    }
  },
})
const oauth2 = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: { me: 'Me', items: 'Items' } })
const user = dependency({ token: oauth2, scopes: SecurityScopes }, ({ token, scopes }) => {
  scopes.require('me items')
  return token
})
const key = new APIKeyHeader({ name: 'X-Key' })
app.get('/', () => ({ greeting }))
app.get('/items', { params: { user: Security(user, ['me', 'items']) } }, () => [])
app.get('/both', { params: { user: Security(user, ['me']), key } }, () => [])
app.get('/either', { params: { who: anyOf(new HTTPBasic(), key) } }, () => [])
app.get('/maybe', { params: { who: new HTTPBearer({ autoError: false }) } }, () => [])
app.get('/slow', async () => {
  console.log('asked')
  await new Promise((resolve) => process.once('SIGUSR2', resolve))
  return 'answered'
})
export default app
`

const greetingFile = (word: string): string => `export const greeting: string = '${word}'\n`

/** A project with the small app in it. */
function project(): Folder {
  const folder = new Folder(installed())
  writeFileSync(join(folder.path, 'main.ts'), APP)
  writeFileSync(join(folder.path, 'greeting.ts'), greetingFile('hello'))
  return folder
}

async function said(args: readonly string[], cwd?: string): Promise<[number | string, string, string]> {
  await using program = sallyport(args, cwd === undefined ? {} : { cwd })
  return [await program.ended(), program.stdout, program.stderr]
}

const LISTED = `🔓 GET  /        open
🔒 GET  /items   OAuth2PasswordBearer [me items]
🔒 GET  /both    OAuth2PasswordBearer [me] and APIKeyHeader
🔒 GET  /either  HTTPBasic, or APIKeyHeader
🔓 GET  /maybe   open, or HTTPBearer
🔓 GET  /slow    open
`

beforeAll(() => {
  installed()
}, 120_000)

describe('words about itself', () => {
  test.each(['--help', '-h', 'help'])('%s', async (word) => {
    const [status, stdout, stderr] = await said([word])
    expect([status, stderr]).toEqual([0, ''])
    for (const command of ['dev', 'run', 'routes', 'openapi', 'audit', 'keygen'])
      expect(stdout).toContain(`sallyport ${command}`)
  })

  test.each([
    ['run', '--help'],
    ['dev', 'main.ts', '-h'],
    ['routes', '--help'],
  ])('%s %s', async (...words) => {
    const [status, stdout] = await said(words)
    expect([status, stdout.split('\n')[0]]).toEqual([
      0,
      'sallyport: a web API framework in which security is declared once',
    ])
  })

  test.each(['--version', '-v', 'version'])('%s', async (word) => {
    expect(await said([word])).toEqual([0, `${packageJSON.version}\n`, ''])
  })
})

describe('routes', () => {
  test('lists each operation with its lock and what it requires', async () => {
    using folder = project()
    expect(await said(['routes', 'main.ts'], folder.path)).toEqual([0, LISTED, ''])
  })

  test('--json', async () => {
    using folder = project()
    const [status, stdout] = await said(['routes', 'main.ts', '--json'], folder.path)
    expect([status, JSON.parse(stdout).slice(0, 2)]).toEqual([
      0,
      [
        { method: 'GET', path: '/', open: true, requires: 'open' },
        { method: 'GET', path: '/items', open: false, requires: 'OAuth2PasswordBearer [me items]' },
      ],
    ])
  })

  test('ends although the modules of the app keep something open', async () => {
    using folder = project()
    writeFileSync(join(folder.path, 'main.ts'), `${APP}\nsetInterval(() => {}, 1000)\n`)
    expect((await said(['routes', 'main.ts'], folder.path))[0]).toBe(0)
  })
})

describe('openapi', () => {
  test('prints the document', async () => {
    using folder = project()
    const [status, stdout, stderr] = await said(['openapi', 'main.ts'], folder.path)
    const document = JSON.parse(stdout)
    expect([status, stderr, document.openapi, document.info.title]).toEqual([0, '', '3.1.0', 'Small'])
    expect(document.paths['/either'].get.security).toEqual([{ HTTPBasic: [] }, { APIKeyHeader: [] }])
  })

  test('--output writes it, and says so beside the output', async () => {
    using folder = project()
    const [status, stdout, stderr] = await said(['openapi', 'main.ts', '--output', 'openapi.json'], folder.path)
    expect([status, stdout, stderr]).toEqual([0, '', 'Wrote openapi.json.\n'])
    const [, printed] = await said(['openapi', 'main.ts'], folder.path)
    expect(readFileSync(join(folder.path, 'openapi.json'), 'utf8')).toBe(printed)
  })

  test('a reader that stops reading is no error', async () => {
    using folder = project()
    const main = join(installed(), 'node_modules/sallyport/dist/cli/main.js')
    await using shell = new Program('/bin/sh', ['-c', `"${NODE}" "${main}" openapi main.ts | head -c 1`], {
      cwd: folder.path,
    })
    expect([await shell.ended(), shell.stdout, shell.stderr]).toEqual([0, '{', ''])
  })
})

describe('keygen', () => {
  test('prints a key, or keeps it in a file of mode 600', async () => {
    using folder = project()
    const [status, stdout] = await said(['keygen'], folder.path)
    expect([status, JSON.parse(stdout).kty]).toEqual([0, 'EC'])
    const [kept, open] = await said(['keygen', '--out', 'key.json'], folder.path)
    expect([kept, JSON.parse(open).d]).toEqual([0, undefined])
    expect(statSync(join(folder.path, 'key.json')).mode & 0o777).toBe(0o600)
    expect((await said(['keygen', '--out', 'key.json'], folder.path))[0]).toBe(1)
    expect((await said(['keygen', 'HS1'], folder.path))[0]).toBe(2)
    const [helped, help] = await said(['keygen', '--help'])
    expect([helped, help.split('\n')[0]]).toEqual([0, 'Usage: sallyport keygen [algorithm] [options]'])
  })
})

describe('run', () => {
  test('says what it serves, where, and where the docs are', async () => {
    using folder = project()
    await using program = sallyport(['run', 'main.ts', '-p', '0'], { cwd: folder.path })
    const [, url] = await program.until(/^Small is served at (.*)$/m)
    await program.until(/^Its docs are at .*\n/m)
    expect(program.output).toBe(`opened\n${LISTED}\nSmall is served at ${url}\nIts docs are at ${url}/docs\n`)
    expect(await (await fetch(`${url}/`)).json()).toEqual({ greeting: 'hello' })
    expect((await fetch(`${url}/docs`)).status).toBe(200)
  })

  test('--root-path is in the document and in the greeting', async () => {
    using folder = project()
    await using program = sallyport(['run', 'main.ts', '-p', '0', '--root-path', '/api/v1'], { cwd: folder.path })
    const [, url] = await program.until(/^Small is served at (.*)$/m)
    await program.until(/^Behind the proxy it is all under \/api\/v1, the docs too: \/api\/v1\/docs$/m)
    const document = (await (await fetch(`${url}/openapi.json`)).json()) as { servers: unknown }
    expect(document.servers).toEqual([{ url: '/api/v1' }])
  })

  test('--unix serves on a socket, whatever PORT and HOST say', async () => {
    using folder = project()
    const socketPath = join(folder.path, 'app.sock')
    const env = { PORT: 'x', HOST: '::1' }
    await using program = sallyport(['run', 'main.ts', '--unix', socketPath], { cwd: folder.path, env })
    await program.until(/^Small is served at unix:.*app\.sock\n/m)
    expect(program.output).toBe(`opened\n${LISTED}\nSmall is served at unix:${socketPath}\n`)
    const [answer] = (await once(get({ socketPath, path: '/', agent: false }), 'response')) as [IncomingMessage]
    expect(await answer.setEncoding('utf8').toArray()).toEqual(['{"greeting":"hello"}'])
    for (const command of ['run', 'dev']) {
      const [status, , stderr] = await said([command, 'main.ts', '--unix', socketPath], folder.path)
      expect([status, stderr]).toEqual([
        2,
        expect.stringContaining(
          `sallyport: The socket ${socketPath} is in use, or was left by a program that is gone.`,
        ),
      ])
    }
    expect((await said(['run', 'main.ts', '--unix', 'a', '-p', '1'], folder.path)).slice(0, 3)).toEqual([
      2,
      '',
      'sallyport: --unix stands in the place of --port and --host. Leave them out, or leave --unix out.\n',
    ])
  })

  test('PORT and HOST of the environment, and the options over them', async () => {
    using folder = project()
    const env = { PORT: '0', HOST: '::1' }
    await using one = sallyport(['run', 'main.ts'], { cwd: folder.path, env })
    await one.until(/served at http:\/\/\[::1\]:\d+$/m)
    await using other = sallyport(['run', 'main.ts', '--host', '127.0.0.1'], { cwd: folder.path, env })
    await other.until(/served at http:\/\/127\.0\.0\.1:\d+$/m)
  })

  test('--trust-proxy believes X-Forwarded-For of these addresses alone', async () => {
    using folder = project()
    writeFileSync(
      join(folder.path, 'main.ts'),
      `import { App, CurrentIncoming } from 'sallyport'
const app = new App({ title: 'Small' })
app.get('/', { params: { incoming: CurrentIncoming } }, ({ incoming }) => incoming.clientAddress)
export default app
`,
    )
    const headers = { 'x-forwarded-for': '192.0.2.7' }
    for (const [trusted, seen] of [
      ['loopback', '192.0.2.7'],
      ['10.0.0.0/8', '127.0.0.1'],
    ] as const) {
      await using program = sallyport(['run', 'main.ts', '-p', '0', '--trust-proxy', trusted], { cwd: folder.path })
      const [, url = ''] = await program.until(/^Small is served at (.*)$/m)
      expect(await (await fetch(url, { headers })).json()).toBe(seen)
    }
  })

  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s: what runs is answered, the lifespan closed, the status 0',
    async (signal) => {
      using folder = project()
      await using program = sallyport(['run', 'main.ts', '-p', '0'], { cwd: folder.path })
      const [, port] = await program.until(/^Small is served at .*:(\d+)$/m)
      const idle = connect(Number(port), '127.0.0.1')
      await once(idle, 'connect')
      const slow = fetch(`http://127.0.0.1:${port}/slow`)
      await program.until(/^asked$/m)
      const ended = program.stop(signal)
      await once(idle, 'close') // it has begun to stop
      expect(program.output).not.toContain('closed')
      program.send('SIGUSR2') // lets the slow handler go on
      expect(await (await slow).json()).toBe('answered')
      expect(await ended).toBe(0)
      expect(program.output).toMatch(/^closed$/m)
    },
  )
})

describe('dev', () => {
  test('serves, starts again when a file changes that the app imports, and stops', async () => {
    using folder = project()
    await using program = sallyport(['dev', 'main.ts', '--port', '0'], { cwd: folder.path })
    const started = /^Small is served at (.*)\nIts docs are at (.*)\n/m
    const [, first = '', docs = ''] = await program.until(started)
    expect(program.output).toContain(LISTED)
    expect((await fetch(docs)).status).toBe(200)
    expect(await (await fetch(first)).json()).toEqual({ greeting: 'hello' })

    let seen = program.output.length
    writeFileSync(join(folder.path, 'greeting.ts'), greetingFile('good day'))
    const [, second = ''] = await program.until(started, seen)
    expect(await (await fetch(second)).json()).toEqual({ greeting: 'good day' })
    expect(program.output.slice(seen)).toMatch(/^closed$/m)

    // A file that cannot be read does not end it: the next change does.
    seen = program.output.length
    writeFileSync(join(folder.path, 'greeting.ts'), 'export const greeting: string =\n')
    await program.until(/^sallyport: main\.ts could not be loaded, because of this:\n/m, seen)
    await program.until(/Waiting for file changes before restarting/, seen)
    seen = program.output.length
    writeFileSync(join(folder.path, 'greeting.ts'), greetingFile('good night'))
    const [, third = ''] = await program.until(started, seen)
    expect(await (await fetch(third)).json()).toEqual({ greeting: 'good night' })

    seen = program.output.length
    expect(await program.stop()).toBe(0)
    expect(program.output.slice(seen)).toMatch(/^closed$/m)
    await expect(fetch(third)).rejects.toThrow()
  })

  test('sees each file that an editor puts in the place of the old one, and none that is not of the app', async () => {
    using folder = project()
    await using program = sallyport(['dev', 'main.ts', '--port', '0'], { cwd: folder.path })
    const started = /^Small is served at (.*)$/m
    await program.until(started)
    for (const words of ['good day', 'good night', 'hello again']) {
      const seen = program.output.length
      writeFileSync(join(folder.path, 'notes.txt'), words)
      writeFileSync(join(folder.path, 'greeting.ts.new'), greetingFile(words))
      renameSync(join(folder.path, 'greeting.ts.new'), join(folder.path, 'greeting.ts'))
      const [, url = ''] = await program.until(started, seen)
      expect(await (await fetch(url)).json()).toEqual({ greeting: words })
    }
    expect(program.output.match(/^Restarting main\.ts$/gm)).toHaveLength(3)
  })

  test('starts when the file comes that was missing, and not at what is no source of it', async () => {
    using folder = project()
    rmSync(join(folder.path, 'greeting.ts'))
    await using program = sallyport(['dev', 'main.ts', '--port', '0'], { cwd: folder.path })
    await program.until(/Waiting for file changes before restarting/)
    writeFileSync(join(folder.path, 'greeting.ts'), greetingFile('here I am'))
    const [, url = ''] = await program.until(/^Small is served at (.*)$/m)
    expect(await (await fetch(url)).json()).toEqual({ greeting: 'here I am' })
  })

  test('takes the app with it when it is killed', async () => {
    using folder = project()
    await using program = sallyport(['dev', 'main.ts', '--port', '0'], { cwd: folder.path })
    const [, url = ''] = await program.until(/^Small is served at (.*)$/m)
    const seen = program.output.length
    program.send('SIGKILL')
    await program.until(/^closed$/m, seen)
    await expect(fetch(url)).rejects.toThrow()
  })

  test('stops at once where the app has ended', async () => {
    using folder = project()
    rmSync(join(folder.path, 'greeting.ts'))
    await using program = sallyport(['dev', 'main.ts', '--port', '0'], { cwd: folder.path })
    await program.until(/Waiting for file changes before restarting/)
    expect(await program.stop()).toBe(0)
  })
})
