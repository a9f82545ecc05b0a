import { randomBytes } from 'node:crypto'
import { fromAdaptedBase64, toAdaptedBase64 } from './binary-text.ts'
import { type CostLimits, costLimits, knownOptions, positiveInteger } from './cost-limits.ts'
import { MalformedHashError } from './errors.ts'
import type { Hasher } from './hasher.ts'
import { checkPbkdf2, derivePbkdf2, digestLengths, type Pbkdf2Hash, verifyPbkdf2 } from './pbkdf2.ts'

/**
 * The options of {@link Pbkdf2Hasher}; the defaults are OWASP's.
 *
 * @example
 * ```ts
 * import { Pbkdf2Hasher, type Pbkdf2Options } from 'sallyport/password'
 *
 * const options: Pbkdf2Options = { digest: 'sha512' }
 * const hasher = new Pbkdf2Hasher(options)
 * ```
 */
export interface Pbkdf2Options {
  /** The hash function within HMAC; default `sha256`. */
  readonly digest?: 'sha256' | 'sha512'
  /** How often it is run; default and least 600000 for SHA-256, 220000 for SHA-512. */
  readonly iterations?: number
  /** The most that a stored hash may ask for. */
  readonly limits?: Partial<CostLimits>
}

// OWASP, Password Storage Cheat Sheet, "PBKDF2".
const leastIterations: ReadonlyMap<string, number> = new Map([
  ['sha256', 600_000],
  ['sha512', 220_000],
])
const grammar = /^\$pbkdf2(?:-(sha1|sha256|sha512))?\$([1-9][0-9]{0,9})\$([./A-Za-z0-9]*)\$([./A-Za-z0-9]{27,86})$/

/**
 * Makes and verifies PBKDF2 hashes in passlib's form (`$pbkdf2-sha256$600000$...`), for where FIPS 140 rules.
 *
 * @example
 * ```ts
 * import { PasswordHash, Pbkdf2Hasher } from 'sallyport/password'
 *
 * const passwordHash = new PasswordHash([new Pbkdf2Hasher()])
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc8018.html#section-5.2 — RFC 8018 §5.2
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#pbkdf2
 */
export class Pbkdf2Hasher implements Hasher {
  readonly #digest: 'sha256' | 'sha512'
  readonly #iterations: number
  readonly #limits: CostLimits

  /**
   * @param options the parameters of new hashes and the limits of stored ones
   * @throws TypeError if an option is unknown, out of range, weaker than OWASP's least or over its own limit
   */
  constructor(options: Pbkdf2Options = {}) {
    knownOptions('Pbkdf2Hasher', options, ['digest', 'iterations', 'limits'])
    this.#limits = costLimits(options.limits)
    this.#digest = options.digest ?? 'sha256'
    const least = leastIterations.get(this.#digest)
    if (least === undefined) throw new TypeError('digest must be sha256 or sha512')
    this.#iterations = positiveInteger('iterations', options.iterations ?? least, least, this.#limits.pbkdf2Iterations)
  }

  identify(stored: string): boolean {
    return /^\$pbkdf2(?:-sha(?:1|256|512))?\$/.test(stored)
  }

  async hash(password: string): Promise<string> {
    const salt = randomBytes(16)
    const parameters = { digest: this.#digest, iterations: this.#iterations, salt }
    const key = await derivePbkdf2(password, parameters, digestLengths.get(this.#digest) as number)
    return `$pbkdf2-${this.#digest}$${this.#iterations}$${toAdaptedBase64(salt)}$${toAdaptedBase64(key)}`
  }

  async verify(password: string, stored: string): Promise<boolean> {
    return verifyPbkdf2Mcf(password, stored, this.#limits)
  }

  needsRehash(stored: string): boolean {
    const { digest, iterations } = checkPbkdf2('pbkdf2', this.#limits, parse(stored))
    const least = digest === this.#digest ? this.#iterations : leastIterations.get(digest)
    return least === undefined || iterations < least
  }
}

/** Verifies against passlib's modular crypt form of PBKDF2. */
export function verifyPbkdf2Mcf(password: string, stored: string, limits: CostLimits): Promise<boolean> {
  return verifyPbkdf2(password, 'pbkdf2', limits, parse(stored))
}

function parse(stored: string): { readonly [Part in keyof Pbkdf2Hash]: Pbkdf2Hash[Part] | undefined } {
  const found = grammar.exec(stored)
  if (!found) throw new MalformedHashError('pbkdf2')
  // passlib writes SHA-1 as plain "pbkdf2".
  const [, digest = 'sha1', iterations, salt = '', key = ''] = found
  const decoded = fromAdaptedBase64(key)
  return {
    digest,
    iterations: Number(iterations),
    salt: fromAdaptedBase64(salt),
    key: decoded?.length === digestLengths.get(digest) ? decoded : undefined,
  }
}
