import { App } from 'sallyport'
import { JWT } from 'sallyport/jwt'
import { MutualTLS, OAuth2ClientCredentials } from 'sallyport/security'

const tokens = new JWT({
  secret: process.env.SECRET ?? 'not a secret, because it stands in a guide',
  issuer: 'https://api.example.com',
  audience: 'https://api.example.com',
  expiresIn: '30m',
})

const devices = new Map([['spiffe://example.org/sensor/7', 'sensor-7']])
const certificate = new MutualTLS()
const oauth2 = new OAuth2ClientCredentials({
  tokenUrl: 'token',
  verify: tokens,
  certificateBound: true,
})

const app = new App({ title: 'Bound tokens' })

app.post('/token', { params: { certificate } }, async ({ certificate }) => {
  const sub = devices.get(certificate.subjectAltNames.uri[0] ?? '') ?? 'guest'
  const cnf = { 'x5t#S256': certificate.thumbprint }
  return { access_token: await tokens.sign({ sub, cnf }), token_type: 'bearer' }
})

app.get('/me', { params: { caller: oauth2 } }, ({ caller }) => ({
  name: caller.subject,
}))

export default app
