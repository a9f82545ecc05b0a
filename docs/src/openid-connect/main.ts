import { App, Security } from 'sallyport'
import { OpenIdConnect } from 'sallyport/security'

const issuer = process.env.ISSUER ?? 'http://localhost:9000'

const openId = new OpenIdConnect({
  openIdConnectUrl: `${issuer}/.well-known/openid-configuration`,
  scopes: { items: 'Read items.' },
  verify: {
    audience: 'https://api.example.com',
    dangerouslyAllowHTTP: true, // because this provider is on this machine
  },
})

const app = new App({
  title: 'OpenID Connect',
  swaggerUIInitOAuth: { clientId: 'docs' },
})

app.get(
  '/items',
  { params: { caller: Security(openId, ['items']) } },
  ({ caller }) => ({
    items: ['a towel'],
    for: caller.subject,
    client: caller.claims.client_id,
  }),
)

export default app
