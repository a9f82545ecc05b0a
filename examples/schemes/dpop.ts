/**
 * A token that is bound to a key of its client (DPoP): who steals the token alone gets nowhere. The client is dpop-proof.ts.
 *
 *     npx sallyport dev examples/schemes/dpop.ts
 *
 * It prints `TOKEN=…`, and `KEY=…` for the client's key, which it would have made itself. Paste both lines into a shell.
 *
 *     $ curl -si http://localhost:8000/me
 *     HTTP/1.1 401 Unauthorized
 *     www-authenticate: DPoP algs="ES256"
 *     {"detail":"Not authenticated"}
 *
 *     $ curl -si -H "Authorization: Bearer $TOKEN" http://localhost:8000/me
 *     HTTP/1.1 401 Unauthorized
 *     www-authenticate: DPoP error="invalid_token", …
 *
 *     $ PROOF=$(node examples/schemes/dpop-proof.ts "$KEY" GET /me "$TOKEN")
 *     $ curl -s -H "Authorization: DPoP $TOKEN" -H "DPoP: $PROOF" http://localhost:8000/me
 *     {"name":"demo"}
 *
 * Once more, and for another request:
 *
 *     $ curl -si -H "Authorization: DPoP $TOKEN" -H "DPoP: $PROOF" http://localhost:8000/me
 *     HTTP/1.1 401 Unauthorized
 *     www-authenticate: DPoP error="invalid_dpop_proof", error_description="The DPoP proof was used before", …
 *
 *     $ curl -si -X POST -H "Authorization: DPoP $TOKEN" -H "DPoP: $PROOF" http://localhost:8000/items
 *     HTTP/1.1 401 Unauthorized
 *     www-authenticate: DPoP error="invalid_dpop_proof", error_description="The DPoP proof is for another method", …
 */
import { randomBytes } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import { App, Security } from 'sallyport'
import { JWT } from 'sallyport/jwt'
import { HTTPBearer } from 'sallyport/security'
import { ORIGIN } from './dpop-proof.ts'

const tokens = new JWT({ secret: randomBytes(32), issuer: 'demo', audience: 'demo', expiresIn: '1h' })

const scopes = { write: 'Add items.' }
const bearer = new HTTPBearer({ scopes, verify: tokens, dpop: { origin: ORIGIN, algorithms: ['ES256'] } })

const app = new App({ title: 'DPoP' })

app.get('/me', { params: { caller: bearer } }, ({ caller }) => ({ name: caller.subject }))

app.post('/items', { params: { caller: Security(bearer, ['write']) } }, () => ({ added: true }))

// What an authorization server does: it sees the client's proof, and names the key in the token.
const client = await exportJWK((await generateKeyPair('ES256', { extractable: true })).privateKey)
const cnf = { jkt: await calculateJwkThumbprint(client) }
console.log(`TOKEN=${await tokens.sign({ sub: 'demo', scope: 'write', cnf })}`)
console.log(`KEY=${Buffer.from(JSON.stringify(client)).toString('base64url')}`)

export default app
