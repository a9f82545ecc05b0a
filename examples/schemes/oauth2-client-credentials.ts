/**
 * The client credentials flow of OAuth 2: a program gets a token in its own name, with a secret of its own.
 *
 *     npx sallyport dev examples/schemes/oauth2-client-credentials.ts
 *
 * It prints `SECRET=…`, the secret of the client `robot`, which is made at the start. Paste the line into a shell.
 *
 *     $ curl -si http://localhost:8000/items
 *     HTTP/1.1 401 Unauthorized
 *     www-authenticate: Bearer
 *     {"detail":"Not authenticated"}
 *
 *     $ curl -si -u robot:wrong -d grant_type=client_credentials http://localhost:8000/token
 *     HTTP/1.1 401 Unauthorized
 *     www-authenticate: Basic realm="Token", charset="UTF-8"
 *
 *     $ TOKEN=$(curl -s -u "robot:$SECRET" -d grant_type=client_credentials -d scope=read \
 *         http://localhost:8000/token | sed 's~.*"access_token":"\([^"]*\)".*~\1~')
 *     $ curl -s -H "Authorization: Bearer $TOKEN" http://localhost:8000/items
 *     {"items":["a towel"],"for":"robot"}
 */
import { randomBytes } from 'node:crypto'
import { App, CurrentResponse, Form, Security } from 'sallyport'
import { JWT } from 'sallyport/jwt'
import { PasswordHash } from 'sallyport/password'
import { HTTPBasic, OAuth2ClientCredentials } from 'sallyport/security'
import { z } from 'zod'

const secret = randomBytes(24).toString('base64url')
const passwordHash = PasswordHash.recommended()
const clients = new Map([['robot', { id: 'robot', hashedPassword: await passwordHash.hash(secret) }]])
const tokens = new JWT({ secret: randomBytes(32), issuer: 'demo', audience: 'demo', expiresIn: '30m' })

const oauth2 = new OAuth2ClientCredentials({ tokenUrl: 'token', scopes: { read: 'Read items.' }, verify: tokens })
const client = new HTTPBasic({ realm: 'Token', verify: { lookup: (id) => clients.get(id), passwordHash } })
const Grant = Form(
  z.object({ grant_type: z.literal('client_credentials'), scope: z.literal(['', 'read']).default('') }),
)

const app = new App({ title: 'OAuth 2 with client credentials' })

app.get('/items', { params: { caller: Security(oauth2, ['read']) } }, ({ caller }) => ({
  items: ['a towel'],
  for: caller.subject,
}))

app.post('/token', { params: { client, grant: Grant, answer: CurrentResponse } }, async ({ client, grant, answer }) => {
  answer.headers.set('cache-control', 'no-store') // RFC 6749 §5.1
  const access_token = await tokens.sign({ sub: client.id, scope: grant.scope })
  return { access_token, token_type: 'bearer', expires_in: 1800, scope: grant.scope }
})

console.log(`SECRET=${secret}`)

export default app
