/**
 * A bearer token: a JWT that this program signs with a secret made at its start.
 *
 *     npx sallyport dev examples/schemes/bearer.ts
 *
 * It prints `TOKEN=…`, and `READER=…` for a token without the scope `write`. Paste both lines into a shell.
 *
 *     $ curl -si http://localhost:8000/me
 *     HTTP/1.1 401 Unauthorized
 *     www-authenticate: Bearer
 *     {"detail":"Not authenticated"}
 *
 *     $ curl -si -H "Authorization: Bearer nonsense" http://localhost:8000/me
 *     HTTP/1.1 401 Unauthorized
 *     www-authenticate: Bearer error="invalid_token", error_description="The token is malformed"
 *
 *     $ curl -s -H "Authorization: Bearer $READER" http://localhost:8000/me
 *     {"name":"demo"}
 *
 *     $ curl -si -X POST -H "Authorization: Bearer $READER" http://localhost:8000/items
 *     HTTP/1.1 403 Forbidden
 *     www-authenticate: Bearer error="insufficient_scope", scope="write"
 *
 *     $ curl -s -X POST -H "Authorization: Bearer $TOKEN" http://localhost:8000/items
 *     {"added":true}
 */
import { randomBytes } from 'node:crypto'
import { App, Security } from 'sallyport'
import { JWT } from 'sallyport/jwt'
import { HTTPBearer } from 'sallyport/security'

const tokens = new JWT({ secret: randomBytes(32), issuer: 'demo', audience: 'demo', expiresIn: '1h' })

const bearer = new HTTPBearer({ bearerFormat: 'JWT', scopes: { write: 'Add items.' }, verify: tokens })

const app = new App({ title: 'Bearer' })

app.get('/me', { params: { caller: bearer } }, ({ caller }) => ({ name: caller.subject }))

app.post('/items', { params: { caller: Security(bearer, ['write']) } }, () => ({ added: true }))

console.log(`TOKEN=${await tokens.sign({ sub: 'demo', scope: 'write' })}`)
console.log(`READER=${await tokens.sign({ sub: 'demo' })}`)

export default app
