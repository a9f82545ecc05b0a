import { App, Security } from 'sallyport'
import { HTTPBearer } from 'sallyport/security'

// Who has which token, and what for. Real tokens are not in a program's source.
const callers = new Map([
  ['token-of-johndoe', { name: 'johndoe', scopes: ['write'] }],
  ['token-of-alice', { name: 'alice', scopes: [] }],
])

const bearer = new HTTPBearer({
  scopes: { write: 'Add items.' },
  verify: ({ credentials }) => callers.get(credentials),
})

const app = new App({ title: 'Who, and may they' })

app.get('/items', { params: { caller: bearer } }, ({ caller }) => ({
  for: caller.name,
  items: ['a towel'],
}))

app.post(
  '/items',
  { params: { caller: Security(bearer, ['write']) } },
  ({ caller }) => ({ addedBy: caller.name }),
)

export default app
