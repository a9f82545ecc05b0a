/** Schemes that one request cannot satisfy together. */
import { App, anyOf, dependency, Router } from 'sallyport'
import {
  APIKeyHeader,
  HTTPBase,
  HTTPBasic,
  HTTPBearer,
  HTTPDigest,
  MutualTLS,
  OAuth2PasswordBearer,
  OpenIdConnect,
} from 'sallyport/security'
import { describe, expect, test } from 'vitest'

const basic = new HTTPBasic()
const bearer = new HTTPBearer()
const password = new OAuth2PasswordBearer({ tokenUrl: 'token' })
const provider = new OpenIdConnect({ openIdConnectUrl: 'https://login.example.com/.well-known/openid-configuration' })
const optional = new HTTPBasic({ schemeName: 'Optional', autoError: false })
const declare = (params: object) => () => new App().get('/x', { params: params as Record<never, never> }, () => 1)

describe('two auth-schemes in one Authorization header', () => {
  test.each([
    ['HTTPBasic', 'HTTPBearer', { basic, bearer }],
    ['HTTPBearer', 'HTTPDigest', { bearer, digest: new HTTPDigest() }],
    ['OAuth2PasswordBearer', 'HTTPBasic', { password, key: new APIKeyHeader({ name: 'X-Key' }), basic }],
    ['OpenIdConnect', 'Negotiate', { provider, other: new HTTPBase({ scheme: 'negotiate', schemeName: 'Negotiate' }) }],
    ['HTTPBearer', 'HTTPBasic', { deep: dependency({ bearer }, () => 1), basic }],
    ['HTTPBasic', 'HTTPBearer', { basic, any: anyOf(bearer, password) }],
  ])('%s and %s are refused when declared', (one, other, params) => {
    expect(declare(params)).toThrow(
      new TypeError(
        `GET /x requires ${one} and ${other} together, but a request has one Authorization header, for one auth-scheme: nobody could get in. Take either with anyOf(), or read one of them from another place (APIKeyHeader, APIKeyCookie, MutualTLS).`,
      ),
    )
  })

  test('whichever list they come from', () => {
    const router = new Router({ dependencies: [bearer] })
    router.get('/x', () => 1)
    expect(() => new App({ dependencies: [basic] }).include(router)).toThrow(
      /^GET \/x requires HTTPBasic and HTTPBearer/,
    )
  })

  test.each([
    ['alternatives', { any: anyOf(basic, bearer) }],
    ['an alternative that can be sent', { basic, any: anyOf(bearer, new APIKeyHeader({ name: 'X-Key' })) }],
    ['an optional scheme', { bearer, optional }],
    ['places of their own', { basic, key: new APIKeyHeader({ name: 'X-Key' }), tls: new MutualTLS() }],
    ['one token that two schemes read', { bearer, password, provider }],
  ])('%s are declared as before', (_, params) => {
    expect(declare(params)).not.toThrow()
  })

  test('an operation that is public is not guarded by what stands above it', () => {
    const app = new App({ dependencies: [basic] })
    expect(() => app.get('/x', { public: true }, () => 1)).not.toThrow()
  })
})
