import type { JWK } from 'jose'
import { type Algorithm, type AlgorithmName, algorithmNamed, type HMACName } from './algorithms.ts'
import { decodeBase64url, encodeBase64url } from './base64url.ts'
import { engine, type KeyHandle, type SignedParts } from './engine.ts'
import { algorithmOf, assertJWK, assertSecret, BadKeyError, MAX_KID_LENGTH } from './jwk.ts'
import { jwkFromPEM } from './pem.ts'
import { thumbprintOf } from './thumbprint.ts'

/** Loaded when a key is made anew or written as PEM, so not where an app starts. */
const jose = (): Promise<typeof import('jose')> => import('jose')

/** What a key may be told beside its material. */
export interface KeyOptions {
  /** The one algorithm that the key is for; default: the JWK's `alg`, or the one of its curve. */
  readonly algorithm?: AlgorithmName
  /** The name that tokens call it by; default: the JWK's `kid`, else the thumbprint of a private key, else none. */
  readonly kid?: string
}

/** What a new key may be told. */
export interface GenerateOptions {
  /** The name that tokens call it by; default: its thumbprint, for a secret a random one. */
  readonly kid?: string
  /** RSA only, in bits, at least 2048; default: 3072. */
  readonly modulusLength?: number
}

/**
 * One key for one algorithm, checked when it is made: a weak or unfit one throws TypeError.
 *
 * Its private part is in no property, so that logging a key shows only its name, algorithm and kind.
 *
 * @example
 * ```ts
 * import { Key } from 'sallyport/jwt'
 *
 * const key = await Key.generate('ES256')
 * console.log(key.kid, key.toJWK())
 * ```
 * @see {@link https://www.rfc-editor.org/rfc/rfc7517#section-4 RFC 7517 section 4}
 */
export class Key {
  /** The one algorithm that the key is for (RFC 8725 section 3.1). */
  readonly algorithm: AlgorithmName
  /** The name that tokens call it by; undefined fits every `kid`. */
  readonly kid: string | undefined
  /** `secret` and `private` keys sign and verify, `public` ones only verify. */
  readonly type: 'secret' | 'private' | 'public'
  /** The SHA-256 thumbprint of RFC 7638; undefined for a secret, since it would help to guess it. */
  readonly thumbprint: string | undefined
  readonly #algorithm: Algorithm
  readonly #jwk: JWK
  readonly #handle: KeyHandle

  private constructor(
    algorithm: Algorithm,
    jwk: JWK,
    handle: KeyHandle,
    kid: string | undefined,
    thumbprint: string | undefined,
  ) {
    this.algorithm = algorithm.name
    this.kid = kid
    this.type = algorithm.kty === 'oct' ? 'secret' : jwk.d === undefined ? 'public' : 'private'
    this.thumbprint = thumbprint
    this.#algorithm = algorithm
    this.#jwk = jwk
    this.#handle = handle
    Object.freeze(this)
  }

  /**
   * Makes a new private key or secret.
   *
   * @param algorithm - What it is for.
   * @param options - Its name, and the size of an RSA key.
   * @throws TypeError for an unknown algorithm or an RSA size under 2048 bits.
   * @example
   * ```ts
   * import { Key } from 'sallyport/jwt'
   *
   * const key = await Key.generate('EdDSA')
   * ```
   */
  static async generate(algorithm: AlgorithmName, options: GenerateOptions = {}): Promise<Key> {
    const row = algorithmNamed('algorithm', algorithm)
    if (row.kty === 'oct') {
      const secret = crypto.getRandomValues(new Uint8Array(row.secretLength as number))
      const kid = options.kid ?? encodeBase64url(crypto.getRandomValues(new Uint8Array(12)))
      return Key.fromSecret(secret, algorithm as HMACName, { kid })
    }
    const modulusLength = options.modulusLength ?? 3072
    if (!Number.isInteger(modulusLength) || modulusLength < 2048 || modulusLength > 16_384) {
      throw new TypeError('modulusLength: expected 2048 to 16384 bits')
    }
    const { exportJWK, generateKeyPair } = await jose()
    const pair = await generateKeyPair(algorithm, { extractable: true, modulusLength })
    return Key.fromJWK(await exportJWK(pair.privateKey), { ...options, algorithm })
  }

  /**
   * Makes a key of a secret that both sides share, at once.
   *
   * @param secret - A text, used as its UTF-8 bytes, or bytes; at least as long as the hash (32 bytes for HS256).
   * @param algorithm - What it is for.
   * @param options - Its name; default: none.
   * @throws TypeError for a short secret, and for PEM, SSH or JWK text: that is a key which others know.
   * @example
   * ```ts
   * import { Key } from 'sallyport/jwt'
   *
   * const key = Key.fromSecret(process.env.SECRET ?? '', 'HS256')
   * ```
   * @see {@link https://www.rfc-editor.org/rfc/rfc7518#section-3.2 RFC 7518 section 3.2}
   */
  static fromSecret(secret: string | Uint8Array, algorithm: HMACName, options: { readonly kid?: string } = {}): Key {
    const row = algorithmNamed('algorithm', algorithm)
    if (row.kty !== 'oct') throw new TypeError(`algorithm: a secret is for HS256, HS384 or HS512, not for ${row.name}`)
    if (typeof secret !== 'string' && !(secret instanceof Uint8Array)) {
      throw new TypeError('secret: expected a text or a Uint8Array')
    }
    const bytes = typeof secret === 'string' ? new TextEncoder().encode(secret) : new Uint8Array(secret)
    assertSecret(bytes, row)
    const jwk: JWK = { kty: 'oct', k: encodeBase64url(bytes) }
    return new Key(row, jwk, engine.importKey(jwk, row) as KeyHandle, readKid(options.kid), undefined)
  }

  /**
   * Reads a JSON Web Key: public, private or secret.
   *
   * @param jwk - The parsed key.
   * @param options - Its algorithm, if it names none itself and has no curve; its name.
   * @throws TypeError for a key that is weak (RSA under 2048 bits or an exponent under 3, a short secret), broken, meant
   * for encryption, or of another algorithm.
   * @example
   * ```ts
   * import { readFile } from 'node:fs/promises'
   * import { Key } from 'sallyport/jwt'
   *
   * const key = await Key.fromJWK(JSON.parse(await readFile('key.json', 'utf8')))
   * ```
   * @see {@link https://www.rfc-editor.org/rfc/rfc7517#section-4 RFC 7517 section 4}
   */
  static async fromJWK(jwk: JWK, options: KeyOptions = {}): Promise<Key> {
    if (typeof jwk !== 'object' || jwk === null) throw new BadKeyError('key: expected a JWK object')
    const algorithm = algorithmOf(jwk, options.algorithm)
    assertJWK(jwk, algorithm)
    const kid = readKid(options.kid ?? jwk.kid)
    if (algorithm.kty === 'oct') {
      const secret = decodeBase64url(jwk.k as string) as Uint8Array<ArrayBuffer>
      return Key.fromSecret(secret, algorithm.name as HMACName, kid === undefined ? {} : { kid })
    }
    const material = materialOf(jwk)
    let handle: KeyHandle
    try {
      handle = await engine.importKey(material, algorithm)
    } catch {
      // The cause would quote the key in some runtimes.
      throw new BadKeyError(`key: its numbers are not those of a ${algorithm.name} key`)
    }
    const thumbprint = await thumbprintOf(material)
    return new Key(algorithm, material, handle, kid ?? (jwk.d === undefined ? undefined : thumbprint), thumbprint)
  }

  /**
   * Reads a key from PEM text: `PUBLIC KEY` or `PRIVATE KEY`, on Node also `RSA ...` and `EC PRIVATE KEY`.
   *
   * @param pem - The text, with exactly one block.
   * @param options - Its algorithm (needed for RSA) and its name.
   * @throws TypeError for a certificate, an encrypted key, and for what {@link Key.fromJWK} refuses.
   * @example
   * ```ts
   * import { readFile } from 'node:fs/promises'
   * import { Key } from 'sallyport/jwt'
   *
   * const key = await Key.fromPEM(await readFile('public.pem', 'utf8'), { algorithm: 'RS256' })
   * ```
   * @see {@link https://www.rfc-editor.org/rfc/rfc7468 RFC 7468}
   */
  static async fromPEM(pem: string, options: KeyOptions = {}): Promise<Key> {
    return Key.fromJWK(await jwkFromPEM(pem, options.algorithm), options)
  }

  /**
   * Reads raw bytes: a secret, an Ed25519 public key (32 bytes) or an uncompressed point of a curve (`0x04 || x || y`).
   *
   * @param bytes - The key.
   * @param algorithm - What it is for; the RSA ones have no raw form.
   * @param options - Its name; default: none.
   * @throws TypeError for a wrong length or form.
   * @example
   * ```ts
   * import { Key } from 'sallyport/jwt'
   *
   * const signing = await Key.generate('EdDSA')
   * const verifying = await Key.fromRaw(signing.toRaw(), 'EdDSA', { kid: 'main' })
   * ```
   */
  static async fromRaw(
    bytes: Uint8Array,
    algorithm: AlgorithmName,
    options: { readonly kid?: string } = {},
  ): Promise<Key> {
    const row = algorithmNamed('algorithm', algorithm)
    if (row.kty === 'oct') return Key.fromSecret(bytes, row.name as HMACName, options)
    const length = row.coordinateLength
    if (length === undefined) throw new TypeError(`algorithm: ${row.name} keys have no raw form; use PEM or JWK`)
    if (row.kty === 'OKP') {
      return Key.fromJWK({ kty: 'OKP', crv: row.crv as string, x: encodeBase64url(bytes) }, { ...options, algorithm })
    }
    if (bytes.length !== 1 + 2 * length || bytes[0] !== 4) {
      throw new BadKeyError(`key: expected an uncompressed point of ${1 + 2 * length} bytes`)
    }
    const x = encodeBase64url(bytes.subarray(1, 1 + length))
    const y = encodeBase64url(bytes.subarray(1 + length))
    return Key.fromJWK({ kty: 'EC', crv: row.crv as string, x, y }, { ...options, algorithm })
  }

  /**
   * The public key as a JWK for a JWKS document.
   *
   * @throws TypeError for a secret: it has no public form.
   */
  toJWK(): JWK {
    if (this.type === 'secret') throw new TypeError('toJWK: a secret has no public form; see exportPrivateJWK')
    const open: JWK = { kty: this.#algorithm.kty, alg: this.algorithm, use: 'sig' }
    if (this.kid !== undefined) open.kid = this.kid
    for (const name of ['crv', 'x', 'y', 'n', 'e'] as const) {
      const value = this.#jwk[name]
      if (value !== undefined) open[name] = value
    }
    return open
  }

  /**
   * The private key or secret as a JWK, to be stored where only the issuer reads.
   *
   * @throws TypeError for a public key.
   */
  exportPrivateJWK(): JWK {
    if (this.type === 'public') throw new TypeError('exportPrivateJWK: this key is public')
    const named: JWK = { ...this.#jwk, alg: this.algorithm, use: 'sig' }
    if (this.kid !== undefined) named.kid = this.kid
    return named
  }

  /**
   * The public key as PEM (`PUBLIC KEY`).
   *
   * @throws TypeError for a secret.
   */
  async toPEM(): Promise<string> {
    const { exportSPKI, importJWK } = await jose()
    return exportSPKI((await importJWK({ ...this.toJWK(), ext: true }, this.algorithm)) as CryptoKey)
  }

  /**
   * The private key as PEM (`PRIVATE KEY`, PKCS #8, not encrypted).
   *
   * @throws TypeError for a public key and for a secret.
   */
  async exportPrivatePEM(): Promise<string> {
    if (this.type === 'secret') throw new TypeError('exportPrivatePEM: a secret has no PEM form')
    const { exportPKCS8, importJWK } = await jose()
    return exportPKCS8((await importJWK({ ...this.exportPrivateJWK(), ext: true }, this.algorithm)) as CryptoKey)
  }

  /**
   * The public key's bytes as {@link Key.fromRaw} reads them.
   *
   * @throws TypeError for a secret and for RSA.
   */
  toRaw(): Uint8Array<ArrayBuffer> {
    const { x, y } = this.toJWK()
    if (x === undefined) throw new TypeError('toRaw: RSA keys have no raw form')
    const left = decodeBase64url(x) as Uint8Array<ArrayBuffer>
    if (y === undefined) return new Uint8Array(left)
    return new Uint8Array([4, ...left, ...(decodeBase64url(y) as Uint8Array<ArrayBuffer>)])
  }

  /** What `JSON.stringify` shows: name, algorithm and kind, never the key. */
  toJSON(): { readonly kid: string | undefined; readonly algorithm: AlgorithmName; readonly type: string } {
    return { kid: this.kid, algorithm: this.algorithm, type: this.type }
  }

  /** Signs a base64url header and payload and gives the whole token; for {@link JWTSigner}, which checks the claims. */
  async sign(header: string, payload: string): Promise<string> {
    if (this.type === 'public') throw new TypeError('key: a public key cannot sign')
    return engine.sign(this.#algorithm, this.#handle, header, payload)
  }

  /** Whether the signature is this key's; for {@link JWTVerifier}, which checks all the rest. */
  verify(parts: SignedParts): boolean | Promise<boolean> {
    return engine.verify(this.#algorithm, this.#handle, parts)
  }
}

const MATERIAL: readonly (string & keyof JWK)[] = ['kty', 'crv', 'x', 'y', 'n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi']

function materialOf(jwk: JWK): JWK {
  const material: Record<string, unknown> = {}
  for (const name of MATERIAL) if (Object.hasOwn(jwk, name)) material[name] = jwk[name]
  return material as JWK
}

function readKid(kid: string | undefined): string | undefined {
  if (kid === undefined) return undefined
  if (typeof kid !== 'string' || kid === '' || kid.length > MAX_KID_LENGTH) {
    throw new BadKeyError(`kid: expected a text of 1 to ${MAX_KID_LENGTH} characters`)
  }
  return kid
}
