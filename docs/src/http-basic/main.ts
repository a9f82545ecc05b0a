import { App } from 'sallyport'
import { HTTPBasic } from 'sallyport/security'

const basic = new HTTPBasic({ realm: 'Accounts' })

const app = new App({ title: 'HTTP Basic' })

app.get('/users/me', { params: { credentials: basic } }, ({ credentials }) => ({
  username: credentials.username,
}))

export default app
