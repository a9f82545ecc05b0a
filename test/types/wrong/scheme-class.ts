import { App } from 'sallyport'
import { HTTPBearer } from 'sallyport/security'

new App().get('/me', { params: { token: HTTPBearer } }, ({ token }) => token)
