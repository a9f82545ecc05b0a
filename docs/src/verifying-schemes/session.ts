import { App, Security } from 'sallyport'
import { HTTPBearer } from 'sallyport/security'

interface Session {
  readonly user: string
  readonly scopes: readonly string[]
}

const sessions = new Map<string, Session>([
  ['s-4711', { user: 'johndoe', scopes: ['read'] }],
  ['s-4712', { user: 'alice', scopes: ['read', 'write'] }],
])

const bearer = new HTTPBearer({
  scopes: { read: 'Read items.', write: 'Change items.' },
  verify: ({ credentials }) => sessions.get(credentials),
})

const app = new App({ title: 'Sessions' })

app.get('/me', { params: { session: bearer } }, ({ session }) => ({
  user: session.user,
}))

app.post(
  '/items',
  { params: { session: Security(bearer, ['write']) } },
  ({ session }) => ({ addedBy: session.user }),
)

export default app
