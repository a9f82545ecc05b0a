/** Who is calling: the scheme, the token, the user. Declared here once; enforced and documented wherever it is named. */
import { dependency, HTTPException, Security, SecurityScopes } from 'sallyport'
import { JWT } from 'sallyport/jwt'
import { OAuth2PasswordBearer, OAuth2PasswordRequestForm } from 'sallyport/security'
import { z } from 'zod'
import { signingKey } from './signing-key.ts'
import { type User, users } from './users.ts'

export const SCOPES = { me: 'Read information about the current user.', items: 'Read and change items.' }

const oauth2Scheme = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: SCOPES })

export const tokens = new JWT({
  secret: signingKey(),
  issuer: 'accounts',
  audience: 'accounts',
  expiresIn: '30m',
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

/** The user whose name and password the login form has. */
export const login = dependency({ form: OAuth2PasswordRequestForm }, async ({ form }): Promise<User> => {
  const user = await users.authenticate(form.username, form.password)
  if (!user) throw new HTTPException(400, 'Incorrect username or password')
  return user
})

/** The scopes of a new token: those asked for, or `me`. */
export function grantedScopes(asked: readonly string[]): string[] {
  const unknown = asked.filter((scope) => !Object.hasOwn(SCOPES, scope))
  if (unknown.length) throw new HTTPException(400, 'A scope is unknown')
  return asked.length ? [...new Set(asked)] : ['me']
}
