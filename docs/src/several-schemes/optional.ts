import { App } from 'sallyport'
import { HTTPBearer } from 'sallyport/security'

const people = new Map([['token-of-johndoe', { username: 'johndoe' }]])

const bearer = new HTTPBearer({
  autoError: false,
  verify: ({ credentials }) => people.get(credentials),
})

const app = new App({ title: 'Optional' })

app.get('/items', { params: { user: bearer } }, ({ user }) => ({
  items: ['a towel'],
  hello: user?.username ?? 'stranger',
}))

export default app
