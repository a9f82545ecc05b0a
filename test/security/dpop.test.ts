/** Tokens that are bound to a key of the client (RFC 9449): what is refused, over HTTP. */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { App, anyOf, Security } from 'sallyport'
import { JWT } from 'sallyport/jwt'
import { serve } from 'sallyport/node'
import {
  type DPoPOptions,
  type DPoPReplayStore,
  HTTPBearer,
  InvalidTokenError,
  MemoryDPoPReplayStore,
  OAuth2PasswordBearer,
  OpenIdConnect,
  RedisDPoPReplayStore,
  stepUp,
} from 'sallyport/security'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

const now = Date.parse('2026-05-01T12:00:00Z')
const seconds = now / 1000
const clock = (): number => now
const origin = 'https://api.example.com'
const shared = { secret: 'a secret of more than thirty-two bytes', expiresIn: '30m', clock } as const
const tokens = new JWT(shared)
const ALGS = 'ES256 ES384 ES512 EdDSA Ed25519 PS256 PS384 PS512'

interface Client {
  readonly privateKey: KeyObject
  readonly jwk: Record<string, unknown>
  readonly jkt: string
}

function clientOf({ privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject }): Client {
  const { crv, e, kty, n, x, y } = publicKey.export({ format: 'jwk' })
  // In the order of RFC 7638, which is the alphabet's.
  const members = JSON.stringify({ crv, e, kty, n, x, y })
  return { privateKey, jwk: JSON.parse(members), jkt: sha256(members) }
}
const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url')
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const client = clientOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }))
const thief = clientOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }))
const bound = await tokens.sign({ sub: 'a', scope: 'read', cnf: { jkt: client.jkt } })
const plain = await tokens.sign({ sub: 'a' })

let count = 0
interface Changes {
  readonly header?: object
  readonly claims?: object
  readonly by?: Client
  readonly token?: string
}

/** A proof of its own, made without the code under test. */
function proof({ header, claims, by = client, token = bound }: Changes = {}): string {
  const htu = `${origin}/items`
  const parameters = { typ: 'dpop+jwt', alg: 'ES256', jwk: by.jwk, ...header }
  const said = { jti: `jti-${count++}`, htm: 'GET', htu, iat: seconds, ath: sha256(token), ...claims }
  const input = `${encode(parameters)}.${encode(said)}`
  const hash = parameters.alg.startsWith('Ed') ? null : `sha${parameters.alg.slice(-3)}`
  const options = parameters.alg.startsWith('PS')
    ? { padding: 6, saltLength: 32 }
    : { dsaEncoding: 'ieee-p1363' as const }
  return `${input}.${sign(hash, Buffer.from(input), { key: by.privateKey, ...options }).toString('base64url')}`
}

function appOf(options: Partial<DPoPOptions> = {}): App {
  const app = new App()
  const bearer = new HTTPBearer({
    scopes: { read: 'Read.', write: 'Write.' },
    verify: tokens,
    dpop: { origin, clock, ...options },
  })
  app.get('/items', { params: { caller: bearer } }, ({ caller }) => caller.subject)
  app.get('/write', { params: { caller: Security(bearer, ['write']) } }, ({ caller }) => caller.subject)
  return app
}

type Answer = readonly [status: number, challenge: string | null, body: unknown]
type Headers = Record<string, string>

async function send(app: App, headers: Headers, path = '/items'): Promise<Answer> {
  const response = await app.request(path, { headers })
  return [response.status, response.headers.get('www-authenticate'), await response.json()]
}
const withProof = (changes?: Changes): Headers => ({ authorization: `DPoP ${bound}`, dpop: proof(changes) })
const refused = (error: string, why: string, algs = ALGS): Answer => [
  401,
  `DPoP error="${error}", error_description="${why}", algs="${algs}"`,
  { detail: 'Could not validate credentials' },
]
const badProof = (why: string): Answer => refused('invalid_dpop_proof', why)
const badToken = (why: string): Answer => refused('invalid_token', why)
const MALFORMED = badProof('The DPoP proof is malformed')
const OK: Answer = [200, null, 'a']

describe('RFC 9449', () => {
  // Figures 12, 13 and 9: token, proof, and the thumbprint of its key.
  const token = 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU'
  const jkt = '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I'
  const figure =
    'eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA'

  const app = (at: number, confirmed = jkt): App => {
    const made = new App()
    const check = (given: string): object => {
      if (given !== token) throw new InvalidTokenError('The token is not known')
      return { sub: 'someone@example.com', cnf: { jkt: confirmed } }
    }
    const dpop = { origin: 'https://resource.example.org', clock: () => at * 1000 }
    const oauth2 = new OAuth2PasswordBearer({ tokenUrl: 'token', verify: { check }, dpop })
    made.get('/protectedresource', { params: { caller: oauth2 } }, ({ caller }) => caller.subject)
    return made
  }
  const headers = { authorization: `DPoP ${token}`, dpop: figure }

  test('the proof of figure 13 is good once, with its token, from when it was made for a minute', async () => {
    for (const at of [1562262613, 1562262618, 1562262678]) {
      const made = app(at)
      expect(await send(made, headers, '/protectedresource')).toEqual([200, null, 'someone@example.com'])
      expect(await send(made, headers, '/protectedresource')).toEqual(badProof('The DPoP proof was used before'))
    }
    for (const at of [1562262612, 1562262679]) {
      const answer = await send(app(at), headers, '/protectedresource')
      expect(answer).toEqual(badProof('The DPoP proof is too old, or from the future'))
    }
    const other = await send(app(1562262618, thief.jkt), headers, '/protectedresource')
    expect(other).toEqual(badToken('The token is bound to another key'))
    const changed = { ...headers, dpop: `${figure.slice(0, -2)}AA` }
    expect((await send(app(1562262618), changed, '/protectedresource'))[0]).toBe(401)
  })
})

test('a proof is good for its request', async () => {
  const app = appOf()
  expect(await send(app, withProof())).toEqual(OK)
  expect(await send(app, withProof(), '/items?a=b')).toEqual(OK)
  expect(await send(app, { ...withProof(), authorization: `dpop ${bound}` })).toEqual(OK)
  for (const htu of [
    `${origin}/items?a#b`,
    'HTTPS://API.example.com:443/items',
    `${origin}/%69tems`,
    `${origin}/a/../items`,
  ]) {
    expect(await send(app, withProof({ claims: { htu } })), htu).toEqual(OK)
  }
})

test('each part of a proof is looked at', async () => {
  const app = appOf()
  const uri = badProof('The DPoP proof is for another URI')
  for (const htu of [
    `${origin}/items/`,
    `${origin}/Items`,
    `${origin}/%2Fitems`,
    'http://api.example.com/items',
    'https://api.example.com:8443/items',
    'https://api.example.com.evil.example/items',
    'https://user@api.example.com/items',
    'http://localhost/items',
    '/items',
    '//api.example.com/items',
    'https:/api.example.com/items',
    `${origin}/it\tems`,
    `${origin}\\items`.replace('\\items', ' /items'),
    '',
    undefined,
    [`${origin}/items`],
  ]) {
    expect(await send(app, withProof({ claims: { htu } })), String(htu)).toEqual(uri)
  }
  for (const htm of ['POST', 'get', 'HEAD', '', undefined, ['GET']]) {
    expect(await send(app, withProof({ claims: { htm } }))).toEqual(badProof('The DPoP proof is for another method'))
  }
  for (const ath of [sha256(plain), sha256(`DPoP ${bound}`), '', undefined, `${sha256(bound)}=`]) {
    expect(await send(app, withProof({ claims: { ath } }))).toEqual(badProof('The DPoP proof is for another token'))
  }
  const age = badProof('The DPoP proof is too old, or from the future')
  for (const iat of [seconds - 61, seconds + 6, 0, -1, 1e300]) {
    expect(await send(app, withProof({ claims: { iat } })), String(iat)).toEqual(age)
  }
  for (const iat of [seconds - 60, seconds + 5]) expect(await send(app, withProof({ claims: { iat } }))).toEqual(OK)
  for (const claims of [{ iat: String(seconds) }, { iat: undefined }, { jti: '' }, { jti: undefined }, { jti: 1 }]) {
    expect(await send(app, withProof({ claims })), JSON.stringify(claims)).toEqual(MALFORMED)
  }
})

test('its header and its key', async () => {
  const app = appOf()
  const { d } = client.privateKey.export({ format: 'jwk' })
  for (const header of [
    { typ: 'JWT' },
    { typ: 'at+jwt' },
    { typ: undefined },
    { typ: 'DPOP+JWT' },
    { crit: ['exp'] },
    { b64: false },
    { jwk: undefined },
    { jwk: null },
    { jwk: [client.jwk] },
    { jwk: { ...client.jwk, d } },
    { jwk: { ...client.jwk, crv: 'P-384' } },
    { jwk: { ...client.jwk, kty: 'oct', k: 'AAAA' } },
    { jwk: { ...client.jwk, x: `${client.jwk.x}=` } },
    { jwk: { ...client.jwk, alg: 'ES384' } },
    { jwk: { ...client.jwk, use: 'enc' } },
  ]) {
    expect(await send(app, withProof({ header })), JSON.stringify(header)).toEqual(MALFORMED)
  }
  const algorithm = badProof('The algorithm of the DPoP proof is not allowed')
  const hmac = (alg: string): string => {
    const [, claims] = proof().split('.')
    return `${encode({ typ: 'dpop+jwt', alg, jwk: { kty: 'oct', k: 'c2VjcmV0' } })}.${claims}.c2lnbmF0dXJl`
  }
  for (const alg of ['none', 'HS256', 'RS256', 'es256', 'A', 'constructor']) {
    expect(await send(app, { authorization: `DPoP ${bound}`, dpop: hmac(alg) }), alg).toEqual(algorithm)
  }
  for (const dpop of [
    'a',
    'a.b',
    '..',
    `${proof()}.`,
    `${proof()}, ${proof()}`,
    `${proof()}=`,
    'a.b.c',
    'x'.repeat(8193),
  ]) {
    expect(await send(app, { authorization: `DPoP ${bound}`, dpop })).toEqual(MALFORMED)
  }
  expect(await send(app, { authorization: `DPoP ${bound}` })).toEqual(badProof('The DPoP proof is missing'))
  // The thief's key in the proof, and the client's key with the thief's signature.
  expect(await send(app, withProof({ by: thief }))).toEqual(badToken('The token is bound to another key'))
  const forged = withProof({ by: { ...thief, jwk: client.jwk } })
  expect(await send(app, forged)).toEqual(badProof('The signature of the DPoP proof is not valid'))
  const named = '{"typ":"dpop+jwt","typ":"dpop+jwt","alg":"ES256"}'
  const twice = proof().replace(/^[^.]+/, Buffer.from(named).toString('base64url'))
  expect(await send(app, { authorization: `DPoP ${bound}`, dpop: twice })).toEqual(MALFORMED)
})

test.each([
  ['EdDSA', generateKeyPairSync('ed25519'), undefined],
  ['Ed25519', generateKeyPairSync('ed25519'), undefined],
  ['ES384', generateKeyPairSync('ec', { namedCurve: 'P-384' }), undefined],
  ['PS256', generateKeyPairSync('rsa', { modulusLength: 2048 }), undefined],
  ['RS256', generateKeyPairSync('rsa', { modulusLength: 2048 }), ['RS256']],
] as const)('proofs with %s', async (alg, pair, algorithms) => {
  const by = clientOf(pair)
  const token = await tokens.sign({ sub: 'a', cnf: { jkt: by.jkt } })
  const app = appOf(algorithms === undefined ? {} : { algorithms })
  const headers = (): Headers => ({ authorization: `DPoP ${token}`, dpop: proof({ header: { alg }, by, token }) })
  expect(await send(app, headers())).toEqual(OK)
  const sent = headers()
  const [head = '', claims = ''] = (sent.dpop as string).split('.')
  const changed = { ...sent, dpop: `${head}.${claims}.${'A'.repeat(86)}` }
  expect((await send(app, changed))[1]).toContain('invalid_dpop_proof')
})

test('a bound token is none as a bearer token, and an unbound one none with a proof', async () => {
  const app = appOf()
  expect(await send(app, {})).toEqual([401, `DPoP algs="${ALGS}"`, { detail: 'Not authenticated' }])
  const bearer = { ...withProof(), authorization: `Bearer ${bound}` }
  expect(await send(app, bearer)).toEqual(badToken('The token is bound to a key and was sent without a proof'))
  expect(await send(app, { authorization: `Bearer ${plain}` })).toEqual(badToken('The token is not bound to a key'))
  const unbound = { authorization: `DPoP ${plain}`, dpop: proof({ token: plain }) }
  expect(await send(app, unbound)).toEqual(badToken('The token is not bound to a key'))
  // A scheme without the option takes neither.
  const simple = new App()
  simple.get('/items', { params: { caller: new HTTPBearer({ verify: tokens }) } }, () => 'ran')
  expect((await send(simple, withProof()))[1]).toBe('Bearer')
  expect((await send(simple, bearer))[1]).toContain('The token is bound to a key that was not proved')
  // Another confirmation beside it is not overlooked.
  const both = await tokens.sign({ sub: 'a', cnf: { jkt: client.jkt, 'x5t#S256': 'a' } })
  const sent = { authorization: `DPoP ${both}`, dpop: proof({ token: both }) }
  expect(await send(app, sent)).toEqual(badToken('The token is bound to a key that was not proved'))
})

test('not required: bearer tokens that are bound to nothing are taken too, with both challenges', async () => {
  const app = appOf({ required: false, algorithms: ['ES256'] })
  expect(await send(app, { authorization: `Bearer ${plain}` })).toEqual(OK)
  expect(await send(app, withProof())).toEqual(OK)
  expect((await send(app, {}))[1]).toBe('DPoP algs="ES256", Bearer')
  const why = 'error="invalid_token", error_description="The token is bound to a key and was sent without a proof"'
  expect((await send(app, { ...withProof(), authorization: `Bearer ${bound}` }))[1]).toBe(
    `DPoP ${why}, algs="ES256", Bearer ${why}`,
  )
  const unbound = { authorization: `DPoP ${plain}`, dpop: proof({ token: plain }) }
  expect((await send(app, unbound))[0]).toBe(401)
})

test('a proof is good once: also side by side, and only a right one is used up', async () => {
  const app = appOf()
  const headers = withProof()
  const wrong = { ...headers, dpop: `${(headers.dpop as string).slice(0, -4)}AAAA` }
  expect((await send(app, wrong))[0]).toBe(401)
  const answers = await Promise.all(Array.from({ length: 8 }, () => send(app, headers)))
  expect(answers.filter(([status]) => status === 200)).toEqual([OK])
  expect(await send(app, headers)).toEqual(badProof('The DPoP proof was used before'))
  // The same jti of another client is another proof.
  const jti = { jti: 'the same' }
  expect(await send(app, withProof({ claims: jti }))).toEqual(OK)
  const token = await tokens.sign({ sub: 'a', cnf: { jkt: thief.jkt } })
  const theirs = { authorization: `DPoP ${token}`, dpop: proof({ by: thief, token, claims: jti }) }
  expect(await send(app, theirs)).toEqual(OK)
})

test('a proof is asked for once where a request is checked twice for it', async () => {
  const app = new App()
  const bearer = new HTTPBearer({ scopes: { read: 'Read.' }, verify: tokens, dpop: { origin, clock } })
  const params = { caller: bearer, reader: Security(bearer, ['read']) }
  app.get('/items', { params }, ({ caller, reader }) => [caller.subject, reader.subject])
  const headers = withProof()
  expect(await send(app, headers)).toEqual([200, null, ['a', 'a']])
  expect((await send(app, headers))[0]).toBe(401)
})

test('nonces: asked for, good for their time, and of this server', async () => {
  let time = now
  const app = appOf({ nonce: { lifetime: '1m', secret: 'x'.repeat(32) }, clock: () => time, maxAge: '10m' })
  const asked = refused('use_dpop_nonce', 'The DPoP proof needs the nonce of this answer')
  const response = await app.request('/items', { headers: withProof() })
  expect([response.status, response.headers.get('www-authenticate')]).toEqual(asked.slice(0, 2))
  const nonce = response.headers.get('dpop-nonce') as string
  expect(nonce).toMatch(/^[\x21\x23-\x5b\x5d-\x7e]+$/)
  expect(await send(app, withProof({ claims: { nonce } }))).toEqual(OK)
  expect(await send(app, withProof({ claims: { nonce } }))).toEqual(OK)
  for (const other of [`${nonce.slice(0, -1)}${nonce.endsWith('A') ? 'B' : 'A'}`, '', undefined, [nonce]]) {
    expect(await send(app, withProof({ claims: { nonce: other } }))).toEqual(asked)
  }
  const elsewhere = appOf({ nonce: true })
  expect(await send(elsewhere, withProof({ claims: { nonce } }))).toEqual(asked)
  const sibling = appOf({ nonce: { secret: 'x'.repeat(32) } })
  expect(await send(sibling, withProof({ claims: { nonce } }))).toEqual(OK)
  time = now + 60_000
  expect(await send(app, withProof({ claims: { nonce } }))).toEqual(asked)
})

test('a store that fails lets nobody in', async () => {
  const stores: DPoPReplayStore[] = [
    { take: () => Promise.reject(new Error('down')) },
    {
      take: () => {
        throw new Error('down')
      },
    },
    { take: () => 'OK' as never },
    { take: async () => undefined as never },
  ]
  for (const replays of stores) expect((await send(appOf({ replays }), withProof()))[0]).toBe(503)
  const uses: unknown[] = []
  const take = async (use: unknown): Promise<boolean> => uses.push(use) === 1
  const app = appOf({ replays: { take } })
  expect(await send(app, withProof({ claims: { jti: 'one' } }))).toEqual(OK)
  expect((await send(app, withProof()))[0]).toBe(401)
  const id = sha256(`${client.jkt}\none`)
  expect(uses[0]).toEqual({ id, issued: now, expires: now + 60_001, now })
})

describe('RedisDPoPReplayStore', () => {
  test('processes with one store let a proof in once', async () => {
    const taken = new Set<string>()
    const commands: string[][] = []
    const replays = new RedisDPoPReplayStore({
      send: async (...words) => {
        commands.push(words)
        const [, key = ''] = words
        if (taken.has(key)) return null
        taken.add(key)
        return 'OK'
      },
    })
    const [one, other] = [appOf({ replays }), appOf({ replays })]
    const headers = withProof()
    expect(await send(one, headers)).toEqual(OK)
    expect(await send(other, headers)).toEqual(badProof('The DPoP proof was used before'))
    expect(await send(other, withProof())).toEqual(OK)
    const [, key] = commands[0] as string[]
    expect(key).toMatch(/^sallyport:dpop:[\w-]{43}$/)
    // To the first millisecond at which its age refuses the proof.
    expect(commands[0]).toEqual(['SET', key, '1', 'NX', 'PX', '60001'])
  })

  test('that is down is 503 and no challenge, and nobody gets in', async () => {
    for (const reply of [() => Promise.reject(new Error('at redis.internal')), async () => 'QUEUED']) {
      const answer = await send(appOf({ replays: new RedisDPoPReplayStore({ send: reply }) }), withProof())
      expect(answer).toEqual([503, null, { detail: 'Service Unavailable' }])
    }
  })

  test('says what it lacks', () => {
    expect(() => new RedisDPoPReplayStore({} as never)).toThrow(/send is a function/)
    expect(() => new RedisDPoPReplayStore({ send: async () => 'OK', ttl: 1 } as never)).toThrow(/ttl/)
  })
})

describe('MemoryDPoPReplayStore', () => {
  const use = (id: string, issued: number, at = issued): Parameters<DPoPReplayStore['take']>[0] => ({
    id,
    issued,
    expires: issued + 60,
    now: at,
  })

  test('takes each once, and forgets what has ended', () => {
    const store = new MemoryDPoPReplayStore()
    expect([store.take(use('a', 1)), store.take(use('a', 1)), store.take(use('b', 1))]).toEqual([true, false, true])
    expect(store.take(use('c', 61, 61))).toBe(true)
    expect(store.size).toBe(1)
  })

  test('full, it forgets the oldest and refuses all that were not made after it', () => {
    const store = new MemoryDPoPReplayStore({ max: 2 })
    expect([store.take(use('a', 1)), store.take(use('b', 2)), store.take(use('c', 3))]).toEqual([true, true, true])
    expect(store.size).toBe(2)
    expect([store.take(use('a', 1)), store.take(use('d', 1))]).toEqual([false, false])
    expect([store.take(use('b', 2)), store.take(use('c', 3)), store.take(use('e', 4))]).toEqual([false, false, true])
  })

  test.each([{ max: 0 }, { max: 1.5 }, { size: 1 }])('%o is refused', (options) => {
    expect(() => new MemoryDPoPReplayStore(options as never)).toThrow(TypeError)
  })
})

test('lacking scopes and step-up are challenged with DPoP', async () => {
  const app = appOf()
  const write = withProof({ claims: { htu: `${origin}/write` } })
  expect(await send(app, write, '/write')).toEqual([
    403,
    `DPoP error="insufficient_scope", scope="write", algs="${ALGS}"`,
    { detail: 'Not enough permissions' },
  ])
  const bearer = new HTTPBearer({ realm: 'a', verify: tokens, dpop: { origin, clock, algorithms: ['ES256'] } })
  const careful = new App()
  careful.get('/items', { params: { caller: stepUp(bearer, { maxAge: 60 }) } }, () => 'ran')
  expect((await send(careful, withProof()))[1]).toMatch(
    /^DPoP realm="a", error="insufficient_user_authentication", .*max_age="60", algs="ES256"$/,
  )
})

test('optional credentials: a refused proof is not the same as none', async () => {
  const app = new App()
  const bearer = new HTTPBearer({ autoError: false, verify: tokens, dpop: { origin, clock } })
  app.get('/items', { params: { caller: bearer } }, ({ caller }) => caller?.subject ?? null)
  expect(await send(app, {})).toEqual([200, null, null])
  expect((await send(app, { authorization: `DPoP ${bound}` }))[0]).toBe(401)
  expect((await send(app, { authorization: `Bearer ${plain}` }))[0]).toBe(401)
})

test('an alternative does not take what was refused with a proof', async () => {
  const app = new App()
  const dpop = new HTTPBearer({ schemeName: 'dpop', verify: tokens, dpop: { origin, clock } })
  const bearer = new HTTPBearer({ verify: new JWT({ ...shared, claims: z.object({ sub: z.string() }) }) })
  app.get('/items', { params: { caller: anyOf(dpop, bearer) } }, ({ caller }) => caller.subject)
  expect((await send(app, withProof()))[0]).toBe(200)
  // The schema drops cnf, and the token stays a bound one.
  expect((await send(app, { authorization: `Bearer ${bound}` }))[0]).toBe(401)
})

test('over a socket: root path, mounted apps, Host and forwarded headers', async () => {
  const app = appOf()
  const outer = new App()
  outer.mount('/inner', app)
  await using server = await serve(outer, { port: 0, installSignalHandlers: false, rootPath: '/api' })
  const get = async (headers: Headers, path = '/inner/items'): Promise<number> =>
    (await fetch(server.url + path, { headers })).status
  expect(await get(withProof({ claims: { htu: `${origin}/api/inner/items` } }))).toBe(200)
  for (const htu of [`${origin}/inner/items`, `${origin}/items`, `${server.url}/api/inner/items`]) {
    expect(await get({ ...withProof({ claims: { htu } }), 'x-forwarded-host': new URL(server.url).host })).toBe(401)
  }
})

test('the document', async () => {
  const schemesOf = async (app: App): Promise<unknown> => {
    const document = (await (await app.request('/openapi.json')).json()) as { components: { securitySchemes: unknown } }
    return document.components.securitySchemes
  }
  const are = 'Tokens are bound to a key of the client, and sent as `Authorization: DPoP` with a proof (RFC 9449).'
  const may = are.replace('are', 'may be')
  expect(await schemesOf(appOf())).toEqual({ HTTPBearer: { type: 'http', scheme: 'dpop', description: are } })
  expect(await schemesOf(appOf({ required: false }))).toEqual({
    HTTPBearer: { type: 'http', scheme: 'bearer', description: may },
  })
  const app = new App()
  const oauth2 = new OAuth2PasswordBearer({
    tokenUrl: 'token',
    description: 'Ours.',
    verify: tokens,
    dpop: { origin },
    certificateBound: { required: false },
  })
  app.get('/items', { params: { caller: oauth2 } }, () => 'ran')
  expect(await schemesOf(app)).toMatchObject({
    OAuth2PasswordBearer: {
      type: 'oauth2',
      description: `Ours.\n\nTokens may be bound to the certificate of the client (RFC 8705). ${are}`,
    },
  })
  const document = await (await app.request('/openapi.json')).json()
  expect(JSON.stringify(document)).toContain('DPoP error=\\"invalid_token\\"')
})

test.each([
  [{ dpop: { origin } }, /dpop needs an option verify that gives claims/],
  [{ dpop: { origin }, verify: () => ({}) }, /dpop needs an option verify that gives claims/],
  [{ dpop: undefined, verify: tokens }, /dpop is an object of options/],
  [{ dpop: true, verify: tokens }, /dpop/],
  [{ dpop: {}, verify: tokens }, /dpop\.origin is the origin/],
  [{ dpop: { origin: [] }, verify: tokens }, /dpop\.origin/],
  [{ dpop: { origin: `${origin}/` }, verify: tokens }, /dpop\.origin/],
  [{ dpop: { origin: 'api.example.com' }, verify: tokens }, /dpop\.origin/],
  [{ dpop: { origin, algorithms: [] }, verify: tokens }, /dpop\.algorithms/],
  [{ dpop: { origin, algorithms: ['HS256'] }, verify: tokens }, /dpop\.algorithms/],
  [{ dpop: { origin, algorithms: ['none'] }, verify: tokens }, /dpop\.algorithms/],
  [{ dpop: { origin, maxAge: 0 }, verify: tokens }, /dpop\.maxAge/],
  [{ dpop: { origin, maxAge: '1h' }, verify: tokens }, /dpop\.maxAge is at most 600/],
  [{ dpop: { origin, clockTolerance: 61 }, verify: tokens }, /dpop\.clockTolerance/],
  [{ dpop: { origin, nonce: { secret: 'short' } }, verify: tokens }, /dpop\.nonce\.secret/],
  [{ dpop: { origin, nonce: { a: 1 } }, verify: tokens }, /dpop\.nonce/],
  [{ dpop: { origin, replays: {} }, verify: tokens }, /dpop\.replays/],
  [{ dpop: { origin, required: 1 }, verify: tokens }, /dpop\.required/],
  [{ dpop: { origin, clock: 1 }, verify: tokens }, /dpop\.clock/],
  [{ dpop: { origin, htu: 1 }, verify: tokens }, /dpop/],
])('%o is refused', (options, message) => {
  expect(() => new HTTPBearer(options as never)).toThrow(message)
  expect(() => new OAuth2PasswordBearer({ tokenUrl: 'token', ...options } as never)).toThrow(message)
  expect(() => new OpenIdConnect({ openIdConnectUrl: 'a', ...options } as never)).toThrow(message)
})
