import { App, Security } from 'sallyport'
import { HTTPBearer } from 'sallyport/security'
import { tokens } from './token.ts'

const bearer = new HTTPBearer({
  bearerFormat: 'JWT',
  scopes: { read: 'Read items.', write: 'Change items.' },
  verify: tokens,
})

const app = new App({ title: 'Verifying' })

app.get('/me', { params: { caller: bearer } }, ({ caller }) => ({
  subject: caller.subject,
  scopes: caller.scopes,
  department: caller.claims.department,
}))

app.post(
  '/items',
  { params: { caller: Security(bearer, ['write']) } },
  ({ caller }) => ({ addedBy: caller.subject }),
)

export default app
