/** Type tests: every @ts-expect-error must stand on a real error, every Expect must hold. Compiled by `npm run check`. */
import {
  App,
  anyOf,
  Body,
  Cookie,
  CurrentRequest,
  CurrentResponse,
  type Dependency,
  Depends,
  dependency,
  File,
  Form,
  Header,
  HTTPException,
  Path,
  Query,
  Router,
  Security,
  SecurityScopes,
} from 'sallyport'
import { APIKeyHeader, HTTPBearer, OAuth2PasswordBearer, OAuth2PasswordRequestForm } from 'sallyport/security'
import { z } from 'zod'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const expect = <_T extends true>(): void => {}

interface User {
  username: string
  disabled?: boolean
}
const oauth2Scheme = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: { me: 'Read me.', items: 'Read items.' } })
const optional = new OAuth2PasswordBearer({ tokenUrl: 'token', autoError: false })
const getCurrentUser = dependency(
  { token: oauth2Scheme, scopes: SecurityScopes },
  async ({ token, scopes }): Promise<User> => {
    scopes.require(token)
    return { username: token }
  },
)
const getCurrentActiveUser = dependency({ user: Security(getCurrentUser, ['me']) }, ({ user }) => {
  if (user.disabled) throw new HTTPException(400, 'Inactive user')
  return user
})

// dependencies give what their function gives; scopes rise through them
expect<Equal<typeof getCurrentUser, Dependency<User, 'me' | 'items'>>>()
expect<Equal<typeof getCurrentActiveUser, Dependency<User, 'me' | 'items'>>>()
expect<Equal<Awaited<ReturnType<typeof oauth2Scheme>>, string>>()
expect<Equal<Awaited<ReturnType<typeof optional>>, string | undefined>>()

// a generator gives what it yields, sync and async
const getDb = dependency({}, async function* () {
  yield { query: (sql: string) => sql }
})
const getCount = dependency(function* () {
  yield 1
})
expect<Equal<typeof getCount, Dependency<number>>>()
const getRepo = dependency(
  { db: getDb, page: Query(z.int()) },
  ({ db, page }) =>
    () =>
      db.query(`${page}`),
)

const app = new App()

// handler arguments are fully inferred, from every place
app.post(
  '/items/{id}/{rest:path}',
  {
    params: {
      id: Path(z.int()),
      rest: Path(z.string()),
      repo: getRepo,
      q: Query(z.string().optional()),
      tags: Query(z.array(z.string()).default([])),
      agent: Header(z.string()),
      theme: Cookie(z.enum(['light', 'dark']).default('light')),
      item: Body(z.object({ name: z.string(), at: z.iso.date() })),
      request: CurrentRequest,
      response: CurrentResponse,
      again: Depends(getCurrentUser, { useCache: false }),
    },
  },
  (args) => {
    expect<Equal<typeof args.id, number>>()
    expect<Equal<typeof args.rest, string>>()
    expect<Equal<ReturnType<typeof args.repo>, string>>()
    expect<Equal<typeof args.q, string | undefined>>()
    expect<Equal<typeof args.tags, string[]>>()
    expect<Equal<typeof args.theme, 'light' | 'dark'>>()
    expect<Equal<typeof args.item, { name: string; at: string }>>()
    expect<Equal<typeof args.request, Request>>()
    expect<Equal<typeof args.again, User>>()
  },
)
app.post(
  '/files',
  { params: { one: File(), some: File({ multiple: true }), maybe: File({ optional: true }), note: Form(z.string()) } },
  (args) => {
    expect<Equal<typeof args.one, globalThis.File>>()
    expect<Equal<typeof args.some, readonly globalThis.File[]>>()
    expect<Equal<typeof args.maybe, globalThis.File | undefined>>()
  },
)

// the union of what the alternatives give
const caller = anyOf(getCurrentUser, new APIKeyHeader({ name: 'X-Key' }), new HTTPBearer({ autoError: false }))
app.get('/caller', { params: { caller } }, ({ caller }) => {
  expect<Equal<typeof caller, User | string | Readonly<{ scheme: string; credentials: string }> | undefined>>()
  return 1
})
expect<Equal<typeof caller extends Dependency<unknown, infer Scope> ? Scope : 0, 'me' | 'items'>>()

// literals are kept in what a handler returns, sync and async, and wrong values are refused
const Token = z.object({ access_token: z.string(), token_type: z.literal('bearer') })
app.post('/token', { params: { form: OAuth2PasswordRequestForm }, response: Token }, async ({ form }) => {
  expect<Equal<typeof form.username, string>>()
  return { access_token: form.username, token_type: 'bearer' }
})
app.get('/list', { response: z.array(z.object({ x: z.string(), at: z.date() })) }, () => [{ x: 'a', at: new Date() }])
app.get('/response', { response: Token }, () => new Response('as it is'))
app.get('/bare', () => 'no options')
// @ts-expect-error the literal is another one
app.post('/token', { response: Token }, () => ({ access_token: '', token_type: 'nope' }))
// @ts-expect-error a key is missing
app.post('/token', { response: Token }, async () => ({ access_token: '' }))
// @ts-expect-error the handler's value doesn't fit the response
app.get('/b', { params: { user: getCurrentUser }, response: z.object({ id: z.number() }) }, ({ user }) => user)

// scopes: a typo, none declared, on the scheme itself
Security(oauth2Scheme, ['items'])
// @ts-expect-error the scope has a typo
Security(getCurrentUser, ['itmes'])
// @ts-expect-error no scheme below declares scopes
Security(getRepo, ['items'])
// @ts-expect-error a scheme without scopes has none to require
Security(optional, ['items'])
// @ts-expect-error scopes are a list, not text
Security(getCurrentUser, 'me')

// paths: names must be declared with Path
// @ts-expect-error the path names {id}, the record doesn't
app.get('/items/{id}', { params: { ident: Path(z.string()) } }, ({ ident }) => ident)
// @ts-expect-error {id} is declared with Query
app.get('/items/{id}', { params: { id: Query(z.string()) } }, ({ id }) => id)
// @ts-expect-error the path names {id}, and there are no params
app.get('/items/{id}', () => 1)
const router = new Router({ prefix: '/users/{user_id}' })
router.get('/items', { params: { user_id: Path(z.int()) } }, ({ user_id }) => user_id)
// @ts-expect-error the prefix names {user_id}
router.get('/none', { params: { q: Query(z.string()) } }, ({ q }) => q)
app.include(router)

// records: only declarations, only known names and options
// @ts-expect-error not in the record
app.get('/a', { params: { q: Query(z.string()) } }, ({ r }) => r)
// @ts-expect-error a bare schema is no declaration
app.get('/c', { params: { q: z.string() } }, ({ q }) => q)
// @ts-expect-error a bare function is no declaration
app.get('/c2', { params: { q: () => 1 } }, ({ q }) => q)
// @ts-expect-error a misspelt option
app.get('/d', { params: { h: Header(z.string()) }, reponse: z.string() }, ({ h }) => h)
// @ts-expect-error Depends takes no bare function
Depends(() => 1)
// @ts-expect-error anyOf takes at least two
anyOf(oauth2Scheme)
// @ts-expect-error a misspelt option of the app
new App({ titel: 'x' })
// @ts-expect-error an override gives what the original gives
app.overrides.set(getCurrentUser, () => ({ name: 'x' }))
app.overrides.set(getCurrentUser, () => ({ username: 'x' }))
app.overrides.set(oauth2Scheme, () => 'token')
// @ts-expect-error path segments have no alias
Path(z.string(), { alias: 'x' })

// under isolatedDeclarations an exported declaration needs its type written: one short line
export const exportedScheme: OAuth2PasswordBearer<'me' | 'items'> = oauth2Scheme
export const exportedUser: Dependency<User, 'me' | 'items'> = getCurrentUser
