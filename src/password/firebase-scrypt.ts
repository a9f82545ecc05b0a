import { Buffer } from 'node:buffer'
import { createCipheriv } from 'node:crypto'
import { fromBase64, sameBytes } from './binary-text.ts'
import { type CostLimits, costLimits, knownOptions, positiveInteger } from './cost-limits.ts'
import { MalformedHashError } from './errors.ts'
import type { ReaderOptions } from './form-reader.ts'
import type { HashReader } from './hasher.ts'
import { checkScrypt, deriveScrypt } from './scrypt.ts'

/**
 * The password hash parameters of a Firebase project, as its console shows them.
 *
 * @example
 * ```ts
 * import { type FirebaseScryptOptions, FirebaseScryptReader } from 'sallyport/password'
 *
 * const options: FirebaseScryptOptions = {
 *   signerKey: process.env.FIREBASE_SIGNER_KEY ?? '',
 *   saltSeparator: 'Bw==',
 *   rounds: 8,
 *   memoryCost: 14,
 * }
 * const reader = new FirebaseScryptReader(options)
 * ```
 */
export interface FirebaseScryptOptions extends ReaderOptions {
  /** `base64_signer_key`; a secret. */
  readonly signerKey: string
  /** `base64_salt_separator`. */
  readonly saltSeparator: string
  /** `rounds`, scrypt's r. */
  readonly rounds: number
  /** `mem_cost`, log2 of scrypt's N. */
  readonly memoryCost: number
}

const prefix = '$firebase-scrypt$'

/**
 * Verifies what Firebase Authentication stored, with the parameters of the project.
 *
 * An export has hash and salt apart: {@link firebaseStored} makes one string of them.
 *
 * @example
 * ```ts
 * import { FirebaseScryptReader, firebaseStored, PasswordHash } from 'sallyport/password'
 *
 * const reader = new FirebaseScryptReader({
 *   signerKey: 'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==',
 *   saltSeparator: 'Bw==',
 *   rounds: 8,
 *   memoryCost: 14,
 * })
 * const passwordHash = PasswordHash.recommended({ readers: [reader] })
 * const stored = firebaseStored({
 *   passwordHash: 'lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==',
 *   salt: '42xEC+ixf3L2lw==',
 * })
 * console.log(await passwordHash.verify('user1password', stored)) // true
 * ```
 * @see https://github.com/firebase/scrypt
 */
export class FirebaseScryptReader implements HashReader {
  readonly #signerKey: Buffer
  readonly #saltSeparator: Buffer
  readonly #rounds: number
  readonly #memoryCost: number
  readonly #limits: CostLimits

  /**
   * @param options the parameters of the project, and the most that they may ask for
   * @throws TypeError if a parameter is missing, not base64 or out of range
   */
  constructor(options: FirebaseScryptOptions) {
    knownOptions('FirebaseScryptReader', options, ['signerKey', 'saltSeparator', 'rounds', 'memoryCost', 'limits'])
    this.#limits = costLimits(options.limits)
    this.#signerKey = decoded('signerKey', options.signerKey)
    this.#saltSeparator = decoded('saltSeparator', options.saltSeparator)
    this.#rounds = positiveInteger('rounds', options.rounds, 1, 8)
    this.#memoryCost = positiveInteger('memoryCost', options.memoryCost, 1, 14)
  }

  identify(stored: string): boolean {
    return stored.startsWith(prefix)
  }

  async verify(password: string, stored: string): Promise<boolean> {
    const found = /^([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+)$/.exec(stored.slice(prefix.length))
    const salt = fromBase64(found?.[1] ?? '')
    const expected = fromBase64(found?.[2] ?? '')
    if (!salt || expected?.length !== this.#signerKey.length) throw new MalformedHashError('Firebase scrypt')
    const cost = checkScrypt('Firebase scrypt', this.#limits, {
      cost: 2 ** this.#memoryCost,
      blockSize: this.#rounds,
      parallelization: 1,
      salt: Buffer.concat([salt, this.#saltSeparator]),
      key: expected,
    })
    const key = await deriveScrypt(password, cost.salt, cost, 32)
    // The signer key, encrypted under the derived key, is the hash.
    const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16))
    return sameBytes(Buffer.concat([cipher.update(this.#signerKey), cipher.final()]), expected)
  }
}

/**
 * Makes the one string to store for an exported user, `$firebase-scrypt$SALT$HASH`.
 *
 * @param user `passwordHash` and `salt` (or `passwordSalt`) as exported, in base64 or base64url
 * @throws TypeError if one of them is missing or is not base64
 * @example
 * ```ts
 * import { firebaseStored } from 'sallyport/password'
 *
 * declare const user: { passwordHash: string; passwordSalt: string } // from listUsers() of the Admin SDK
 * const hashedPassword = firebaseStored(user)
 * ```
 */
export function firebaseStored(
  user: { readonly passwordHash: string } & ({ readonly salt: string } | { readonly passwordSalt: string }),
): string {
  const salt = decoded('salt', 'salt' in user ? user.salt : user.passwordSalt)
  const hash = decoded('passwordHash', user.passwordHash)
  return `${prefix}${salt.toString('base64')}$${hash.toString('base64')}`
}

function decoded(name: string, text: unknown): Buffer {
  const bytes = typeof text === 'string' ? fromBase64(text.replaceAll('-', '+').replaceAll('_', '/')) : undefined
  if (!bytes) throw new TypeError(`${name} must be base64, as the Firebase console or export gives it`)
  return bytes
}
