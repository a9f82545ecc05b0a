/** Type tests of schemes that look up users: what the look-up gives is what the handler gets. Compiled, not run. */

import { App, Security } from 'sallyport'
import { JWT } from 'sallyport/jwt'
import { LoginThrottle, PasswordHash } from 'sallyport/password'
import {
  APIKeyCookie,
  APIKeyHeader,
  type APIKeyPrincipal,
  APIKeyQuery,
  APIKeys,
  authenticationInfo,
  type BasicUser,
  type DigestUser,
  digestHA1,
  type HTTPAuthorizationCredentials,
  HTTPBasic,
  type HTTPBasicCredentials,
  HTTPBearer,
  HTTPDigest,
  Htdigest,
  type HtdigestUser,
  type Principal,
} from 'sallyport/security'
import { z } from 'zod'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const expect = <_True extends true>(): void => {}
type Called<S extends (request: Request) => unknown> = Awaited<ReturnType<S>>

interface User {
  readonly name: string
  readonly scopes: readonly string[]
  readonly hashedPassword: string
  readonly ha1: { readonly 'SHA-256': string }
}
declare const users: Map<string, User>
declare const findUser: (name: string) => Promise<User | undefined>
const passwordHash = PasswordHash.recommended()
const app = new App()

// ---- Basic -------------------------------------------------------------------------------------------------------------------------

expect<Equal<Called<HTTPBasic>, HTTPBasicCredentials>>()
const plain = new HTTPBasic({ realm: 'a' })
expect<Equal<Called<typeof plain>, HTTPBasicCredentials>>()
const basic = new HTTPBasic({
  realm: 'a',
  scopes: { me: 'Me.' },
  verify: { lookup: (name) => users.get(name), passwordHash, throttle: new LoginThrottle() },
})
expect<Equal<Called<typeof basic>, User>>()
const later = new HTTPBasic({
  realm: 'a',
  autoError: false,
  verify: {
    lookup: findUser,
    passwordHash,
    update: (user, hashedPassword) => users.set(user.name, { ...user, hashedPassword }),
    onBrokenHash: (user, error) => console.error(user.name, error.message),
  },
})
expect<Equal<Called<typeof later>, User | undefined>>()
const own = new HTTPBasic({
  realm: 'a',
  verify: ({ username, password }, incoming) =>
    password === incoming.method ? { subject: username, level: 3 } : undefined,
})
expect<Equal<Called<typeof own>, { subject: string; level: number }>>()
app.get('/basic', { params: { user: Security(basic, ['me']) } }, ({ user }) => user.name)
// @ts-expect-error a scope that the scheme does not declare
app.get('/basic/other', { params: { user: Security(basic, ['you']) } }, ({ user }) => user.name)
// @ts-expect-error users have a stored password
new HTTPBasic({ realm: 'a', verify: { lookup: (name: string) => ({ name }), passwordHash } })
// @ts-expect-error something has to check the password
new HTTPBasic({ realm: 'a', verify: { lookup: (name: string) => users.get(name) } })

declare const findBasicUser: (name: string) => Promise<BasicUser | undefined>
const least = new HTTPBasic({ realm: 'a', verify: { lookup: findBasicUser, passwordHash } })
expect<Equal<Called<typeof least>, BasicUser>>()

// ---- Digest ------------------------------------------------------------------------------------------------------------------------

const raw = new HTTPDigest()
expect<Equal<Called<typeof raw>, HTTPAuthorizationCredentials>>()
const digest = new HTTPDigest({ realm: 'a', scopes: { me: 'Me.' }, verify: { lookup: (name) => users.get(name) } })
expect<Equal<Called<typeof digest>, User>>()
const hashed = new HTTPDigest({
  realm: 'a',
  autoError: false,
  verify: { lookup: findUser, lookupUserhash: async (hash) => users.get(hash), disabled: ({ name }) => name === '' },
})
expect<Equal<Called<typeof hashed>, User | undefined>>()
const { lookup } = new Htdigest('')
const file = new HTTPDigest({ realm: 'a', verify: { lookup, algorithms: ['MD5'] } })
expect<Equal<Called<typeof file>, HtdigestUser>>()
app.get('/digest', { params: { user: Security(authenticationInfo(digest), ['me']) } }, ({ user }) => user.name)
app.get('/optional', { params: { user: authenticationInfo(hashed) } }, ({ user }) => user?.name)
// @ts-expect-error it may be nobody
app.get('/nobody', { params: { user: authenticationInfo(hashed) } }, ({ user }) => user.name)
// A scheme of users is one of what they extend.
const named: HTTPDigest<'me', true, { readonly name: string }> = digest
expect<Equal<Called<typeof named>, { readonly name: string }>>()
declare const findDigestUser: (name: string) => Promise<DigestUser | undefined>
const fewest = new HTTPDigest({ realm: 'a', verify: { lookup: findDigestUser } })
expect<Equal<Called<typeof fewest>, DigestUser>>()
// @ts-expect-error users have H(A1)
new HTTPDigest({ realm: 'a', verify: { lookup: (name: string) => ({ name }) } })
// @ts-expect-error no algorithm of Digest
new HTTPDigest({ realm: 'a', verify: { lookup: findUser, algorithms: ['SHA-1'] } })
// @ts-expect-error no hash function of Digest
digestHA1('a', 'b', 'c', 'SHA-256-sess')

// ---- API keys ------------------------------------------------------------------------------------------------------------------------

const bare = new APIKeyHeader({ name: 'x-key' })
expect<Equal<Called<typeof bare>, string>>()
const keys = new APIKeys({ prefix: 'sk', metadata: z.object({ team: z.string() }) })
const apiKey = new APIKeyHeader({ name: 'x-key', scopes: { read: 'Read.' }, verify: keys })
expect<Equal<Called<typeof apiKey>, APIKeyPrincipal<{ team: string }>>>()
const maybe = new APIKeyQuery({ name: 'key', verify: keys, autoError: false })
expect<Equal<Called<typeof maybe>, APIKeyPrincipal<{ team: string }> | undefined>>()
const bearer = new HTTPBearer({ verify: keys })
expect<Equal<Called<typeof bearer>['claims']['metadata'], { team: string }>>()
const session = new APIKeyCookie({ name: 'session', verify: new JWT({ secret: '', expiresIn: '5m' }) })
expect<Equal<Called<typeof session>, Principal>>()
const byFunction = new APIKeyHeader({
  name: 'x-key',
  verify: async (key, incoming) => (key === incoming.method ? { subject: key } : undefined),
})
expect<Equal<Called<typeof byFunction>, { subject: string }>>()
app.get('/key', { params: { caller: Security(apiKey, ['read']) } }, ({ caller }) => caller.metadata.team)
// @ts-expect-error a scope that the scheme does not declare
app.get('/key/other', { params: { caller: Security(apiKey, ['write']) } }, ({ caller }) => caller.subject)
keys.issue({ subject: 'a', metadata: { team: 'b' } })
// @ts-expect-error metadata that the schema does not know
keys.issue({ subject: 'a', metadata: { team: 1 } })
// @ts-expect-error nothing that checks a key
new APIKeyHeader({ name: 'x-key', verify: {} })
