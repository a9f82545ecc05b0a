/** Two credentials are declared, and either is enough: the second is looked at only when the first is absent. */
import { App, dependency, HTTPException, type Incoming } from 'sallyport'
import { APIKeyHeader, HTTPBearer } from 'sallyport/security'
import { good, tokens } from '../issuer.ts'
import type { Broken } from './case.ts'

class Either extends APIKeyHeader {
  override readCredentials(incoming: Incoming): string | undefined {
    return incoming.header('authorization') ? 'not looked at' : super.readCredentials(incoming)
  }
}
const key = dependency({ key: new Either({ name: 'x-key' }) }, ({ key }) => {
  if (key !== 'key-of-the-tests' && key !== 'not looked at')
    throw new HTTPException(401, 'No', { headers: { 'www-authenticate': 'APIKey' } })
})
const app = new App()
app.get('/vault', { params: { user: new HTTPBearer({ verify: tokens }), key } }, () => 'gold')

export default {
  app,
  options: { credentials: { HTTPBearer: good, Either: { valid: () => 'key-of-the-tests' } } },
  holes: [['handler-ran', 'GET /vault']],
  by: 'valid credentials, but none of Either',
} satisfies Broken
