import { App, dependency, Path, Query, Security } from 'sallyport'
import { LoginThrottle } from 'sallyport/password'
import {
  OAuth2PasswordBearer,
  OAuth2PasswordRequestForm,
  passwordLogin,
} from 'sallyport/security'
import { z } from 'zod'
import { tokens } from './tokens.ts'
import { authenticate, findUser } from './users.ts'

// #region user
const oauth2Scheme = new OAuth2PasswordBearer({
  tokenUrl: 'token',
  scopes: { items: 'Read items.' },
  verify: tokens,
})

const getCurrentUser = dependency({ caller: oauth2Scheme }, ({ caller }) => {
  const user = findUser(caller.subject)
  if (!user) throw oauth2Scheme.makeNotAuthenticatedError()
  return user
})
// #endregion user

const Token = z
  .object({
    access_token: z.string(),
    token_type: z.literal('bearer'),
    scope: z.string(),
  })
  .meta({ id: 'Token' })

const User = z.object({ username: z.string(), email: z.string() }).meta({ id: 'User' })

const app = new App({ title: 'Accounts' })

// #region public
app.get(
  '/items/{id}',
  { params: { id: Path(z.int()), q: Query(z.string().optional()) } },
  ({ id, q }) => ({ id, q: q ?? null }),
)
// #endregion public

// #region login
const login = passwordLogin({ authenticate, throttle: new LoginThrottle() })
const params = { form: OAuth2PasswordRequestForm, user: login }

app.post('/token', { params, response: Token }, async ({ form, user }) => {
  const scope = user.mayHave.filter((name) => form.scopes.includes(name)).join(' ')
  const access_token = await tokens.sign({ sub: user.username, scope })
  return { access_token, token_type: 'bearer' as const, scope }
})
// #endregion login

// #region secured
app.get(
  '/users/me',
  { params: { user: getCurrentUser }, response: User },
  ({ user }) => user,
)

app.get(
  '/users/me/items',
  { params: { user: Security(getCurrentUser, ['items']) } },
  ({ user }) => [{ itemId: 'Foo', owner: user.username }],
)
// #endregion secured

export default app
