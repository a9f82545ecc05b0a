import type { JWK } from 'jose'
import { type AlgorithmName, algorithmNamed, assertNotMixed, type HMACName } from './algorithms.ts'
import { type Duration, toSeconds } from './duration.ts'
import { type GenerateOptions, Key, type KeyOptions } from './key.ts'
import { KeyIndex } from './key-index.ts'
import type { FoundKey, FoundKeys, KeySource } from './key-source.ts'

/** One key as {@link KeySet.from} reads it. */
export type KeyInput =
  | Key
  | ({ readonly jwk: JWK } & KeyOptions)
  | ({ readonly pem: string } & KeyOptions)
  | { readonly secret: string | Uint8Array; readonly algorithm: HMACName; readonly kid?: string }
  | { readonly raw: Uint8Array; readonly algorithm: AlgorithmName; readonly kid?: string }

/** A set of keys as RFC 7517 section 5 writes it. */
export interface JWKSDocument {
  readonly keys: readonly JWK[]
}

/** How a key set hands over to a new key. */
export interface RotateOptions {
  /** The key that signs from now on; default: a new one of the same algorithm. */
  readonly key?: Key
  /**
   * How long the old key still verifies: at least as long as the tokens that it signed live. Default: the longest
   * lifetime of the signers that use this set, and a minute for clocks that differ.
   */
  readonly verifyFor?: Duration
}

/** More than any rotation leaves, and few enough that a token without `kid` cannot make us work. */
const MAX_KEYS = 32

/**
 * The keys of an issuer, or of a verifier that was given them: the first one signs, all of them verify.
 *
 * `rotate()` puts a new key in front; the old ones verify until the tokens that they signed have expired. Keys of one set
 * have different `kid`s, and secrets never stand beside public keys.
 *
 * @example
 * ```ts
 * import { JWTSigner, JWTVerifier, KeySet } from 'sallyport/jwt'
 *
 * const keys = await KeySet.generate('ES256')
 * const signer = new JWTSigner({ key: keys, expiresIn: '30m' })
 * const verifier = new JWTVerifier({ keys })
 * const claims = await verifier.verify(await signer.sign({ sub: 'johndoe' }))
 * await keys.rotate()
 * ```
 * @see {@link https://www.rfc-editor.org/rfc/rfc7517#section-5 RFC 7517 section 5}
 */
export class KeySet implements KeySource {
  #entries: FoundKeys = []
  #index: KeyIndex = new KeyIndex([])
  #version = 0
  #longestLifetime = 0

  /**
   * @param keys - At least one; the first signs, if it can.
   * @throws TypeError for no keys, more than 32, two with one `kid`, or secrets beside public keys.
   */
  constructor(keys: readonly Key[]) {
    if (!Array.isArray(keys) || keys.length === 0) throw new TypeError('keys: expected at least one key')
    this.#replace(keys.map((key) => ({ key, until: Number.POSITIVE_INFINITY })))
  }

  /**
   * A set with one new key.
   *
   * @throws TypeError for an unknown algorithm or an RSA size under 2048 bits.
   */
  static async generate(algorithm: AlgorithmName, options?: GenerateOptions): Promise<KeySet> {
    return new KeySet([await Key.generate(algorithm, options)])
  }

  /**
   * A set of given keys: one, several, or a JWKS as {@link KeySet.exportPrivate} or another issuer wrote it.
   *
   * @param input - `{ jwk }`, `{ pem, algorithm }`, `{ secret, algorithm }`, `{ raw, algorithm }`, a {@link Key}, a list of
   * those with the signing one first, or `{ keys: [...] }`.
   * @throws TypeError for a weak, broken or unfit key, and for what the constructor refuses.
   * @example
   * ```ts
   * import { KeySet } from 'sallyport/jwt'
   *
   * const keys = await KeySet.from({ secret: process.env.SECRET ?? '', algorithm: 'HS256' })
   * ```
   */
  static async from(input: KeyInput | readonly KeyInput[] | JWKSDocument): Promise<KeySet> {
    if (typeof input !== 'object' || input === null) throw new TypeError('keys: expected a key or a list of keys')
    if (isDocument(input)) {
      if (!Array.isArray(input.keys)) throw new TypeError('keys: expected a JWKS document with a list of keys')
      const now = Date.now()
      const kept = input.keys.filter((jwk) => endOf(jwk) > now)
      const keys = await Promise.all(kept.map((jwk) => Key.fromJWK(jwk)))
      const set = new KeySet(keys)
      set.#replace(keys.map((key, index) => ({ key, until: endOf(kept[index] as JWK) })))
      return set
    }
    const list = (Array.isArray(input) ? input : [input]) as readonly KeyInput[]
    return new KeySet(await Promise.all(list.map(readKey)))
  }

  /** The key that signs: the first one. */
  get signingKey(): Key {
    return (this.#entries[0] as FoundKey).key
  }

  /** All keys that still verify, the signing one first. */
  get keys(): readonly Key[] {
    const now = Date.now()
    return this.#entries.filter((entry) => entry.until > now).map((entry) => entry.key)
  }

  get algorithms(): ReadonlySet<string> {
    return new Set(this.keys.map((key) => key.algorithm))
  }

  /** Grows when a key is removed; verified tokens are then verified again. */
  get version(): number {
    return this.#version
  }

  find(algorithm: string, kid: string | undefined): FoundKeys {
    return this.#index.find(algorithm, kid, Date.now())
  }

  /**
   * Lets a new key sign; the old ones go on verifying for a while.
   *
   * Where several processes share the set, first `add()` the new key everywhere and wait until the verifiers have fetched
   * it, then `rotate({ key })`.
   *
   * @param options - The new key, and how long the old ones verify.
   * @returns The key that signs now.
   * @throws TypeError without `verifyFor` when no signer uses this set, and for what the constructor refuses.
   */
  async rotate(options: RotateOptions = {}): Promise<Key> {
    const verifyFor =
      options.verifyFor === undefined
        ? this.#longestLifetime + CLOCK_DIFFERENCE
        : toSeconds('verifyFor', options.verifyFor, 0)
    if (options.verifyFor === undefined && this.#longestLifetime === 0) {
      throw new TypeError(
        "verifyFor: say how long the old key's tokens live, since no signer of this process uses the set",
      )
    }
    const key = options.key ?? (await Key.generate(this.signingKey.algorithm, sizeLike(this.signingKey)))
    if (key.type === 'public') throw new TypeError('key: a public key cannot sign; use add() to let it verify')
    const now = Date.now()
    const until = now + verifyFor * 1000
    const others = this.#entries.filter((entry) => entry.key !== key && entry.until > now)
    this.#replace([
      { key, until: Number.POSITIVE_INFINITY },
      // One that was replaced earlier keeps its earlier end.
      ...others.map((entry) => ({ key: entry.key, until: Math.min(entry.until, until) })),
    ])
    return key
  }

  /**
   * Adds a key that verifies and is published but does not sign.
   *
   * @throws TypeError for what the constructor refuses.
   */
  add(key: Key): void {
    this.#replace([...this.#entries, { key, until: Number.POSITIVE_INFINITY }])
  }

  /**
   * Removes a key at once, as after a leak: its tokens are refused from now on, those in the caches too.
   *
   * @param kid - The name of the key.
   * @returns Whether it was there.
   * @throws TypeError for the last key; rotate first.
   */
  remove(kid: string): boolean {
    const left = this.#entries.filter((entry) => entry.key.kid !== kid)
    if (left.length === this.#entries.length) return false
    if (left.length === 0) throw new TypeError('kid: this is the last key; call rotate() first')
    this.#replace(left)
    this.#version++
    return true
  }

  /**
   * The public keys as a JWKS document to publish.
   *
   * @throws TypeError for secrets: they have no public form.
   * @see {@link https://www.rfc-editor.org/rfc/rfc7517#section-5 RFC 7517 section 5}
   */
  jwks(): JWKSDocument {
    return { keys: this.keys.map((key) => key.toJWK()) }
  }

  /**
   * The whole set with its private keys, to be stored where only the issuer reads, for {@link KeySet.from}. A key that was
   * replaced has the end of its time as `exp` (OpenID Federation 1.0 section 8.7.3).
   *
   * @throws TypeError for a set with a public key.
   */
  exportPrivate(): JWKSDocument {
    const now = Date.now()
    const kept = this.#entries.filter((entry) => entry.until > now)
    return {
      keys: kept.map(({ key, until }) =>
        Number.isFinite(until) ? { ...key.exportPrivateJWK(), exp: Math.ceil(until / 1000) } : key.exportPrivateJWK(),
      ),
    }
  }

  /** Tells how long the tokens of a signer live, so that `rotate()` keeps old keys long enough. */
  noteLifetime(seconds: number): void {
    this.#longestLifetime = Math.max(this.#longestLifetime, seconds)
  }

  #replace(entries: FoundKeys): void {
    if (entries.length > MAX_KEYS) throw new TypeError(`keys: at most ${MAX_KEYS}`)
    const kids = entries.map(({ key }) => key.kid).filter((kid) => kid !== undefined)
    // Two keys of one name: which of them is meant would be for the attacker to choose.
    if (new Set(kids).size < kids.length) throw new TypeError('keys: two keys have the same kid')
    assertNotMixed(
      'keys',
      entries.map(({ key }) => algorithmNamed('algorithm', key.algorithm)),
    )
    this.#entries = entries
    this.#index = new KeyIndex(entries)
  }
}

const CLOCK_DIFFERENCE = 60

// Own members only: a list has a method of this name.
function isDocument(input: object): input is JWKSDocument {
  return Object.hasOwn(input, 'keys')
}

function endOf(jwk: JWK): number {
  const { exp } = (jwk ?? {}) as { readonly exp?: unknown }
  if (exp === undefined) return Number.POSITIVE_INFINITY
  if (typeof exp !== 'number' || !Number.isFinite(exp)) throw new TypeError('keys: the exp of a key is not a number')
  return exp * 1000
}

/** A new RSA key is as long as the one that it replaces. */
function sizeLike(key: Key): GenerateOptions {
  if (!/^[RP]S/.test(key.algorithm)) return {}
  return { modulusLength: Math.floor(((key.toJWK().n as string).length * 3) / 4) * 8 }
}

async function readKey(input: KeyInput): Promise<Key> {
  if (input instanceof Key) return input
  if (typeof input !== 'object' || input === null) throw new TypeError('keys: expected a key')
  if ('jwk' in input) return Key.fromJWK(input.jwk, input)
  if ('pem' in input) return Key.fromPEM(input.pem, input)
  if ('secret' in input) return Key.fromSecret(input.secret, input.algorithm, input)
  if ('raw' in input) return Key.fromRaw(input.raw, input.algorithm, input)
  throw new TypeError('keys: expected { jwk }, { pem }, { secret }, { raw } or a Key')
}
