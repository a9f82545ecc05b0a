/** Who is calling. Declared here once; enforced, typed and documented wherever it is named. */
import { dependency } from 'sallyport'
import { JWT } from 'sallyport/jwt'
import { LoginThrottle } from 'sallyport/password'
import { OAuth2PasswordBearer, passwordLogin } from 'sallyport/security'
import { z } from 'zod'
import type { User, Users } from './users.ts'

export const SCOPES = { me: 'Read who you are.', notes: 'Read and change your notes.' }

/** How long a token is good, in seconds. */
export const TOKEN_LIFETIME = 1800

/** Signs and verifies the tokens of this app. */
export function createTokens(secret: string) {
  return new JWT({
    secret,
    issuer: '{{name}}',
    audience: '{{name}}',
    expiresIn: TOKEN_LIFETIME,
    claims: z.object({ sub: z.string(), scope: z.string() }),
  })
}

export function createSecurity(tokens: ReturnType<typeof createTokens>, users: Users) {
  const oauth2 = new OAuth2PasswordBearer({
    tokenUrl: 'token',
    scopes: SCOPES,
    description: 'Register first. Leave `client_id` and `client_secret` empty.',
    verify: tokens, // and the required scopes
  })

  /** The user of the token. Who was removed or disabled since is nobody. */
  const currentUser = dependency({ caller: oauth2 }, ({ caller }): User => {
    const user = users.find(caller.subject)
    if (!user || user.disabled) throw oauth2.makeNotAuthenticatedError()
    return user
  })

  /** The user of the login form. Who guessed too often has to wait: 429 with Retry-After. */
  const login = passwordLogin<User>({
    authenticate: (name, password) => users.authenticate(name, password),
    throttle: new LoginThrottle(),
  })

  return { currentUser, login }
}

/** The scopes of a new token: those asked for that there are, or all. */
export function grantedScopes(asked: readonly string[]): string {
  const known = Object.keys(SCOPES)
  return (asked.length === 0 ? known : known.filter((scope) => asked.includes(scope))).join(' ')
}
