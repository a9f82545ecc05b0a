/** Type tests of sallyport/security: every @ts-expect-error stands on a real error, every Equal holds. Compiled, not run. */

import type { Incoming, SecuritySchemeObject } from 'sallyport'
import { anyOf, type Dependency, dependency, type HTTPException, Query, Security, SecurityScopes } from 'sallyport'
import {
  APIKeyCookie,
  APIKeyHeader,
  APIKeyQuery,
  type HTTPAuthorizationCredentials,
  HTTPBase,
  HTTPBasic,
  type HTTPBasicCredentials,
  HTTPBearer,
  HTTPDigest,
  OAuth2,
  OAuth2AuthorizationCodeBearer,
  OAuth2ClientCredentials,
  OAuth2Implicit,
  OAuth2PasswordBearer,
  OAuth2PasswordRequestForm,
  OAuth2PasswordRequestFormStrict,
  OpenIdConnect,
  SecurityScheme,
} from 'sallyport/security'
import { z } from 'zod'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const expect = <_True extends true>(): void => {}
type Value<D> = D extends Dependency<infer T, string> ? T : 'no dependency'
type Scopes<D> = D extends { readonly '~scope'?: infer Scope } ? Exclude<Scope, undefined> : 'no dependency'
type Called<S extends (request: Request) => unknown> = Awaited<ReturnType<S>>

// any would let every line below pass
type IsAny<T> = 0 extends 1 & T ? true : false
const oauth2Scheme = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: { me: 'Me.', items: 'Items.' } })
expect<Equal<IsAny<typeof oauth2Scheme>, false>>()
expect<Equal<IsAny<Value<typeof oauth2Scheme>>, false>>()

// ---- What a scheme gives, in a record and when it is called --------------------------------------------------------------------

const token = new OAuth2PasswordBearer({ tokenUrl: 'token' })
const optionalToken = new OAuth2PasswordBearer({ tokenUrl: 'token', autoError: false })
expect<Equal<Value<typeof token>, string>>()
expect<Equal<Called<typeof token>, string>>()
expect<Equal<Value<typeof optionalToken>, string | undefined>>()
expect<Equal<Called<typeof optionalToken>, string | undefined>>()

const bearer = new HTTPBearer()
const optionalBearer = new HTTPBearer({ autoError: false })
expect<Equal<Called<typeof bearer>, HTTPAuthorizationCredentials>>()
expect<Equal<Called<typeof optionalBearer>, HTTPAuthorizationCredentials | undefined>>()
const basic = new HTTPBasic()
const optionalBasic = new HTTPBasic({ realm: 'R', autoError: false })
expect<Equal<Called<typeof basic>, HTTPBasicCredentials>>()
expect<Equal<Called<typeof optionalBasic>, HTTPBasicCredentials | undefined>>()
const base = new HTTPBase({ scheme: 'other', autoError: true })
expect<Equal<Called<typeof base>, HTTPAuthorizationCredentials>>()
const digest = new HTTPDigest({ autoError: false })
expect<Equal<Called<typeof digest>, HTTPAuthorizationCredentials | undefined>>()
const query = new APIKeyQuery({ name: 'key' })
const header = new APIKeyHeader({ name: 'key', autoError: false })
const cookie = new APIKeyCookie({ name: 'key' })
expect<Equal<Called<typeof query>, string>>()
expect<Equal<Called<typeof header>, string | undefined>>()
expect<Equal<Called<typeof cookie>, string>>()
const openId = new OpenIdConnect({ openIdConnectUrl: '/openid', autoError: false })
expect<Equal<Called<typeof openId>, string | undefined>>()

// a boolean that is known only when it runs may be false
declare const decided: boolean
const perhaps = new HTTPBearer({ autoError: decided })
expect<Equal<Called<typeof perhaps>, HTTPAuthorizationCredentials | undefined>>()

dependency({ token, optionalToken, basic, header }, (args) => {
  expect<Equal<typeof args.token, string>>()
  expect<Equal<typeof args.optionalToken, string | undefined>>()
  expect<Equal<typeof args.basic, HTTPBasicCredentials>>()
  expect<Equal<typeof args.header, string | undefined>>()
  // @ts-expect-error credentials are readonly
  args.basic.password = ''
})

const either = anyOf(bearer, header)
expect<Equal<Value<typeof either>, HTTPAuthorizationCredentials | string | undefined>>()

// ---- Scopes rise, and a typo does not compile ----------------------------------------------------------------------------------

expect<Equal<Scopes<typeof oauth2Scheme>, 'me' | 'items'>>()
const getCurrentUser = dependency({ token: oauth2Scheme, scopes: SecurityScopes }, ({ token, scopes }) => {
  scopes.require(['me'])
  return { token }
})
expect<Equal<typeof getCurrentUser, Dependency<{ token: string }, 'me' | 'items'>>>()
const getCurrentActiveUser = dependency({ user: Security(getCurrentUser, ['me']) }, ({ user }) => user)
expect<Equal<typeof getCurrentActiveUser, Dependency<{ token: string }, 'me' | 'items'>>>()
const getRepository = dependency({ page: Query(z.int()) }, ({ page }) => page)

Security(oauth2Scheme, ['me', 'items'])
Security(getCurrentActiveUser, ['items'])
// @ts-expect-error the scope has a typo
Security(oauth2Scheme, ['itmes'])
// @ts-expect-error the scope has a typo, two dependencies above the scheme
Security(getCurrentActiveUser, ['itmes'])
// @ts-expect-error this scheme declares no scopes
Security(token, ['items'])
// @ts-expect-error nor does this
Security(bearer, ['items'])
// @ts-expect-error no scheme below
Security(getRepository, ['items'])

// every scheme may declare a vocabulary
Security(new HTTPBearer({ scopes: { read: 'Read.' } }), ['read'])
Security(new HTTPBasic({ scopes: { read: 'Read.' } }), ['read'])
Security(new APIKeyHeader({ name: 'key', scopes: { read: 'Read.' } }), ['read'])
// @ts-expect-error
Security(new APIKeyHeader({ name: 'key', scopes: { read: 'Read.' } }), ['write'])

// flows of one scheme put their scopes together
const flows = new OAuth2({
  flows: {
    password: { tokenUrl: 'token', scopes: { a: 'A.' } },
    clientCredentials: { tokenUrl: 'token', scopes: { b: 'B.' } },
    authorizationCode: { authorizationUrl: 'authorize', tokenUrl: 'token', scopes: { a: 'A.', c: 'C.' } },
    implicit: { authorizationUrl: 'authorize' },
  },
})
expect<Equal<Scopes<typeof flows>, 'a' | 'b' | 'c'>>()
Security(flows, ['a', 'b', 'c'])
// @ts-expect-error
Security(flows, ['d'])
const noFlows = new OAuth2()
expect<Equal<Scopes<typeof noFlows>, never>>()

// any scope may be required of OpenID Connect, unless they are declared
Security(openId, ['openid', 'anything'])
const declaring = new OpenIdConnect({ openIdConnectUrl: '/openid', scopes: { email: 'Mail.' } })
Security(declaring, ['email'])
// @ts-expect-error
Security(declaring, ['mail'])

// ---- Options -------------------------------------------------------------------------------------------------------------------

// @ts-expect-error tokenUrl is required
new OAuth2PasswordBearer({})
// @ts-expect-error a misspelt option
new OAuth2PasswordBearer({ tokenUrl: 'token', tokenURL: 'token' })
// @ts-expect-error the description of a scope is a text
new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: { a: 1 } })
// @ts-expect-error the code flow needs both
new OAuth2AuthorizationCodeBearer({ tokenUrl: 'token' })
// @ts-expect-error the implicit flow has no token endpoint
new OAuth2Implicit({ authorizationUrl: 'authorize', tokenUrl: 'token' })
// @ts-expect-error flows have their own required URLs
new OAuth2({ flows: { password: { authorizationUrl: 'authorize' } } })
// @ts-expect-error name is required
new APIKeyHeader({})
// @ts-expect-error
new HTTPBasic({ charset: 'latin1' })
// @ts-expect-error
new HTTPBearer({ relm: 'R' })
new HTTPBearer({ schemeName: undefined, description: undefined, autoError: undefined, bearerFormat: undefined })

// ---- Subclasses keep the types ---------------------------------------------------------------------------------------------------

class HTTPBearer403<AutoError extends boolean = true> extends HTTPBearer<never, AutoError> {
  override makeNotAuthenticatedError(): HTTPException {
    return super.makeNotAuthenticatedError()
  }
}
const bearer403 = new HTTPBearer403()
expect<Equal<Called<typeof bearer403>, HTTPAuthorizationCredentials>>()
const optional403 = new HTTPBearer403({ autoError: false })
expect<Equal<Called<typeof optional403>, HTTPAuthorizationCredentials | undefined>>()

class Session extends SecurityScheme<{ user: string }, 'admin'> {
  readonly model: SecuritySchemeObject = { type: 'apiKey', in: 'cookie', name: 'session' }
  override async authenticate(incoming: Incoming): Promise<{ user: string }> {
    const user = incoming.cookie('session')
    return user ? { user } : this.absent()
  }
}
const session = new Session({ scopes: { admin: 'All.' } })
expect<Equal<Value<typeof session>, { user: string }>>()
Security(session, ['admin'])
// @ts-expect-error
Security(session, ['root'])
// @ts-expect-error the base class is abstract
new SecurityScheme()
// @ts-expect-error model and authenticate are missing
class Nothing extends SecurityScheme<string> {}
void Nothing

// ---- The form ----------------------------------------------------------------------------------------------------------------------

expect<Equal<Value<typeof OAuth2PasswordRequestForm>, OAuth2PasswordRequestForm>>()
expect<Equal<OAuth2PasswordRequestForm['grant_type'], 'password' | undefined>>()
expect<Equal<OAuth2PasswordRequestForm['scopes'], readonly string[]>>()
expect<Equal<OAuth2PasswordRequestForm['client_secret'], string | undefined>>()
expect<Equal<Value<typeof OAuth2PasswordRequestFormStrict>, OAuth2PasswordRequestFormStrict>>()
expect<Equal<OAuth2PasswordRequestFormStrict['grant_type'], 'password'>>()
const login = (form: OAuth2PasswordRequestForm): string => form.username
dependency({ form: OAuth2PasswordRequestForm }, ({ form }) => login(form))
dependency({ form: OAuth2PasswordRequestFormStrict }, ({ form }) => login(form))

// ---- The annotations that isolatedDeclarations asks for ------------------------------------------------------------------------------

export const plain: HTTPBearer = new HTTPBearer()
export const optional: HTTPBearer<never, false> = new HTTPBearer({ autoError: false })
export const scoped: OAuth2PasswordBearer<'me' | 'items'> = oauth2Scheme
export const scopedOptional: OAuth2ClientCredentials<'me', false> = new OAuth2ClientCredentials({
  tokenUrl: 'token',
  scopes: { me: 'Me.' },
  autoError: false,
})
export const provider: OpenIdConnect = new OpenIdConnect({ openIdConnectUrl: '/openid' })
// @ts-expect-error an optional scheme is no required one
export const wrong: HTTPBearer = new HTTPBearer({ autoError: false })
