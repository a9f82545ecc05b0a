/** authentication_error_status_code: a subclass answers 403 without a challenge. */
import { App, HTTPException } from 'sallyport'
import { HTTPBearer } from 'sallyport/security'

class HTTPBearer403 extends HTTPBearer {
  override makeNotAuthenticatedError(): HTTPException {
    return new HTTPException(403, 'Not authenticated')
  }
}

export function makeApp(): App {
  const app = new App()
  app.get('/me', { params: { credentials: new HTTPBearer403() } }, ({ credentials }) => ({
    message: 'You are authenticated',
    token: credentials.credentials,
  }))
  return app
}
