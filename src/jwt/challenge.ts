import { errorDescription, quotedString } from './challenge-grammar.ts'
import { JWTError } from './errors.ts'

/** What else a Bearer challenge may say. */
export interface ChallengeOptions {
  /** The protection space; default: none. */
  readonly realm?: string
  /** The scopes that the operation needs; default: none. */
  readonly scope?: string | readonly string[]
}

/**
 * Turns what a verifier threw into the value of `WWW-Authenticate`, or undefined when the token is not to blame.
 *
 * @param error - Anything that was caught.
 * @param options - The realm and the scopes to name in the challenge.
 * @returns `Bearer error="invalid_token", error_description="..."`, or undefined for errors with status 503 and for
 * everything that is not a {@link JWTError}.
 * @throws TypeError for a scope with a character that RFC 6749 section 3.3 forbids.
 * @example
 * ```ts
 * import { challengeFor, JWTVerifier } from 'sallyport/jwt'
 *
 * const verifier = new JWTVerifier({ secret: 'a text of at least thirty-two bytes', algorithms: ['HS256'] })
 * export async function handle(token: string): Promise<Response> {
 *   try {
 *     return Response.json(await verifier.verify(token))
 *   } catch (error) {
 *     const challenge = challengeFor(error, { realm: 'api' })
 *     if (challenge === undefined) throw error
 *     return new Response(null, { status: 401, headers: { 'www-authenticate': challenge } })
 *   }
 * }
 * ```
 * @see {@link https://www.rfc-editor.org/rfc/rfc6750#section-3 RFC 6750 section 3}
 */
export function challengeFor(error: unknown, options: ChallengeOptions = {}): string | undefined {
  if (!(error instanceof JWTError) || error.challengeError === undefined) return undefined
  const parameters: string[] = []
  if (options.realm !== undefined) parameters.push(`realm=${quotedString('realm', options.realm)}`)
  const scope = typeof options.scope === 'string' ? options.scope : options.scope?.join(' ')
  if (scope !== undefined && scope !== '') {
    if (!SCOPE.test(scope)) throw new TypeError('scope: only scope tokens of RFC 6749 section 3.3, parted by one space')
    parameters.push(`scope="${scope}"`)
  }
  parameters.push(`error="${error.challengeError}"`, `error_description="${errorDescription(error.message)}"`)
  return `Bearer ${parameters.join(', ')}`
}

const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/
