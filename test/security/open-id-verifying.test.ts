/** OpenIdConnect with a verifier: against oidc-provider on loopback, and against providers that lie. */
import { App, Security } from 'sallyport'
import { AccessTokenSigner, JWT, JWTSigner, KeySet } from 'sallyport/jwt'
import { ClientSecretBasic, OpenIdConnect, type OpenIdVerification, TokenIntrospection } from 'sallyport/security'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { audience, OidcProvider } from './loopback-provider.ts'
import { RawIncoming } from './requests.ts'

const invalid = (why: string): string => `Bearer error="invalid_token", error_description="${why}"`

type Answer = readonly [status: number, challenge: string | null, body: unknown]

async function send(app: App, token: string): Promise<Answer> {
  const response = await app.request('/', { headers: { authorization: `Bearer ${token}` } })
  return [response.status, response.headers.get('www-authenticate'), await response.json()]
}

describe('with oidc-provider', () => {
  let provider: OidcProvider
  beforeAll(async () => {
    provider = await OidcProvider.start()
  })
  afterAll(() => provider.close())

  /** An app that trusts the provider, with a clock of its own. */
  function api(verify: Partial<OpenIdVerification> = {}) {
    const time = { passed: 0 }
    const scheme = new OpenIdConnect({
      openIdConnectUrl: provider.openIdConnectUrl,
      scopes: { items: 'Items.', me: 'Me.' },
      verify: { audience, dangerouslyAllowHTTP: true, clock: () => Date.now() + time.passed, ...verify },
    })
    const app = new App()
    app.get('/', { params: { caller: Security(scheme, ['items']) } }, ({ caller }) => [
      caller.subject,
      caller.claims.client_id,
      caller.scopes,
    ])
    return { app, scheme, time }
  }

  test('a program calls with a token of the client credentials flow', async () => {
    const { app } = api()
    expect(await send(app, await provider.clientCredentials('items me', audience))).toEqual([
      200,
      null,
      ['service', 'service', ['items', 'me']],
    ])
  })

  test('a person calls with a token of the code flow with PKCE; the ID token is refused', async () => {
    const { app } = api()
    const { access_token, id_token } = await provider.codeFlow('openid items')
    expect((await send(app, access_token)).slice(0, 2)).toEqual([200, null])
    expect((await send(app, access_token))[2]).toEqual(['johndoe', 'app', ['items']])
    expect((await send(app, id_token)).slice(0, 2)).toEqual([401, invalid('The token is not of the expected type')])
    const ofIdTokens = api({ audience: 'app', dangerouslyAcceptIdTokens: true })
    expect((await send(ofIdTokens.app, id_token)).slice(0, 2)).toEqual([
      403,
      'Bearer error="insufficient_scope", scope="items"',
    ])
    expect((await send(api({ dangerouslyAcceptIdTokens: true }).app, id_token))[1]).toBe(
      invalid('The token is not meant for this audience'),
    )
  })

  test('what is not for us is refused', async () => {
    const { app } = api()
    const other = await provider.clientCredentials('items', 'https://other.example.com')
    expect((await send(app, other)).slice(0, 2)).toEqual([401, invalid('The token is not meant for this audience')])
    const less = await provider.clientCredentials('me', audience)
    expect((await send(app, less)).slice(0, 2)).toEqual([403, 'Bearer error="insufficient_scope", scope="items"'])
    const opaque = await provider.clientCredentials('items')
    expect((await send(app, opaque)).slice(0, 2)).toEqual([401, invalid('The token is malformed')])
    expect((await app.request('/')).headers.get('www-authenticate')).toBe('Bearer')
  })

  test('algorithms are ours to choose', async () => {
    const es256 = await provider.clientCredentials('items', 'https://api.example.org')
    const both = api({ audience: 'https://api.example.org' })
    expect((await send(both.app, es256))[0]).toBe(200)
    const one = api({ audience: 'https://api.example.org', algorithms: ['RS256'] })
    expect((await send(one.app, es256))[1]).toBe(invalid('The token is signed with an algorithm that is not allowed'))
  })

  test('a warm token is answered without waiting', async () => {
    const { app, scheme } = api()
    await scheme.ready()
    const token = await provider.clientCredentials('items', audience)
    await send(app, token)
    expect(app.handle(new RawIncoming({ authorization: `Bearer ${token}` }))).toMatchObject({ status: 200 })
  })

  test('configuration and keys are fetched once, by ready() or by the first of many tokens', async () => {
    const { app, scheme } = api()
    const token = await provider.clientCredentials('items', audience)
    provider.asked.length = 0
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(app, token)))
    expect(answers.map(([status]) => status)).toEqual(Array(20).fill(200))
    expect(provider.asked).toEqual(['/.well-known/openid-configuration', '/jwks'])
    await scheme.ready()
    expect(provider.asked).toHaveLength(4)
    await send(app, token)
    expect(provider.asked).toHaveLength(4)
  })

  test('keys may change: the first token with the new one finds it, one with the old one ends', async () => {
    const { app, time } = api()
    const old = await provider.clientCredentials('items', audience)
    expect((await send(app, old))[0]).toBe(200)
    provider.rotate()
    const fresh = await provider.clientCredentials('items', audience)
    expect((await send(app, fresh))[1]).toBe(invalid('The token is signed with a key that is not known'))
    time.passed += 31_000 // the cooldown of unknown keys
    expect((await send(app, fresh))[0]).toBe(200)
    expect((await send(app, old))[1]).toBe(invalid('The token is signed with a key that is not known'))
  })

  test('an outage of the provider does no harm for an hour, and then is 503', async () => {
    const { app, time, scheme } = api()
    await scheme.ready()
    const token = await provider.clientCredentials('items', audience)
    const other = await provider.clientCredentials('items', audience)
    await send(app, token)
    provider.down = true
    try {
      for (const minutes of [5, 5, 5]) {
        time.passed += minutes * 60_000 - 1
        // The tokens live for ten minutes by the clock of the provider.
        const status = time.passed < 590_000 ? 200 : 401
        expect((await send(app, token))[0]).toBe(status)
        expect((await send(app, other))[0]).toBe(status)
      }
      time.passed += 3_600_000
      expect((await send(app, token)).slice(0, 2)).toEqual([503, null])
    } finally {
      provider.down = false
    }
    time.passed += 60_000
    expect((await send(app, token))[1]).toBe(invalid('The token has expired'))
  })

  test('a provider that is down at the start is 503, and is asked again after a pause that grows', async () => {
    const token = await provider.clientCredentials('items', audience)
    provider.down = true
    const { app, time, scheme } = api()
    try {
      provider.asked.length = 0
      await expect(scheme.ready()).rejects.toMatchObject({ code: 'discovery_unavailable', status: 503 })
      expect((await send(app, token)).slice(0, 2)).toEqual([503, null])
      expect(provider.asked).toHaveLength(1)
      const retryAfter = async (): Promise<string | null> => {
        const refused = await app.request('/', { headers: { authorization: `Bearer ${token}` } })
        return refused.status === 503 ? refused.headers.get('retry-after') : null
      }
      expect(await retryAfter()).toBe('1')
      time.passed += 1000
      expect((await send(app, token))[0]).toBe(503)
      expect(await retryAfter()).toBe('2')
      time.passed += 1000
      expect(await retryAfter()).toBe('1')
      expect((await send(app, token))[0]).toBe(503)
      expect(provider.asked).toHaveLength(2)
    } finally {
      provider.down = false
    }
    time.passed += 1000
    expect((await send(app, token))[0]).toBe(200)
  })

  test('its introspection endpoint knows its opaque tokens', async () => {
    const scheme = new OpenIdConnect({
      openIdConnectUrl: provider.openIdConnectUrl,
      subjectClaim: 'client_id',
      verify: new TokenIntrospection({
        endpoint: `${provider.issuer}/token/introspection`,
        client: ClientSecretBasic('service', 'a secret'),
        issuer: provider.issuer,
        tokenType: 'Bearer',
        dangerouslyAllowHTTP: true,
      }),
    })
    const app = new App()
    app.get('/', { params: { caller: scheme } }, ({ caller }) => [caller.subject, caller.claims.active])
    expect(await send(app, await provider.clientCredentials(''))).toEqual([200, null, ['service', true]])
    expect((await send(app, 'invented'))[1]).toBe(invalid('The token is not active'))
  })
})

describe('a provider', async () => {
  const issuer = 'https://login.example.com'
  const openIdConnectUrl = `${issuer}/.well-known/openid-configuration`
  const keys = await KeySet.generate('ES256')
  const signer = new AccessTokenSigner({ key: keys, issuer, audience, expiresIn: '5m' })
  const grant = { sub: 'johndoe', client_id: 'spa', scope: 'items' }
  const token = await signer.sign(grant)
  const right = { issuer, jwks_uri: `${issuer}/jwks` }

  /** What a token gets where the provider answers so. */
  function api(
    documents: Readonly<Record<string, unknown>>,
    verify: Partial<OpenIdVerification> = {},
    url = openIdConnectUrl,
  ) {
    const asked: string[] = []
    const time = { now: Date.now() }
    const served = new Map(Object.entries(documents))
    const scheme = new OpenIdConnect({
      openIdConnectUrl: url,
      verify: {
        audience,
        clock: () => time.now,
        fetch: async (address) => {
          asked.push(address)
          const document = served.get(address)
          if (document instanceof Response) return document.clone()
          return document === undefined ? new Response(null, { status: 404 }) : Response.json(document)
        },
        ...verify,
      },
    })
    const app = new App()
    app.get('/', { params: { caller: Security(scheme, ['items']) } }, ({ caller }) => caller.subject)
    return { app, asked, served, time, scheme }
  }

  const jwks = { [`${issuer}/jwks`]: keys.jwks() }

  test('that says what its address says is trusted', async () => {
    const { app, asked } = api({ [openIdConnectUrl]: right, ...jwks })
    expect(await send(app, token)).toEqual([200, null, 'johndoe'])
    expect(asked).toEqual([openIdConnectUrl, `${issuer}/jwks`])
  })

  test('may have a slash at the end of its name, which its tokens then have, too', async () => {
    const slashed = { [openIdConnectUrl]: { ...right, issuer: `${issuer}/` }, ...jwks }
    expect((await send(api(slashed).app, token))[1]).toBe(invalid('The token was not issued by the expected issuer'))
    const theirs = new AccessTokenSigner({ key: keys, issuer: `${issuer}/`, audience, expiresIn: '5m' })
    expect((await send(api(slashed).app, await theirs.sign(grant)))[0]).toBe(200)
  })

  test.each<[string, unknown]>([
    ['speaks for another issuer', { ...right, issuer: 'https://evil.example' }],
    ['has another path', { ...right, issuer: `${issuer}/tenant` }],
    ['differs in case', { ...right, issuer: 'https://LOGIN.example.com' }],
    ['differs in scheme', { ...right, issuer: 'http://login.example.com' }],
    ['names no issuer', { jwks_uri: right.jwks_uri }],
    ['names a list of issuers', { ...right, issuer: [issuer] }],
    ['has no keys', { issuer }],
    ['has keys without TLS', { ...right, jwks_uri: 'http://login.example.com/jwks' }],
    ['has keys in a file', { ...right, jwks_uri: 'file:///etc/passwd' }],
    ['is a list', [right]],
    ['is HTML', new Response('<p>', { headers: { 'content-type': 'text/html' } })],
    ['redirects', new Response(null, { status: 302, headers: { location: 'https://evil.example/' } })],
    ['is too long', { ...right, pad: 'x'.repeat(300_000) }],
  ])('that %s is not: 503', async (_, document) => {
    const { app, asked } = api({ [openIdConnectUrl]: document, ...jwks })
    expect((await send(app, token)).slice(0, 2)).toEqual([503, null])
    expect(asked).toEqual([openIdConnectUrl])
  })

  test('with another address needs its issuer named', async () => {
    const url = 'https://login.example.com/common/config'
    const { app } = api({ [url]: right, ...jwks }, { issuer }, url)
    expect((await send(app, token))[0]).toBe(200)
    const { app: other } = api({ [url]: right, ...jwks }, { issuer: 'https://other.example' }, url)
    expect((await send(other, token))[0]).toBe(503)
  })

  test('may move its keys: the configuration is fetched again, and nobody waits', async () => {
    const { app, asked, served, time } = api({ [openIdConnectUrl]: right, ...jwks })
    await send(app, token)
    served.set(openIdConnectUrl, { ...right, jwks_uri: `${issuer}/keys` })
    served.set(`${issuer}/keys`, served.get(`${issuer}/jwks`))
    served.delete(`${issuer}/jwks`)
    time.now += 3_600_000
    await send(app, token)
    await expect.poll(() => asked.filter((url) => url === openIdConnectUrl).length).toBe(2)
    time.now += 4_300_000 - 3_600_000
    const late = new AccessTokenSigner({ key: keys, issuer, audience, expiresIn: '5m', clock: () => time.now })
    expect((await send(app, await late.sign(grant)))[0]).toBe(200)
    expect(asked).toContain(`${issuer}/keys`)
  })

  test('that begins to lie is not believed; what is known serves on', async () => {
    const { app, asked, served, time } = api({ [openIdConnectUrl]: right, ...jwks }, { keys: { cacheFor: '1d' } })
    await send(app, token)
    served.set(openIdConnectUrl, { issuer: 'https://evil.example', jwks_uri: 'https://evil.example/jwks' })
    time.now += 3_600_000
    const late = new AccessTokenSigner({ key: keys, issuer, audience, expiresIn: '5m', clock: () => time.now })
    const lateToken = await late.sign(grant)
    expect((await send(app, lateToken))[0]).toBe(200)
    await expect.poll(() => asked.filter((url) => url === openIdConnectUrl).length).toBe(2)
    expect((await send(app, lateToken))[0]).toBe(200)
    expect(asked.some((url) => url.includes('evil'))).toBe(false)
  })

  test('types the claims with a schema', async () => {
    const scheme = new OpenIdConnect({
      openIdConnectUrl,
      verify: {
        audience,
        claims: z.object({ sub: z.string(), tenant: z.string().transform(Number) }),
        fetch: async (url) => Response.json(url === openIdConnectUrl ? right : keys.jwks()),
      },
    })
    const app = new App()
    app.get('/', { params: { caller: scheme } }, ({ caller }) => caller.claims.tenant + 1)
    expect(await send(app, await signer.sign({ ...grant, tenant: '41' }))).toEqual([200, null, 42])
    expect((await send(app, token))[1]).toBe(invalid('The claims of the token are not valid'))
  })

  test('of before RFC 9068 signs tokens of no type, which have to be asked for', async () => {
    const documents = { [openIdConnectUrl]: right, ...jwks }
    const old = new JWTSigner({ key: keys, issuer, audience, expiresIn: '5m' })
    const theirs = await old.sign({ sub: 'johndoe', scope: 'items' })
    expect((await send(api(documents).app, theirs))[1]).toBe(invalid('The token is not of the expected type'))
    const { app } = api(documents, { dangerouslyAcceptIdTokens: true })
    expect((await send(app, theirs))[0]).toBe(200)
    expect((await send(app, await old.sign({ scope: 'items' })))[1]).toBe(invalid('The token has no sub claim'))
  })
})

test('another verifier may stand in, and any scope may be required', async () => {
  const tokens = new JWT({ secret: 'a secret of more than thirty-two bytes', expiresIn: '5m' })
  const scheme = new OpenIdConnect({ openIdConnectUrl: '/openid', verify: tokens, realm: 'api' })
  await scheme.ready()
  const app = new App()
  app.get('/', { params: { caller: Security(scheme, ['anything']) } }, ({ caller }) => caller.claims.sub)
  expect(await send(app, await tokens.sign({ sub: 'a', scope: 'anything' }))).toEqual([200, null, 'a'])
  expect((await send(app, await tokens.sign({ sub: 'a' }))).slice(0, 2)).toEqual([
    403,
    'Bearer realm="api", error="insufficient_scope", scope="anything"',
  ])
  const byHand = new OpenIdConnect({ openIdConnectUrl: '/openid', verify: (token) => token === 't' && { name: 'a' } })
  expect(await byHand(new Request('http://a.test', { headers: { authorization: 'Bearer t' } }))).toEqual({ name: 'a' })
})

test('misuse is refused when declared, by the name of its option', () => {
  const url = 'https://login.example.com/.well-known/openid-configuration'
  const make =
    (verify: unknown, openIdConnectUrl = url) =>
    () =>
      new OpenIdConnect({ openIdConnectUrl, verify } as never)
  expect(make(undefined)).toThrow(/OpenIdConnect: verify is a function/)
  expect(make(true)).toThrow(/OpenIdConnect: verify is a function/)
  expect(make({})).toThrow(
    new TypeError('OpenIdConnect: audience is required: who we are in the tokens of the provider.'),
  )
  expect(make({ audience: [] })).toThrow(/^OpenIdConnect: audience/)
  expect(make({ audience, algorithm: 'RS256' })).toThrow(/OpenIdConnect has no option algorithm/)
  expect(make({ audience, algorithms: ['HS256'] })).toThrow(
    /^OpenIdConnect: algorithms: a provider publishes no secrets/,
  )
  expect(make({ audience, algorithms: ['none'] })).toThrow(/^OpenIdConnect: algorithms: expected one of/)
  expect(make({ audience, algorithms: [] })).toThrow(/^OpenIdConnect: algorithms: expected a non-empty list/)
  expect(make({ audience }, '/openid')).toThrow(/openIdConnectUrl is required: an absolute https address/)
  expect(make({ audience }, url.replace('https', 'http'))).toThrow(/openIdConnectUrl is an https address/)
  expect(make({ audience }, 'https://a.example/config')).toThrow(/ends in \/.well-known\/openid-configuration/)
  expect(make({ audience, issuer: '' }, 'https://a.example/config')).toThrow(/issuer is a text/)
  expect(make({ audience, claims: {} })).toThrow(/^OpenIdConnect: claims is a Standard Schema\./)
  expect(make({ audience, clockTolerance: 601 })).toThrow(/^OpenIdConnect: clockTolerance is at most 600/)
  expect(make({ audience, maxAge: 'x' })).toThrow(/^OpenIdConnect: maxAge/)
  expect(make({ audience, maxLength: 0 })).toThrow(/^OpenIdConnect: maxLength/)
  expect(make({ audience, requiredClaims: [''] })).toThrow(/^OpenIdConnect: requiredClaims/)
  expect(make({ audience, cache: { max: 0 } })).toThrow(/^OpenIdConnect: cache.max/)
  expect(make({ audience, keys: { cachefor: 1 } })).toThrow(/^OpenIdConnect: keys has no option cachefor/)
  expect(make({ audience, keys: { cooldown: 0 } })).toThrow(/^OpenIdConnect: keys.cooldown/)
  expect(make({ audience, timeout: 'x' })).toThrow(/^OpenIdConnect: timeout/)
  expect(make({ audience, cacheFor: 0 })).toThrow(/^OpenIdConnect: cacheFor/)
  expect(make({ audience, maxSize: 0 })).toThrow(/^OpenIdConnect: maxSize/)
})
