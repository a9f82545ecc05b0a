/** Who is calling: the scheme, the token, the user. Declared here once; enforced and documented wherever it is named. */
import { dependency, HTTPException, Security, SecurityScopes } from 'sallyport'
import { JWT } from 'sallyport/jwt'
import { LoginThrottle } from 'sallyport/password'
import { OAuth2PasswordBearer, passwordLogin } from 'sallyport/security'
import { z } from 'zod'
import { signingKey } from './signing-key.ts'
import { type User, users } from './users.ts'

export const SCOPES = { me: 'Read information about the current user.', items: 'Read and change items.' }

/** How long a token is good for, in seconds. */
export const TOKEN_LIFETIME = 1800

const oauth2Scheme = new OAuth2PasswordBearer({
  tokenUrl: 'token',
  scopes: SCOPES,
  description: 'For example `johndoe` with the password `secret`. Leave `client_id` and `client_secret` empty.',
})

export const tokens = new JWT({
  secret: signingKey(),
  issuer: 'accounts',
  audience: 'accounts',
  expiresIn: TOKEN_LIFETIME,
  claims: z.object({ sub: z.string(), scope: z.string() }),
})

/** The user of the token, with the scopes that are required here. */
export const getCurrentUser = dependency(
  { token: oauth2Scheme, scopes: SecurityScopes },
  async ({ token, scopes }): Promise<User> => {
    const { sub, scope } = await tokens.verify(token) // 401 with the right challenge
    scopes.require(scope) // 403 insufficient_scope with the right challenge
    const user = users.find(sub)
    if (!user) throw oauth2Scheme.makeNotAuthenticatedError()
    return user
  },
)

export const getCurrentActiveUser = dependency({ user: Security(getCurrentUser, ['me']) }, ({ user }) => {
  if (user.disabled) throw new HTTPException(400, 'Inactive user')
  return user
})

/** A login that gets no token, for a reason of RFC 6749 §5.2. */
export class LoginRefused extends Error {
  readonly code: 'invalid_grant' | 'invalid_scope'

  constructor(code: LoginRefused['code'], message: string) {
    super(message)
    this.name = 'LoginRefused'
    this.code = code
  }
}

/** The user whose name and password the login form has. Who guessed too often has to wait: 429 with Retry-After. */
export const login = passwordLogin<User>({
  authenticate: (username, password) => users.authenticate(username, password),
  throttle: new LoginThrottle(),
  makeError: () => new LoginRefused('invalid_grant', 'Incorrect username or password'),
})

/** The scopes of a new token: those asked for, or `me`. */
export function grantedScopes(asked: readonly string[]): string[] {
  const unknown = asked.some((scope) => !Object.hasOwn(SCOPES, scope))
  if (unknown) throw new LoginRefused('invalid_scope', `There are these scopes: ${Object.keys(SCOPES).join(', ')}`)
  return asked.length ? [...new Set(asked)] : ['me']
}
