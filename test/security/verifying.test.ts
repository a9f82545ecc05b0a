/** Schemes with a verifier: what is given, what is refused with which challenge, and who checks the scopes. */
import { App, anyOf, dependency, HTTPException, Security } from 'sallyport'
import {
  AccessTokenSigner,
  AccessTokenVerifier,
  JWT,
  JWTSigner,
  JWTVerifier,
  KeySet,
  RemoteKeySet,
} from 'sallyport/jwt'
import {
  APIKeyHeader,
  HTTPBase,
  HTTPBearer,
  InvalidTokenError,
  OAuth2,
  OAuth2AuthorizationCodeBearer,
  OAuth2ClientCredentials,
  OAuth2Implicit,
  OAuth2PasswordBearer,
} from 'sallyport/security'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { RequiredScopes } from '../../src/scopes.ts'
import { authorize, RawIncoming, refusal, unauthorized } from './requests.ts'

const now = Date.parse('2026-05-01T12:00:00Z')
const seconds = now / 1000
const secret = 'a secret of more than thirty-two bytes'
const both = { secret, issuer: 'https://a.example', audience: 'https://api.example', clock: () => now }
const tokens = new JWT({ ...both, expiresIn: '30m' })
const token = await tokens.sign({ sub: 'johndoe', scope: 'me items' })
const principal = {
  subject: 'johndoe',
  scopes: ['me', 'items'],
  claims: {
    iss: 'https://a.example',
    aud: 'https://api.example',
    sub: 'johndoe',
    scope: 'me items',
    iat: seconds,
    exp: seconds + 1800,
  },
}
const scopes = { me: 'Me.', items: 'Items.' }
const urls = { authorizationUrl: 'authorize', tokenUrl: 'token' }

const invalid = (description?: string, realm?: string): object => ({
  status: 401,
  detail: 'Could not validate credentials',
  challenge: `Bearer ${realm === undefined ? '' : `realm="${realm}", `}error="invalid_token"${
    description === undefined ? '' : `, error_description="${description}"`
  }`,
  absent: false,
})

type Answer = readonly [status: number, challenge: string | null, body: unknown]

async function send(app: App, authorization?: string, path = '/'): Promise<Answer> {
  const response = await app.request(path, { headers: authorization === undefined ? {} : { authorization } })
  const isJSON = response.headers.get('content-type')?.startsWith('application/json')
  return [
    response.status,
    response.headers.get('www-authenticate'),
    isJSON ? await response.json() : await response.text(),
  ]
}

const bearers = {
  HTTPBearer: (autoError: boolean) => new HTTPBearer({ verify: tokens, scopes, autoError }),
  OAuth2: (autoError: boolean) =>
    new OAuth2({ verify: tokens, flows: { password: { tokenUrl: 'token', scopes } }, autoError }),
  OAuth2PasswordBearer: (autoError: boolean) =>
    new OAuth2PasswordBearer({ tokenUrl: 'token', scopes, verify: tokens, autoError }),
  OAuth2AuthorizationCodeBearer: (autoError: boolean) =>
    new OAuth2AuthorizationCodeBearer({ ...urls, scopes, verify: tokens, autoError }),
  OAuth2ClientCredentials: (autoError: boolean) =>
    new OAuth2ClientCredentials({ tokenUrl: 'token', scopes, verify: tokens, autoError }),
  OAuth2Implicit: (autoError: boolean) =>
    new OAuth2Implicit({ authorizationUrl: 'authorize', scopes, verify: tokens, autoError }),
}

describe.each(Object.entries(bearers))('%s with a verifier', (name, make) => {
  const scheme = make(true)
  const app = new App()
  app.get('/', { params: { caller: scheme } }, ({ caller }) => caller)
  app.get('/items', { params: { caller: Security(scheme, ['items']) } }, ({ caller }) => caller)
  const optional = new App()
  optional.get('/', { params: { caller: make(false) } }, ({ caller }) => caller ?? 'nobody')

  test('right: the principal', async () => {
    expect(await send(app, `Bearer ${token}`)).toEqual([200, null, principal])
    expect(await send(app, `bearer ${token}`, '/items')).toEqual([200, null, principal])
    expect(await send(optional, `Bearer ${token}`)).toEqual([200, null, principal])
  })

  test('none: the bare challenge, without an error code (RFC 6750 §3.1)', async () => {
    expect(await send(app)).toEqual([401, 'Bearer', { detail: 'Not authenticated' }])
    expect(await send(app, 'Basic YTpi')).toEqual([401, 'Bearer', { detail: 'Not authenticated' }])
    expect(await send(optional)).toEqual([200, null, 'nobody'])
    expect(await send(optional, 'Basic YTpi')).toEqual([200, null, 'nobody'])
  })

  test('wrong: invalid_token, with and without autoError', async () => {
    for (const to of [app, optional]) {
      expect(await send(to, 'Bearer')).toEqual([
        401,
        'Bearer error="invalid_token"',
        { detail: 'Could not validate credentials' },
      ])
      expect(await send(to, 'Bearer no-token')).toEqual([
        401,
        'Bearer error="invalid_token", error_description="The token is malformed"',
        { detail: 'Could not validate credentials' },
      ])
    }
  })

  test('document', () => {
    const document = app.openapi()
    expect(document.components?.securitySchemes).toEqual({ [name]: scheme.model })
    expect(document.paths['/items']?.get?.security).toEqual([{ [name]: ['items'] }])
    expect(optional.openapi().paths['/']?.get?.security).toContainEqual({})
    expect(scheme.verifiesScopes).toBe(true)
  })
})

test('without a verifier nothing changes', () => {
  const scheme = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes, realm: 'api' })
  expect(scheme.verifiesScopes).toBe(false)
  expect(authorize(scheme, 'Bearer any text')).toBe('any text')
  expect(authorize(scheme, 'Bearer')).toEqual(unauthorized('Bearer realm="api"', 'broken'))
  expect(() => new App().get('/', { params: { token: Security(scheme, ['me']) } }, () => null)).toThrow(
    /nothing on the way to OAuth2PasswordBearer reads SecurityScopes/,
  )
})

describe('tokens of others', async () => {
  const keys = await KeySet.generate('ES256')
  const issuer = 'https://a.example'
  const audience = 'https://api.example'
  const clock = (): number => now
  const verifier = new AccessTokenVerifier({ keys, issuer, audience, clock })
  const signer = (options: object = {}): AccessTokenSigner =>
    new AccessTokenSigner({ key: keys, issuer, audience, expiresIn: '5m', clock, ...options })
  const grant = { sub: 'johndoe', client_id: 'spa', scope: 'items' }
  const app = new App()
  let ran = 0
  const scheme = new OAuth2ClientCredentials({ tokenUrl: 'token', scopes, verify: verifier })
  app.get('/', { params: { caller: Security(scheme, ['items']) } }, ({ caller }) => {
    ran++
    return caller.claims.client_id
  })
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = { ...grant, iss: issuer, aud: audience, iat: seconds, exp: seconds + 300, jti: '1' }
  const idToken = new JWTSigner({ key: keys, issuer, audience, expiresIn: '5m', clock })
  const hmac = new JWTSigner({
    key: secret,
    algorithm: 'HS256',
    issuer,
    audience,
    expiresIn: '5m',
    typ: 'at+jwt',
    clock,
  })

  test('a right one is let through', async () => {
    expect(await send(app, `Bearer ${await signer().sign(grant)}`)).toEqual([200, null, 'spa'])
    expect(ran).toBe(1)
  })

  test.each<[string, () => Promise<string> | string, string]>([
    [
      'foreign',
      async () => signer({ key: await KeySet.generate('ES256') }).sign(grant),
      'The token is signed with a key that is not known',
    ],
    ['expired', () => signer({ clock: () => now - 600_000 }).sign(grant), 'The token has expired'],
    [
      'unsigned',
      () => `${encode({ alg: 'none', typ: 'at+jwt' })}.${encode(claims)}.`,
      'The token is signed with an algorithm that is not allowed',
    ],
    ['signed with a secret', () => hmac.sign(claims), 'The token is signed with an algorithm that is not allowed'],
    ['of another type', () => idToken.sign(grant), 'The token is not of the expected type'],
    [
      'of another issuer',
      () => signer({ issuer: 'https://b.example' }).sign(grant),
      'The token was not issued by the expected issuer',
    ],
    [
      'for another audience',
      () => signer({ audience: 'https://other.example' }).sign(grant),
      'The token is not meant for this audience',
    ],
    [
      'changed',
      async () => (await signer().sign(grant)).replace(/\.[^.]*\./, `.${encode({ ...claims, sub: 'admin' })}.`),
      'The signature of the token is not valid',
    ],
    ['twice', async () => `${await signer().sign(grant)}, Bearer x`, 'The signature of the token is not valid'],
    ['too long', () => 'a'.repeat(9000), 'The token is too long'],
  ])('%s', async (_, make, description) => {
    ran = 0
    expect(await send(app, `Bearer ${await make()}`)).toEqual([
      401,
      `Bearer error="invalid_token", error_description="${description}"`,
      { detail: 'Could not validate credentials' },
    ])
    expect(ran).toBe(0)
  })
})

describe('scopes', () => {
  const scheme = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes, verify: tokens, realm: 'api' })
  const app = new App()
  const me = Security(scheme, ['me'])
  app.get('/', { params: { caller: Security(me, ['items']) } }, ({ caller }) => caller.scopes)

  test.each(['', 'me', 'items', 'me item', 'me Items', 'me,items', 'meitems'])('%j are not enough', async (scope) => {
    const short = await tokens.sign({ sub: 'johndoe', scope })
    expect(await send(app, `Bearer ${short}`)).toEqual([
      403,
      'Bearer realm="api", error="insufficient_scope", scope="items me"',
      { detail: 'Not enough permissions' },
    ])
  })

  test.each<[unknown, readonly string[]]>([
    ['items me', ['items', 'me']],
    ['me  items ', ['me', 'items']],
    [
      ['me', 'items'],
      ['me', 'items'],
    ],
  ])('%j are enough', async (scope, given) => {
    expect(await send(app, `Bearer ${await tokens.sign({ sub: 'johndoe', scope })}`)).toEqual([200, null, given])
  })

  test.each([1, true, null, {}, ['me', 1]])('the scope claim %j is no list of scopes', async (scope) => {
    expect((await send(app, `Bearer ${await tokens.sign({ sub: 'johndoe', scope })}`))[1]).toBe(
      'Bearer realm="api", error="invalid_token", error_description="The scope claim of the token is not valid"',
    )
  })

  test('another claim may hold them', async () => {
    const scp = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes, verify: tokens, scopeClaim: 'scp' })
    const azure = new App()
    azure.get('/', { params: { caller: Security(scp, ['me', 'items']) } }, ({ caller }) => caller.scopes)
    const listed = await tokens.sign({ sub: 'johndoe', scp: ['me', 'items'] })
    expect(await send(azure, `Bearer ${listed}`)).toEqual([200, null, ['me', 'items']])
    expect((await send(azure, `Bearer ${token}`))[0]).toBe(403)
  })

  test('what is read as text cannot be found by a part of it', () => {
    const own = new HTTPBearer({ scopes: { item: 'One.' }, verify: () => ({ scopes: 'items' }) })
    const needed = new RequiredScopes(['item'])
    expect(() => own.authenticate(new RawIncoming({ authorization: 'Bearer x' }), needed)).toThrow(
      'Not enough permissions',
    )
  })
})

describe('the subject', () => {
  const scheme = new HTTPBearer({ verify: tokens })

  test.each([{}, { sub: '' }])('%j names nobody', async (claims) => {
    expect(authorize(scheme, `Bearer ${await tokens.sign(claims)}`)).toEqual(invalid('The token has no sub claim'))
  })

  test('claims that change are read anew', () => {
    const scope = ['me']
    const claims = { sub: 'a', scope }
    const own = new HTTPBearer({ verify: { check: () => claims } })
    expect(authorize(own, 'Bearer x')).toMatchObject({ subject: 'a', scopes: ['me'] })
    claims.sub = 'b'
    expect(authorize(own, 'Bearer x')).toMatchObject({ subject: 'b' })
    scope.pop()
    expect(authorize(own, 'Bearer x')).toMatchObject({ scopes: [] })
  })

  test('nobody is named by what a prototype holds', () => {
    const inherited = new HTTPBearer({ verify: { check: () => Object.create({ sub: 'admin' }) as { sub: string } } })
    expect(authorize(inherited, 'Bearer x')).toEqual(invalid('The token has no sub claim'))
    const none = new HTTPBearer({ verify: { check: () => undefined as unknown as { sub: string } } })
    expect(authorize(none, 'Bearer x')).toEqual(invalid())
  })

  test('another claim may name it', async () => {
    const byClient = new HTTPBearer({ verify: tokens, subjectClaim: 'client_id' })
    expect(authorize(byClient, `Bearer ${await tokens.sign({ client_id: 'c' })}`)).toMatchObject({ subject: 'c' })
    expect(authorize(byClient, `Bearer ${await tokens.sign({ client_id: 1 })}`)).toEqual(
      invalid('The token has no client_id claim'),
    )
    expect(authorize(new HTTPBearer({ verify: tokens, subjectClaim: 'constructor' }), `Bearer ${token}`)).toEqual(
      invalid('The token has no constructor claim'),
    )
  })

  test.each([{ jkt: 'x' }, { 'x5t#S256': 'x' }, {}, null])(
    'a token that is bound to a key is no bearer token: %j',
    async (cnf) => {
      expect(authorize(scheme, `Bearer ${await tokens.sign({ sub: 'a', cnf })}`)).toEqual(
        invalid('The token is bound to a key that was not proved'),
      )
    },
  )

  test('a principal is of one request: what somebody writes into it reaches no other', () => {
    type Writable = { subject: string; scopes: string[] }
    const first = authorize(scheme, `Bearer ${token}`) as unknown as Writable
    first.subject = 'admin'
    first.scopes.push('admin')
    expect(authorize(scheme, `Bearer ${token}`)).toMatchObject({ subject: 'johndoe', scopes: ['me', 'items'] })
  })
})

test('claims are what the schema makes of them', async () => {
  const claims = z.object({ sub: z.string(), tenant: z.string().transform(Number) })
  const typed = new JWT({ ...both, expiresIn: '30m', claims })
  const app = new App()
  app.get('/', { params: { caller: new HTTPBearer({ verify: typed }) } }, ({ caller }) => caller.claims.tenant + 1)
  expect(await send(app, `Bearer ${await typed.sign({ sub: 'a', tenant: '41' })}`)).toEqual([200, null, 42])
  expect((await send(app, `Bearer ${token}`))[1]).toBe(
    'Bearer error="invalid_token", error_description="The claims of the token are not valid"',
  )
})

describe('a function', () => {
  const users = new Map([['t', { name: 'johndoe', scopes: ['me'] }]])
  const make = (verify: (token: string) => unknown): OAuth2PasswordBearer<'me' | 'items', true, typeof verify> =>
    new OAuth2PasswordBearer({ tokenUrl: 'token', scopes, verify })
  const refuse = invalid()

  class Later {
    // biome-ignore lint/suspicious/noThenProperty: promises of other libraries are no Promise
    readonly then = (done: (value: unknown) => void): void => done('later')
  }
  const thenable = (): unknown => new Later()

  test('gives a principal of its own, at once or later', async () => {
    expect(
      authorize(
        make((text) => users.get(text)),
        'Bearer t',
      ),
    ).toEqual({ name: 'johndoe', scopes: ['me'] })
    expect(
      await authorize(
        make(async (text) => users.get(text)),
        'Bearer t',
      ),
    ).toEqual(users.get('t'))
    expect(await authorize(make(thenable), 'Bearer t')).toBe('later')
  })

  test.each([undefined, null, false])('%j refuses', async (nobody) => {
    expect(
      authorize(
        make(() => nobody),
        'Bearer t',
      ),
    ).toEqual(refuse)
    await expect(
      authorize(
        make(async () => nobody),
        'Bearer t',
      ),
    ).rejects.toSatisfy((error) => {
      expect(refusal(error)).toEqual(refuse)
      return true
    })
  })

  test('its scopes are checked; without any none is granted', async () => {
    const app = new App()
    const scheme = make((text) => (text === 'none' ? { name: 'a' } : users.get('t')))
    app.get('/me', { params: { user: Security(scheme, ['me']) } }, ({ user }) => user)
    app.get('/items', { params: { user: Security(scheme, ['items']) } }, ({ user }) => user)
    expect((await send(app, 'Bearer t', '/me'))[0]).toBe(200)
    expect((await send(app, 'Bearer t', '/items'))[0]).toBe(403)
    expect((await send(app, 'Bearer none', '/me'))[0]).toBe(403)
    const text = make(() => 'me')
    app.get('/text', { params: { user: Security(text, ['me']) } }, ({ user }) => user)
    expect((await send(app, 'Bearer t', '/text'))[0]).toBe(403)
  })

  test('is given the request; is not asked for absent or broken credentials', () => {
    let asked = 0
    const scheme = new HTTPBearer({
      verify: ({ credentials }, incoming) => {
        asked++
        return `${credentials} ${incoming.method}`
      },
    })
    expect(authorize(scheme, 'Bearer t')).toBe('t GET')
    authorize(scheme)
    authorize(scheme, 'Bearer')
    expect(asked).toBe(1)
  })

  test('what it throws: an answer goes out, a refusal is a challenge, a fault is 500', async () => {
    const throws = (error: unknown) => () => {
      throw error
    }
    const teapot = new HTTPException(418, 'Tea')
    const outage = Object.assign(new Error('no database at db.internal'), { '~answer': { status: 503 } })
    for (const wrap of [throws, (error: unknown) => () => Promise.reject(error)]) {
      const answers: [unknown, Answer][] = [
        [teapot, [418, null, { detail: 'Tea' }]],
        [outage, [503, null, { detail: 'Service Unavailable' }]],
        [new Error('secret'), [500, null, 'Internal Server Error']],
        [
          new InvalidTokenError('Not "ours" \\ nor yours: ä'),
          [
            401,
            `Bearer error="invalid_token", error_description="Not ?ours? ? nor yours: ?"`,
            { detail: 'Could not validate credentials' },
          ],
        ],
      ]
      for (const [error, answer] of answers) {
        const app = new App({ onError: () => {} })
        app.get('/', { params: { user: make(wrap(error)) } }, () => 'in')
        expect(await send(app, 'Bearer t')).toEqual(answer)
      }
    }
  })
})

describe('what cannot be found out', () => {
  const gone = new JWTVerifier({
    keys: new RemoteKeySet('https://a.example/jwks', { fetch: () => Promise.reject(new Error('offline')) }),
    algorithms: ['ES256'],
    issuer: 'https://a.example',
  })
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const unknown = `Bearer ${encode({ alg: 'ES256', kid: '1' })}.${encode({ sub: 'a' })}.${'A'.repeat(86)}`

  test.each([true, false])('is 503 and no challenge, autoError %j', async (autoError) => {
    const app = new App()
    app.get('/', { params: { caller: new HTTPBearer({ verify: gone, autoError }) } }, () => 'in')
    expect(await send(app, unknown)).toEqual([503, null, { detail: 'Service Unavailable' }])
  })

  test('and no other alternative lets in who was not refused', async () => {
    const app = new App()
    const caller = anyOf(new HTTPBearer({ verify: gone }), new APIKeyHeader({ name: 'x-key', autoError: false }))
    app.get('/', { params: { caller } }, () => 'in')
    expect((await send(app, unknown))[0]).toBe(503)
  })
})

describe('anyOf', () => {
  const first = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes, verify: tokens, realm: 'first' })
  const second = new HTTPBearer({ scopes, realm: 'second', verify: ({ credentials }) => credentials === 'k' && users })
  const users = { subject: 'key', scopes: ['items'] }
  const app = new App()
  app.get('/', { params: { caller: anyOf(first, second) } }, ({ caller }) => caller.subject)
  app.get('/items', { params: { caller: Security(anyOf(first, second), ['items']) } }, ({ caller }) => caller.subject)

  test('the first that accepts gives the principal', async () => {
    expect(await send(app, `Bearer ${token}`)).toEqual([200, null, 'johndoe'])
    expect(await send(app, 'Bearer k', '/items')).toEqual([200, null, 'key'])
  })

  test('a 401 has the challenge of each', async () => {
    expect((await send(app))[1]).toBe('Bearer realm="first", Bearer realm="second"')
    expect((await send(app, 'Bearer x'))[1]).toBe(
      'Bearer realm="first", error="invalid_token", error_description="The token is malformed", Bearer realm="second", error="invalid_token"',
    )
  })

  test('scopes less one', async () => {
    const [status] = await send(app, `Bearer ${await tokens.sign({ sub: 'a', scope: 'me' })}`, '/items')
    expect([401, 403]).toContain(status)
  })
})

describe('overrides', () => {
  const scheme = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes, verify: tokens })
  const user = dependency({ caller: Security(scheme, ['items']) }, ({ caller }) => caller.subject)
  const app = new App()
  app.get('/', { params: { user } }, ({ user }) => user)

  test('stand in for a verifying scheme, and leave the document alone', async () => {
    const before = app.openapi()
    app.overrides.set(scheme, () => ({ subject: 'test', scopes: [], claims: {} }))
    expect(await send(app)).toEqual([200, null, 'test'])
    expect(app.openapi()).toEqual(before)
    app.overrides.clear()
    expect((await send(app))[0]).toBe(401)
  })
})

test('a warm token is answered without waiting', () => {
  const app = new App()
  const caller = Security(bearers.OAuth2PasswordBearer(true), ['items'])
  app.get('/', { params: { caller } }, ({ caller }) => caller?.subject)
  const reply = app.handle(new RawIncoming({ authorization: `Bearer ${token}` }))
  expect(reply).not.toBeInstanceOf(Promise)
  expect('then' in reply).toBe(false)
  expect(reply).toMatchObject({ status: 200 })
})

test('a scheme can be called', async () => {
  const scheme = new HTTPBearer({ verify: tokens })
  const request = new Request('http://api.test/', { headers: { authorization: `Bearer ${token}` } })
  expect(await scheme(request)).toEqual(principal)
  await expect(scheme(new Request('http://api.test/'))).rejects.toThrow('Not authenticated')
})

test('HTTPBase asks a function', () => {
  const scheme = new HTTPBase({ scheme: 'hoba', verify: ({ credentials }) => credentials === 'a' && { name: 'a' } })
  expect(authorize(scheme, 'HOBA a')).toEqual({ name: 'a' })
  expect(authorize(scheme, 'HOBA b')).toEqual(unauthorized('Hoba', 'broken'))
  expect(authorize(scheme)).toEqual(unauthorized('Hoba', 'absent'))
  expect(() => new HTTPBase({ scheme: 'hoba', verify: tokens as never })).toThrow(/HTTPBase: verify is a function that/)
})

test('the cause of a refusal is kept for the log', () => {
  const scheme = new HTTPBearer({ verify: tokens })
  try {
    scheme.authenticate(new RawIncoming({ authorization: 'Bearer x' }), new RequiredScopes([]))
    expect.unreachable()
  } catch (error) {
    expect((error as HTTPException).cause).toMatchObject({ code: 'token_malformed' })
  }
})

test('a verifier that is inherited is refused, not forgotten', () => {
  class Options {
    tokenUrl = 'token'
    get verify() {
      return tokens
    }
  }
  expect(() => new OAuth2PasswordBearer(new Options())).toThrow(/OAuth2PasswordBearer: the option verify is inherited/)
  expect(() => new HTTPBearer(Object.create({ verify: tokens }))).toThrow(/HTTPBearer: the option verify is inherited/)
  expect(() => new HTTPBase({ __proto__: { verify: () => 'x' }, scheme: 'a' } as never)).toThrow(/verify is inherited/)
})

test('misuse is refused by the name of its option', () => {
  const make = (options: object) => () => new OAuth2PasswordBearer({ tokenUrl: 'token', ...options } as never)
  expect(make({ verify: undefined })).toThrow(
    /^OAuth2PasswordBearer: verify is a function, or has a method check\(token\).*It is undefined, and then nobody would be checked/,
  )
  expect(make({ verify: null })).toThrow(/OAuth2PasswordBearer: verify is a function/)
  expect(make({ verify: {} })).toThrow(/OAuth2PasswordBearer: verify is a function/)
  expect(make({ realm: '' })).toThrow(/OAuth2PasswordBearer: realm is printable ASCII/)
  expect(make({ realm: 'a\r\nb' })).toThrow(/OAuth2PasswordBearer: realm is printable ASCII/)
  expect(make({ scopeClaim: 'scp' })).toThrow(/subjectClaim and scopeClaim need an option verify/)
  expect(make({ subjectClaim: 'a', verify: () => 'x' })).toThrow(/subjectClaim and scopeClaim need an option verify/)
  expect(make({ scopeClaim: '', verify: tokens })).toThrow(/OAuth2PasswordBearer: scopeClaim is a text/)
  expect(() => new HTTPBearer({ verify: 1 } as never)).toThrow(/HTTPBearer: verify is a function/)
  expect(authorize(new HTTPBearer({ realm: 'a "b" \\c', verify: tokens }))).toEqual(
    unauthorized('Bearer realm="a \\"b\\" \\\\c"', 'absent'),
  )
})
