/**
 * The authorization code flow of OAuth 2 with PKCE: people log in at a server of its own, and this program trusts its tokens.
 *
 *     node examples/schemes/provider.ts
 *     npx sallyport dev examples/schemes/oauth2-code.ts
 *
 * A login needs a browser: open http://localhost:8000/docs, press Authorize, tick `items`, and press Authorize below it. curl has no
 * login page to press buttons on; it gets a token of the same server as the program `robot`, whose `SECRET=…` the first command
 * prints. Paste that line into a shell.
 *
 *     $ curl -si http://localhost:8000/items
 *     HTTP/1.1 401 Unauthorized
 *     www-authenticate: Bearer
 *     {"detail":"Not authenticated"}
 *
 *     $ TOKEN=$(curl -s -u "robot:$SECRET" -d grant_type=client_credentials -d scope=items \
 *         http://localhost:9000/token | sed 's~.*"access_token":"\([^"]*\)".*~\1~')
 *     $ curl -s -H "Authorization: Bearer $TOKEN" http://localhost:8000/items
 *     {"items":["a towel"],"for":"robot"}
 */
import { App, Security } from 'sallyport'
import { AccessTokenVerifier, RemoteKeySet } from 'sallyport/jwt'
import { OAuth2AuthorizationCodeBearer } from 'sallyport/security'

const issuer = process.env.ISSUER ?? 'http://localhost:9000'

const tokens = new AccessTokenVerifier({
  keys: new RemoteKeySet(`${issuer}/jwks`, { dangerouslyAllowHTTP: true }), // because it is on this machine
  algorithms: ['RS256'],
  issuer,
  audience: 'https://api.example.com',
})

const oauth2 = new OAuth2AuthorizationCodeBearer({
  authorizationUrl: `${issuer}/auth`,
  tokenUrl: `${issuer}/token`,
  scopes: { items: 'Read items.' },
  verify: tokens,
})

const app = new App({ title: 'OAuth 2 with a code', swaggerUIInitOAuth: { clientId: 'docs' } })

app.get('/items', { params: { caller: Security(oauth2, ['items']) } }, ({ caller }) => ({
  items: ['a towel'],
  for: caller.subject,
}))

export default app
