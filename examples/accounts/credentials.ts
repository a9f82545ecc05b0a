/** How tests get in: `sallyport attack examples/accounts/main.ts --credentials examples/accounts/credentials.ts` */
import type { AttackOptions } from 'sallyport/testing'
import { tokens } from './security.ts'

const tokenFor = (scope: string): Promise<string> => tokens.sign({ sub: 'johndoe', scope })

const options: AttackOptions = {
  credentials: {
    OAuth2PasswordBearer: {
      valid: () => tokenFor('me items'),
      withScopes: (scopes) => tokenFor(scopes.join(' ')),
    },
  },
  open: ['POST /users', 'GET /'],
}

export default options
