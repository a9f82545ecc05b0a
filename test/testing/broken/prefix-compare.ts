/** A cookie's secret is compared as far as it was sent. */
import { App, dependency, HTTPException } from 'sallyport'
import { APIKeyCookie } from 'sallyport/security'
import type { Broken } from './case.ts'

const KEY = 'key-of-the-tests'
const session = dependency({ key: new APIKeyCookie({ name: 'session' }) }, ({ key }) => {
  if (!KEY.startsWith(key)) throw new HTTPException(401, 'No', { headers: { 'www-authenticate': 'APIKey' } })
})
const app = new App()
app.get('/inbox', { params: { session } }, () => [])

export default {
  app,
  options: { credentials: { APIKeyCookie: { valid: () => KEY } } },
  holes: [['handler-ran', 'GET /inbox']],
  by: 'a valid credential of APIKeyCookie its first character',
} satisfies Broken
