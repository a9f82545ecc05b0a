/**
 * A token in a `__Host-` cookie, which no script can read, and a CSRF token with every request that changes something.
 *
 *     npx sallyport dev examples/schemes/cookie-token.ts
 *
 *     $ curl -si http://localhost:8000/me
 *     HTTP/1.1 401 Unauthorized
 *     www-authenticate: APIKey
 *     {"detail":"Not authenticated"}
 *
 *     $ CSRF=$(curl -s -c cookies.txt -H 'Origin: http://localhost:8000' -d name=demo -d password=demo-password \
 *         http://localhost:8000/login | sed 's~.*"csrfToken":"\([^"]*\)".*~\1~')
 *     $ curl -s -b cookies.txt http://localhost:8000/me
 *     {"name":"demo"}
 *
 *     $ curl -si -b cookies.txt -H 'Origin: https://other.example' -X POST http://localhost:8000/logout
 *     HTTP/1.1 403 Forbidden
 *     {"detail":"The request does not come from an allowed origin"}
 *
 *     $ curl -si -b cookies.txt -H 'Origin: http://localhost:8000' -H "X-CSRF-Token: $CSRF" -X POST http://localhost:8000/logout
 *     HTTP/1.1 204 No Content
 *     set-cookie: __Host-session=;…
 */
import { randomBytes } from 'node:crypto'
import { App, CurrentIncoming, CurrentResponse, Form, HTTPException } from 'sallyport'
import { JWT } from 'sallyport/jwt'
import { PasswordHash } from 'sallyport/password'
import { CookieToken } from 'sallyport/security'
import { z } from 'zod'

const passwordHash = PasswordHash.recommended()
const users = new Map([['demo', { name: 'demo', hashedPassword: await passwordHash.hash('demo-password') }]])
const tokens = new JWT({ secret: randomBytes(32), issuer: 'demo', audience: 'demo', expiresIn: '8h' })

const origin = process.env.ORIGIN ?? 'http://localhost:8000'
const csrf = { secret: randomBytes(32).toString('base64url'), origin }
const session = new CookieToken({ verify: tokens, csrf })

const app = new App({ title: 'Token in a cookie' })

const Login = Form(z.object({ name: z.string(), password: z.string() }))
const given = { login: Login, incoming: CurrentIncoming, answer: CurrentResponse }
app.post('/login', { params: given }, async ({ login: { name, password }, incoming, answer }) => {
  session.assertOrigin(incoming) // another site could log its visitor in as somebody else
  const user = await passwordHash.authenticate((sought: string) => users.get(sought), name, password)
  if (!user) throw new HTTPException(400, 'Incorrect name or password')
  const token = await tokens.sign({ sub: user.name })
  session.set(answer, token, { maxAge: 8 * 3600 })
  return { csrfToken: await session.csrfToken(token) }
})

app.get('/me', { params: { caller: session } }, ({ caller }) => ({ name: caller.subject }))

app.post('/logout', { params: { caller: session, answer: CurrentResponse }, status: 204 }, ({ answer }) =>
  session.clear(answer),
)

export default app
