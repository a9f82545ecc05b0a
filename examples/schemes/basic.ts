/**
 * Basic: a name and a password with each request; stored is a hash. Run it, and ask from another shell, or open
 * http://localhost:8000/docs in a browser. On the open network it needs HTTPS: the password is only written in base64.
 *
 *     npx sallyport dev examples/schemes/basic.ts
 *
 *     $ curl -si http://localhost:8000/me
 *     HTTP/1.1 401 Unauthorized
 *     www-authenticate: Basic realm="Demo", charset="UTF-8"
 *     {"detail":"Not authenticated"}
 *
 *     $ curl -si -u demo:wrong http://localhost:8000/me
 *     HTTP/1.1 401 Unauthorized
 *     {"detail":"Could not validate credentials"}
 *
 *     $ curl -s -u demo:demo-password http://localhost:8000/me
 *     {"name":"demo"}
 */
import { App } from 'sallyport'
import { LoginThrottle, PasswordHash } from 'sallyport/password'
import { HTTPBasic } from 'sallyport/security'
import { z } from 'zod'

const passwordHash = PasswordHash.recommended()
const users = new Map([['demo', { name: 'demo', hashedPassword: await passwordHash.hash('demo-password') }]])

const basic = new HTTPBasic({
  realm: 'Demo',
  verify: { lookup: (name) => users.get(name), passwordHash, throttle: new LoginThrottle(), remember: '1m' },
})

const app = new App({ title: 'Basic' })

app.get('/me', { params: { user: basic }, response: z.object({ name: z.string() }) }, ({ user }) => user)

export default app
