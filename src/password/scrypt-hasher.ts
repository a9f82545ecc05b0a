import { randomBytes } from 'node:crypto'
import { fromBase64NoPad, toBase64NoPad } from './binary-text.ts'
import { type CostLimits, costLimits, knownOptions, positiveInteger } from './cost-limits.ts'
import { MalformedHashError } from './errors.ts'
import type { Hasher } from './hasher.ts'
import { checkScrypt, deriveScrypt, type ScryptCost, type ScryptHash, verifyScrypt } from './scrypt.ts'

/**
 * The options of {@link ScryptHasher}; the defaults are OWASP's.
 *
 * @example
 * ```ts
 * import { ScryptHasher, type ScryptOptions } from 'sallyport/password'
 *
 * const options: ScryptOptions = { cost: 2 ** 16, parallelization: 2 } // half the memory, twice the time
 * const hasher = new ScryptHasher(options)
 * ```
 */
export interface ScryptOptions {
  /** N, a power of two; default 131072 (2^17), which with r=8 takes 128 MiB. */
  readonly cost?: number
  /** r; default 8. */
  readonly blockSize?: number
  /** p; default 1. */
  readonly parallelization?: number
  /** The most that a stored hash may ask for. */
  readonly limits?: Partial<CostLimits>
}

const grammar =
  /^\$scrypt\$ln=([1-9][0-9]?),r=([1-9][0-9]{0,5}),p=([1-9][0-9]{0,5})\$([A-Za-z0-9+/]{2,})\$([A-Za-z0-9+/]{22,})$/

/**
 * Makes and verifies scrypt hashes as PHC strings (`$scrypt$ln=17,r=8,p=1$...`), which passlib reads and writes as well.
 *
 * @example
 * ```ts
 * import { PasswordHash, ScryptHasher } from 'sallyport/password'
 *
 * const passwordHash = new PasswordHash([new ScryptHasher()], { concurrency: 2 }) // at most 256 MiB
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc7914.html#section-2 — RFC 7914 §2
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#scrypt
 */
export class ScryptHasher implements Hasher {
  readonly #cost: ScryptCost
  readonly #limits: CostLimits

  /**
   * @param options the parameters of new hashes and the limits of stored ones
   * @throws TypeError if an option is unknown, out of range, weaker than OWASP's least or over its own limit
   */
  constructor(options: ScryptOptions = {}) {
    knownOptions('ScryptHasher', options, ['cost', 'blockSize', 'parallelization', 'limits'])
    this.#limits = costLimits(options.limits)
    const cost = positiveInteger('cost', options.cost ?? 2 ** 17, 2)
    const blockSize = positiveInteger('blockSize', options.blockSize ?? 8, 8, 1024)
    const parallelization = positiveInteger('parallelization', options.parallelization ?? 1)
    if (!Number.isInteger(Math.log2(cost))) throw new TypeError('cost must be a power of two')
    if (128 * cost * blockSize > this.#limits.scryptMemory) {
      throw new TypeError('cost and blockSize take more memory than limits.scryptMemory; lower cost or raise the limit')
    }
    positiveInteger('parallelization', parallelization, leastParallelization(cost), this.#limits.scryptParallelization)
    this.#cost = { cost, blockSize, parallelization }
  }

  identify(stored: string): boolean {
    return stored.startsWith('$scrypt$')
  }

  async hash(password: string): Promise<string> {
    const salt = randomBytes(16)
    const key = await deriveScrypt(password, salt, this.#cost, 32)
    const { cost, blockSize, parallelization } = this.#cost
    return `$scrypt$ln=${Math.log2(cost)},r=${blockSize},p=${parallelization}$${toBase64NoPad(salt)}$${toBase64NoPad(key)}`
  }

  async verify(password: string, stored: string): Promise<boolean> {
    return verifyScryptPhc(password, stored, this.#limits)
  }

  needsRehash(stored: string): boolean {
    const { cost, blockSize, parallelization } = checkScrypt('scrypt', this.#limits, parse(stored))
    return cost < this.#cost.cost || blockSize < this.#cost.blockSize || parallelization < this.#cost.parallelization
  }
}

/** Verifies against a PHC string of scrypt. */
export function verifyScryptPhc(password: string, stored: string, limits: CostLimits): Promise<boolean> {
  return verifyScrypt(password, 'scrypt', limits, parse(stored))
}

function parse(
  stored: string,
): ScryptCost & { salt: ScryptHash['salt'] | undefined; key: ScryptHash['key'] | undefined } {
  const found = grammar.exec(stored)
  if (!found) throw new MalformedHashError('scrypt')
  const [, ln, r, p, salt = '', key = ''] = found
  return {
    cost: 2 ** Number(ln),
    blockSize: Number(r),
    parallelization: Number(p),
    salt: fromBase64NoPad(salt),
    key: fromBase64NoPad(key),
  }
}

// OWASP, Password Storage Cheat Sheet, "scrypt": settings of equal strength with r=8.
const leastParallelizations: readonly (readonly [cost: number, parallelization: number])[] = [
  [2 ** 17, 1],
  [2 ** 16, 2],
  [2 ** 15, 3],
  [2 ** 14, 5],
  [2 ** 13, 10],
]

function leastParallelization(cost: number): number {
  const row = leastParallelizations.find(([least]) => cost >= least)
  if (!row) throw new TypeError(`cost must be at least ${2 ** 13} (OWASP)`)
  return row[1]
}
