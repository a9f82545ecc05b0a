/** A verifier of one's own believes the algorithm that the token names. */
import { App } from 'sallyport'
import { HTTPBearer } from 'sallyport/security'
import { decodeToken } from '../../../src/testing/attack-tokens.ts'
import { good, tokens } from '../issuer.ts'
import type { Broken } from './case.ts'

const user = new HTTPBearer({
  verify: async ({ credentials }) => {
    const [header = '', claims = ''] = credentials.split('.')
    const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString() || '{}')
    try {
      if (read(header).alg === 'none') return { subject: String(read(claims).sub) }
    } catch {
      return undefined
    }
    return decodeToken(credentials) && { subject: String((await tokens.check(credentials)).sub) }
  },
})
const app = new App()
app.get('/me', { params: { user } }, ({ user }) => user.subject)

export default {
  app,
  options: { credentials: { HTTPBearer: good } },
  holes: [['handler-ran', 'GET /me']],
  by: 'HTTPBearer: alg "none" without a signature',
} satisfies Broken
