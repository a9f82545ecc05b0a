/** Clients and files of others agree with the Digest scheme: curl, Python's requests and httpx, Apache's htdigest. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { App, Query } from 'sallyport'
import { serve, toNodeHandler } from 'sallyport/node'
import {
  authenticationInfo,
  type DigestAlgorithm,
  digestHA1,
  digestUserhash,
  HTTPDigest,
  Htdigest,
} from 'sallyport/security'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Folder } from '../cli/folder.ts'
import { printed, works } from './programs.ts'

// Debian's own, whatever Python stands first in PATH: that is where its packages are.
const PYTHON = '/usr/bin/python3'
const script = fileURLToPath(new URL('digest_calls.py', import.meta.url))
const need = (there: boolean, name: string): string | undefined =>
  there ? undefined : `Not there: run 'node scripts/debian.ts ${name}' as root.`
const noCurl = need(works('curl', '--version'), 'curl')
const noHtdigest = need(works('which', 'htdigest'), 'apache2-utils')
const noLibrary: Readonly<Record<string, string | undefined>> = {
  requests: need(works(PYTHON, '-c', 'import requests'), 'python3-requests'),
  httpx: need(works(PYTHON, '-c', 'import httpx'), 'python3-httpx'),
}

const realm = 'Pride Rock'
const passwords = new Map([
  ['Mufasa', 'Circle of Life'],
  ['zoë', 's:crét 🔐'],
])
const hashes = ['MD5', 'SHA-256', 'SHA-512-256'] as const
const users = [...passwords].map(([name, password]) => ({
  name,
  ha1: Object.fromEntries(hashes.map((hash) => [hash, digestHA1(name, realm, password, hash)])),
}))
const byName = new Map(users.map((user) => [user.name, user]))
const byHash = new Map(
  users.flatMap((user) => hashes.map((hash) => [digestUserhash(user.name, realm, hash), user] as const)),
)

/** Takes everything: for tests with a clock that does not stand still. */
const nonceCounts = { take: () => true }

interface Running extends AsyncDisposable {
  readonly origin: string
  /** The `Authorization` of each request, as it came. */
  readonly seen: (string | undefined)[]
}

async function start(digest: HTTPDigest<never, true, { readonly name: string }>): Promise<Running> {
  const app = new App()
  const user = authenticationInfo(digest)
  app.get('/items', { params: { user, q: Query(z.string().optional()) } }, ({ user, q }) => [user.name, q ?? null])
  app.post('/items', { params: { user } }, ({ user }) => [user.name, 'made'])
  const seen: (string | undefined)[] = []
  const handler = toNodeHandler(app)
  const server = createServer((req, res) => {
    seen.push(req.headers.authorization)
    handler(req, res)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const digestOf = (
  algorithms: readonly DigestAlgorithm[],
  more: object = {},
): HTTPDigest<never, true, { readonly name: string; readonly ha1: object }> =>
  new HTTPDigest({ realm, verify: { lookup: (name: string) => byName.get(name), algorithms, ...more } })

async function curl(...args: readonly string[]): Promise<readonly [status: number, body: unknown]> {
  const output = await printed('curl', [
    '--disable',
    '--noproxy',
    '*',
    '--silent',
    '--show-error',
    '--digest',
    '--write-out',
    '\n%{http_code}',
    ...args,
  ])
  const lines = output.split('\n')
  const text = lines.slice(0, -1).join('\n')
  return [Number(lines.at(-1)), text === '' ? undefined : JSON.parse(text)]
}

describe.skipIf(noCurl !== undefined)(`curl --digest${noCurl === undefined ? '' : ` (${noCurl})`}`, () => {
  // curl up to 8.6 hashes with SHA-256 where SHA-512-256 is asked for, so it is not among these.
  test.each<DigestAlgorithm>(['SHA-256', 'MD5', 'SHA-256-sess', 'MD5-sess'])('%s', async (algorithm) => {
    await using api = await start(digestOf([algorithm]))
    const { origin } = api
    expect(await curl('--user', 'Mufasa:Circle of Life', `${origin}/items?q=a%20b+c`)).toEqual([
      200,
      ['Mufasa', 'a b c'],
    ])
    expect(api.seen.at(-1)).toContain(`algorithm=${algorithm}`)
    expect(await curl('--user', 'zoë:s:crét 🔐', `${origin}/items`)).toEqual([200, ['zoë', null]])
    expect(await curl('--user', 'Mufasa:x', `${origin}/items`)).toEqual([
      401,
      { detail: 'Could not validate credentials' },
    ])
    expect(await curl('--user', 'Mufasa:Circle of Life', '--data', 'a=1', `${origin}/items`)).toEqual([
      200,
      ['Mufasa', 'made'],
    ])
    expect(await curl('--user', 'Mufasa:Circle of Life', '--head', '--output', '/dev/null', `${origin}/items`)).toEqual(
      [200, undefined],
    )
  })

  test('takes the strongest of several', async () => {
    await using api = await start(digestOf(['MD5', 'SHA-256']))
    expect(await curl('--user', 'Mufasa:Circle of Life', `${api.origin}/items`)).toEqual([200, ['Mufasa', null]])
    expect(api.seen).toEqual([undefined, expect.stringContaining('algorithm=SHA-256')])
  })

  test('a realm with quotes and backslashes', async () => {
    const odd = 'Pride "Rock" \\ east'
    const user = { name: 'Mufasa', ha1: { 'SHA-256': digestHA1('Mufasa', odd, 'Circle of Life') } }
    await using api = await start(new HTTPDigest({ realm: odd, verify: { lookup: () => user } }))
    expect(await curl('--user', 'Mufasa:Circle of Life', `${api.origin}/items`)).toEqual([200, ['Mufasa', null]])
  })

  test('hashed names', async () => {
    await using api = await start(digestOf(['SHA-256'], { lookupUserhash: (hash: string) => byHash.get(hash) }))
    expect(await curl('--user', 'zoë:s:crét 🔐', `${api.origin}/items`)).toEqual([200, ['zoë', null]])
    expect(api.seen.at(-1)).toContain(`username="${digestUserhash('zoë', realm)}"`)
  })
})

describe.each(['requests', 'httpx'])('Python', (library) => {
  const missing = noLibrary[library]
  const call = async (...args: readonly string[]): Promise<{ answers: [number, string][]; sent: string[] }> =>
    JSON.parse(await printed(PYTHON, [script, library, ...args]))

  describe.skipIf(missing !== undefined)(`${library}${missing === undefined ? '' : ` (${missing})`}`, () => {
    test.each<DigestAlgorithm>(['SHA-256', 'MD5'])('%s: a session counts on with one nonce', async (algorithm) => {
      await using api = await start(digestOf([algorithm]))
      const { answers, sent } = await call('GET', `${api.origin}/items?q=a%20b`, 'Mufasa', 'Circle of Life', '')
      expect(answers).toEqual([1, 2, 3].map(() => [200, '["Mufasa","a b"]']))
      const counts = sent.map((header) => /nc=([\da-f]+)/.exec(header)?.[1])
      expect(counts).toEqual(['00000001', '00000002', '00000003'])
      expect(new Set(sent.map((header) => /nonce="([^"]+)"/.exec(header)?.[1])).size).toBe(1)
      expect(api.seen).toHaveLength(4)
    })

    test('a nonce that has ended is replaced without a word', async () => {
      let now = Date.now()
      // A look at the clock when a nonce is made, and one when it is used.
      const clock = (): number => (now += 20_000)
      await using api = await start(digestOf(['SHA-256'], { clock, nonceLifetime: '30s', nonceCounts }))
      const { answers } = await call('GET', `${api.origin}/items`, 'Mufasa', 'Circle of Life', '')
      expect(answers).toEqual([1, 2, 3].map(() => [200, '["Mufasa",null]']))
      expect(api.seen.length).toBeGreaterThan(4)
    })

    test('a body, a wrong password', async () => {
      await using api = await start(digestOf(['SHA-256']))
      const made = await call('POST', `${api.origin}/items`, 'Mufasa', 'Circle of Life', 'a=1')
      expect(made.answers).toEqual([1, 2, 3].map(() => [200, '["Mufasa","made"]']))
      const wrong = await call('GET', `${api.origin}/items`, 'Mufasa', 'x', '')
      expect(wrong.answers.map(([status]) => status)).toEqual([401, 401, 401])
    })

    test('several challenges', async () => {
      await using api = await start(digestOf(['SHA-256', 'MD5']))
      const { answers } = await call('GET', `${api.origin}/items`, 'Mufasa', 'Circle of Life', '')
      expect(answers.map(([status]) => status)).toEqual([200, 200, 200])
    })
  })
})

describe.skipIf(noHtdigest !== undefined)(
  `Apache's htdigest${noHtdigest === undefined ? '' : ` (${noHtdigest})`}`,
  () => {
    /** In a session of its own it has no terminal, and reads the password from its input. */
    async function htdigest(args: readonly string[], password: string): Promise<void> {
      const child = spawn('htdigest', args, { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
      child.stdin.end(`${password}\n${password}\n`)
      const [status] = await once(child, 'close')
      if (status !== 0) throw new Error(`htdigest ended with ${status}`)
    }

    test('its files are read, and curl gets in', async () => {
      using folder = new Folder()
      const path = join(folder.path, 'users')
      await htdigest(['-c', path, 'Pride Rock', 'Mufasa'], 'Circle of Life')
      await htdigest([path, 'Pride Rock', 'zoë'], 's:crét 🔐')
      await htdigest([path, 'Elsewhere', 'Mufasa'], 'another')
      const file = new Htdigest(readFileSync(path, 'utf8'))
      expect(file.size).toBe(3)
      expect(file.lookup('zoë', { realm: 'Pride Rock' })).toEqual({
        username: 'zoë',
        ha1: { MD5: digestHA1('zoë', 'Pride Rock', 's:crét 🔐', 'MD5') },
      })
      if (noCurl !== undefined) return
      const { lookup, lookupUserhash } = file
      const digest = new HTTPDigest({ realm: 'Pride Rock', verify: { lookup, lookupUserhash, algorithms: ['MD5'] } })
      const app = new App()
      app.get('/', { params: { user: digest } }, ({ user }) => user.username)
      const server = await serve(app, { port: 0, hostname: '127.0.0.1' })
      try {
        const url = `http://127.0.0.1:${server.port}/`
        expect(await curl('--user', 'Mufasa:Circle of Life', url)).toEqual([200, 'Mufasa'])
        expect(await curl('--user', 'zoë:s:crét 🔐', url)).toEqual([200, 'zoë'])
        expect((await curl('--user', 'Mufasa:another', url))[0]).toBe(401)
      } finally {
        await server.close()
      }
    })
  },
)
