/** security_tutorial_3: password and bearer, with a token that is the user's name. */
import { App, dependency, HTTPException } from 'sallyport'
import { OAuth2PasswordBearer, OAuth2PasswordRequestForm } from 'sallyport/security'

const users = new Map([
  [
    'johndoe',
    {
      username: 'johndoe',
      full_name: 'John Doe',
      email: 'johndoe@example.com',
      hashed_password: 'fakehashedsecret',
      disabled: false,
    },
  ],
  [
    'alice',
    {
      username: 'alice',
      full_name: 'Alice Wonderson',
      email: 'alice@example.com',
      hashed_password: 'fakehashedsecret2',
      disabled: true,
    },
  ],
])

export function makeApp(): App {
  const oauth2Scheme = new OAuth2PasswordBearer({ tokenUrl: 'token' })
  const getCurrentUser = dependency({ token: oauth2Scheme }, ({ token }) => {
    const user = users.get(token)
    if (!user) throw new HTTPException(401, 'Not authenticated', { headers: { 'www-authenticate': 'Bearer' } })
    return user
  })
  const getCurrentActiveUser = dependency({ user: getCurrentUser }, ({ user }) => {
    if (user.disabled) throw new HTTPException(400, 'Inactive user')
    return user
  })
  const app = new App()
  app.post('/token', { params: { form: OAuth2PasswordRequestForm } }, ({ form }) => {
    const user = users.get(form.username)
    if (user?.hashed_password !== `fakehashed${form.password}`)
      throw new HTTPException(400, 'Incorrect username or password')
    return { access_token: user.username, token_type: 'bearer' }
  })
  app.get('/users/me', { params: { user: getCurrentActiveUser } }, ({ user }) => user)
  return app
}
