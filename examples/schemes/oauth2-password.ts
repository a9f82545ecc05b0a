/**
 * The password flow of OAuth 2: name and password once, then a token. `examples/accounts` is the same with all that belongs to it.
 *
 *     npx sallyport dev examples/schemes/oauth2-password.ts
 *
 *     $ curl -si http://localhost:8000/me
 *     HTTP/1.1 401 Unauthorized
 *     www-authenticate: Bearer
 *     {"detail":"Not authenticated"}
 *
 *     $ curl -si -d grant_type=password -d username=demo -d password=wrong http://localhost:8000/token
 *     HTTP/1.1 400 Bad Request
 *     {"detail":"Incorrect username or password"}
 *
 *     $ TOKEN=$(curl -s -d grant_type=password -d username=demo -d password=demo-password \
 *         http://localhost:8000/token | sed 's~.*"access_token":"\([^"]*\)".*~\1~')
 *     $ curl -s -H "Authorization: Bearer $TOKEN" http://localhost:8000/me
 *     {"name":"demo"}
 */
import { randomBytes } from 'node:crypto'
import { App, CurrentIncoming, CurrentResponse, HTTPException } from 'sallyport'
import { JWT } from 'sallyport/jwt'
import { LoginThrottle, PasswordHash } from 'sallyport/password'
import { OAuth2PasswordBearer, OAuth2PasswordRequestForm } from 'sallyport/security'

const passwordHash = PasswordHash.recommended()
const users = new Map([['demo', { name: 'demo', hashedPassword: await passwordHash.hash('demo-password') }]])
const tokens = new JWT({ secret: randomBytes(32), issuer: 'demo', audience: 'demo', expiresIn: '30m' })
const throttle = new LoginThrottle()

const oauth2 = new OAuth2PasswordBearer({ tokenUrl: 'token', verify: tokens })

const app = new App({ title: 'OAuth 2 with a password' })

app.get('/me', { params: { caller: oauth2 } }, ({ caller }) => ({ name: caller.subject }))

const login = { form: OAuth2PasswordRequestForm, incoming: CurrentIncoming, answer: CurrentResponse }
app.post('/token', { params: login }, async ({ form: { username, password }, incoming, answer }) => {
  const user = await throttle.attempt(username, incoming.clientAddress, () =>
    passwordHash.authenticate((name: string) => users.get(name), username, password),
  )
  if (!user) throw new HTTPException(400, 'Incorrect username or password')
  answer.headers.set('cache-control', 'no-store') // RFC 6749 §5.1
  return { access_token: await tokens.sign({ sub: user.name }), token_type: 'bearer', expires_in: 1800 }
})

export default app
