/** What tokens are signed with and must say; an old app has the same secret. */
import { JWT } from 'sallyport/jwt'
import { z } from 'zod'

/** Without one in the environment: a new one at each start, for trying this out. */
export const SECRET =
  process.env.SIGNING_KEY ?? crypto.randomUUID() + crypto.randomUUID()

export const tokens = new JWT({
  secret: SECRET,
  issuer: 'accounts',
  audience: 'accounts',
  expiresIn: '30m',
  claims: z.object({ sub: z.string(), scope: z.string() }),
})
