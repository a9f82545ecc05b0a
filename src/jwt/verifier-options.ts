import { type AlgorithmName, algorithmList, type HMACName } from './algorithms.ts'
import type { ClaimExpectations, JWTClaims } from './claims.ts'
import { type Duration, toSeconds } from './duration.ts'
import { Key } from './key.ts'
import { KeySet } from './key-set.ts'
import type { KeySource } from './key-source.ts'
import { textList } from './options.ts'
import { RemoteKeySet } from './remote-key-set.ts'
import type { RevocationStore } from './revocation.ts'
import type { ClaimsSchema } from './standard-schema.ts'

/** What a verifier accepts; nothing of it can come from a token. */
export interface JWTVerifierOptions<Claims = JWTClaims> {
  /** The keys that may have signed: a key, a key set, or an issuer's published keys. This, `secret` or `jwksUri`. */
  readonly keys?: KeySource | Key
  /** A shared secret for the one HMAC algorithm in `algorithms`: a text, used as its UTF-8 bytes, or bytes. */
  readonly secret?: string | Uint8Array
  /** Where the issuer publishes its keys: short for `keys: new RemoteKeySet(jwksUri)`. */
  readonly jwksUri?: string | URL
  /** The accepted algorithms. Required with `secret` and with fetched keys; default: those of the given keys. */
  readonly algorithms?: readonly AlgorithmName[]
  /** The accepted issuers: `iss` must be one of them. Default: not checked; required with fetched keys. */
  readonly issuer?: string | readonly string[]
  /** Who we are: `aud` must hold one of these. Default: a token with an `aud` is refused, as RFC 7519 demands. */
  readonly audience?: string | readonly string[]
  /** The accepted `typ`s, without regard to case and to `application/`. Default: `JWT` or none. */
  readonly typ?: string | readonly string[]
  /** How far the clocks may differ, at most 10 minutes; default: 0 seconds. */
  readonly clockTolerance?: Duration
  /** How long after `iat` a token is accepted at most; default: no limit beside `exp`. */
  readonly maxAge?: Duration
  /** The longest accepted token in characters; default: 8192. */
  readonly maxLength?: number
  /** Claims that must be there beside `exp`; default: none. */
  readonly requiredClaims?: readonly string[]
  /** A Standard Schema (zod, Valibot, ArkType ...) that validates and types the claims. */
  readonly claims?: ClaimsSchema<Claims>
  /** The cache of verified tokens, with the most tokens that it holds; `false` for none. Default: 10,000. */
  readonly cache?: { readonly max: number } | false
  /** Asked for every token by its `jti`, which is then required; default: none. */
  readonly revocation?: RevocationStore
  /** Accepts tokens that never expire. Default: `exp` is required. */
  readonly dangerouslyAllowMissingExpiry?: boolean
  /** Accepts tokens that were meant for others. Default: `aud` is checked. */
  readonly dangerouslyIgnoreAudience?: boolean
  /** Tells the time in milliseconds since the epoch; default: `Date.now`. */
  readonly clock?: () => number
}

/** All that a verifier can be told; anything else is a misspelling. */
export const VERIFIER_OPTIONS: ReadonlySet<string> = new Set([
  'keys',
  'secret',
  'jwksUri',
  'algorithms',
  'issuer',
  'audience',
  'typ',
  'clockTolerance',
  'maxAge',
  'maxLength',
  'requiredClaims',
  'claims',
  'cache',
  'revocation',
  'dangerouslyAllowMissingExpiry',
  'dangerouslyIgnoreAudience',
  'clock',
])

/** The one given source of keys. */
export function keysOf({ keys, secret, jwksUri, algorithms }: JWTVerifierOptions<unknown>): KeySource {
  if ([keys, secret, jwksUri].filter((given) => given !== undefined).length !== 1) {
    throw new TypeError('keys: give one of keys, secret and jwksUri')
  }
  if (jwksUri !== undefined) return new RemoteKeySet(jwksUri)
  if (secret !== undefined) {
    const [algorithm, ...more] = [...algorithmList('algorithms', algorithms)]
    if (more.length > 0) throw new TypeError('algorithms: a secret is for one algorithm, such as HS256')
    return new KeySet([Key.fromSecret(secret, algorithm as HMACName)])
  }
  if (keys instanceof Key) return new KeySet([keys])
  if (typeof keys?.find !== 'function') throw new TypeError('keys: expected a Key, a KeySet or a RemoteKeySet')
  return keys
}

/** The accepted algorithms; undefined where each key decides for itself. */
export function acceptedAlgorithms(
  options: JWTVerifierOptions<unknown>,
  keys: KeySource,
): ReadonlySet<string> | undefined {
  if (keys.algorithms === undefined) {
    if (options.issuer === undefined) throw new TypeError('issuer: required with fetched keys')
    if (options.algorithms === undefined)
      throw new TypeError("algorithms: required with fetched keys, such as ['RS256']")
    return algorithmList('algorithms', options.algorithms)
  }
  if (options.algorithms === undefined) return undefined
  const accepted = algorithmList('algorithms', options.algorithms)
  for (const algorithm of accepted) if (keys.algorithms.has(algorithm)) return accepted
  throw new TypeError('algorithms: no key is for one of them')
}

const MAX_TOLERANCE = 600

/** What the claims are checked against. */
export function claimExpectations(options: JWTVerifierOptions<unknown>): ClaimExpectations {
  const clockTolerance = toSeconds('clockTolerance', options.clockTolerance ?? 0)
  if (clockTolerance > MAX_TOLERANCE) throw new TypeError(`clockTolerance: at most ${MAX_TOLERANCE} seconds`)
  const { issuer, audience, maxAge, requiredClaims = [] } = options
  const required = new Set(requiredClaims.length === 0 ? [] : textList('requiredClaims', requiredClaims))
  if (options.dangerouslyAllowMissingExpiry !== true) required.add('exp')
  if (maxAge !== undefined) required.add('iat')
  if (options.revocation !== undefined) required.add('jti')
  return {
    issuer: issuer === undefined ? undefined : textList('issuer', issuer),
    audience: audience === undefined ? undefined : textList('audience', audience),
    ignoreAudience: options.dangerouslyIgnoreAudience === true,
    clockTolerance,
    maxAge: maxAge === undefined ? undefined : toSeconds('maxAge', maxAge, 1),
    required: [...required],
  }
}

/** The given schema, if it is one. */
export function readSchema<Claims>(schema: ClaimsSchema<Claims> | undefined): ClaimsSchema<Claims> | undefined {
  if (schema === undefined) return undefined
  if (typeof schema?.['~standard']?.validate !== 'function') {
    throw new TypeError('claims: expected a Standard Schema, such as z.object({ sub: z.string() })')
  }
  return schema
}
