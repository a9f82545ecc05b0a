import { App, dependency } from 'sallyport'
import { JWT } from 'sallyport/jwt'
import { LoginThrottle } from 'sallyport/password'
import { OAuth2PasswordBearer, passwordLogin } from 'sallyport/security'
import { z } from 'zod'
import { authenticate } from './users.ts'

// #region tokens
const tokens = new JWT({
  secret: process.env.SIGNING_KEY ?? '',
  issuer: 'accounts',
  audience: 'accounts',
  expiresIn: '30m',
  claims: z.object({ sub: z.string() }),
})
// #endregion tokens

const oauth2Scheme = new OAuth2PasswordBearer({ tokenUrl: 'token' })
const getCurrentClaims = dependency({ token: oauth2Scheme }, ({ token }) =>
  tokens.verify(token),
)
const login = passwordLogin({ authenticate, throttle: new LoginThrottle() })

const app = new App({ title: 'A key from the environment' })

app.post('/token', { params: { user: login } }, async ({ user }) => ({
  access_token: await tokens.sign({ sub: user.username }),
  token_type: 'bearer',
}))

app.get('/users/me', { params: { claims: getCurrentClaims } }, ({ claims }) => ({
  username: claims.sub,
}))

export default app
