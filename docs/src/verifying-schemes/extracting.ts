import { App } from 'sallyport'
import { HTTPBearer } from 'sallyport/security'

const bearer = new HTTPBearer()

const app = new App({ title: 'Extracting' })

app.get('/me', { params: { token: bearer } }, ({ token }) => ({
  said: token.credentials,
}))

export default app
