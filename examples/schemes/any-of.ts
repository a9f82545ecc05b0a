/**
 * Either of two: people come with name and password, programs with an API key. One handler, and one type for who calls.
 *
 *     npx sallyport dev examples/schemes/any-of.ts
 *
 * It prints `KEY=demo_…`: a key that is made at the start. Paste the line into a shell.
 *
 *     $ curl -si http://localhost:8000/me
 *     HTTP/1.1 401 Unauthorized
 *     www-authenticate: …Basic realm="Demo", charset="UTF-8"…
 *     {"detail":"Not authenticated"}
 *
 *     $ curl -s -u demo:demo-password http://localhost:8000/me
 *     {"name":"demo","by":"password"}
 *
 *     $ curl -s -H "X-API-Key: $KEY" http://localhost:8000/me
 *     {"name":"robot","by":"key"}
 */
import { App, anyOf } from 'sallyport'
import { PasswordHash } from 'sallyport/password'
import { APIKeyHeader, APIKeys, HTTPBasic, MemoryAPIKeyStore } from 'sallyport/security'

const passwordHash = PasswordHash.recommended()
const users = new Map([['demo', { name: 'demo', hashedPassword: await passwordHash.hash('demo-password') }]])
const keys = new APIKeys({ prefix: 'demo', store: new MemoryAPIKeyStore(), expiresIn: '1d' })

const basic = new HTTPBasic({ realm: 'Demo', verify: { lookup: (name) => users.get(name), passwordHash } })
const apiKey = new APIKeyHeader({ name: 'X-API-Key', verify: keys })

const app = new App({ title: 'A password or a key' })

app.get('/me', { params: { caller: anyOf(basic, apiKey) } }, ({ caller }) =>
  'keyId' in caller ? { name: caller.subject, by: 'key' } : { name: caller.name, by: 'password' },
)

const { key } = await keys.issue({ subject: 'robot' })
console.log(`KEY=${key}`)

export default app
