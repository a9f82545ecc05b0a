/** Keys are looked up in an object, which has a prototype. */
import { App, dependency, HTTPException } from 'sallyport'
import { APIKeyHeader } from 'sallyport/security'
import type { Broken } from './case.ts'

const owners: Record<string, string> = { 'key-of-the-tests': 'johndoe' }
const owner = dependency({ key: new APIKeyHeader({ name: 'x-key' }) }, ({ key }) => {
  const found = owners[key]
  if (!found) throw new HTTPException(401, 'No', { headers: { 'www-authenticate': 'APIKey' } })
  return found
})
const app = new App()
app.get('/mine', { params: { owner } }, () => 'yours')

export default {
  app,
  options: { credentials: { APIKeyHeader: { valid: () => 'key-of-the-tests' } } },
  holes: [['handler-ran', 'GET /mine']],
  by: 'APIKeyHeader: the key constructor',
} satisfies Broken
