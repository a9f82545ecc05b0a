import { App, dependency, HTTPException } from 'sallyport'
import { OAuth2PasswordBearer, OAuth2PasswordRequestForm } from 'sallyport/security'
import { z } from 'zod'
import { fakeHash, users } from './users.ts'

// #region schemas
const Token = z
  .object({
    access_token: z.string(),
    token_type: z.literal('bearer'),
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

const Detail = z.object({ detail: z.string() }).meta({ id: 'Detail' })
// #endregion schemas

// #region user
const oauth2Scheme = new OAuth2PasswordBearer({ tokenUrl: 'token' })

const getCurrentUser = dependency({ token: oauth2Scheme }, ({ token }) => {
  const user = users.get(token) // the token is the name, which is no token
  if (!user) throw oauth2Scheme.makeNotAuthenticatedError()
  return user
})

const getCurrentActiveUser = dependency({ user: getCurrentUser }, ({ user }) => {
  if (user.disabled) throw new HTTPException(400, 'Inactive user')
  return user
})
// #endregion user

const app = new App({ title: 'Password and bearer' })

// #region login
app.post(
  '/token',
  {
    params: { form: OAuth2PasswordRequestForm },
    response: Token,
    responses: {
      400: { description: 'Incorrect username or password', schema: Detail },
    },
  },
  ({ form }) => {
    const user = users.get(form.username)
    if (user?.hashedPassword !== fakeHash(form.password)) {
      throw new HTTPException(400, 'Incorrect username or password')
    }
    return { access_token: form.username, token_type: 'bearer' as const }
  },
)
// #endregion login

app.get(
  '/users/me',
  {
    params: { user: getCurrentActiveUser },
    response: User,
    responses: { 400: { description: 'Inactive user', schema: Detail } },
  },
  ({ user }) => user,
)

export default app
