import { App, Security } from 'sallyport'
import { HTTPBearer } from 'sallyport/security'

interface Member {
  readonly name: string
  readonly scopes: readonly string[]
}

const members = new Map<string, Member>([
  ['t-john', { name: 'johndoe', scopes: ['read'] }],
  ['t-alice', { name: 'alice', scopes: ['read', 'admin'] }],
])

const bearer = new HTTPBearer({
  scopes: { read: 'Read items.', admin: 'Remove anything.' },
  verify: ({ credentials }) => members.get(credentials),
})

const app = new App({ title: 'Closed', closed: true, dependencies: [bearer] })

app.get('/health', { public: true }, () => ({ up: true }))

app.get('/me', { params: { member: bearer } }, ({ member }) => ({ name: member.name }))

app.get('/items', { dependencies: [Security(bearer, ['read'])] }, () => ['a towel'])

app.delete(
  '/items',
  { dependencies: [Security(bearer, ['admin'])], status: 204 },
  () => undefined,
)

export default app
