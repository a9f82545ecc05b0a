/** attack() on each scheme that verifies by itself: nothing gets past, and what is good once is good once. */
import { createHash, generateKeyPairSync, sign as signBytes } from 'node:crypto'
import { App, Body, type ClientCertificate, Security } from 'sallyport'
import { PasswordHash, Pbkdf2Hasher } from 'sallyport/password'
import {
  APIKeyHeader,
  APIKeys,
  CookieToken,
  digestHA1,
  HTTPBasic,
  HTTPBearer,
  HTTPDigest,
  MutualTLS,
} from 'sallyport/security'
import { type AttackOptions, attack, type CredentialContext } from 'sallyport/testing'
import { afterAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { CA } from '../security/certificates.ts'
import { answerTo, challengesIn, written } from '../security/digest-client.ts'
import { good, SCOPES, tokens } from './issuer.ts'

async function holesOf(app: App, credentials: AttackOptions['credentials'] = {}): Promise<[string[], string]> {
  const report = await attack(app, { credentials })
  return [report.failures.map(({ kind, where, attacks }) => `${kind} ${where} ${attacks[0] ?? ''}`), report.toString()]
}

function appOf(user: Parameters<typeof Security>[0]): App {
  const app = new App()
  app.get('/me', { params: { user } }, () => 'me')
  app.post('/items', { params: { user, item: Body(z.object({ title: z.string() })) } }, () => 'added')
  return app
}

test('Basic', async () => {
  const passwordHash = new PasswordHash([new Pbkdf2Hasher()])
  const users = new Map([['johndoe', { hashedPassword: await passwordHash.hash('correct horse') }]])
  const basic = new HTTPBasic({
    realm: 'tests',
    verify: { lookup: (name) => users.get(name), passwordHash, remember: '1m' },
  })
  const app = new App()
  app.get('/me', { params: { user: basic } }, () => 'me')
  const [holes, report] = await holesOf(app, { HTTPBasic: { valid: () => 'johndoe:correct horse' } })
  expect(holes, report).toEqual([])
})

const realm = 'tests'
const sensor = { name: 'sensor', ha1: { 'SHA-256': digestHA1('sensor', realm, 'a password') } }

/** A client that answers the challenge that it was given, each time with the next count. */
function digestClient(): NonNullable<AttackOptions['credentials']>[string] {
  let count = 0
  return {
    valid: ({ challenge, method, target }) => {
      const [first = {}] = challengesIn(new Response(null, { headers: { 'www-authenticate': challenge } }))
      const nc = (++count).toString(16).padStart(8, '0')
      const told = { username: 'sensor', password: 'a password', method, uri: target, nc }
      return written(answerTo(first, told)).replace(/^Digest /, '')
    },
  }
}

test('Digest, and its replay', async () => {
  const digest = new HTTPDigest({ realm, verify: { lookup: (name) => (name === 'sensor' ? sensor : undefined) } })
  const app = appOf(digest)
  const [holes, report] = await holesOf(app, { HTTPDigest: digestClient() })
  expect(holes, report).toEqual([])
})

test('DPoP, without its proof, with a used one, and as a bearer token', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { crv, kty, x, y } = publicKey.export({ format: 'jwk' })
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url')
  const jkt = sha256(JSON.stringify({ crv, kty, x, y })) // RFC 7638
  const origin = 'https://api.example'
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  let count = 0
  const proofFor = (token: string, method: string, target: string): string => {
    const claims = {
      jti: `${count++}`,
      htm: method,
      htu: origin + target,
      iat: Math.floor(Date.now() / 1000),
      ath: sha256(token),
    }
    const input = `${part({ typ: 'dpop+jwt', alg: 'ES256', jwk: { crv, kty, x, y } })}.${part(claims)}`
    return `${input}.${signBytes('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
  }
  const inHeaders = async (scope: string, { method, target }: CredentialContext) => {
    const token = await tokens.sign({ sub: 'johndoe', scope, cnf: { jkt } })
    return { headers: { authorization: `DPoP ${token}`, dpop: proofFor(token, method, target) } }
  }
  const credentials: AttackOptions['credentials'] = {
    HTTPBearer: {
      valid: (context) => inHeaders('me items', context),
      withScopes: (scopes, context) => inHeaders(scopes.join(' '), context),
    },
  }
  const app = appOf(Security(new HTTPBearer({ verify: tokens, scopes: SCOPES, dpop: { origin } }), ['me', 'items']))
  const report = await attack(app, { credentials })
  expect(report.failures, report.toString()).toEqual([])

  const careless = appOf(
    new HTTPBearer({ verify: ({ credentials: token }) => tokens.check(token), schemeName: 'HTTPBearer' }),
  )
  const asBearer: AttackOptions['credentials'] = {
    HTTPBearer: {
      valid: async (context) => {
        const { headers } = await inHeaders('', context)
        return { headers: { ...headers, authorization: headers.authorization.replace('DPoP', 'Bearer') } }
      },
    },
  }
  const [found] = await holesOf(careless, asBearer)
  expect(found).toEqual([
    'handler-ran GET /me a valid credential of HTTPBearer without its dpop',
    'handler-ran POST /items a valid credential of HTTPBearer without its dpop',
  ])
})

test('API keys', async () => {
  const keys = new APIKeys({ prefix: 'sk', store: ':memory:' })
  const scopes = { read: 'Read.', write: 'Write.' }
  const scheme = new APIKeyHeader({ name: 'X-API-Key', scopes, verify: keys })
  const issue = async (granted: readonly string[]): Promise<string> =>
    (await keys.issue({ subject: 'alice', scopes: [...granted], name: 'test' })).key
  const app = new App()
  app.get('/items', { params: { user: Security(scheme, ['read']) } }, () => [])
  app.put('/items', { params: { user: Security(scheme, ['read', 'write']) } }, () => 'put')
  const [holes, report] = await holesOf(app, {
    APIKeyHeader: { valid: () => issue(['read', 'write']), withScopes: issue },
  })
  expect(holes, report).toEqual([])
})

test('a token in a cookie, with its defence against forged requests', async () => {
  const origin = 'https://app.example'
  const csrf = { secret: 'a secret for the tests of forged requests', origin }
  const session = new CookieToken({ verify: tokens, csrf })
  const inCookie = async (token: unknown) => ({
    cookies: { '__Host-session': String(token) },
    headers: { origin, 'sec-fetch-site': 'same-origin', 'x-csrf-token': await session.csrfToken(String(token)) },
  })
  const context = { method: 'GET', target: '/', challenge: '' }
  const credentials: AttackOptions['credentials'] = {
    CookieToken: {
      valid: async () => inCookie(await good.valid?.(context)),
      mint: async (changes) => {
        const minted = await good.mint?.(changes)
        return minted === undefined ? undefined : inCookie(minted)
      },
    },
  }
  const [holes, report] = await holesOf(appOf(session), credentials)
  expect(holes, report).toEqual([])

  const careless = new CookieToken({ verify: tokens, dangerouslyOmitCsrf: true })
  const [found] = await holesOf(appOf(careless), credentials)
  expect(found).toEqual(['handler-ran POST /items a valid credential of CookieToken without its origin'])
})

describe('a client certificate', () => {
  const ca = new CA('attack-ca')
  afterAll(() => ca[Symbol.dispose]())
  const issued = ca.issue('sensor', '/CN=sensor')
  const sensor = issued.cert
  const known = ({ subject }: ClientCertificate) => (subject.CN === 'sensor' ? { name: 'sensor' } : undefined)
  const appOfUser = (user: Parameters<typeof Security>[0]): App => {
    const app = new App()
    app.get('/', { params: { user } }, () => 'in')
    return app
  }

  test('of somebody else, at another time and in a header is none', async () => {
    const report = await attack(appOfUser(new MutualTLS({ verify: known })), {
      credentials: { MutualTLS: { valid: () => sensor } },
    })
    expect(report.failures, report.toString()).toEqual([])
    expect(report.skipped).toEqual([])
  })

  test('that anybody of the CA has is a hole, unless the options say that it is meant', async () => {
    const app = appOfUser(new MutualTLS())
    const { failures } = await attack(app)
    expect(failures.map(({ kind, attacks }) => [kind, attacks])).toEqual([
      ['handler-ran', ['MutualTLS: a certificate of somebody else']],
    ])
    const meant = await attack(app, { credentials: { MutualTLS: { unverified: true } } })
    expect(meant.failures, meant.toString()).toEqual([])
  })

  test('whose time nobody looks at is a hole', async () => {
    // What a clock that stands still comes to.
    const stopped = new MutualTLS({ verify: known, clock: () => Date.parse('1999-06-01') })
    const [first] = (await attack(appOfUser(stopped), { credentials: { MutualTLS: { valid: () => sensor } } })).failures
    expect(first?.kind).toBe('valid-refused')
  })

  test('that binds a token: the token is good on its connection alone', async () => {
    const sign = () => tokens.sign({ sub: 'sensor', cnf: { 'x5t#S256': issued.thumbprint } })
    const credentials = {
      HTTPBearer: {
        valid: async () => ({ headers: { authorization: `Bearer ${await sign()}` }, certificate: sensor }),
      },
    }
    const report = async (user: Parameters<typeof Security>[0]) => attack(appOfUser(user), { credentials })
    const sound = await report(new HTTPBearer({ verify: tokens, certificateBound: true }))
    expect(sound.failures, sound.toString()).toEqual([])
    const { failures } = await report(new HTTPBearer({ verify: ({ credentials }) => tokens.verify(credentials) }))
    expect(failures.flatMap(({ attacks }) => attacks)).toEqual([
      'a valid credential of HTTPBearer without its certificate',
      'a valid credential of HTTPBearer with the certificate of somebody else',
    ])
  })

  test('as text that is none is said', async () => {
    const app = appOfUser(new MutualTLS({ verify: known }))
    const wrong = attack(app, { credentials: { MutualTLS: { valid: () => 'no certificate' } } })
    await expect(wrong).rejects.toThrow('attack(): certificate is one X.509 certificate as PEM text.')
  })
})
