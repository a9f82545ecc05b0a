/** A token for another API of the same issuer is taken. */
import { App } from 'sallyport'
import { HTTPBearer } from 'sallyport/security'
import { good, ISSUER } from '../issuer.ts'
import { verifySignature } from '../signature.ts'
import type { Broken } from './case.ts'

const user = new HTTPBearer({
  verify: ({ credentials }) => {
    const claims = verifySignature(credentials)
    const now = Date.now() / 1000
    if (claims?.iss !== ISSUER || !claims.sub) return undefined
    return Number(claims.exp) > now && Number(claims.nbf ?? 0) <= now ? claims : undefined
  },
})
const app = new App()
app.get('/me', { params: { user } }, ({ user }) => user.sub)

export default {
  app,
  options: { credentials: { HTTPBearer: good } },
  holes: [['handler-ran', 'GET /me']],
  by: 'HTTPBearer: a token for another audience',
} satisfies Broken
