/** security_tutorial_6: the credentials of Basic as they are. */
import { App } from 'sallyport'
import { HTTPBasic } from 'sallyport/security'

export function makeApp(): App {
  const app = new App()
  app.get('/users/me', { params: { credentials: new HTTPBasic() } }, ({ credentials }) => ({
    username: credentials.username,
    password: credentials.password,
  }))
  return app
}
