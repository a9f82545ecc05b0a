import { App, Body, CurrentIncoming } from 'sallyport'
import { HTTPBearer } from 'sallyport/security'
import { z } from 'zod'

const api = new App({ title: 'Mounted' })

const users = new Map([['john-token', { name: 'john' }]])
const bearer = new HTTPBearer({ verify: ({ credentials }) => users.get(credentials) })

api.get('/me', { params: { caller: bearer } }, ({ caller }) => ({ name: caller.name }))

const Item = z.object({ name: z.string() })
api.post(
  '/items',
  { params: { item: Body(Item), caller: bearer }, status: 201 },
  ({ item }) => item,
)

api.get('/where', { params: { incoming: CurrentIncoming } }, ({ incoming }) => ({
  rootPath: incoming.rootPath,
  path: incoming.path,
}))

export default api
