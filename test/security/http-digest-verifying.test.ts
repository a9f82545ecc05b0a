/** The Digest scheme with users: the four tests for each algorithm, and what attackers send. */
import { App, anyOf, Body, Security } from 'sallyport'
import { LoginThrottle } from 'sallyport/password'
import {
  APIKeyHeader,
  authenticationInfo,
  type DigestAlgorithm,
  type DigestVerification,
  digestHA1,
  digestUserhash,
  HTTPDigest,
  MemoryNonceCountStore,
  RedisNonceCountStore,
} from 'sallyport/security'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { answerTo, challengeOf, challengesIn, hashed, type Parameters, type Told, written } from './digest-client.ts'
import { authorize, unauthorized } from './requests.ts'

const realm = 'http-auth@example.org'
const scopes = { read: 'Read.', write: 'Write.' }

interface User {
  readonly name: string
  readonly scopes: readonly string[]
  readonly disabled?: boolean
  readonly ha1: Partial<Record<'MD5' | 'SHA-256' | 'SHA-512-256', string>>
}

const hashes = ['MD5', 'SHA-256', 'SHA-512-256'] as const
const ha1Of = (name: string, password: string): User['ha1'] =>
  Object.fromEntries(hashes.map((hash) => [hash, digestHA1(name, realm, password, hash)]))
const people: readonly User[] = [
  { name: 'Mufasa', scopes: ['read'], ha1: ha1Of('Mufasa', 'Circle of Life') },
  { name: 'Jäsøn Doe', scopes: [], ha1: ha1Of('Jäsøn Doe', 'Secret, or not?') },
  { name: 'Scar', scopes: ['read', 'write'], disabled: true, ha1: ha1Of('Scar', 'long live the king') },
  { name: 'Zazu', scopes: [], ha1: {} },
]
const users = new Map(people.map((user) => [user.name, user]))
const lookup = (name: string): User | undefined => users.get(name)
const byHash = new Map(
  hashes.flatMap((hash) => people.map((user) => [digestUserhash(user.name, realm, hash), user] as const)),
)

let now = Date.parse('2026-05-01T12:00:00Z')
const clock = (): number => now

const mufasa: Told = { username: 'Mufasa', password: 'Circle of Life', uri: '/' }

function appOf(verify: Partial<DigestVerification<User>> = {}): App {
  const digest = new HTTPDigest({ realm, scopes, verify: { lookup, clock, ...verify } })
  const app = new App({ onError: () => {} })
  app.get('/', { params: { user: digest } }, ({ user }) => user.name)
  app.get('/other', { params: { user: digest } }, ({ user }) => user.name)
  app.post('/', { params: { user: digest, body: Body(z.object({ a: z.int() })) } }, ({ body }) => body.a)
  app.get('/read', { params: { user: Security(digest, ['read']) } }, ({ user }) => user.name)
  app.get('/write', { params: { user: Security(digest, ['read', 'write']) } }, ({ user }) => user.name)
  return app
}

async function send(app: App, parameters: Parameters | string, path = '/', init: RequestInit = {}): Promise<Response> {
  const authorization = typeof parameters === 'string' ? parameters : written(parameters)
  return app.request(path, { ...init, headers: { authorization, ...init.headers } })
}

async function statusOf(app: App, parameters: Parameters | string, path = '/'): Promise<number> {
  return (await send(app, parameters, path)).status
}

/** A refusal, and whether it says that another nonce is all that is needed. */
async function refused(response: Response): Promise<readonly [number, unknown, boolean]> {
  const challenges = challengesIn(response)
  expect(challenges.length).toBeGreaterThan(0)
  return [response.status, await response.json(), challenges.every(({ stale }) => stale === 'true')]
}

const INVALID = [401, { detail: 'Could not validate credentials' }, false]
const STALE = [401, { detail: 'Could not validate credentials' }, true]

const every: readonly DigestAlgorithm[] = [
  'SHA-512-256',
  'SHA-512-256-sess',
  'SHA-256',
  'SHA-256-sess',
  'MD5',
  'MD5-sess',
]

describe.each(every)('%s', (algorithm) => {
  const app = appOf({ algorithms: [algorithm] })

  test('right', async () => {
    const response = await send(app, answerTo(await challengeOf(app), mufasa))
    expect([response.status, await response.json(), response.headers.get('www-authenticate')]).toEqual([
      200,
      'Mufasa',
      null,
    ])
  })

  test('none', async () => {
    const response = await app.request('/')
    expect([response.status, await response.json()]).toEqual([401, { detail: 'Not authenticated' }])
    expect(response.headers.get('www-authenticate')).toMatch(
      new RegExp(
        `^Digest realm="http-auth@example\\.org", qop="auth", algorithm=${algorithm}, nonce="[\\w.-]{40,60}", opaque="[\\da-f]{32}", charset=UTF-8$`,
      ),
    )
  })

  test('wrong', async () => {
    for (const told of [{ password: 'circle of life' }, { username: 'Nala' }, { username: 'mufasa' }]) {
      expect(await refused(await send(app, answerTo(await challengeOf(app), { ...mufasa, ...told })))).toEqual(INVALID)
    }
  })

  test('document', () => {
    const document = app.openapi()
    expect(document.components?.securitySchemes).toEqual({ HTTPDigest: { type: 'http', scheme: 'digest' } })
    expect(document.paths['/write']?.get?.security).toEqual([{ HTTPDigest: ['read', 'write'] }])
    expect(JSON.stringify(document)).toContain(`nonce=\\"...\\", opaque=\\"...\\"`)
  })
})

test('several algorithms: a challenge each, MD5 last, all of one nonce', async () => {
  const app = appOf({ algorithms: ['MD5', 'SHA-256', 'SHA-512-256-sess', 'MD5-sess'] })
  const challenges = challengesIn(await app.request('/'))
  expect(challenges.map(({ algorithm }) => algorithm)).toEqual(['SHA-256', 'SHA-512-256-sess', 'MD5', 'MD5-sess'])
  expect(new Set(challenges.map(({ nonce }) => nonce)).size).toBe(1)
  const lines = new HTTPDigest({
    realm,
    verify: { lookup, algorithms: ['SHA-256', 'MD5'] },
  }).makeNotAuthenticatedError()
  expect(lines.headers?.['www-authenticate']).toHaveLength(2)
  for (const [index, challenge] of challenges.entries()) {
    expect(await statusOf(app, answerTo(challenge, { ...mufasa, nc: `0000000${index + 1}` }))).toBe(200)
  }
})

test('an algorithm that is not offered is refused, and so is none at all, which is MD5', async () => {
  const app = appOf()
  const challenge = await challengeOf(app)
  for (const algorithm of ['MD5', 'MD5-sess', 'SHA-256-sess', 'SHA-512-256']) {
    expect(await statusOf(app, answerTo({ ...challenge, algorithm }, mufasa))).toBe(401)
  }
  const { algorithm: _, ...nameless } = answerTo({ ...challenge, algorithm: 'MD5' }, mufasa)
  expect(await statusOf(app, nameless)).toBe(401)
  const old = appOf({ algorithms: ['MD5'] })
  const { algorithm: __, ...md5 } = answerTo(await challengeOf(old), mufasa)
  expect(await statusOf(old, md5)).toBe(200)
})

describe('what was offered has to come back', async () => {
  const app = appOf()
  const right = answerTo(await challengeOf(app), mufasa)

  test.each<[string, Parameters]>([
    ['another realm', { realm: 'http-auth@example.com' }],
    ['another opaque', { opaque: '0'.repeat(32) }],
    ['another target', { uri: '/other' }],
    ['an absolute target', { uri: 'http://localhost/' }],
    ['a target with a query', { uri: '/?' }],
    ['another algorithm', { algorithm: 'SHA-1' }],
    ['auth-int', { qop: 'auth-int' }],
    ['a quality of its own', { qop: 'auth-conf' }],
    ['a list of qualities', { qop: '"auth, auth-int"' }],
    ['the count zero', { nc: '00000000' }],
    ['a short count', { nc: '1' }],
    ['a long count', { nc: '000000001' }],
    ['a count that is none', { nc: '0000000g' }],
    ['an empty cnonce', { cnonce: '' }],
    ['another cnonce', { cnonce: 'c2FsbHlwb3Ju' }],
    ['a cnonce with quotes', { cnonce: '\\"' }],
    ['a long cnonce', { cnonce: 'c'.repeat(257) }],
    ['an empty response', { response: '' }],
    ['a short response', { response: right.response?.slice(1) as string }],
    ['capital digits', { response: (right.response as string).toUpperCase() }],
    ['an empty name', { username: '' }],
    ['a name with a colon', { username: 'Mufasa:http-auth@example.org' }],
    ['two names', { 'username*': "UTF-8''Mufasa" }],
    ['a hashed name, which is not offered', { userhash: 'true', username: hashed('SHA-256', `Mufasa:${realm}`) }],
    ['userhash neither true nor false', { userhash: 'maybe' }],
  ])('%s', async (_, wrong) => {
    expect(await refused(await send(app, { ...right, ...wrong }))).toEqual(INVALID)
  })

  test.each(['username', 'realm', 'uri', 'nonce', 'nc', 'cnonce', 'qop', 'response', 'opaque'])(
    'without %s',
    async (name) => {
      const { [name]: _, ...less } = right
      expect(await refused(await send(app, less))).toEqual(INVALID)
    },
  )

  test.each(['username', 'realm', 'uri', 'nonce', 'nc', 'cnonce', 'qop', 'response', 'opaque', 'algorithm'])(
    '%s twice',
    async (name) => {
      const value = TOKENS.has(name) ? right[name] : `"${right[name]}"`
      expect(await refused(await send(app, `${written(right)}, ${name}=${value}`))).toEqual(INVALID)
      expect(await refused(await send(app, `${written(right)}, ${name.toUpperCase()}=${value}`))).toEqual(INVALID)
    },
  )

  test.each([
    'Digest',
    'Digest x',
    'Digest username',
    'Digest username="',
    'Digest =',
    'Digest ,',
    'Digest a=b',
    'Digest "',
  ])('%s', async (text) => {
    expect(await refused(await send(app, text))).toEqual(INVALID)
  })

  test('and then it is right, with other blanks and in quotes, too', async () => {
    expect(await statusOf(app, `dIgEsT  ${written(right).slice(7).replaceAll(', ', ' ,\t')}`)).toBe(200)
    // As Python's requests writes it.
    const quoted = answerTo(await challengeOf(app), mufasa)
    const text = written(quoted).replace('qop=auth', 'qop="auth"').replace('algorithm=SHA-256', 'algorithm="SHA-256"')
    expect(await statusOf(app, text)).toBe(200)
  })
})

describe('what is refused although its response is right', () => {
  // Whatever name is sent, somebody is found, whose H(A1) fits it.
  const anybody = (ha1: string): App =>
    appOf({ lookup: () => ({ ...(users.get('Mufasa') as User), ha1: { 'SHA-256': ha1 } }) })
  const circle = (name: string): App => anybody(hashed('SHA-256', `${name}:${realm}:Circle of Life`))

  test('the count zero', async () => {
    const app = appOf()
    const zero = answerTo(await challengeOf(app), { ...mufasa, nc: '00000000' })
    expect(await refused(await send(app, zero))).toEqual(INVALID)
  })

  test('a name with a colon, and one with a control character', async () => {
    for (const username of ['a:b', 'a\x85']) {
      const app = circle(username)
      const { username: _, ...given } = answerTo(await challengeOf(app), { ...mufasa, username })
      const extended = { 'username*': `UTF-8''${encodeURIComponent(username)}`, ...given }
      expect(await refused(await send(app, extended))).toEqual(INVALID)
    }
    const right = circle('a b')
    const { username: _, ...given } = answerTo(await challengeOf(right), { ...mufasa, username: 'a b' })
    expect(await statusOf(right, { 'username*': "UTF-8''a%20b", ...given })).toBe(200)
  })

  test('a hashed name that was not asked for', async () => {
    const app = circle('Mufasa')
    const given = answerTo(await challengeOf(app), { ...mufasa, userhash: true })
    expect(await refused(await send(app, given))).toEqual(INVALID)
    expect(await statusOf(app, { ...given, userhash: 'false' })).toBe(200)
  })

  test('a name beside an extended one', async () => {
    const app = circle('Mufasa')
    const given = answerTo(await challengeOf(app), mufasa)
    expect(await refused(await send(app, { ...given, 'username*': "UTF-8''Mufasa" }))).toEqual(INVALID)
  })
})

const TOKENS = new Set(['algorithm', 'qop', 'nc'])

test('the target is the one that was sent, with its query and the prefix of the app', async () => {
  const inner = appOf()
  const outer = new App()
  outer.mount('/api', inner)
  const check = async (path: string, uri: string): Promise<number> =>
    statusOf(outer, answerTo(await challengeOf(outer, path), { ...mufasa, uri }), path)
  expect(await check('/api/', '/api/')).toBe(200)
  expect(await check('/api/', '/')).toBe(401)
  expect(await check('/api/?a=%20&b', '/api/?a=%20&b')).toBe(200)
  expect(await check('/api/?a=%20&b', '/api/?a=+&b')).toBe(401)
  expect(await check('/api/?a=1', '/api/?a=2')).toBe(401)
  expect(await check('/api/?a=1', '/api/')).toBe(401)
})

test('a proxy that rewrites paths is told of', async () => {
  const app = appOf({ target: ({ path }) => `/public${path}` })
  expect(await statusOf(app, answerTo(await challengeOf(app), { ...mufasa, uri: '/public/' }))).toBe(200)
  expect(await statusOf(app, answerTo(await challengeOf(app), mufasa))).toBe(401)
})

test('the method is signed: HEAD is not GET', async () => {
  const app = appOf()
  const head = answerTo(await challengeOf(app), { ...mufasa, method: 'HEAD' })
  expect((await send(app, head)).status).toBe(401)
  expect((await send(app, head, '/', { method: 'HEAD' })).status).toBe(200)
})

describe('replay', () => {
  test('the same request again is stale', async () => {
    const app = appOf()
    const right = answerTo(await challengeOf(app), mufasa)
    expect(await statusOf(app, right)).toBe(200)
    for (let i = 0; i < 3; i++) expect(await refused(await send(app, right))).toEqual(STALE)
  })

  test('on another operation, with another method or count, it is wrong', async () => {
    const app = appOf()
    const right = answerTo(await challengeOf(app), mufasa)
    expect(await refused(await send(app, right, '/other'))).toEqual(INVALID)
    expect(await refused(await send(app, { ...right, uri: '/other' }, '/other'))).toEqual(INVALID)
    expect(await refused(await send(app, { ...right, nc: '00000002' }))).toEqual(INVALID)
  })

  test('counts come in any order, each once, no further back than the window', async () => {
    const app = appOf()
    const challenge = await challengeOf(app)
    const status = async (count: number): Promise<number> =>
      statusOf(app, answerTo(challenge, { ...mufasa, nc: count.toString(16).padStart(8, '0') }))
    expect([await status(3), await status(1), await status(2), await status(1), await status(3)]).toEqual([
      200, 200, 200, 401, 401,
    ])
    expect([await status(100), await status(36), await status(35), await status(36), await status(99)]).toEqual([
      200, 200, 401, 401, 200,
    ])
    expect([await status(0xffffffff), await status(101), await status(0xffffffff)]).toEqual([200, 401, 401])
  })

  test('of many at once, one is let in', async () => {
    const app = appOf({ lookup: async (name) => lookup(name) })
    const right = written(answerTo(await challengeOf(app), mufasa))
    const all = await Promise.all(Array.from({ length: 50 }, () => statusOf(app, right)))
    expect(all.filter((status) => status === 200)).toHaveLength(1)
    expect(all.filter((status) => status === 401)).toHaveLength(49)
  })

  test('many counts at once are all let in', async () => {
    const app = appOf({ lookup: async (name) => lookup(name) })
    const challenge = await challengeOf(app)
    const counts = Array.from({ length: 60 }, (_, i) => (60 - i).toString(16).padStart(8, '0'))
    const all = await Promise.all(counts.map((nc) => statusOf(app, answerTo(challenge, { ...mufasa, nc }))))
    expect(new Set(all)).toEqual(new Set([200]))
  })

  test('a wrong response takes no count', async () => {
    const app = appOf()
    const challenge = await challengeOf(app)
    await send(app, answerTo(challenge, { ...mufasa, password: 'x' }))
    expect(await statusOf(app, answerTo(challenge, mufasa))).toBe(200)
  })
})

describe('nonces', () => {
  test('end, and a right response is told that this is all', async () => {
    const app = appOf({ nonceLifetime: '1m' })
    const right = answerTo(await challengeOf(app), mufasa)
    const unused = answerTo(await challengeOf(app), mufasa)
    const wrong = answerTo(await challengeOf(app), { ...mufasa, password: 'x' })
    now += 59_999
    expect(await statusOf(app, right)).toBe(200)
    now += 1
    expect(await refused(await send(app, right))).toEqual(STALE)
    expect(await refused(await send(app, unused))).toEqual(STALE)
    expect(await refused(await send(app, wrong))).toEqual(INVALID)
    const [next = {}] = challengesIn(await send(app, right))
    expect(await statusOf(app, answerTo(next, mufasa))).toBe(200)
  })

  test('of others are none: another process, another realm, another text', async () => {
    const app = appOf()
    const { nonce = '', ...rest } = await challengeOf(app)
    const foreign = await challengeOf(appOf())
    const [time, random, signature] = nonce.split('.')
    const forged = [
      foreign.nonce as string,
      'dcd98b7102dd2f0e8b11d0f600bfb0c093',
      `${nonce}.`,
      `${(now + 1).toString(36)}.${random}.${signature}`,
      `${time}.AAAAAAAAAAAAAAAA.${signature}`,
      `${time}.${random}.${'A'.repeat(22)}`,
      `${time}.${random}.`,
      '..',
    ]
    for (const one of forged) {
      expect(await refused(await send(app, answerTo({ ...rest, nonce: one }, mufasa)))).toEqual(STALE)
      expect(await refused(await send(app, answerTo({ ...rest, nonce: one }, { ...mufasa, password: '' })))).toEqual(
        INVALID,
      )
    }
    const secret = 'k'.repeat(32)
    const shared = { secret, nonceCounts: new MemoryNonceCountStore({ clock }) }
    const other = new App()
    other.get(
      '/',
      { params: { user: new HTTPDigest({ realm: 'b', verify: { lookup, clock, ...shared } }) } },
      () => null,
    )
    const one = appOf(shared)
    now += 1
    const fromOther = (await challengeOf(other)).nonce as string
    expect(
      (await refused(await send(one, answerTo({ ...(await challengeOf(one)), nonce: fromOther }, mufasa))))[2],
    ).toBe(true)
  })

  test('processes with one secret and one store know each other', async () => {
    const taken = new Map<string, string>()
    const commands: string[][] = []
    const nonceCounts = new RedisNonceCountStore({
      send: async (...words) => {
        commands.push(words)
        const [, key = '', value = ''] = words
        if (taken.has(key)) return null
        taken.set(key, value)
        return 'OK'
      },
    })
    const secret = new Uint8Array(32).fill(7)
    const [one, two] = [appOf({ secret, nonceCounts }), appOf({ secret, nonceCounts })]
    const right = answerTo(await challengeOf(one), mufasa)
    expect([await statusOf(two, right), await statusOf(one, right), await statusOf(two, right)]).toEqual([
      200, 401, 401,
    ])
    expect(commands[0]).toEqual(['SET', `sallyport:nonce:${right.nonce}:1`, '1', 'NX', 'PX', '300000'])
  })

  test('a store that is down is 503 and no challenge, and nobody gets in', async () => {
    for (const send of [() => Promise.reject(new Error('at redis.internal')), async () => 'QUEUED']) {
      const app = appOf({ secret: 'k'.repeat(32), nonceCounts: new RedisNonceCountStore({ send }) })
      const response = await app.request('/', {
        headers: { authorization: written(answerTo(await challengeOf(app), mufasa)) },
      })
      expect([response.status, await response.json(), response.headers.get('www-authenticate')]).toEqual([
        503,
        { detail: 'Service Unavailable' },
        null,
      ])
      expect(response.headers.get('retry-after')).toBe('5')
    }
  })
})

describe('the table of counts', () => {
  const use = (nonce: string, count: number, issued: number): boolean =>
    table.take({ nonce, count, issued, expires: 1000, now: 10 })
  let table = new MemoryNonceCountStore({ max: 2, clock: () => 0 })

  test('is bounded, and forgets nothing that could be sent again', () => {
    expect([use('a', 1, 1), use('b', 1, 2), use('c', 1, 3)]).toEqual([true, true, true])
    expect(table.size).toBe(2)
    expect([use('a', 1, 1), use('a', 2, 1)]).toEqual([false, false]) // forgotten, so refused
    expect([use('b', 1, 2), use('b', 2, 2)]).toEqual([false, true])
    expect([use('d', 1, 1), use('e', 1, 2)]).toEqual([false, true]) // made before the forgotten one; after it
  })

  test('lets go what has expired', () => {
    table = new MemoryNonceCountStore({ max: 100, clock: () => 0 })
    for (let i = 0; i < 50; i++) table.take({ nonce: `${i}`, count: 1, issued: i, expires: 100, now: 50 })
    expect(table.size).toBe(50)
    for (let i = 0; i < 20; i++) table.take({ nonce: `n${i}`, count: 1, issued: 200, expires: 300, now: 200 })
    expect(table.size).toBe(20)
  })

  test('takes nothing from before it was there', () => {
    table = new MemoryNonceCountStore({ clock: () => 500 })
    expect([use('a', 1, 499), use('b', 1, 500)]).toEqual([false, true])
  })

  test('a window of none takes rising counts only', () => {
    table = new MemoryNonceCountStore({ window: 0, clock: () => 0 })
    expect([use('a', 1, 1), use('a', 3, 1), use('a', 2, 1), use('a', 3, 1), use('a', 4, 1)]).toEqual([
      true,
      true,
      false,
      false,
      true,
    ])
  })

  test.each([{ max: 0 }, { max: 1.5 }, { window: -1 }, { window: 1025 }, { size: 1 }])('%j is refused', (options) => {
    expect(() => new MemoryNonceCountStore(options)).toThrow(TypeError)
  })
})

describe('users', () => {
  const app = appOf({ lookupUserhash: (hash) => byHash.get(hash), algorithms: ['SHA-512-256', 'SHA-256', 'MD5'] })

  test('unknown, disabled, without H(A1), with a wrong password: one answer, and the same look-ups', async () => {
    const asked: string[] = []
    const watched = appOf({
      lookup: (name, { hash }) => {
        asked.push(`${name} ${hash}`)
        return users.get(name)
      },
    })
    const wrong: Told[] = [
      { ...mufasa, username: 'Nobody' },
      { ...mufasa, username: 'constructor' },
      { ...mufasa, username: '__proto__' },
      { ...mufasa, username: 'Scar', password: 'long live the king' },
      { ...mufasa, username: 'Zazu', password: '' },
      { ...mufasa, password: 'x' },
    ]
    for (const told of wrong) {
      expect(await refused(await send(watched, answerTo(await challengeOf(watched), told)))).toEqual(INVALID)
    }
    expect(asked).toEqual(wrong.map(({ username }) => `${username} SHA-256`))
  })

  test('disabled may mean something else', async () => {
    const lenient = appOf({ disabled: ({ name }) => name === 'Mufasa' })
    expect(await statusOf(lenient, answerTo(await challengeOf(lenient), mufasa))).toBe(401)
    const scar = { ...mufasa, username: 'Scar', password: 'long live the king' }
    expect(await statusOf(lenient, answerTo(await challengeOf(lenient), scar))).toBe(200)
  })

  test.each(['SHA-512-256', 'SHA-256', 'MD5'])('a hashed name, %s', async (algorithm) => {
    const challenge = await challengeOf(app, '/', algorithm)
    expect(challenge.userhash).toBe('true')
    const told = { username: 'Jäsøn Doe', password: 'Secret, or not?', uri: '/', userhash: true }
    expect(await statusOf(app, answerTo(challenge, told))).toBe(200)
    expect(await statusOf(app, answerTo(challenge, { ...told, password: 'x' }))).toBe(401)
    expect(await statusOf(app, answerTo(challenge, { ...told, username: 'Nobody' }))).toBe(401)
    expect(await statusOf(app, { ...answerTo(challenge, { ...told, nc: '00000002' }), username: 'Jason' })).toBe(401)
    // A client that knows no hashed names.
    expect(await statusOf(app, answerTo(challenge, { ...mufasa, nc: '00000003' }))).toBe(200)
  })

  test('a name that is not ASCII: in UTF-8, or as an extended value', async () => {
    const doe = { username: 'Jäsøn Doe', password: 'Secret, or not?', uri: '/' }
    const bytes = Buffer.from('Jäsøn Doe').toString('latin1')
    expect(await statusOf(app, { ...answerTo(await challengeOf(app), doe), username: bytes })).toBe(200)
    const latin = {
      ...answerTo(await challengeOf(app), doe),
      username: Buffer.from('Jäsøn Doe', 'latin1').toString('latin1'),
    }
    expect(await statusOf(app, latin)).toBe(401)
    const extended = async (value: string): Promise<number> => {
      const { username: _, ...rest } = answerTo(await challengeOf(app), doe)
      return statusOf(app, { 'username*': value, ...rest })
    }
    expect(await extended("UTF-8''J%C3%A4s%C3%B8n%20Doe")).toBe(200)
    expect(await extended("utf-8'en'J%c3%a4s%c3%b8n%20Doe")).toBe(200)
    for (const wrong of [
      "ISO-8859-1''J%E4s%F8n%20Doe",
      "UTF-8''J%E4s%F8n%20Doe",
      "UTF-8''%",
      'UTF-8',
      "UTF-8''",
      "''J%C3%A4s%C3%B8n%20Doe",
      "UTF-8''J%C3%A4s%C3%B8n%20Doe%00",
      '"UTF-8\'\'J%C3%A4s%C3%B8n Doe"',
    ]) {
      expect(await extended(wrong)).toBe(401)
    }
  })

  test('scopes are those of the user', async () => {
    const status = async (path: string): Promise<Response> =>
      send(app, answerTo(await challengeOf(app, path), { ...mufasa, uri: path }), path)
    expect((await status('/read')).status).toBe(200)
    const less = await status('/write')
    expect([less.status, await less.json(), less.headers.get('www-authenticate')]).toEqual([
      403,
      { detail: 'Not enough permissions' },
      null,
    ])
  })
})

describe('auth-int', () => {
  const app = appOf({ qop: ['auth', 'auth-int'] })
  const told = (body: string): Told => ({ ...mufasa, method: 'POST', qop: 'auth-int', body })
  const post = async (parameters: Parameters, body: string): Promise<Response> =>
    send(app, parameters, '/', { method: 'POST', body, headers: { 'content-type': 'application/json' } })

  test('the body is signed, and still there for the operation', async () => {
    const challenge = await challengeOf(app)
    expect(challenge.qop).toBe('auth, auth-int')
    const response = await post(answerTo(challenge, told('{"a":1}')), '{"a":1}')
    expect([response.status, await response.json()]).toEqual([200, 1])
    const forged = await post(answerTo(challenge, { ...told('{"a":1}'), nc: '00000002' }), '{"a":2}')
    expect(await refused(forged)).toEqual(INVALID)
    expect((await post(answerTo(challenge, { ...told(''), nc: '00000003' }), '{"a":1}')).status).toBe(401)
    const plain = answerTo(challenge, { ...mufasa, method: 'POST', nc: '00000004' })
    expect((await post(plain, '{"a":3}')).status).toBe(200)
  })

  test('no body is signed as an empty one', async () => {
    expect(await statusOf(app, answerTo(await challengeOf(app), { ...mufasa, qop: 'auth-int' }))).toBe(200)
  })

  test('a body over the limit is 413', async () => {
    const small = new App({ limits: { body: 10 } })
    const digest = new HTTPDigest({ realm, verify: { lookup, clock, qop: ['auth-int'] } })
    small.post('/', { params: { user: digest } }, () => null)
    const [challenge = {}] = challengesIn(await small.request('/', { method: 'POST' }))
    const response = await send(small, answerTo(challenge, told('x'.repeat(11))), '/', {
      method: 'POST',
      body: 'x'.repeat(11),
    })
    expect(response.status).toBe(413)
  })

  test('without credentials no body is read', async () => {
    let read = false
    const body = new ReadableStream(
      {
        pull(controller) {
          read = true
          controller.close()
        },
      },
      { highWaterMark: 0 },
    )
    const init: RequestInit & { duplex: 'half' } = { method: 'POST', body, duplex: 'half' }
    expect((await app.request('/', init)).status).toBe(401)
    expect(read).toBe(false)
  })

  test('alone, it is required', async () => {
    const only = appOf({ qop: ['auth-int'] })
    expect(await statusOf(only, answerTo(await challengeOf(only), mufasa))).toBe(401)
  })
})

describe('Authentication-Info', () => {
  const digest = new HTTPDigest({
    realm,
    scopes,
    verify: { lookup, clock, algorithms: ['SHA-256', 'SHA-256-sess'], qop: ['auth', 'auth-int'] },
  })
  const user = authenticationInfo(digest)
  const app = new App()
  app.get('/', { params: { user: Security(user, ['read']) } }, ({ user }) => user.name)

  test.each(['SHA-256', 'SHA-256-sess'])('proves that the server knows the password, too: %s', async (algorithm) => {
    const given = answerTo(await challengeOf(app, '/', algorithm), mufasa)
    const response = await send(app, given)
    expect(response.status).toBe(200)
    const H = (text: string): string => hashed('SHA-256', text)
    const stored = H(`Mufasa:${realm}:Circle of Life`)
    const key = algorithm === 'SHA-256' ? stored : H(`${stored}:${given.nonce}:${given.cnonce}`)
    const rspauth = H([key, given.nonce, '00000001', given.cnonce, 'auth', H(':/')].join(':'))
    expect(response.headers.get('authentication-info')).toBe(
      `qop=auth, rspauth="${rspauth}", cnonce="c2FsbHlwb3J0", nc=00000001`,
    )
  })

  test('has the next nonce when this one is half gone', async () => {
    const given = answerTo(await challengeOf(app), mufasa)
    now += 150_001
    const info = (await send(app, given)).headers.get('authentication-info') ?? ''
    const nonce = /^nextnonce="([^"]+)", qop=auth, rspauth=/.exec(info)?.[1] as string
    expect(await statusOf(app, answerTo({ ...(await challengeOf(app)), nonce }, mufasa))).toBe(200)
  })

  test('has no proof for auth-int, which is about a body that is not made yet', async () => {
    const response = await send(app, answerTo(await challengeOf(app), { ...mufasa, qop: 'auth-int' }))
    expect(response.headers.get('authentication-info')).toBe('qop=auth-int, cnonce="c2FsbHlwb3J0", nc=00000001')
  })

  test('is for schemes that verify', () => {
    expect(() => authenticationInfo(new HTTPDigest())).toThrow(/has verify/)
  })
})

test('a throttle slows down guessing, and a request that is sent again does not clear it', async () => {
  const throttle = new LoginThrottle({ user: { free: 3 }, address: false, now: clock })
  const app = appOf({ throttle })
  const right = answerTo(await challengeOf(app), mufasa)
  expect(await statusOf(app, right)).toBe(200)
  const guess = async (): Promise<number> =>
    statusOf(app, answerTo(await challengeOf(app), { ...mufasa, password: 'x' }))
  expect([await guess(), await guess()]).toEqual([401, 401])
  expect((await refused(await send(app, right)))[2]).toBe(true)
  expect([await guess(), await guess()]).toEqual([401, 429])
  const waiting = await send(app, answerTo(await challengeOf(app), mufasa))
  expect([waiting.status, waiting.headers.has('retry-after')]).toEqual([429, true])
})

test('optional: nobody where there are no credentials, 401 where they are wrong', async () => {
  const digest = new HTTPDigest({ realm, autoError: false, verify: { lookup, clock } })
  const app = new App()
  app.get('/', { params: { user: digest } }, ({ user }) => user?.name ?? 'nobody')
  expect(await (await app.request('/')).json()).toBe('nobody')
  expect(await statusOf(app, 'Basic YTpi')).toBe(200)
  expect(await statusOf(app, 'Digest x')).toBe(401)
})

test('anyOf: the challenges of both', async () => {
  const digest = new HTTPDigest({ realm, verify: { lookup, clock, algorithms: ['SHA-256', 'MD5'] } })
  const app = new App()
  app.get('/', { params: { caller: anyOf(digest, new APIKeyHeader({ name: 'x-key' })) } }, () => 'in')
  expect((await app.request('/')).headers.get('www-authenticate')).toMatch(
    /^Digest .*SHA-256.*, Digest .*MD5.*, APIKey$/,
  )
  expect(await statusOf(app, answerTo(await challengeOf(app), mufasa))).toBe(200)
})

test('extracting-only is as it was', () => {
  const digest = new HTTPDigest()
  expect(digest.verifiesScopes).toBe(false)
  expect(authorize(digest, 'Digest a="')).toEqual({ scheme: 'Digest', credentials: 'a="' })
  expect(authorize(digest)).toEqual(unauthorized('Digest', 'absent'))
  expect(digest.makeAuthenticateHeaders()).toEqual({ 'www-authenticate': 'Digest' })
})

describe('misuse is refused when declared', () => {
  const make =
    (verify: object, given: object = { realm }) =>
    () =>
      new HTTPDigest({ ...given, verify: { lookup, ...verify } } as never)

  test.each<[object, RegExp]>([
    [{ lookup: undefined }, /HTTPDigest: verify\.lookup is a function/],
    [{ lookupUserhash: 1 }, /verify\.lookupUserhash is a function/],
    [{ algorithms: [] }, /verify\.algorithms is a list/],
    [{ algorithms: ['SHA-1'] }, /verify\.algorithms has one that is none of SHA-256/],
    [{ algorithms: ['sha-256'] }, /verify\.algorithms/],
    [{ algorithms: ['MD5', 'MD5'] }, /different algorithms/],
    [{ qop: [] }, /verify\.qop is a list of 'auth' and 'auth-int'/],
    [{ qop: ['auth-conf'] }, /verify\.qop/],
    [{ nonceLifetime: 0 }, /verify\.nonceLifetime/],
    [{ nonceLifetime: '5 minutes' }, /verify\.nonceLifetime/],
    [{ secret: 'short', nonceCounts: new MemoryNonceCountStore() }, /verify\.secret is at least 32 bytes/],
    [{ secret: 'k'.repeat(32) }, /verify\.secret is for several processes.*verify\.nonceCounts/],
    [{ nonceCounts: {} }, /verify\.nonceCounts has a method take/],
    [{ throttle: {} }, /verify\.throttle has a method attempt/],
    [{ disabled: true }, /verify\.disabled is a function/],
    [{ target: '/' }, /verify\.target is a function/],
    [{ domain: [] }, /verify\.domain is a list of URIs/],
    [{ domain: ['/a b'] }, /verify\.domain/],
    [{ domain: ['/a", stale=true, a="'] }, /verify\.domain/],
    [{ users: new Map() }, /HTTPDigest: verify has no option users/],
  ])('%j', (verify, message) => {
    expect(make(verify)).toThrow(message)
    expect(make(verify)).toThrow(TypeError)
  })

  test.each([undefined, '', 'a\r\nset-cookie: a=b', 'a\0', 'ä', 1])('the realm %j', (unfit) => {
    expect(make({}, { realm: unfit })).toThrow(/verify needs realm, which is printable ASCII/)
  })

  test.each([undefined, null, 1, () => true])('verify: %j', (verify) => {
    expect(() => new HTTPDigest({ realm, verify } as never)).toThrow(/HTTPDigest: verify is an object with lookup/)
  })

  test('a store needs a way to send', () => {
    expect(() => new RedisNonceCountStore({} as never)).toThrow(/send is a function/)
  })
})

test('a realm with quotes is escaped, and has to come back', async () => {
  const odd = 'a "quoted" \\ realm'
  const user = { ha1: { 'SHA-256': digestHA1('a', odd, 'b') } }
  const digest = new HTTPDigest({
    realm: odd,
    verify: { lookup: () => user, clock, domain: ['/', 'https://a.example/b'] },
  })
  const app = new App()
  app.get('/', { params: { digest } }, () => 'in')
  const header = (await app.request('/')).headers.get('www-authenticate') ?? ''
  expect(header.startsWith('Digest realm="a \\"quoted\\" \\\\ realm", domain="/ https://a.example/b", qop=')).toBe(true)
  const nonce = /nonce="([^"]+)"/.exec(header)?.[1] as string
  const opaque = /opaque="([^"]+)"/.exec(header)?.[1] as string
  const given = answerTo(
    { realm: odd, nonce, opaque, algorithm: 'SHA-256' },
    { username: 'a', password: 'b', uri: '/' },
  )
  expect(await statusOf(app, { ...given, realm: odd.replace(/["\\]/g, '\\$&') })).toBe(200)
})

test('nothing that was sent is in an answer, and no H(A1)', async () => {
  const app = appOf()
  const given = answerTo(await challengeOf(app), { ...mufasa, username: 'canary' })
  const response = await send(app, given)
  const all = JSON.stringify([[...response.headers], await response.text()])
  for (const secret of ['canary', given.response, given.nonce, users.get('Mufasa')?.ha1['SHA-256']]) {
    expect(all).not.toContain(secret)
  }
})

test('an operation that names the scheme under two sets of scopes proves the credentials once', async () => {
  const digest = new HTTPDigest({ realm, scopes, verify: { lookup, clock } })
  const app = new App({ dependencies: [digest] })
  app.get('/', { params: { user: Security(digest, ['read']) } }, ({ user }) => user.name)
  app.get('/write', { params: { user: Security(digest, ['write']) } }, ({ user }) => user.name)
  const ask = async (uri: string): Promise<Response> => {
    const challenge = challengesIn(await app.request(uri))[0] ?? {}
    return app.request(uri, { headers: { authorization: written(answerTo(challenge, { ...mufasa, uri })) } })
  }
  const right = await ask('/')
  expect([right.status, await right.json()]).toEqual([200, 'Mufasa'])
  expect((await ask('/write')).status).toBe(403)
})
