import { App, Form } from 'sallyport'
import { z } from 'zod'
import { tokens } from './token.ts'

/** Stands for whoever logs your users in. This one asks for no password. */
const app = new App({ title: 'Issuer' })

// #region login
const Login = Form(
  z.object({ scope: z.string().default(''), acr: z.string().default('pwd') }),
)
app.post('/token', { params: { login: Login } }, async ({ login }) => {
  const auth_time = Math.floor(Date.now() / 1000)
  const claims = { sub: 'johndoe', department: 'stock', auth_time, ...login }
  return { access_token: await tokens.sign(claims), token_type: 'bearer' }
})
// #endregion login

export default app
