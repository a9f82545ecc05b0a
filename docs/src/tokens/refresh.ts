import { App, CurrentResponse, dependency, Form, HTTPException } from 'sallyport'
import { AccessTokenSigner, AccessTokenVerifier, KeySet } from 'sallyport/jwt'
import { LoginThrottle, PasswordHash } from 'sallyport/password'
import { OAuth2PasswordBearer, passwordLogin } from 'sallyport/security'
import { z } from 'zod'
import { endSession, startSession, useRefreshToken } from './sessions.ts'

const passwordHash = PasswordHash.recommended()
const users = new Map([
  [
    'johndoe',
    { username: 'johndoe', hashedPassword: await passwordHash.hash('secret') },
  ],
])

// #region tokens
const keys = await KeySet.generate('ES256')
const issuer = 'https://api.example.com'
const signer = new AccessTokenSigner({
  key: keys,
  issuer,
  audience: issuer,
  expiresIn: '5m',
})
const verifier = new AccessTokenVerifier({ keys, issuer, audience: issuer })
// #endregion tokens

const app = new App({ title: 'Refresh tokens' })

// #region error
/** An error of a token endpoint, in the form of RFC 6749 §5.2. */
function invalidGrant(detail: string): HTTPException {
  return new HTTPException(400, detail, {
    members: { error: 'invalid_grant', error_description: detail },
    headers: { 'cache-control': 'no-store' },
  })
}
// #endregion error

// #region login
const login = passwordLogin({
  authenticate: (username, password) =>
    passwordHash.authenticate((name) => users.get(name), username, password),
  throttle: new LoginThrottle(),
})

async function answer(username: string, id: string, refreshToken: string) {
  return {
    access_token: await signer.sign({ sub: username, client_id: 'frontend', sid: id }),
    token_type: 'bearer',
    expires_in: 300,
    refresh_token: refreshToken,
  }
}

app.post('/token', { params: { user: login } }, ({ user: { username } }) => {
  const { id, refreshToken } = startSession(username)
  return answer(username, id, refreshToken)
})
// #endregion login

// #region refresh
const Refresh = Form(
  z.object({ grant_type: z.literal('refresh_token'), refresh_token: z.string() }),
)

app.post(
  '/refresh',
  { params: { form: Refresh, response: CurrentResponse } },
  ({ form, response }) => {
    const used = useRefreshToken(form.refresh_token)
    if (!used || !users.has(used.session.username))
      throw invalidGrant('The refresh token is not valid')
    response.headers.set('cache-control', 'no-store')
    return answer(used.session.username, used.session.id, used.refreshToken)
  },
)
// #endregion refresh

// #region logout
const bearer = new OAuth2PasswordBearer({
  tokenUrl: 'token',
  refreshUrl: 'refresh',
  verify: verifier,
})

const getSession = dependency({ caller: bearer }, ({ caller }) =>
  String(caller.claims.sid),
)

app.delete('/session', { params: { id: getSession }, status: 204 }, ({ id }) => {
  endSession(id)
})
// #endregion logout

app.get('/users/me', { params: { caller: bearer } }, ({ caller }) => ({
  username: caller.subject,
}))

export default app
