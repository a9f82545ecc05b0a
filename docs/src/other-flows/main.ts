import { App, CurrentResponse, Form, Security } from 'sallyport'
import { JWT } from 'sallyport/jwt'
import { LoginThrottle, PasswordHash } from 'sallyport/password'
import { HTTPBasic, OAuth2ClientCredentials } from 'sallyport/security'
import { z } from 'zod'

// #region clients
interface Client {
  readonly id: string
  readonly hashedPassword: string
  readonly mayHave: readonly string[]
}

const passwordHash = PasswordHash.recommended()

const clients = new Map<string, Client>([
  [
    'robot',
    {
      id: 'robot',
      hashedPassword: await passwordHash.hash('swordfish'),
      mayHave: ['read'],
    },
  ],
])

const client = new HTTPBasic({
  realm: 'Token',
  schemeName: 'Client',
  description: 'The id and the secret of a program.',
  verify: {
    lookup: (id) => clients.get(id),
    passwordHash,
    throttle: new LoginThrottle(),
  },
})
// #endregion clients

// #region scheme
const tokens = new JWT({
  secret: crypto.getRandomValues(new Uint8Array(32)),
  issuer: 'shop',
  audience: 'shop',
  expiresIn: '10m',
})

const oauth2 = new OAuth2ClientCredentials({
  tokenUrl: 'token',
  scopes: { read: 'Read items.', write: 'Add items.' },
  verify: tokens,
})
// #endregion scheme

const app = new App({ title: 'Programs that act for themselves' })

// #region token
const Grant = Form(
  z.object({
    grant_type: z.literal('client_credentials'),
    scope: z.string().default(''),
  }),
)

app.post(
  '/token',
  { params: { client, grant: Grant, response: CurrentResponse } },
  async ({ client, grant, response }) => {
    const asked = grant.scope.split(' ')
    const scope = client.mayHave.filter((name) => asked.includes(name)).join(' ')
    response.headers.set('cache-control', 'no-store')
    return {
      access_token: await tokens.sign({ sub: client.id, scope }),
      token_type: 'bearer',
      expires_in: 600,
      scope,
    }
  },
)
// #endregion token

// #region items
app.get('/items', { params: { caller: Security(oauth2, ['read']) } }, ({ caller }) => ({
  items: ['a towel'],
  for: caller.subject,
}))

app.post(
  '/items',
  { params: { caller: Security(oauth2, ['write']) } },
  ({ caller }) => ({
    addedBy: caller.subject,
  }),
)
// #endregion items

export default app
