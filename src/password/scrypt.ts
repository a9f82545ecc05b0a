import { Buffer } from 'node:buffer'
import { scrypt } from 'node:crypto'
import { sameBytes } from './binary-text.ts'
import { type CostLimits, withinLimit } from './cost-limits.ts'
import { MalformedHashError } from './errors.ts'

/** The parameters of scrypt, RFC 7914 §2. */
export interface ScryptCost {
  /** N, a power of two. */
  readonly cost: number
  /** r. */
  readonly blockSize: number
  /** p. */
  readonly parallelization: number
}

/** A stored scrypt hash, taken apart. */
export interface ScryptHash extends ScryptCost {
  readonly salt: Uint8Array
  readonly key: Uint8Array
}

/** scrypt on the thread pool. */
export function deriveScrypt(password: string, salt: Uint8Array, cost: ScryptCost, length: number): Promise<Buffer> {
  const { cost: N, blockSize: r, parallelization: p } = cost
  // What OpenSSL counts: B, V and two blocks of work space; its default of 32 MiB would refuse N=2^15, r=8.
  const maxmem = 128 * r * (N + p + 2) + 1024
  return new Promise((resolve, reject) => {
    scrypt(Buffer.from(password, 'utf8'), salt, length, { N, r, p, maxmem }, (error, key) => {
      if (error) reject(error)
      else resolve(key)
    })
  })
}

/**
 * Verifies against an scrypt hash; parts that could not be decoded are given as `undefined`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7914.html#section-2
 */
export async function verifyScrypt(
  password: string,
  form: string,
  limits: CostLimits,
  hash: ScryptCost & { readonly salt: Uint8Array | undefined; readonly key: Uint8Array | undefined },
): Promise<boolean> {
  const { salt, key, ...cost } = checkScrypt(form, limits, hash)
  return sameBytes(await deriveScrypt(password, salt, cost, key.length), key)
}

/** Checks the parts of an scrypt hash for sense and against the limits. */
export function checkScrypt(
  form: string,
  limits: CostLimits,
  hash: ScryptCost & { readonly salt: Uint8Array | undefined; readonly key: Uint8Array | undefined },
): ScryptHash {
  const { cost, blockSize, parallelization, salt, key } = hash
  if (!(cost >= 2 && cost <= 2 ** 40 && Number.isInteger(Math.log2(cost)) && blockSize >= 1 && parallelization >= 1)) {
    throw new MalformedHashError(form, 'its parameters are out of range')
  }
  if (!salt || !key || salt.length > 1024 || key.length < 16 || key.length > 128) {
    throw new MalformedHashError(form, 'its salt or key is not of a valid length or encoding')
  }
  withinLimit(form, limits, 'scryptMemory', 128 * cost * blockSize)
  withinLimit(form, limits, 'scryptParallelization', parallelization)
  return { cost, blockSize, parallelization, salt, key }
}
