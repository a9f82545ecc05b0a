import { App } from 'sallyport'
import { APIKeyHeader, HTTPBearer } from 'sallyport/security'

const partners = new Map([['key-of-a-partner', { partner: 'a partner' }]])
const people = new Map([['token-of-johndoe', { username: 'johndoe' }]])

const apiKey = new APIKeyHeader({
  name: 'X-API-Key',
  verify: (key) => partners.get(key),
})
const bearer = new HTTPBearer({ verify: ({ credentials }) => people.get(credentials) })

const app = new App({ title: 'Both' })

app.get(
  '/users/me',
  { params: { caller: apiKey, user: bearer } },
  ({ caller, user }) => ({ username: user.username, through: caller.partner }),
)

export default app
