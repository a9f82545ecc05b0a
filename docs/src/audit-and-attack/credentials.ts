import { decodeJwt, SignJWT } from 'jose'
import type { AttackOptions } from 'sallyport/testing'
import { secret, tokens } from './tokens.ts'

const johndoe = { sub: 'johndoe', scope: 'orders stock' }

const options: AttackOptions = {
  credentials: {
    HTTPBearer: {
      valid: () => tokens.sign(johndoe),
      withScopes: (scopes) => tokens.sign({ ...johndoe, scope: scopes.join(' ') }),
      // Signed with the real key, and wrong in one thing: no signer of ours does it.
      mint: async ({ claims, header }) => {
        const good = decodeJwt(await tokens.sign(johndoe))
        return new SignJWT({ ...good, ...claims })
          .setProtectedHeader({ alg: 'HS256', typ: 'JWT', ...header })
          .sign(new TextEncoder().encode(secret))
      },
    },
  },
}

export default options
