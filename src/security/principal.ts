import type { JWTClaims } from '../jwt/claims.ts'
import { InvalidTokenError } from './errors.ts'

/**
 * Who calls, as a verified token says.
 *
 * @typeParam Claims the claims as the verifier gives them: with a schema, its output.
 */
export interface Principal<Claims = JWTClaims> {
  /** Whom the token is about: its `sub`. Unique for one issuer only. */
  readonly subject: string
  /** What the token grants. */
  readonly scopes: readonly string[]
  /** All that the token says. */
  readonly claims: Claims
}

/** The names of the claims that a principal is made of. */
export interface ClaimNames {
  /** The claim that names the subject. */
  readonly subject: string
  /** The claim that lists the scopes: text with spaces between them, or a list. */
  readonly scopes: string
}

/** RFC 7519 §4.1.2, and RFC 8693 §4.2 as RFC 9068 §2.2.3 uses it. */
export const CLAIM_NAMES: ClaimNames = { subject: 'sub', scopes: 'scope' }

/**
 * The principal that claims speak of: made anew for each request, so that nobody's change of it reaches another. It is not frozen,
 * which takes JavaScriptCore longer than all else that is done with a warm token.
 *
 * @throws InvalidTokenError for claims without a subject, and for scopes that are neither text nor a list of texts.
 */
export function principalOf<Claims>(claims: Claims, names: ClaimNames): Principal<Claims> {
  if (typeof claims !== 'object' || claims === null) throw new InvalidTokenError('The token has no claims')
  const subject = claimOf(claims, names.subject)
  if (typeof subject !== 'string' || subject === '') {
    throw new InvalidTokenError(`The token has no ${names.subject} claim`)
  }
  const scopes = readScopes(claimOf(claims, names.scopes))
  if (scopes === undefined) throw new InvalidTokenError(`The ${names.scopes} claim of the token is not valid`)
  return { subject, scopes, claims }
}

/** The claims' own member: nobody is named by what a prototype holds. */
export function claimOf(claims: object, name: string): unknown {
  return Object.hasOwn(claims, name) ? (claims as Readonly<Record<string, unknown>>)[name] : undefined
}

/**
 * Granted scopes as a list: of text with spaces between them, or of a list; none for undefined.
 *
 * @returns undefined for anything else.
 */
export function readScopes(granted: unknown): string[] | undefined {
  if (granted === undefined) return []
  if (typeof granted === 'string') return granted === '' ? [] : granted.split(' ').filter((scope) => scope !== '')
  if (!Array.isArray(granted) || !granted.every((scope) => typeof scope === 'string')) return undefined
  return [...granted]
}
