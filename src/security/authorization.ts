import type { HTTPException } from '../exceptions.ts'
import { credentialsAfter, isFieldValue } from '../headers.ts'
import { AuthorizationCredentials, type HTTPAuthorizationCredentials } from './credentials.ts'

/** Printable ASCII, spaces included. An expression, because it reads a token in a quarter of the time of a loop over it. */
const PRINTABLE = /^[\x20-\x7e]+$/

/** Who makes the answer to broken credentials. */
interface Refuses {
  makeInvalidCredentialsError(): HTTPException
}

/** Who may take tokens with a proof, too. */
interface TakesTokens extends Refuses {
  readonly takesDPoP: boolean
}

/**
 * The bearer token in a value of `Authorization`: all printable ASCII after `Bearer`, as FastAPI reads it; undefined when there
 * is none.
 *
 * Where the scheme takes tokens with a proof, also what stands after `DPoP` (RFC 9449 §7.1). RFC 6750 §2.1 allows less (no spaces, for one); whoever verifies the token refuses those.
 *
 * @throws HTTPException the scheme's 401 for `Bearer` with nothing after it, and for other characters.
 */
export function bearerToken(header: string | undefined, scheme: TakesTokens): string | undefined {
  const token = credentialsAfter(header, 'bearer') ?? (scheme.takesDPoP ? credentialsAfter(header, 'dpop') : undefined)
  if (token === undefined) return undefined
  if (!PRINTABLE.test(token)) throw scheme.makeInvalidCredentialsError()
  return token
}

/**
 * The auth-scheme as it was sent, and what stands after it; undefined for another auth-scheme.
 *
 * @throws HTTPException the scheme's 401 for nothing after it, and for control characters.
 */
export function credentialsOf(
  header: string | undefined,
  name: string,
  scheme: Refuses,
): HTTPAuthorizationCredentials | undefined {
  const credentials = credentialsAfter(header, name)
  if (header === undefined || credentials === undefined) return undefined
  if (credentials === '' || !isFieldValue(credentials)) throw scheme.makeInvalidCredentialsError()
  return new AuthorizationCredentials(header.slice(0, name.length), credentials)
}

/**
 * The whole value of `Authorization`, whatever its auth-scheme is; undefined when there is none.
 *
 * @throws HTTPException the scheme's 401 for control characters.
 */
export function wholeAuthorization(header: string | undefined, scheme: Refuses): string | undefined {
  if (header === undefined || header === '') return undefined
  if (!isFieldValue(header)) throw scheme.makeInvalidCredentialsError()
  return header
}
