import { App, Security } from 'sallyport'
import { OpenIdConnect } from 'sallyport/security'

const openId = new OpenIdConnect({
  openIdConnectUrl: 'https://login.example.com/.well-known/openid-configuration',
  scopes: { items: 'Read items.' },
  verify: { audience: 'https://api.example.com' },
})

const app = new App({
  async *lifespan() {
    await openId.ready() // it does not start while the provider is out of reach
    yield
  },
})

app.get('/items', { params: { caller: Security(openId, ['items']) } }, () => [
  'a towel',
])

export default app
