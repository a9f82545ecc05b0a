/** security_tutorial_1: the scheme alone. */
import { App } from 'sallyport'
import { OAuth2PasswordBearer } from 'sallyport/security'

export function makeApp(): App {
  const oauth2Scheme = new OAuth2PasswordBearer({ tokenUrl: 'token' })
  const app = new App()
  app.get('/items/', { params: { token: oauth2Scheme } }, ({ token }) => ({ token }))
  return app
}
