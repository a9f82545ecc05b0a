import { App, Security } from 'sallyport'
import {
  ClientSecretBasic,
  OAuth2AuthorizationCodeBearer,
  TokenIntrospection,
} from 'sallyport/security'

const oauth2 = new OAuth2AuthorizationCodeBearer({
  authorizationUrl: 'https://login.example.com/authorize',
  tokenUrl: 'https://login.example.com/token',
  scopes: { read: 'Read items.' },
  verify: new TokenIntrospection({
    endpoint: 'https://login.example.com/introspect',
    client: ClientSecretBasic(
      'items-api',
      process.env.CLIENT_SECRET ?? 'only for the guide',
    ),
    issuer: 'https://login.example.com',
    cacheFor: '30s',
  }),
})

const app = new App({ title: 'Introspection' })

app.get('/items', { params: { caller: Security(oauth2, ['read']) } }, ({ caller }) => ({
  items: ['a towel'],
  for: caller.subject,
  client: caller.claims.client_id,
}))

export default app
