/**
 * OpenID Connect: the address of a provider is all that is configured; its endpoints and keys are found from there.
 *
 *     node examples/schemes/provider.ts
 *     npx sallyport dev examples/schemes/openid-connect.ts
 *
 * In a browser: open http://localhost:8000/docs, press Authorize, go to the part with the flow authorization_code, tick `items`, and
 * press Authorize below it. curl gets a token as the program `robot`, whose `SECRET=…` the first command prints. Paste that line
 * into a shell.
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
import { OpenIdConnect } from 'sallyport/security'

const issuer = process.env.ISSUER ?? 'http://localhost:9000'

const openId = new OpenIdConnect({
  openIdConnectUrl: `${issuer}/.well-known/openid-configuration`,
  scopes: { items: 'Read items.' },
  verify: { audience: 'https://api.example.com', dangerouslyAllowHTTP: true }, // because it is on this machine
})

const app = new App({
  title: 'OpenID Connect',
  swaggerUIInitOAuth: { clientId: 'docs' },
  async *lifespan() {
    await openId.ready() // it does not start while the provider is out of reach
    yield
  },
})

app.get('/items', { params: { caller: Security(openId, ['items']) } }, ({ caller }) => ({
  items: ['a towel'],
  for: caller.subject,
}))

export default app
