import { formatChallenge } from '../headers.ts'
import type { SecuritySchemeObject } from '../openapi/types.ts'
import { assertScope } from '../scopes.ts'

/** What a Bearer challenge says beside its name. */
export interface BearerChallengeOptions {
  /** The protection space; default: none. */
  readonly realm?: string
  /** Why the credentials were refused; default: none, which is right where none were sent. */
  readonly error?: 'invalid_request' | 'invalid_token' | 'insufficient_scope'
  /** The reason in words for the client's developer; default: none. */
  readonly errorDescription?: string
  /** The scopes that are needed; default: none are named. */
  readonly scope?: readonly string[]
}

/**
 * Writes the challenge of a Bearer scheme, the value of `WWW-Authenticate`.
 *
 * @throws TypeError for text that the challenge cannot hold.
 * @example
 * ```ts
 * import { HTTPException } from 'sallyport'
 * import { bearerChallenge } from 'sallyport/security'
 *
 * export const expired = new HTTPException(401, 'The token has expired', {
 *   headers: { 'www-authenticate': bearerChallenge({ error: 'invalid_token', errorDescription: 'The token has expired' }) },
 * })
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc6750.html#section-3
 */
export function bearerChallenge(options: BearerChallengeOptions = {}): string {
  const { realm, error, errorDescription, scope = [] } = options
  for (const name of scope) assertScope(name, 'bearerChallenge(): scope')
  // RFC 6750 §3: these values hold neither quotes nor backslashes, escaped or not.
  if (errorDescription !== undefined && !/^[\x20\x21\x23-\x5b\x5d-\x7e]*$/.test(errorDescription)) {
    throw new TypeError('bearerChallenge(): errorDescription is printable ASCII without quotes and backslashes.')
  }
  return formatChallenge('Bearer', {
    realm,
    error,
    error_description: errorDescription,
    scope: scope.length > 0 ? scope.join(' ') : undefined,
  })
}

/**
 * Writes the challenge of the Basic scheme.
 *
 * @param realm the protection space; RFC 7617 asks for it, browsers show it in their dialog.
 * @param charset `UTF-8` asks the client to send names and passwords in it.
 * @throws TypeError for a realm that a header cannot hold.
 * @see https://www.rfc-editor.org/rfc/rfc7617.html#section-2
 */
export function basicChallenge(realm: string | undefined, charset: 'UTF-8' | undefined): string {
  return formatChallenge('Basic', { realm, charset })
}

/** The plain challenge of a scheme, by what the document says of it. */
export function challengeOf(model: SecuritySchemeObject): string {
  return model.type === 'http' ? titleCase(model.scheme) : CHALLENGES[model.type]
}

const CHALLENGES: Readonly<Record<Exclude<SecuritySchemeObject['type'], 'http'>, string>> = {
  // No RFC knows these two as auth-schemes; RFC 9110 §15.5.2 wants a challenge in every 401, and FastAPI sends the first one.
  apiKey: 'APIKey',
  mutualTLS: 'MutualTLS',
  oauth2: 'Bearer',
  openIdConnect: 'Bearer',
}

/** Whether RFC 6750 says how a lack of scopes is told. */
export function isBearer(model: SecuritySchemeObject): boolean {
  if (model.type === 'http') return model.scheme.toLowerCase() === 'bearer'
  return model.type === 'oauth2' || model.type === 'openIdConnect'
}

/** Python's `str.title()`, which is how FastAPI writes the name: `scram-sha-256` is `Scram-Sha-256`. */
function titleCase(scheme: string): string {
  return scheme.replace(/[a-z]+/gi, (word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase())
}
