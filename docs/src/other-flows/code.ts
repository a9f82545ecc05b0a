import { App, Security } from 'sallyport'
import { AccessTokenVerifier, RemoteKeySet } from 'sallyport/jwt'
import { OAuth2AuthorizationCodeBearer } from 'sallyport/security'

const issuer = process.env.ISSUER ?? 'http://localhost:9000'
const onThisMachine = issuer.startsWith('http:')

// #region scheme
const oauth2 = new OAuth2AuthorizationCodeBearer({
  authorizationUrl: `${issuer}/auth`,
  tokenUrl: `${issuer}/token`,
  scopes: { items: 'Read items.' },
  verify: new AccessTokenVerifier({
    keys: new RemoteKeySet(`${issuer}/jwks`, { dangerouslyAllowHTTP: onThisMachine }),
    algorithms: ['RS256'],
    issuer,
    audience: 'https://api.example.com',
  }),
})
// #endregion scheme

const app = new App({
  title: 'OAuth 2 with a code',
  swaggerUIInitOAuth: { clientId: 'docs' },
})

app.get(
  '/items',
  { params: { caller: Security(oauth2, ['items']) } },
  ({ caller }) => ({
    items: ['a towel'],
    for: caller.subject,
    client: caller.claims.client_id,
  }),
)

export default app
