/**
 * Digest: the client proves that it knows the password, and does not send it. curl asks twice: the first answer has the nonce.
 *
 *     npx sallyport dev examples/schemes/digest.ts
 *
 *     $ curl -si http://localhost:8000/me
 *     HTTP/1.1 401 Unauthorized
 *     www-authenticate: Digest realm="Demo", …algorithm=SHA-256…
 *     {"detail":"Not authenticated"}
 *
 *     $ curl -si --digest -u demo:wrong http://localhost:8000/me
 *     HTTP/1.1 401 Unauthorized
 *     {"detail":"Could not validate credentials"}
 *
 *     $ curl -s --digest -u demo:demo-password http://localhost:8000/me
 *     {"name":"demo"}
 */
import { App } from 'sallyport'
import { digestHA1, HTTPDigest } from 'sallyport/security'

const realm = 'Demo'
const users = new Map([['demo', { name: 'demo', ha1: { 'SHA-256': digestHA1('demo', realm, 'demo-password') } }]])

const digest = new HTTPDigest({ realm, verify: { lookup: (name) => users.get(name) } })

const app = new App({ title: 'Digest' })

app.get('/me', { params: { user: digest } }, ({ user }) => ({ name: user.name }))

export default app
