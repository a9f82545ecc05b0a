import { App } from 'sallyport'
import { OAuth2PasswordBearer } from 'sallyport/security'

const oauth2Scheme = new OAuth2PasswordBearer({ tokenUrl: 'token' })

const app = new App({ title: 'First steps' })

app.get('/items', { params: { token: oauth2Scheme } }, ({ token }) => ({ token }))

export default app
