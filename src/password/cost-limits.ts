import { HashTooCostlyError } from './errors.ts'

/**
 * The most that a stored hash may ask for; a corrupt or planted one is refused before anything is computed.
 *
 * @example
 * ```ts
 * import { Argon2idHasher, type CostLimits } from 'sallyport/password'
 *
 * const limits: Partial<CostLimits> = { argon2Memory: 2 ** 20 } // 1 GiB
 * const hasher = new Argon2idHasher({ limits })
 * ```
 */
export interface CostLimits {
  /** Argon2: memory, in KiB; default 262144 (256 MiB). */
  readonly argon2Memory: number
  /** Argon2: passes over the memory; default 16. */
  readonly argon2Passes: number
  /** Argon2: degree of parallelism; default 16. */
  readonly argon2Parallelism: number
  /** bcrypt: the cost, log2 of the rounds; default 15, some seconds. */
  readonly bcryptCost: number
  /** PBKDF2: iterations; default 5000000, some seconds. */
  readonly pbkdf2Iterations: number
  /** scrypt: memory, 128·N·r, in bytes; default 268435456 (256 MiB). */
  readonly scryptMemory: number
  /** scrypt: parallelization parameter p; default 16. */
  readonly scryptParallelization: number
  /** SHA-256 and SHA-512 crypt: rounds; default 1000000. */
  readonly shaCryptRounds: number
}

/**
 * The limits that hold where none are given.
 *
 * @example
 * ```ts
 * import { defaultCostLimits } from 'sallyport/password'
 *
 * console.log(defaultCostLimits.argon2Memory) // 262144
 * ```
 */
export const defaultCostLimits: CostLimits = Object.freeze({
  argon2Memory: 262_144,
  argon2Passes: 16,
  argon2Parallelism: 16,
  bcryptCost: 15,
  pbkdf2Iterations: 5_000_000,
  scryptMemory: 268_435_456,
  scryptParallelization: 16,
  shaCryptRounds: 1_000_000,
})

/** Fills in the defaults, and refuses unknown names and values that are no positive integers. */
export function costLimits(limits: Partial<CostLimits> = {}): CostLimits {
  for (const [name, value] of Object.entries(limits)) {
    if (!Object.hasOwn(defaultCostLimits, name)) throw new TypeError(`limits.${name} is not a known limit`)
    if (value !== undefined) positiveInteger(`limits.${name}`, value)
  }
  const given = Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined))
  return { ...defaultCostLimits, ...given }
}

/** Throws when a value read from a stored hash is over its limit. */
export function withinLimit(form: string, limits: CostLimits, limit: keyof CostLimits, value: number): void {
  if (!(value <= limits[limit])) throw new HashTooCostlyError(form, limit)
}

/** Gives back an option that must be an integer within a range; throws a TypeError that names it otherwise. */
export function positiveInteger(name: string, value: unknown, min = 1, max: number = Number.MAX_SAFE_INTEGER): number {
  if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > max) {
    throw new TypeError(`${name} must be an integer from ${min} to ${max}`)
  }
  return value as number
}

/** Refuses option names that are not known, since a misspelt limit is no limit. */
export function knownOptions(where: string, options: object, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw new TypeError(`${where}: unknown option ${name}; known are ${known.join(', ')}`)
  }
}
