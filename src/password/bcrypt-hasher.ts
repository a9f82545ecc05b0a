import { Buffer } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import { bcryptBytes, bcryptCost, bcryptSalt, bcryptSha256Key, hashBcrypt, isBcrypt, verifyBcrypt } from './bcrypt.ts'
import { type CostLimits, costLimits, knownOptions, positiveInteger } from './cost-limits.ts'
import { MalformedHashError, PasswordRefusedError, PasswordTooLongError } from './errors.ts'
import type { Hasher } from './hasher.ts'

/**
 * The options of {@link BcryptHasher}.
 *
 * @example
 * ```ts
 * import { type BcryptOptions, BcryptHasher } from 'sallyport/password'
 *
 * const options: BcryptOptions = { cost: 13, prehash: true }
 * const hasher = new BcryptHasher(options)
 * ```
 */
export interface BcryptOptions {
  /** The cost, log2 of the rounds; default 12, least 10 (OWASP). */
  readonly cost?: number
  /**
   * Whether new passwords go through HMAC-SHA-256 first, in passlib's `$bcrypt-sha256$` form, so that they may be longer
   * than 72 bytes; default `false`: longer ones are refused, and the form is `$2b$`.
   */
  readonly prehash?: boolean
  /** The most that a stored hash may ask for. */
  readonly limits?: Partial<CostLimits>
}

const prefix = '$bcrypt-sha256$'
const prehashed = /^\$bcrypt-sha256\$v=2,t=2b,r=([1-9][0-9]?)\$([./A-Za-z0-9]{21}[.Oeu])\$([./A-Za-z0-9]{31})$/

/**
 * Makes and verifies bcrypt hashes with `@node-rs/bcrypt`: what PHP (`$2y$`), Rails (`$2a$`) and Python (`$2b$`) store, and
 * passlib's `$bcrypt-sha256$`. For new applications Argon2id is the better choice.
 *
 * Never cuts a new password silently: one over 72 bytes is refused, or pre-hashed if so configured.
 *
 * @example
 * ```ts
 * import { Argon2idHasher, BcryptHasher, PasswordHash } from 'sallyport/password'
 *
 * // Users of a Rails or Laravel application log in as before, and have an Argon2id hash afterwards.
 * const passwordHash = new PasswordHash([new Argon2idHasher(), new BcryptHasher()])
 * ```
 * @see https://www.usenix.org/legacy/events/usenix99/provos/provos.pdf
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#bcrypt
 */
export class BcryptHasher implements Hasher {
  readonly #cost: number
  readonly #prehash: boolean
  readonly #limits: CostLimits

  /**
   * @param options the cost and form of new hashes, and the limits of stored ones
   * @throws TypeError if an option is unknown or out of range
   */
  constructor(options: BcryptOptions = {}) {
    knownOptions('BcryptHasher', options, ['cost', 'prehash', 'limits'])
    this.#limits = costLimits(options.limits)
    this.#cost = positiveInteger('cost', options.cost ?? 12, 10, Math.min(31, this.#limits.bcryptCost))
    this.#prehash = options.prehash ?? false
  }

  identify(stored: string): boolean {
    // Version 1, without the "v=", is passlib's alone.
    return isBcrypt(stored) || stored.startsWith(`${prefix}v=`)
  }

  /**
   * Hashes the password with a fresh random salt.
   *
   * @param password the password, well-formed Unicode
   * @throws PasswordTooLongError (422) if it is over 72 bytes of UTF-8 and `prehash` is off
   * @throws PasswordRefusedError (422) if it has a NUL, which bcrypt takes for its end, and `prehash` is off
   */
  async hash(password: string): Promise<string> {
    if (!this.#prehash) {
      if (Buffer.byteLength(password, 'utf8') > bcryptBytes) throw new PasswordTooLongError(bcryptBytes, 'bytes')
      if (password.includes('\0')) throw new PasswordRefusedError('bcrypt takes no password with a NUL character')
    }
    const salt = randomBytes(16)
    if (!this.#prehash) return hashBcrypt(password, this.#cost, salt)
    const stored = await hashBcrypt(bcryptSha256Key(password, bcryptSalt(salt)), this.#cost, salt)
    return `${prefix}v=2,t=2b,r=${this.#cost}$${stored.slice(7, 29)}$${stored.slice(29)}`
  }

  async verify(password: string, stored: string): Promise<boolean> {
    return stored.startsWith(prefix)
      ? verifyBcryptSha256(password, stored, this.#limits)
      : verifyBcrypt(password, stored, this.#limits)
  }

  needsRehash(stored: string): boolean {
    const plain = isBcrypt(stored)
    return bcryptCost(plain ? stored : unwrap(stored).inner, this.#limits) < this.#cost || (plain && this.#prehash)
  }
}

/** Verifies against passlib's bcrypt_sha256, version 2. */
export function verifyBcryptSha256(password: string, stored: string, limits: CostLimits): Promise<boolean> {
  const { salt, inner } = unwrap(stored)
  return verifyBcrypt(bcryptSha256Key(password, salt), inner, limits)
}

function unwrap(stored: string): { salt: string; inner: string } {
  const found = prehashed.exec(stored)
  if (!found) throw new MalformedHashError('bcrypt-sha256')
  const [, cost = '', salt = '', digest = ''] = found
  return { salt, inner: `$2b$${cost.padStart(2, '0')}$${salt}${digest}` }
}
