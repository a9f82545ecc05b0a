import { isAwaitable } from './awaitable.ts'
import { decodeBase64urlText, decodeText } from './base64url.ts'
import { type ClaimExpectations, checkClaims, type JWTClaims } from './claims.ts'
import { HeaderCache, typeName } from './compact.ts'
import { keepConfirmation } from './confirmation.ts'
import { InvalidClaimError, RevocationUnavailableError, TokenRevokedError } from './errors.ts'
import { deepFreeze, own, parseJSONObject } from './json.ts'
import { type CheckedJWS, type JWSExpectations, verifyJWS } from './jws.ts'
import { assertOptions, textList, wholeNumber } from './options.ts'
import { MALFORMED_CLAIMS, RefusedToken, unlessRefused, WRONG_TYPE } from './refused-token.ts'
import type { RevocationStore } from './revocation.ts'
import type { ClaimsSchema, SchemaResult } from './standard-schema.ts'
import { type CachedToken, TokenCache } from './token-cache.ts'
import {
  acceptedAlgorithms,
  claimExpectations,
  type JWTVerifierOptions,
  keysOf,
  readSchema,
  VERIFIER_OPTIONS,
} from './verifier-options.ts'

/**
 * Verifies signed tokens against one fixed configuration, and remembers those that it has verified.
 *
 * Three ways to ask, one answer: `verify()` always gives a promise; `check()` answers at once whenever it can, which is for
 * every warm token; `cached()` only looks a warm token up. `exp`, `nbf`, the end of the key and revocation are checked each
 * time.
 *
 * @example
 * ```ts
 * import { JWTVerifier } from 'sallyport/jwt'
 * import { z } from 'zod'
 *
 * const verifier = new JWTVerifier({
 *   secret: process.env.SECRET ?? '',
 *   algorithms: ['HS256'],
 *   issuer: 'https://accounts.example',
 *   audience: 'https://api.example',
 *   claims: z.object({ sub: z.string(), scope: z.string().default('') }),
 * })
 * export const subjectOf = async (token: string): Promise<string> => (await verifier.verify(token)).sub
 * ```
 * @see {@link https://www.rfc-editor.org/rfc/rfc7519#section-7.2 RFC 7519 section 7.2}
 * @see {@link https://www.rfc-editor.org/rfc/rfc8725#section-3 RFC 8725 section 3}
 */
export class JWTVerifier<Claims = JWTClaims> {
  readonly #signature: JWSExpectations
  readonly #expected: ClaimExpectations
  readonly #types: ReadonlySet<string | undefined>
  readonly #schema: ClaimsSchema<Claims> | undefined
  readonly #cache: TokenCache<Claims> | undefined
  readonly #revocation: RevocationStore | undefined
  readonly #clock: () => number
  #keysVersion: number

  /**
   * @param options - What to accept.
   * @throws TypeError for an unknown option and for every configuration that is weak: no keys, no algorithms where they
   * must be named, HMAC mixed with public keys, a short secret or one in PEM form, fetched keys without an issuer.
   */
  constructor(options: JWTVerifierOptions<Claims>) {
    assertOptions('JWTVerifier', options, VERIFIER_OPTIONS)
    const keys = keysOf(options)
    const typ = options.typ === undefined ? undefined : textList('typ', options.typ)
    this.#types = new Set(typ === undefined ? [undefined, 'jwt'] : typ.map(typeName))
    this.#signature = {
      keys,
      algorithms: acceptedAlgorithms(options, keys),
      maxLength: wholeNumber('maxLength', options.maxLength ?? 8192, 1),
      headers: new HeaderCache(),
    }
    this.#expected = claimExpectations(options)
    this.#schema = readSchema(options.claims)
    const max = options.cache === false ? 0 : wholeNumber('cache.max', options.cache?.max ?? 10_000, 1)
    this.#cache = max === 0 ? undefined : new TokenCache(max)
    this.#revocation = options.revocation
    this.#clock = options.clock ?? (() => Date.now())
    this.#keysVersion = keys.version
  }

  /**
   * Verifies a token.
   *
   * @param token - The token alone, without `Bearer`.
   * @returns Its claims, frozen; with a schema, the schema's output.
   * @throws JWTError, by rejecting: the class and its `code` say why. See {@link challengeFor}.
   */
  async verify(token: string): Promise<Claims> {
    return this.check(token)
  }

  /**
   * Verifies a token, at once where nothing has to be waited for: for all warm tokens, and on Node also for cold ones,
   * unless keys have to be fetched, or the schema or the revocation store is asynchronous, or the curve is a slow one.
   *
   * @param token - The token alone, without `Bearer`.
   * @returns Its claims, or a promise of them.
   * @throws JWTError at once, or by rejecting.
   * @example
   * ```ts
   * import { JWTVerifier } from 'sallyport/jwt'
   *
   * const verifier = new JWTVerifier({ secret: process.env.SECRET ?? '', algorithms: ['HS256'] })
   * export async function subject(token: string): Promise<unknown> {
   *   const answer = verifier.check(token)
   *   const claims = answer instanceof Promise ? await answer : answer
   *   return claims.sub
   * }
   * ```
   */
  check(token: string): Claims | Promise<Claims> {
    const checked = this.#check(token)
    return isAwaitable(checked) ? (checked as Promise<Claims>).then(unlessRefused) : unlessRefused(checked as Claims)
  }

  /** As {@link check}, for the schemes: a refused token is given where that says all. */
  '~attempt'(token: string): Claims | RefusedToken | Promise<Claims | RefusedToken> {
    // Somebody else's check() counts, wherever it came from.
    return this.check === JWTVerifier.prototype.check ? this.#check(token) : this.check(token)
  }

  #check(token: string): Claims | RefusedToken | Promise<Claims | RefusedToken> {
    const now = this.#clock()
    const known = this.#remembered(token, now)
    if (known !== undefined) return this.#unlessRevoked(token, known)
    // Read before the keys are, so that a key that is removed while we wait leaves no token in the cache.
    const { version } = this.#signature.keys
    const verified = verifyJWS(token, this.#signature)
    return verified instanceof Promise
      ? verified.then((jws) => this.#read(token, jws, version))
      : this.#read(token, verified, version)
  }

  /**
   * The claims of a token that was verified before and still holds, at once.
   *
   * @param token - The token alone, without `Bearer`.
   * @returns Undefined when the token must be verified: it is not remembered, its time is over, a key is gone, or the
   * revocation store does not answer at once. It never throws: ask `verify()` or `check()` for the reason.
   */
  cached(token: string): Claims | undefined {
    const known = this.#remembered(token, this.#clock())
    if (known === undefined) return undefined
    try {
      const claims = this.#unlessRevoked(token, known)
      if (!(claims instanceof Promise)) return claims
      claims.catch(() => {})
    } catch {
      // check() will say why.
    }
    return undefined
  }

  /**
   * Verifies a token and revokes it: from now on it is refused, by all verifiers that ask the same store.
   *
   * @param token - The token alone, without `Bearer`.
   * @throws TypeError without a `revocation` store; JWTError, by rejecting, for a token that is not valid (any more).
   */
  async revoke(token: string): Promise<void> {
    if (this.#revocation === undefined) throw new TypeError('revocation: this verifier was given no store')
    await this.verify(token)
    // Verified just now, so that only the schema's output has to be gone back behind.
    const claims = parseJSONObject(decodeBase64urlText(token.split('.')[1] as string) as string) as JWTClaims
    try {
      await this.#revocation.revoke(claims.jti as string, claims.exp ?? Number.POSITIVE_INFINITY)
    } catch (cause) {
      throw new RevocationUnavailableError({ cause })
    }
    this.#cache?.delete(token)
  }

  /** Forgets all verified tokens; they are verified again when they come. */
  forget(): void {
    this.#cache?.clear()
  }

  #remembered(token: string, now: number): CachedToken<Claims> | undefined {
    if (this.#cache === undefined) return undefined
    const { version } = this.#signature.keys
    if (version !== this.#keysVersion) {
      this.#keysVersion = version
      this.#cache.clear()
      return undefined
    }
    return this.#cache.get(token, now)
  }

  #read(token: string, jws: CheckedJWS, version: number): Claims | RefusedToken | Promise<Claims> {
    if (jws instanceof RefusedToken) return jws
    const { header, payload, keyUntil } = jws
    if (!this.#types.has(header.typ)) return WRONG_TYPE
    const text = decodeText(payload)
    const claims = text === undefined ? undefined : parseJSONObject(text)
    if (claims === undefined) return MALFORMED_CLAIMS
    const times = checkClaims(claims, this.#expected, this.#clock())
    if (times instanceof RefusedToken) return times
    const { from, until } = times
    const jti = own(claims, 'jti') as string | undefined
    const keep = (value: Claims): Claims | Promise<Claims> =>
      this.#keep(token, { claims: deepFreeze(value), jti, from, until: Math.min(until, keyUntil) }, version)
    if (this.#schema === undefined) return keep(claims as Claims)
    const result = this.#schema['~standard'].validate(claims)
    const made = (settled: SchemaResult<Claims>): Claims | Promise<Claims> => {
      const output = outputOf(settled)
      keepConfirmation(claims, output)
      return keep(output)
    }
    return isAwaitable(result) ? Promise.resolve(result).then(made) : made(result)
  }

  #keep(token: string, entry: CachedToken<Claims>, version: number): Claims | Promise<Claims> {
    const claims = this.#unlessRevoked(token, entry)
    if (version === this.#signature.keys.version) this.#cache?.set(token, entry, this.#clock())
    return claims
  }

  #unlessRevoked(token: string, { claims, jti }: CachedToken<Claims>): Claims | Promise<Claims> {
    if (this.#revocation === undefined) return claims
    let revoked: boolean | Promise<boolean>
    try {
      revoked = this.#revocation.isRevoked(jti as string)
    } catch (cause) {
      throw new RevocationUnavailableError({ cause })
    }
    if (!isAwaitable(revoked)) return this.#claimsUnless(revoked, token, claims)
    return Promise.resolve(revoked).then(
      (answer) => this.#claimsUnless(answer, token, claims),
      (cause: unknown) => {
        throw new RevocationUnavailableError({ cause })
      },
    )
  }

  #claimsUnless(revoked: boolean, token: string, claims: Claims): Claims {
    if (revoked === false) return claims
    this.#cache?.delete(token)
    // Anything but a boolean is a store that does not work, and it must not let tokens in.
    if (revoked !== true) throw new RevocationUnavailableError()
    throw new TokenRevokedError()
  }
}

function outputOf<Claims>(result: SchemaResult<Claims>): Claims {
  if (result.issues !== undefined) throw new InvalidClaimError(undefined, result.issues)
  return result.value
}
