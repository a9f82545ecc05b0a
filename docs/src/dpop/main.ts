import { App, Security } from 'sallyport'
import { HTTPBearer } from 'sallyport/security'
import { tokens } from './issuer.ts'

const bearer = new HTTPBearer({
  scopes: { write: 'Add items.' },
  verify: tokens,
  dpop: { origin: process.env.ORIGIN ?? 'http://localhost:8000' },
})

const app = new App({ title: 'DPoP' })

app.get('/me', { params: { caller: bearer } }, ({ caller }) => ({
  name: caller.subject,
}))

app.post('/items', { params: { caller: Security(bearer, ['write']) } }, () => ({
  added: true,
}))

export default app
