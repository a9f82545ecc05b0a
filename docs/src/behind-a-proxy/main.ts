import { App, CurrentIncoming } from 'sallyport'
import { HTTPBearer } from 'sallyport/security'

const app = new App({ title: 'Behind a proxy' })

/** What the app takes for true of a request. */
app.get('/where', { params: { incoming: CurrentIncoming } }, ({ incoming }) => ({
  client: incoming.clientAddress,
  scheme: incoming.scheme,
  rootPath: incoming.rootPath,
  path: incoming.path,
}))

app.get('/items/', () => ['portcullis'])

const users = new Map([['john-token', { name: 'john' }]])
const bearer = new HTTPBearer({ verify: ({ credentials }) => users.get(credentials) })
app.get('/me', { params: { caller: bearer } }, ({ caller }) => ({ name: caller.name }))

export default app
