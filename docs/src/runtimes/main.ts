import { App, Body, CurrentIncoming } from 'sallyport'
import { HTTPBearer } from 'sallyport/security'
import { z } from 'zod'

const app = new App({ title: 'Anywhere' })

const users = new Map([['john-token', { name: 'john' }]])
const bearer = new HTTPBearer({ verify: ({ credentials }) => users.get(credentials) })

app.get('/', { params: { incoming: CurrentIncoming } }, ({ incoming }) => ({
  hello: incoming.clientAddress,
}))
app.post(
  '/items',
  { params: { item: Body(z.object({ name: z.string() })) } },
  ({ item }) => item,
)
app.get('/me', { params: { caller: bearer } }, ({ caller }) => ({ name: caller.name }))

export default app
