import { App, Body, CurrentIncoming, dependency, HTTPException } from 'sallyport'
import { JWT } from 'sallyport/jwt'
import { LoginThrottle } from 'sallyport/password'
import {
  InvalidTokenError,
  OAuth2PasswordBearer,
  passwordLogin,
} from 'sallyport/security'
import { z } from 'zod'
import { addUser, findUser, passwordHash, renewHash, setPassword } from './users.ts'

// #region rules
/** In the place of a list of some 100,000 that were found in leaks. */
const KNOWN = new Set(['password password', 'correct horse battery staple'])

const NewPassword = z
  .string()
  .min(15)
  .max(256)
  .refine((password) => !KNOWN.has(password.toLowerCase()), 'Many people use it')
// #endregion rules

const app = new App({ title: 'Passwords' })

// #region sign-up
const NewUser = z
  .object({ username: z.string().regex(/^[a-z0-9]{3,30}$/), password: NewPassword })
  .meta({ id: 'NewUser' })

const User = z.object({ username: z.string() }).meta({ id: 'User' })

const signUp = {
  params: { asked: Body(NewUser) },
  response: User,
  status: 201,
} as const

app.post('/users', signUp, async ({ asked }) => {
  const hashedPassword = await passwordHash.hash(asked.password)
  if (addUser(asked.username, hashedPassword)) return { username: asked.username }
  throw new HTTPException(409, 'The name is taken')
})
// #endregion sign-up

// #region login
const tokens = new JWT({
  secret: crypto.getRandomValues(new Uint8Array(32)),
  issuer: 'accounts',
  audience: 'accounts',
  expiresIn: '30m',
  claims: z.object({ sub: z.string(), version: z.int() }),
})

const throttle = new LoginThrottle()

const login = passwordLogin({
  authenticate: (username, password) =>
    passwordHash.authenticate(findUser, username, password, { update: renewHash }),
  throttle,
})

app.post('/token', { params: { user: login } }, async ({ user }) => ({
  access_token: await tokens.sign({ sub: user.username, version: user.version }),
  token_type: 'bearer',
}))
// #endregion login

// #region user
const bearer = new OAuth2PasswordBearer({ tokenUrl: 'token', verify: tokens })

const getCurrentUser = dependency({ caller: bearer }, ({ caller }) => {
  const user = findUser(caller.subject)
  if (user?.version === caller.claims.version) return user
  throw new InvalidTokenError('Log in again')
})

app.get(
  '/users/me',
  { params: { user: getCurrentUser }, response: User },
  ({ user }) => user,
)
// #endregion user

// #region change
const Change = z
  .object({ current: z.string(), password: NewPassword })
  .meta({ id: 'Change' })

app.put(
  '/users/me/password',
  {
    params: { user: getCurrentUser, asked: Body(Change), incoming: CurrentIncoming },
    status: 204,
  },
  async ({ user, asked, incoming }) => {
    const known = await throttle.attempt(user.username, incoming.clientAddress, () =>
      passwordHash.authenticate(findUser, user.username, asked.current),
    )
    if (!known) throw new HTTPException(400, 'Incorrect password')
    setPassword(user.username, await passwordHash.hash(asked.password))
  },
)
// #endregion change

export default app
