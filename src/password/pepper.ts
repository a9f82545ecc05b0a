import { Buffer } from 'node:buffer'
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { toBase64NoPad } from './binary-text.ts'
import { UnknownPepperError } from './errors.ts'

/**
 * A secret, kept apart from the database, that goes into every hash.
 *
 * @example
 * ```ts
 * import { PasswordHash, type Pepper } from 'sallyport/password'
 *
 * const pepper: Pepper[] = [
 *   { id: '2026', secret: process.env.PEPPER_2026 ?? '' }, // new hashes
 *   { id: '2025', secret: process.env.PEPPER_2025 ?? '' }, // still verified, renewed at the next login
 * ]
 * const passwordHash = PasswordHash.recommended({ pepper })
 * ```
 * @see https://pages.nist.gov/800-63-4/sp800-63b.html#passwordver — NIST SP 800-63B-4 §3.1.1.2, keyed hashing
 */
export interface Pepper {
  /** A name of the secret, 1 to 32 letters, digits, `-` or `_`; it is written before the hash, in plain. */
  readonly id: string
  /** At least 32 bytes from a random generator; text counts in UTF-8 bytes. */
  readonly secret: string | Uint8Array
}

/** What is left of a stored string when the pepper's mark is off, and how to prepare a password for it. */
export interface Peppered {
  readonly inner: string
  readonly apply: (password: string) => string
  /** Whether new hashes would be made with this same pepper. */
  readonly current: boolean
}

const mark = /^\{pepper:([A-Za-z0-9_-]{1,32})\}/
const asTyped = (password: string): string => password

/** The configured peppers, newest first. */
export class Peppers {
  readonly #keys = new Map<string, KeyObject>()
  readonly #newest: string | undefined

  /** @throws TypeError if an id or a secret is not fit */
  constructor(peppers: readonly Pepper[]) {
    for (const { id, secret } of peppers) {
      if (typeof id !== 'string' || !/^[A-Za-z0-9_-]{1,32}$/.test(id)) {
        throw new TypeError('pepper: id must be 1 to 32 letters, digits, hyphens or underscores')
      }
      if (this.#keys.has(id)) throw new TypeError(`pepper: two secrets have the id ${id}`)
      const bytes = typeof secret === 'string' ? Buffer.from(secret, 'utf8') : secret
      // The output length of the hash: RFC 2104 §3 advises against shorter keys.
      if (!(bytes instanceof Uint8Array) || bytes.byteLength < 32) {
        throw new TypeError(`pepper: the secret of ${id} must have at least 32 bytes; take crypto.randomBytes(32)`)
      }
      this.#keys.set(id, createSecretKey(bytes))
    }
    this.#newest = peppers[0]?.id
  }

  /** Prepares a new password, and marks its hash with the id of the newest pepper. */
  get newest(): { readonly apply: (password: string) => string; readonly mark: string } {
    const key = this.#newest === undefined ? undefined : this.#keys.get(this.#newest)
    return key ? { apply: keyed(key), mark: `{pepper:${this.#newest}}` } : { apply: asTyped, mark: '' }
  }

  /**
   * Takes the mark off a stored string.
   *
   * @throws UnknownPepperError if the mark names a pepper that is not configured
   */
  open(stored: string): Peppered {
    const found = mark.exec(stored)
    if (!found) return { inner: stored, apply: asTyped, current: this.#newest === undefined }
    const id = found[1] as string
    const key = this.#keys.get(id)
    if (!key) throw new UnknownPepperError()
    return { inner: stored.slice(found[0].length), apply: keyed(key), current: id === this.#newest }
  }
}

// Text rather than bytes, so that every hasher can take it: 43 characters without NUL, within bcrypt's 72 bytes.
function keyed(key: KeyObject): (password: string) => string {
  return (password) => toBase64NoPad(createHmac('sha256', key).update(password, 'utf8').digest())
}
