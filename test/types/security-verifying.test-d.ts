/** Type tests of verifying schemes: what a verifier gives is what the handler gets. Compiled, not run. */

import { App, anyOf, type Dependency, dependency, Security } from 'sallyport'
import { AccessTokenVerifier, JWT, type JWTClaims, JWTVerifier, KeySet } from 'sallyport/jwt'
import {
  type HTTPAuthorizationCredentials,
  HTTPBase,
  HTTPBearer,
  OAuth2,
  OAuth2ClientCredentials,
  OAuth2PasswordBearer,
  type Principal,
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
const own = new HTTPBearer({ verify: { check: async (_token: string) => ({ sub: 'johndoe', level: 3 }) } })
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

// overrides give what the scheme gives
app.overrides.set(typedScheme, () => ({ subject: 'a', scopes: [], claims: { sub: 'a', scope: '', tenant: 1 } }))
// @ts-expect-error a token is no principal any more
app.overrides.set(typedScheme, () => 'token')

// ---- The annotations that isolatedDeclarations asks for ------------------------------------------------------------------------------

export const annotated: OAuth2PasswordBearer<'me' | 'items', true, typeof tokens> = scheme
export const byClaims: OAuth2PasswordBearer<never, true, TokenVerifier<Claims>> = typedScheme
export const byFunction: OAuth2PasswordBearer<never, true, typeof findUser> = looksUp
export const extracts: OAuth2PasswordBearer<'me'> = new OAuth2PasswordBearer({ tokenUrl: 't', scopes: { me: 'Me.' } })
// @ts-expect-error a verifying scheme gives no text
export const wrong: OAuth2PasswordBearer<'me' | 'items'> = scheme
