/** A dependency catches the refusal of a bad token, and goes on as a guest. */
import { App, dependency } from 'sallyport'
import { HTTPBearer } from 'sallyport/security'
import { good, tokens } from '../issuer.ts'
import type { Broken } from './case.ts'

const user = dependency({ token: new HTTPBearer() }, async ({ token }) => {
  try {
    return (await tokens.verify(token.credentials)).sub
  } catch {
    return 'guest'
  }
})
const app = new App()
app.get('/me', { params: { user } }, ({ user }) => ({ user }))

export default {
  app,
  options: { credentials: { HTTPBearer: { ...good, mint: () => undefined } } },
  holes: [['handler-ran', 'GET /me']],
  by: 'HTTPBearer: a token that nobody issued',
} satisfies Broken
