/** A scheme takes the token from the query as well: it lands in logs, and the document does not say it. */
import { App, type Incoming } from 'sallyport'
import { type HTTPAuthorizationCredentials, HTTPBearer } from 'sallyport/security'
import { good, tokens } from '../issuer.ts'
import type { Broken } from './case.ts'

class Anywhere extends HTTPBearer<never, true, typeof tokens> {
  override readCredentials(incoming: Incoming): HTTPAuthorizationCredentials | undefined {
    const token = incoming.query('access_token')
    return token ? { scheme: 'Bearer', credentials: token } : super.readCredentials(incoming)
  }
}
const app = new App()
app.get('/me', { params: { user: new Anywhere({ verify: tokens }) } }, ({ user }) => user.subject)

export default {
  app,
  options: { credentials: { Anywhere: good } },
  holes: [['handler-ran', 'GET /me']],
  by: 'a valid credential of Anywhere: the credential in the query as access_token',
} satisfies Broken
