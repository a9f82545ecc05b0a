import { App, dependency, HTTPException } from 'sallyport'
import { JWT } from 'sallyport/jwt'
import { LoginThrottle } from 'sallyport/password'
import { OAuth2PasswordBearer, passwordLogin } from 'sallyport/security'
import { z } from 'zod'
import { authenticate, findUser } from './users.ts'

// #region tokens
const TOKEN_LIFETIME = 30 * 60 // seconds

const tokens = new JWT({
  secret: crypto.getRandomValues(new Uint8Array(32)), // a new one at each start
  issuer: 'accounts',
  audience: 'accounts',
  expiresIn: TOKEN_LIFETIME,
  claims: z.object({ sub: z.string() }),
})
// #endregion tokens

// #region user
const oauth2Scheme = new OAuth2PasswordBearer({ tokenUrl: 'token' })

const getCurrentUser = dependency({ token: oauth2Scheme }, async ({ token }) => {
  const { sub } = await tokens.verify(token) // 401 with the reason
  const user = findUser(sub)
  if (!user) throw oauth2Scheme.makeNotAuthenticatedError()
  return user
})

const getCurrentActiveUser = dependency({ user: getCurrentUser }, ({ user }) => {
  if (user.disabled) throw new HTTPException(400, 'Inactive user')
  return user
})
// #endregion user

const Token = z
  .object({
    access_token: z.string(),
    token_type: z.literal('bearer'),
    expires_in: z.int(),
  })
  .meta({ id: 'Token' })

const User = z
  .object({
    username: z.string(),
    email: z.string(),
    fullName: z.string(),
    disabled: z.boolean(),
  })
  .meta({ id: 'User' })

const app = new App({ title: 'JWT and hashed passwords' })

// #region login
const login = passwordLogin({ authenticate, throttle: new LoginThrottle() })

app.post('/token', { params: { user: login }, response: Token }, async ({ user }) => ({
  access_token: await tokens.sign({ sub: user.username }),
  token_type: 'bearer' as const,
  expires_in: TOKEN_LIFETIME,
}))
// #endregion login

app.get(
  '/users/me',
  { params: { user: getCurrentActiveUser }, response: User },
  ({ user }) => user,
)

export default app
