/** security_tutorial_2: a dependency makes a user of the token. */
import { App, dependency } from 'sallyport'
import { OAuth2PasswordBearer } from 'sallyport/security'

export function makeApp(): App {
  const oauth2Scheme = new OAuth2PasswordBearer({ tokenUrl: 'token' })
  const getCurrentUser = dependency({ token: oauth2Scheme }, ({ token }) => ({
    username: `${token}fakedecoded`,
    email: 'john@example.com',
    full_name: 'John Doe',
    disabled: null,
  }))
  const app = new App()
  app.get('/users/me', { params: { user: getCurrentUser } }, ({ user }) => user)
  return app
}
