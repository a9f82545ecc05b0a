import { App } from 'sallyport'
import {
  APIKeyHeader,
  HTTPBasic,
  MutualTLS,
  OAuth2PasswordBearer,
  OpenIdConnect,
} from 'sallyport/security'

const apiKey = new APIKeyHeader({ name: 'X-API-Key' })
const basic = new HTTPBasic()
const oauth2 = new OAuth2PasswordBearer({ tokenUrl: 'token' })
const openId = new OpenIdConnect({
  openIdConnectUrl: 'https://login.example.com/.well-known/openid-configuration',
})
const certificate = new MutualTLS()

const app = new App({ title: 'Five types of schemes' })

app.get('/api-key', { params: { key: apiKey } }, () => 'a key is here')
app.get(
  '/basic',
  { params: { credentials: basic } },
  () => 'a name and a password are here',
)
app.get('/oauth2', { params: { token: oauth2 } }, () => 'a token is here')
app.get('/openid', { params: { authorization: openId } }, () => 'something is here')
app.get('/certificate', { params: { certificate } }, () => 'a certificate is here')

export default app
