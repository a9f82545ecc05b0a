import { App, dependency, HTTPException, Security, SecurityScopes } from 'sallyport'
import { JWT } from 'sallyport/jwt'
import { LoginThrottle } from 'sallyport/password'
import {
  OAuth2PasswordBearer,
  OAuth2PasswordRequestForm,
  passwordLogin,
} from 'sallyport/security'
import { z } from 'zod'
import { authenticate, findUser } from './users.ts'

// #region scheme
const oauth2Scheme = new OAuth2PasswordBearer({
  tokenUrl: 'token',
  scopes: { me: 'Read information about the current user.', items: 'Read items.' },
})
// #endregion scheme

const tokens = new JWT({
  secret: crypto.getRandomValues(new Uint8Array(32)),
  issuer: 'accounts',
  audience: 'accounts',
  expiresIn: '30m',
  claims: z.object({ sub: z.string(), scope: z.string() }),
})

// #region reader
const getCurrentUser = dependency(
  {
    token: oauth2Scheme,
    scopes: SecurityScopes,
  },
  async ({ token, scopes }) => {
    const { sub, scope } = await tokens.verify(token)
    scopes.require(scope) // 403 that names what is required here
    const user = findUser(sub)
    if (!user) throw oauth2Scheme.makeNotAuthenticatedError()
    return user
  },
)
// #endregion reader

// #region active
const getCurrentActiveUser = dependency(
  { user: Security(getCurrentUser, ['me']) },
  ({ user }) => {
    if (user.disabled) throw new HTTPException(400, 'Inactive user')
    return user
  },
)
// #endregion active

const app = new App({ title: 'Scopes' })

// #region login
const Token = z
  .object({
    access_token: z.string(),
    token_type: z.literal('bearer'),
    scope: z.string(),
  })
  .meta({ id: 'Token' })

const login = passwordLogin({ authenticate, throttle: new LoginThrottle() })
const params = { form: OAuth2PasswordRequestForm, user: login }

app.post('/token', { params, response: Token }, async ({ form, user }) => {
  const scope = user.mayHave.filter((name) => form.scopes.includes(name)).join(' ')
  const access_token = await tokens.sign({ sub: user.username, scope })
  return { access_token, token_type: 'bearer' as const, scope }
})
// #endregion login

// #region operations
app.get('/users/me', { params: { user: getCurrentActiveUser } }, ({ user }) => ({
  username: user.username,
}))

app.get(
  '/users/me/items',
  { params: { user: Security(getCurrentActiveUser, ['items']) } },
  ({ user }) => [{ itemId: 'Foo', owner: user.username }],
)

app.get('/status', { params: { user: getCurrentUser } }, () => ({ status: 'ok' }))
// #endregion operations

export default app
