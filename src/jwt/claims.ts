import { InvalidClaimError, MissingClaimError } from './errors.ts'
import { type JSONObject, own } from './json.ts'
import { EXPIRED, NOT_YET_VALID, type RefusedToken, TOO_OLD, WRONG_AUDIENCE, WRONG_ISSUER } from './refused-token.ts'

/**
 * The claims of a token under their names on the wire; the registered ones have been checked for their types.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7519#section-4.1 RFC 7519 section 4.1}
 */
export interface JWTClaims {
  /** Who issued it. */
  readonly iss?: string
  /** Whom it is about. */
  readonly sub?: string
  /** Whom it is meant for. */
  readonly aud?: string | readonly string[]
  /** From when on it must be refused, in seconds since the epoch. */
  readonly exp?: number
  /** Before when it must be refused, in seconds since the epoch. */
  readonly nbf?: number
  /** When it was issued, in seconds since the epoch. */
  readonly iat?: number
  /** Its own name, for revocation. */
  readonly jti?: string
  readonly [claim: string]: unknown
}

/** What claims are checked against; times are in seconds. */
export interface ClaimExpectations {
  readonly issuer: readonly string[] | undefined
  readonly audience: readonly string[] | undefined
  readonly ignoreAudience: boolean
  readonly clockTolerance: number
  readonly maxAge: number | undefined
  readonly required: readonly string[]
}

/** From when and until when claims may be used, in milliseconds since the epoch. */
export interface ClaimTimes {
  readonly from: number
  readonly until: number
}

/**
 * Checks types, required claims, times, issuer and audience, in this order, and gives the time in which all that stays
 * true, for the cache.
 *
 * @param claims - A parsed JSON object.
 * @param expected - The configuration.
 * @param now - Milliseconds since the epoch.
 * @throws JWTError for a claim that is missing or has the wrong type, by its name.
 */
export function checkClaims(claims: JSONObject, expected: ClaimExpectations, now: number): ClaimTimes | RefusedToken {
  for (const name of TEXT_CLAIMS) {
    const value = own(claims, name)
    if (value !== undefined && typeof value !== 'string') throw new InvalidClaimError(name)
  }
  const exp = numericDate(claims, 'exp')
  const nbf = numericDate(claims, 'nbf')
  const iat = numericDate(claims, 'iat')
  const audience = readAudience(claims)
  for (const name of expected.required) if (!Object.hasOwn(claims, name)) throw new MissingClaimError(name)

  const { clockTolerance, maxAge } = expected
  let until = Number.POSITIVE_INFINITY
  // RFC 7519 section 4.1.4: refused "on or after" this time.
  if (exp !== undefined) {
    until = (exp + clockTolerance) * 1000
    if (now >= until) return EXPIRED
  }
  const from = nbf === undefined ? Number.NEGATIVE_INFINITY : (nbf - clockTolerance) * 1000
  if (now < from) return NOT_YET_VALID
  if (maxAge !== undefined) {
    // 'iat' is among the required claims then.
    const oldest = ((iat as number) + maxAge + clockTolerance) * 1000
    if (now >= oldest || now < ((iat as number) - clockTolerance) * 1000) return TOO_OLD
    until = Math.min(until, oldest)
  }

  if (expected.issuer !== undefined && !expected.issuer.includes(own(claims, 'iss') as string)) return WRONG_ISSUER
  return isMeant(audience, expected) ? { from, until } : WRONG_AUDIENCE
}

const TEXT_CLAIMS = ['iss', 'sub', 'jti'] as const

function numericDate(claims: JSONObject, name: 'exp' | 'nbf' | 'iat'): number | undefined {
  const value = own(claims, name)
  if (value === undefined) return undefined
  // 1e999 is JSON, and Infinity is never over.
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new InvalidClaimError(name)
  return value
}

function readAudience(claims: JSONObject): string | readonly string[] | undefined {
  const value = own(claims, 'aud')
  if (value === undefined || typeof value === 'string') return value
  if (!Array.isArray(value) || value.some((one) => typeof one !== 'string')) throw new InvalidClaimError('aud')
  return value
}

function isMeant(present: string | readonly string[] | undefined, expected: ClaimExpectations): boolean {
  const { audience, ignoreAudience } = expected
  if (ignoreAudience) return true
  // RFC 7519 section 4.1.3: who does not identify itself with a value of `aud` must refuse the token.
  if (audience === undefined) return present === undefined
  if (typeof present === 'string') return audience.includes(present)
  return present?.some((one) => audience.includes(one)) === true
}
