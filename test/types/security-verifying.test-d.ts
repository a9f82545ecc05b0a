/** Type tests of verifying schemes: what a verifier gives is what the handler gets. Compiled, not run. */

import { App, anyOf, type Dependency, dependency, Security } from 'sallyport'
import { type AccessTokenClaims, AccessTokenVerifier, JWT, type JWTClaims, JWTVerifier, KeySet } from 'sallyport/jwt'
import {
  ClientSecretBasic,
  type HTTPAuthorizationCredentials,
  HTTPBase,
  HTTPBearer,
  type IntrospectionClaims,
  OAuth2,
  OAuth2ClientCredentials,
  OAuth2PasswordBearer,
  OpenIdConnect,
  type OpenIdVerification,
  type Principal,
  stepUp,
  TokenIntrospection,
  type TokenVerifier,
} from 'sallyport/security'
import { z } from 'zod'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const expect = <_True extends true>(): void => {}
type Called<S extends (request: Request) => unknown> = Awaited<ReturnType<S>>
type IsAny<T> = 0 extends 1 & T ? true : false

interface User {
  readonly name: string
  readonly scopes: readonly string[]
}
declare const findUser: (token: string) => Promise<User | undefined>

const tokens: JWT = new JWT({ secret: '', expiresIn: '30m' })
const claims = z.object({ sub: z.string(), scope: z.string(), tenant: z.number() })
type Claims = z.output<typeof claims>
const typed: JWT<Claims> = new JWT({ secret: '', expiresIn: '30m', claims })

// ---- A verifier of tokens makes a principal; its schema types the claims -----------------------------------------------------------

const scheme = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: { me: 'Me.', items: 'Items.' }, verify: tokens })
expect<Equal<IsAny<Called<typeof scheme>>, false>>()
expect<Equal<Called<typeof scheme>, Principal>>()
expect<Equal<Called<typeof scheme>['claims'], JWTClaims>>()
const typedScheme = new OAuth2PasswordBearer({ tokenUrl: 'token', verify: typed })
expect<Equal<Called<typeof typedScheme>, Principal<Claims>>>()
const optional = new OAuth2PasswordBearer({ tokenUrl: 'token', verify: typed, autoError: false })
expect<Equal<Called<typeof optional>, Principal<Claims> | undefined>>()
const bearer = new HTTPBearer({ verify: new JWTVerifier({ secret: '', algorithms: ['HS256'], claims }) })
expect<Equal<Called<typeof bearer>, Principal<Claims>>>()
const oauth2 = new OAuth2({ verify: typed })
expect<Equal<Called<typeof oauth2>, Principal<Claims>>>()
const keys = await KeySet.generate('ES256')
const access = new OAuth2ClientCredentials({
  tokenUrl: 'token',
  verify: new AccessTokenVerifier({ keys, issuer: 'https://a.example', audience: 'https://b.example' }),
})
expect<Equal<Called<typeof access>['claims']['client_id'], string>>()
const own = new HTTPBearer({ verify: { check: async (token) => ({ sub: token, level: 3 }) } })
expect<Equal<Called<typeof own>, Principal<{ sub: string; level: number }>>>()

// in a handler
const app = new App()
app.get('/', { params: { user: typedScheme, maybe: optional } }, ({ user, maybe }) => {
  expect<Equal<typeof user.claims.tenant, number>>()
  expect<Equal<typeof maybe, Principal<Claims> | undefined>>()
  // @ts-expect-error a principal is readonly
  user.subject = ''
  // @ts-expect-error the schema knows no such claim
  return user.claims.tennant
})

// ---- A function gives a principal of one's own -------------------------------------------------------------------------------------

const looksUp = new OAuth2PasswordBearer({ tokenUrl: 'token', verify: findUser })
expect<Equal<Called<typeof looksUp>, User>>()
const inline = new OAuth2PasswordBearer({
  tokenUrl: 'token',
  verify: async (token, incoming) => {
    expect<Equal<typeof token, string>>()
    expect<Equal<typeof incoming.method, string>>()
    return token === '' ? null : { name: token }
  },
})
expect<Equal<Called<typeof inline>, { name: string }>>()
const inlineBearer = new HTTPBearer({
  verify: (credentials) => {
    expect<Equal<typeof credentials, HTTPAuthorizationCredentials>>()
    return credentials.scheme === 'Bearer' && { name: 'x' }
  },
})
expect<Equal<Called<typeof inlineBearer>, { name: string }>>()
const base = new HTTPBase({ scheme: 'hoba', verify: ({ credentials }) => credentials.length })
expect<Equal<Called<typeof base>, number>>()

// ---- OpenID Connect makes its verifier of a few options ----------------------------------------------------------------------------

const openIdConnectUrl = 'https://login.example.com/.well-known/openid-configuration'
const openId = new OpenIdConnect({ openIdConnectUrl, verify: { audience: 'api' } })
expect<Equal<Called<typeof openId>, Principal<AccessTokenClaims>>>()
const typedOpenId = new OpenIdConnect({ openIdConnectUrl, verify: { audience: ['api'], claims }, autoError: false })
expect<Equal<Called<typeof typedOpenId>, Principal<Claims> | undefined>>()
const fetched = new OpenIdConnect({
  openIdConnectUrl,
  scopes: { items: 'Items.' },
  verify: {
    audience: 'api',
    claims,
    fetch: async (url, init) => {
      expect<Equal<typeof url, string>>()
      return fetch(url, init)
    },
  },
})
expect<Equal<Called<typeof fetched>, Principal<Claims>>>()
Security(fetched, ['items'])
// @ts-expect-error the scope has a typo
Security(fetched, ['itmes'])
const old = new OpenIdConnect({ openIdConnectUrl, verify: { audience: 'api', dangerouslyAcceptIdTokens: true } })
expect<Equal<Called<typeof old>, Principal>>()
const asked = new OpenIdConnect({ openIdConnectUrl, verify: typed })
expect<Equal<Called<typeof asked>, Principal<Claims>>>()
const ownOpenId = new OpenIdConnect({ openIdConnectUrl, verify: async (token) => token !== '' && { name: token } })
expect<Equal<Called<typeof ownOpenId>, { name: string }>>()
const reads = new OpenIdConnect({ openIdConnectUrl })
expect<Equal<Called<typeof reads>, string>>()
// @ts-expect-error audience is required
new OpenIdConnect({ openIdConnectUrl, verify: {} })
// @ts-expect-error a provider publishes no secrets
new OpenIdConnect({ openIdConnectUrl, verify: { audience: 'api', algorithms: ['HS256'] } })

// ---- Introspection -------------------------------------------------------------------------------------------------------------------

const introspection = { endpoint: 'https://a.example', client: ClientSecretBasic('a', 'b') }
const introspected = new HTTPBearer({ verify: new TokenIntrospection(introspection) })
expect<Equal<Called<typeof introspected>, Principal<IntrospectionClaims>>>()
const typedIntrospection = new HTTPBearer({ verify: new TokenIntrospection({ ...introspection, claims }) })
expect<Equal<Called<typeof typedIntrospection>, Principal<Claims>>>()

// without a verifier the value is what it was
const extracting = new OAuth2PasswordBearer({ tokenUrl: 'token' })
expect<Equal<Called<typeof extracting>, string>>()
declare const perhaps: JWT<Claims> | undefined
// @ts-expect-error a verifier that may be absent turns the check off
new OAuth2PasswordBearer({ tokenUrl: 'token', verify: perhaps })
// @ts-expect-error
new OAuth2PasswordBearer({ tokenUrl: 'token', verify: undefined })
// @ts-expect-error no verifier
new OAuth2PasswordBearer({ tokenUrl: 'token', verify: 'yes' })
// @ts-expect-error a token is text
new OAuth2PasswordBearer({ tokenUrl: 'token', verify: (token: number) => token })

// ---- Scopes rise from a verifying scheme, too ----------------------------------------------------------------------------------------

const reader = Security(scheme, ['items'])
expect<Equal<typeof reader, Dependency<Principal, 'me' | 'items'>>>()
// @ts-expect-error the scope has a typo
Security(scheme, ['itmes'])
const current = dependency({ caller: Security(scheme, ['me']) }, ({ caller }) => caller.subject)
expect<Equal<typeof current, Dependency<string, 'me' | 'items'>>>()
const either = anyOf(typedScheme, looksUp)
expect<Equal<typeof either, Dependency<Principal<Claims> | User>>>()

// what is stepped up to gives what it gave
const careful = stepUp(Security(typedScheme), { acrValues: ['phr'], maxAge: '5m' })
expect<Equal<typeof careful, Dependency<Principal<Claims>>>>()
const carefulOptional = stepUp(optional, {
  maxAge: 60,
  authentication: (principal) => ({ acr: principal.claims.scope }),
})
expect<Equal<typeof carefulOptional, Dependency<Principal<Claims> | undefined>>>()
const carefulScopes = stepUp(scheme, { maxAge: 60 })
Security(carefulScopes, ['items'])
// @ts-expect-error the scope has a typo
Security(carefulScopes, ['itmes'])
// @ts-expect-error not a list
stepUp(scheme, { acrValues: 'phr' })
// @ts-expect-error a misspelt option
stepUp(scheme, { maxage: 60 })

// overrides give what the scheme gives
app.overrides.set(typedScheme, () => ({ subject: 'a', scopes: [], claims: { sub: 'a', scope: '', tenant: 1 } }))
// @ts-expect-error a token is no principal any more
app.overrides.set(typedScheme, () => 'token')

// ---- The annotations that isolatedDeclarations asks for ------------------------------------------------------------------------------

export const annotated: OAuth2PasswordBearer<'me' | 'items', true, typeof tokens> = scheme
export const byClaims: OAuth2PasswordBearer<never, true, TokenVerifier<Claims>> = typedScheme
export const byFunction: OAuth2PasswordBearer<never, true, typeof findUser> = looksUp
export const extracts: OAuth2PasswordBearer<'me'> = new OAuth2PasswordBearer({ tokenUrl: 't', scopes: { me: 'Me.' } })
export const byAudience: OpenIdConnect<string, true, OpenIdVerification> = openId
export const byOpenIdClaims: OpenIdConnect<'items', true, OpenIdVerification<Claims>> = fetched
export const byVerifier: OpenIdConnect<string, true, typeof typed> = asked
export const readsOnly: OpenIdConnect = reads
// @ts-expect-error a verifying scheme gives no text
export const wrong: OAuth2PasswordBearer<'me' | 'items'> = scheme
