import { randomBytes } from 'node:crypto'
import {
  App,
  Body,
  CurrentIncoming,
  CurrentResponse,
  cors,
  HTTPException,
} from 'sallyport'
import { JWT } from 'sallyport/jwt'
import { LoginThrottle, PasswordHash } from 'sallyport/password'
import { CookieToken } from 'sallyport/security'
import { z } from 'zod'

const frontend = process.env.FRONTEND ?? 'https://app.example.com'

const passwordHash = PasswordHash.recommended()
const hashedPassword = await passwordHash.hash('secret')
const users = new Map([['johndoe', { name: 'johndoe', hashedPassword }]])
const throttle = new LoginThrottle()
const origin = process.env.ORIGIN ?? 'https://api.example.com'
const tokens = new JWT({
  secret: randomBytes(32),
  issuer: origin,
  audience: origin,
  expiresIn: '8h',
})

// #region scheme
const session = new CookieToken({
  verify: tokens,
  csrf: {
    secret: randomBytes(32).toString('base64url'),
    origin,
    trustedOrigins: [frontend],
  },
})
// #endregion scheme

const app = new App({ title: 'Sessions for a page of a sibling domain' })

app.use(
  cors({
    allowOrigins: [frontend],
    allowCredentials: true,
    allowMethods: ['GET', 'POST'],
    allowHeaders: ['content-type', 'x-csrf-token'],
  }),
)

const Login = Body(z.object({ name: z.string(), password: z.string() }))
const given = { login: Login, incoming: CurrentIncoming, answer: CurrentResponse }
app.post('/login', { params: given }, async ({ login, incoming, answer }) => {
  session.assertOrigin(incoming) // else another site could log its visitors in here
  const user = await throttle.attempt(login.name, incoming.clientAddress, () =>
    passwordHash.authenticate((name) => users.get(name), login.name, login.password),
  )
  if (!user) throw new HTTPException(400, 'Incorrect name or password')
  const token = await tokens.sign({ sub: user.name })
  session.set(answer, token, { maxAge: 8 * 3600 })
  return { csrfToken: await session.csrfToken(token) }
})

// After the page was loaded again.
const loggedIn = { caller: session, incoming: CurrentIncoming }
app.get('/csrf', { params: loggedIn }, async ({ incoming }) => ({
  csrfToken: await session.csrfToken(incoming),
}))

app.get('/me', { params: { caller: session } }, ({ caller }) => ({
  name: caller.subject,
}))

app.post('/orders', { params: { caller: session } }, ({ caller }) => ({
  of: caller.subject,
}))

app.post(
  '/logout',
  { params: { caller: session, answer: CurrentResponse }, status: 204 },
  ({ answer }) => session.clear(answer),
)

export default app
