import { App, dependency, HTTPException } from 'sallyport'
import { OAuth2PasswordBearer } from 'sallyport/security'
import { findUser } from './users.ts'

const oauth2Scheme = new OAuth2PasswordBearer({ tokenUrl: 'token' })

// #region dependencies
const getCurrentUser = dependency({ token: oauth2Scheme }, ({ token }) => {
  const user = findUser(token) // still a stand-in: the token is the name
  if (!user) throw oauth2Scheme.makeNotAuthenticatedError()
  return user
})

const getCurrentActiveUser = dependency({ user: getCurrentUser }, ({ user }) => {
  if (user.disabled) throw new HTTPException(400, 'Inactive user')
  return user
})
// #endregion dependencies

const app = new App({ title: 'The current user' })

app.get('/users/me', { params: { user: getCurrentActiveUser } }, ({ user }) => user)

app.get('/users/me/items', { params: { user: getCurrentActiveUser } }, ({ user }) => [
  { itemId: 'Foo', owner: user.username },
])

export default app
