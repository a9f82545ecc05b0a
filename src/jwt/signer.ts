import { type AlgorithmName, algorithmNamed, type HMACName } from './algorithms.ts'
import { encodeBase64urlText } from './base64url.ts'
import type { JWTClaims } from './claims.ts'
import { type Duration, toSeconds } from './duration.ts'
import { Key } from './key.ts'
import { KeySet } from './key-set.ts'
import { assertOptions, textList } from './options.ts'

/** What a signer puts into every token. */
export interface JWTSignerOptions {
  /** What signs: a key, a key set (its first key), or a secret as text (its UTF-8 bytes) or bytes. */
  readonly key: Key | KeySet | string | Uint8Array
  /** The algorithm; required with a secret, otherwise the key's own. */
  readonly algorithm?: AlgorithmName
  /** `iss` of every token; default: none. */
  readonly issuer?: string
  /** `aud` of every token; default: none. */
  readonly audience?: string | readonly string[]
  /** How long a token is valid; required unless `dangerouslyAllowMissingExpiry` is set. */
  readonly expiresIn?: Duration
  /** How long after signing a token becomes valid; default: no `nbf`. */
  readonly notBefore?: Duration
  /** `typ` of every header; default: `JWT`. */
  readonly typ?: string
  /** Gives every token a random `jti`, as revocation needs it; default: false. */
  readonly jti?: boolean
  /** Allows tokens that never expire. Default: refused. */
  readonly dangerouslyAllowMissingExpiry?: boolean
  /** Tells the time in milliseconds since the epoch; default: `Date.now`. */
  readonly clock?: () => number
}

const OPTIONS: ReadonlySet<string> = new Set([
  'key',
  'algorithm',
  'issuer',
  'audience',
  'expiresIn',
  'notBefore',
  'typ',
  'jti',
  'dangerouslyAllowMissingExpiry',
  'clock',
])

/**
 * Signs tokens with one key and fixed registered claims.
 *
 * @example
 * ```ts
 * import { JWTSigner } from 'sallyport/jwt'
 *
 * const signer = new JWTSigner({
 *   key: process.env.SECRET ?? '',
 *   algorithm: 'HS256',
 *   issuer: 'https://accounts.example',
 *   audience: 'https://api.example',
 *   expiresIn: '30m',
 * })
 * export const tokenFor = (name: string): Promise<string> => signer.sign({ sub: name, scope: 'me items' })
 * ```
 * @see {@link https://www.rfc-editor.org/rfc/rfc7519#section-7.1 RFC 7519 section 7.1}
 */
export class JWTSigner {
  readonly #options: JWTSignerOptions
  readonly #keys: KeySet
  readonly #audience: string | readonly string[] | undefined
  readonly #lifetime: number | undefined
  readonly #delay: number | undefined
  readonly #clock: () => number
  #header: { readonly key: Key; readonly segment: string } | undefined

  /**
   * @param options - The key, and what goes into every token.
   * @throws TypeError for an unknown option, a weak secret, a public key, an algorithm that is not the key's, or a missing
   * `expiresIn`.
   */
  constructor(options: JWTSignerOptions) {
    assertOptions('JWTSigner', options, OPTIONS)
    this.#options = { ...options }
    this.#keys = keysOf(options)
    if (options.issuer !== undefined) textList('issuer', [options.issuer])
    if (options.typ !== undefined) textList('typ', [options.typ])
    const { audience, expiresIn, notBefore } = options
    this.#audience = typeof audience === 'string' || audience === undefined ? audience : textList('audience', audience)
    if (typeof audience === 'string') textList('audience', audience)
    this.#lifetime = expiresIn === undefined ? undefined : toSeconds('expiresIn', expiresIn, 1)
    this.#delay = notBefore === undefined ? undefined : toSeconds('notBefore', notBefore)
    this.#clock = options.clock ?? (() => Date.now())
    if (this.#lifetime === undefined && options.dangerouslyAllowMissingExpiry !== true) {
      throw new TypeError("expiresIn: required, such as '30m'; a token that never expires cannot be taken back")
    }
    this.#keys.noteLifetime(this.#lifetime ?? 0)
  }

  /**
   * Signs claims. `iat` is set, and `exp`, `nbf`, `iss`, `aud` and `jti` as configured; `exp`, `nbf`, `iat`, `aud` and `jti` may be given
   * instead.
   *
   * @param claims - The claims under their names on the wire; times in seconds since the epoch.
   * @returns The token.
   * @throws TypeError for a registered claim of the wrong type, an `iss` beside the configured one, or claims that are not
   * JSON.
   */
  async sign(claims: JWTClaims = {}): Promise<string> {
    const payload = this.#payload(claims)
    const key = this.#keys.signingKey
    if (this.#header?.key !== key) this.#header = { key, segment: this.#headerFor(key) }
    return key.sign(this.#header.segment, encodeBase64urlText(payload))
  }

  #payload(claims: JWTClaims): string {
    if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) {
      throw new TypeError('claims: expected an object')
    }
    assertRegistered(claims)
    const { issuer, jti } = this.#options
    const now = Math.floor(this.#clock() / 1000)
    if (issuer !== undefined && claims.iss !== undefined && claims.iss !== issuer) {
      throw new TypeError('iss: the signer has another issuer')
    }
    const whole: Record<string, unknown> = { ...claims }
    if (issuer !== undefined) whole.iss = issuer
    if (this.#audience !== undefined) whole.aud ??= this.#audience
    whole.iat ??= now
    if (this.#delay !== undefined) whole.nbf ??= now + this.#delay
    if (this.#lifetime !== undefined) whole.exp ??= now + this.#lifetime
    if (jti === true) whole.jti ??= crypto.randomUUID()
    if (typeof whole.exp === 'number') this.#keys.noteLifetime(whole.exp - now)
    return JSON.stringify(whole)
  }

  #headerFor(key: Key): string {
    if (key.type === 'public') throw new TypeError('key: a public key cannot sign')
    const header: Record<string, string> = { alg: key.algorithm, typ: this.#options.typ ?? 'JWT' }
    if (key.kid !== undefined) header.kid = key.kid
    return encodeBase64urlText(JSON.stringify(header))
  }
}

function keysOf({ key, algorithm }: JWTSignerOptions): KeySet {
  if (typeof key === 'string' || key instanceof Uint8Array) {
    return new KeySet([Key.fromSecret(key, algorithmNamed('algorithm', algorithm).name as HMACName)])
  }
  const keys = key instanceof Key ? new KeySet([key]) : key
  if (!(keys instanceof KeySet)) throw new TypeError('key: expected a Key, a KeySet, a text or a Uint8Array')
  if (keys.signingKey.type === 'public') throw new TypeError('key: a public key cannot sign; give the private one')
  if (algorithm !== undefined && keys.signingKey.algorithm !== algorithmNamed('algorithm', algorithm).name) {
    throw new TypeError(`algorithm: the key is for ${keys.signingKey.algorithm}`)
  }
  return keys
}

/** A token that our own verifier refuses must not leave. */
function assertRegistered(claims: JWTClaims): void {
  for (const name of ['iss', 'sub', 'jti'] as const) {
    const value: unknown = claims[name]
    if (value !== undefined && typeof value !== 'string') throw new TypeError(`${name}: expected a text`)
  }
  for (const name of ['exp', 'nbf', 'iat'] as const) {
    const value: unknown = claims[name]
    if (value !== undefined && (typeof value !== 'number' || !Number.isFinite(value))) {
      throw new TypeError(`${name}: expected seconds since the epoch`)
    }
  }
  const aud: unknown = claims.aud
  if (aud === undefined || typeof aud === 'string') return
  if (!Array.isArray(aud) || aud.some((one) => typeof one !== 'string')) {
    throw new TypeError('aud: expected a text or a list of them')
  }
}
