/** The token's signature is verified, and its time is not looked at. */
import { App } from 'sallyport'
import { HTTPBearer } from 'sallyport/security'
import { AUDIENCE, good, ISSUER } from '../issuer.ts'
import { verifySignature } from '../signature.ts'
import type { Broken } from './case.ts'

const user = new HTTPBearer({
  verify: ({ credentials }) => {
    const claims = verifySignature(credentials)
    return claims?.iss === ISSUER && claims.aud === AUDIENCE && claims.sub ? claims : undefined
  },
})
const app = new App()
app.get('/me', { params: { user } }, ({ user }) => user.sub)

export default {
  app,
  options: { credentials: { HTTPBearer: good } },
  holes: [['handler-ran', 'GET /me']],
  by: 'HTTPBearer: an expired token',
} satisfies Broken
