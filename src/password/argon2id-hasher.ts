import { randomBytes } from 'node:crypto'
import { type Argon2Hash, type Argon2Parameters, isArgon2, parseArgon2 } from './argon2.ts'
import { type Argon2EngineName, argon2Engine } from './argon2-engine.ts'
import { type CostLimits, costLimits, knownOptions, positiveInteger } from './cost-limits.ts'
import type { Hasher } from './hasher.ts'

/**
 * The options of {@link Argon2idHasher}; the defaults are OWASP's.
 *
 * @example
 * ```ts
 * import { Argon2idHasher, type Argon2idOptions } from 'sallyport/password'
 *
 * // The second recommended option of RFC 9106 §4, which is what Python's pwdlib and argon2-cffi use.
 * const options: Argon2idOptions = { memory: 65_536, passes: 3, parallelism: 4 }
 * const hasher = new Argon2idHasher(options)
 * ```
 */
export interface Argon2idOptions {
  /** Memory size m, in KiB; default 19456 (19 MiB). */
  readonly memory?: number
  /** Number of passes t; default 2. */
  readonly passes?: number
  /** Degree of parallelism p; default 1. More than 1 needs Node's or `@node-rs/argon2`'s engine. */
  readonly parallelism?: number
  /** Length of the tag, in bytes; default 32. */
  readonly tagLength?: number
  /** Length of the random salt, in bytes; default 16. */
  readonly saltLength?: number
  /** The most that a stored hash may ask for. */
  readonly limits?: Partial<CostLimits>
  /** The engine to use; by default the first that there is of `@node-rs/argon2`, `node:crypto`, `Bun.password`. */
  readonly engine?: Argon2EngineName
}

const optionNames = ['memory', 'passes', 'parallelism', 'tagLength', 'saltLength', 'limits', 'engine'] as const
const engineNames: readonly Argon2EngineName[] = ['@node-rs/argon2', 'node:crypto', 'Bun.password']

/**
 * Makes Argon2id hashes as PHC strings, and verifies Argon2id, Argon2i and Argon2d ones, whoever made them.
 *
 * Parameters under what OWASP lists as equal to m=19 MiB, t=2, p=1 are refused when the hasher is made.
 *
 * @example
 * ```ts
 * import { Argon2idHasher, PasswordHash } from 'sallyport/password'
 *
 * const passwordHash = new PasswordHash([new Argon2idHasher({ memory: 65_536, passes: 3, parallelism: 4 })])
 * const stored = await passwordHash.hash('secret') // $argon2id$v=19$m=65536,t=3,p=4$...
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc9106.html#section-4 — RFC 9106 §4, parameter choice
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id
 */
export class Argon2idHasher implements Hasher {
  readonly #memory: number
  readonly #passes: number
  readonly #parallelism: number
  readonly #tagLength: number
  readonly #saltLength: number
  readonly #limits: CostLimits
  readonly #engine: Argon2EngineName | undefined

  /**
   * @param options the parameters of new hashes and the limits of stored ones
   * @throws TypeError if an option is unknown, out of range, weaker than OWASP's least or over its own limit
   */
  constructor(options: Argon2idOptions = {}) {
    knownOptions('Argon2idHasher', options, optionNames)
    this.#limits = costLimits(options.limits)
    this.#memory = positiveInteger('memory', options.memory ?? 19_456, 8, this.#limits.argon2Memory)
    this.#passes = positiveInteger('passes', options.passes ?? 2, 1, this.#limits.argon2Passes)
    this.#parallelism = positiveInteger('parallelism', options.parallelism ?? 1, 1, this.#limits.argon2Parallelism)
    this.#tagLength = positiveInteger('tagLength', options.tagLength ?? 32, 16, 64)
    this.#saltLength = positiveInteger('saltLength', options.saltLength ?? 16, 16, 64)
    this.#engine = options.engine
    if (options.engine !== undefined && !engineNames.includes(options.engine)) {
      throw new TypeError(`engine must be one of ${engineNames.join(', ')}`)
    }
    assertStrong(this.#memory, this.#passes)
  }

  identify(stored: string): boolean {
    return isArgon2(stored)
  }

  async hash(password: string): Promise<string> {
    const parameters: Argon2Parameters = {
      variant: 'argon2id',
      version: 19,
      memory: this.#memory,
      passes: this.#passes,
      parallelism: this.#parallelism,
      salt: randomBytes(this.#saltLength),
      tagLength: this.#tagLength,
    }
    const engine = await argon2Engine(parameters, true, this.#engine)
    return engine.hash(password, parameters)
  }

  async verify(password: string, stored: string): Promise<boolean> {
    const parsed: Argon2Hash = parseArgon2(stored, this.#limits)
    const engine = await argon2Engine(parsed, false, this.#engine)
    return engine.verify(password, parsed)
  }

  needsRehash(stored: string): boolean {
    const { variant, version, memory, passes, salt, tagLength } = parseArgon2(stored, this.#limits)
    // Parallelism is left out: with the memory and the passes the same, the work is the same.
    return (
      variant !== 'argon2id' ||
      version !== 19 ||
      memory < this.#memory ||
      passes < this.#passes ||
      salt.length < this.#saltLength ||
      tagLength < this.#tagLength
    )
  }
}

// OWASP, Password Storage Cheat Sheet, "Argon2id": settings of equal strength, as least memory in KiB for each t.
const leastMemory: readonly (readonly [passes: number, memory: number])[] = [
  [5, 7_168],
  [4, 9_216],
  [3, 12_288],
  [2, 19_456],
  [1, 47_104],
]

function assertStrong(memory: number, passes: number): void {
  const row = leastMemory.find(([least]) => passes >= least)
  if (row && memory < row[1]) {
    throw new TypeError(`memory must be at least ${row[1]} KiB with passes ${passes} (OWASP); raise memory or passes`)
  }
}
