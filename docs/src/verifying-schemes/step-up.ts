import { App, Body, Security } from 'sallyport'
import { OAuth2AuthorizationCodeBearer, stepUp } from 'sallyport/security'
import { z } from 'zod'
import { tokens } from './token.ts'

const oauth2 = new OAuth2AuthorizationCodeBearer({
  authorizationUrl: 'https://login.example.com/authorize',
  tokenUrl: 'https://login.example.com/token',
  scopes: { pay: 'Send money.' },
  verify: tokens,
})

// #region careful
const careful = stepUp(oauth2, { acrValues: ['mfa'], maxAge: '5m' })
// #endregion careful

const app = new App({ title: 'Payments' })

app.get('/balance', { params: { caller: oauth2 } }, ({ caller }) => ({
  balance: 12,
  of: caller.subject,
}))

const Payment = Body(z.object({ to: z.string(), amount: z.int().positive() }))
app.post(
  '/payments',
  { params: { caller: Security(careful, ['pay']), payment: Payment } },
  ({ caller, payment }) => ({ from: caller.subject, ...payment }),
)

export default app
