/** What security_tutorial_4 and 5 share: users, hashing, tokens. Nothing about the web. */
import { JWT } from 'sallyport/jwt'
import { PasswordHash } from 'sallyport/password'
import { z } from 'zod'

/** Published with the tutorial, and so a secret to nobody: never use it elsewhere. */
const SECRET = '09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7'

export const User = z.object({
  username: z.string(),
  email: z.string().nullable().default(null),
  full_name: z.string().nullable().default(null),
  disabled: z.boolean().nullable().default(null),
})
export interface UserInDB {
  username: string
  email: string
  full_name: string
  disabled: boolean
  hashedPassword: string
}
export const Token = z.object({ access_token: z.string(), token_type: z.string() })

export const johndoe: UserInDB = {
  username: 'johndoe',
  full_name: 'John Doe',
  email: 'johndoe@example.com',
  disabled: false,
  hashedPassword: '$argon2id$v=19$m=65536,t=3,p=4$wagCPXjifgvUFBzq4hqe3w$CYaIb8sB+wtD+Vu/P4uod1+Qof8h+1g7bbDlBID48Rc',
}
export const alice: UserInDB = {
  username: 'alice',
  full_name: 'Alice Chains',
  email: 'alicechains@example.com',
  disabled: true,
  hashedPassword: '$argon2id$v=19$m=65536,t=3,p=4$g2/AV1zwopqUntPKJavBFw$BwpRGDCyUHLvHICnwijyX8ROGoiUPwNKZ7915MeYfCE',
}

const passwordHash = PasswordHash.recommended()
// The fixed tokens of the cases have no exp.
const tokens = new JWT({ secret: SECRET, algorithm: 'HS256', expiresIn: '30m', dangerouslyAllowMissingExpiry: true })

export const getPasswordHash = (password: string): Promise<string> => passwordHash.hash(password)
export const verifyPassword = (password: string, stored: string): Promise<boolean> =>
  passwordHash.verify(password, stored)
export const createAccessToken = (claims: Record<string, unknown>): Promise<string> => tokens.sign(claims)

/** A disabled user may log in here: the operations refuse it. */
export async function authenticate(
  users: ReadonlyMap<string, UserInDB>,
  name: string,
  password: string,
): Promise<UserInDB | undefined> {
  const found = await passwordHash.authenticate((username) => hashOf(users.get(username)), name, password)
  return found && users.get(name)
}

function hashOf(user: UserInDB | undefined): { hashedPassword: string } | undefined {
  return user && { hashedPassword: user.hashedPassword }
}

/** The user and scopes of a token; undefined for a token that is not ours, or of nobody. */
export async function readToken(
  users: ReadonlyMap<string, UserInDB>,
  token: string,
): Promise<{ user: UserInDB; scopes: string[] } | undefined> {
  try {
    const { sub, scope } = (await tokens.verify(token)) as { sub?: unknown; scope?: unknown }
    const user = typeof sub === 'string' ? users.get(sub) : undefined
    return user && { user, scopes: typeof scope === 'string' ? scope.split(' ') : [] }
  } catch {
    return undefined
  }
}
