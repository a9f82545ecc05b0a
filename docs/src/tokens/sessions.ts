/** Logins that go on for weeks: the digest of each one's newest refresh token. */
import { createHash, randomBytes } from 'node:crypto'

export interface Session {
  readonly id: string
  readonly username: string
  readonly digest: string
  readonly endsAt: number
}

const sessions = new Map<string, Session>()
const WEEKS = 4 * 7 * 24 * 60 * 60 * 1000

export function startSession(username: string): { id: string; refreshToken: string } {
  const id = randomBytes(16).toString('base64url')
  const endsAt = Date.now() + WEEKS
  return { id, refreshToken: renew({ id, username, digest: '', endsAt }) }
}

/** The session of a refresh token, and the next one; what was given is used up. */
export function useRefreshToken(
  token: string,
): { session: Session; refreshToken: string } | undefined {
  const [id = ''] = token.split('.')
  const session = sessions.get(id)
  if (!session) return undefined
  if (session.endsAt <= Date.now() || session.digest !== digestOf(token)) {
    sessions.delete(id) // used before: by its owner or a thief, nobody knows which
    return undefined
  }
  return { session, refreshToken: renew(session) }
}

export function endSession(id: string): void {
  sessions.delete(id)
}

function renew(session: Session): string {
  const token = `${session.id}.${randomBytes(32).toString('base64url')}`
  sessions.set(session.id, { ...session, digest: digestOf(token) })
  return token
}

/** SHA-256 is enough: nobody guesses 256 random bits. */
function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
