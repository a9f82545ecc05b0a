import { App, dependency } from 'sallyport'
import { OAuth2PasswordBearer } from 'sallyport/security'

// #region user
interface User {
  username: string
  email?: string
  fullName?: string
  disabled?: boolean
}
// #endregion user

const oauth2Scheme = new OAuth2PasswordBearer({ tokenUrl: 'token' })

// #region dependency
/** A stand-in: later the token says who it is for, and nobody can make one up. */
function fakeDecodeToken(token: string): User {
  return {
    username: `${token}-fakedecoded`,
    email: 'john@example.com',
    fullName: 'John Doe',
  }
}

const getCurrentUser = dependency({ token: oauth2Scheme }, ({ token }) =>
  fakeDecodeToken(token),
)
// #endregion dependency

const app = new App({ title: 'The current user' })

// #region operation
app.get(
  '/users/me',
  { params: { currentUser: getCurrentUser } },
  ({ currentUser }) => currentUser,
)
// #endregion operation

export default app
