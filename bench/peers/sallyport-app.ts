/** Ours, as the guide writes it: the public API, what was built, no option that is there for a benchmark. */
import { App, Body, dependency, Path, Query } from 'sallyport'
import { JWT } from 'sallyport/jwt'
import { LoginThrottle, PasswordHash } from 'sallyport/password'
import {
  APIKeyHeader,
  APIKeys,
  HTTPBasic,
  MemoryAPIKeyStore,
  OAuth2PasswordBearer,
  passwordLogin,
} from 'sallyport/security'
import { z } from 'zod'
import {
  users as everybody,
  LOGIN,
  MACHINES,
  NewOrder,
  OrderOut,
  passwordOf,
  SECRET,
  storeOrder,
  type User,
  UserOut,
} from './contract.ts'

/** The app, and the API keys that it issued: the benchmark sends those. */
export interface Sallyport {
  readonly app: App
  readonly keys: readonly string[]
}

export async function sallyport(): Promise<Sallyport> {
  const passwords = PasswordHash.recommended()
  const users = new Map<string, User>(everybody)
  // Argon2id, as it should be: of those who log in with Basic, and of the one who logs in with the form.
  for (let number = 0; number < MACHINES; number++) {
    const user = everybody.get(`user${number}`) as User
    users.set(user.name, { ...user, hashedPassword: await passwords.hash(passwordOf(user.name)) })
  }
  const person = { name: LOGIN.username, hashedPassword: await passwords.hash(LOGIN.password) }

  const tokens = new JWT({ secret: SECRET, expiresIn: '1h' })
  const oauth2 = new OAuth2PasswordBearer({ tokenUrl: 'token', verify: tokens })
  const getCurrentUser = dependency({ caller: oauth2 }, ({ caller }) => {
    const user = users.get(caller.subject)
    if (!user) throw oauth2.makeNotAuthenticatedError()
    return user
  })

  // The README's first program: the scheme gives the text, a function of the user verifies it.
  const bearer = new OAuth2PasswordBearer({ tokenUrl: 'token', schemeName: 'Bearer' })
  const getUserByHand = dependency({ token: bearer }, async ({ token }) => {
    const { sub } = await tokens.verify(token)
    const user = users.get(String(sub))
    if (!user) throw bearer.makeNotAuthenticatedError()
    return user
  })

  const basic = new HTTPBasic({
    realm: 'Bench',
    verify: {
      lookup: (name) => users.get(name),
      passwordHash: passwords,
      throttle: new LoginThrottle(),
      remember: '1h',
    },
  })
  const apiKeys = new APIKeys({ prefix: 'bench', store: new MemoryAPIKeyStore(), expiresIn: '1d' })
  const apiKey = new APIKeyHeader({ name: 'X-API-Key', verify: apiKeys })
  const getUserOfKey = dependency({ caller: apiKey }, ({ caller }) => {
    const user = users.get(caller.subject)
    if (!user) throw apiKey.makeNotAuthenticatedError()
    return user
  })
  const keys: string[] = []
  for (let number = 0; number < MACHINES; number++) keys.push((await apiKeys.issue({ subject: `user${number}` })).key)

  const login = passwordLogin({
    authenticate: (name, password) =>
      passwords.authenticate((wanted) => (wanted === person.name ? person : undefined), name, password),
    throttle: new LoginThrottle(),
  })

  const app = new App({ title: 'Bench' })
  app.get('/users/me', { params: { user: getCurrentUser }, response: UserOut }, ({ user }) => user)
  app.get('/by-hand/me', { params: { user: getUserByHand }, response: UserOut }, ({ user }) => user)
  app.get('/items/{id}', { params: { id: Path(z.int()), q: Query(z.string().optional()) } }, ({ id, q }) => ({
    id,
    q: q ?? null,
  }))
  app.post('/orders', { params: { order: Body(NewOrder) }, response: OrderOut, status: 201 }, ({ order }) =>
    storeOrder(order),
  )
  app.get('/basic', { params: { user: basic }, response: UserOut }, ({ user }) => user)
  app.get('/key', { params: { user: getUserOfKey }, response: UserOut }, ({ user }) => user)
  app.post('/token', { params: { user: login } }, async ({ user }) => ({
    access_token: await tokens.sign({ sub: user.name }),
    token_type: 'bearer',
  }))
  return { app, keys }
}
