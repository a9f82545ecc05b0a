/** The users, in the place of a table with a unique index on the name. */
import { PasswordHash } from 'sallyport/password'

export interface User {
  readonly username: string
  readonly hashedPassword: string
  /** Goes up when the password changes; tokens of another version are refused. */
  readonly version: number
}

export const passwordHash = PasswordHash.recommended()

const users = new Map<string, User>()

export function findUser(username: string): User | undefined {
  return users.get(username)
}

/** Adds a user, or gives false if the name is taken: asked and done in one step. */
export function addUser(username: string, hashedPassword: string): boolean {
  if (users.has(username)) return false
  users.set(username, { username, hashedPassword, version: 1 })
  return true
}

export function setPassword(username: string, hashedPassword: string): void {
  const user = users.get(username)
  if (!user) return
  users.set(username, { ...user, hashedPassword, version: user.version + 1 })
}

/** The same password with a stronger hash: nobody is logged out. */
export function renewHash(user: User, hashedPassword: string): void {
  users.set(user.username, { ...user, hashedPassword })
}
