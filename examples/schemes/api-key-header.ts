/**
 * An API key in a header. Kept are its SHA-256, whose it is, and what it grants.
 *
 *     npx sallyport dev examples/schemes/api-key-header.ts
 *
 * It prints `KEY=demo_…`: a key that is made at the start, may read, and is good while the program runs. Paste the line into a shell.
 *
 *     $ curl -si http://localhost:8000/items
 *     HTTP/1.1 401 Unauthorized
 *     www-authenticate: APIKey
 *     {"detail":"Not authenticated"}
 *
 *     $ curl -si -H "X-API-Key: nonsense" http://localhost:8000/items
 *     HTTP/1.1 401 Unauthorized
 *     {"detail":"Could not validate credentials"}
 *
 *     $ curl -s -H "X-API-Key: $KEY" http://localhost:8000/items
 *     {"items":["a towel"],"for":"demo"}
 */
import { App, Security } from 'sallyport'
import { APIKeyHeader, APIKeys, MemoryAPIKeyStore } from 'sallyport/security'

const keys = new APIKeys({ prefix: 'demo', store: new MemoryAPIKeyStore(), expiresIn: '1d' })

const apiKey = new APIKeyHeader({ name: 'X-API-Key', scopes: { read: 'Read items.' }, verify: keys })

const app = new App({ title: 'API key in a header' })

app.get('/items', { params: { caller: Security(apiKey, ['read']) } }, ({ caller }) => ({
  items: ['a towel'],
  for: caller.subject,
}))

const { key } = await keys.issue({ subject: 'demo', scopes: ['read'] })
console.log(`KEY=${key}`)

export default app
