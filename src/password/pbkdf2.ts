import { Buffer } from 'node:buffer'
import { pbkdf2 } from 'node:crypto'
import { sameBytes } from './binary-text.ts'
import { type CostLimits, withinLimit } from './cost-limits.ts'
import { MalformedHashError } from './errors.ts'

/** The digests that PBKDF2 may run over here, with the length of their output in bytes. */
export const digestLengths: ReadonlyMap<string, number> = new Map([
  ['sha1', 20],
  ['sha224', 28],
  ['sha256', 32],
  ['sha384', 48],
  ['sha512', 64],
])

/** A stored PBKDF2 hash, taken apart. */
export interface Pbkdf2Hash {
  readonly digest: string
  readonly iterations: number
  readonly salt: Uint8Array
  readonly key: Uint8Array
}

/** PBKDF2 on the thread pool. */
export function derivePbkdf2(password: string, hash: Omit<Pbkdf2Hash, 'key'>, length: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    pbkdf2(Buffer.from(password, 'utf8'), hash.salt, hash.iterations, length, hash.digest, (error, key) => {
      if (error) reject(error)
      else resolve(key)
    })
  })
}

/**
 * Verifies against a PBKDF2 hash; parts that could not be decoded are given as `undefined`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8018.html#section-5.2
 */
export async function verifyPbkdf2(
  password: string,
  form: string,
  limits: CostLimits,
  hash: { readonly [Part in keyof Pbkdf2Hash]: Pbkdf2Hash[Part] | undefined },
): Promise<boolean> {
  const { digest, iterations, salt, key } = checkPbkdf2(form, limits, hash)
  return sameBytes(await derivePbkdf2(password, { digest, iterations, salt }, key.length), key)
}

/** Checks the parts of a PBKDF2 hash for sense and against the limits. */
export function checkPbkdf2(
  form: string,
  limits: CostLimits,
  { digest, iterations, salt, key }: { readonly [Part in keyof Pbkdf2Hash]: Pbkdf2Hash[Part] | undefined },
): Pbkdf2Hash {
  if (digest === undefined || !digestLengths.has(digest)) throw new MalformedHashError(form, 'its digest is not known')
  if (iterations === undefined || !Number.isSafeInteger(iterations) || iterations < 1) {
    throw new MalformedHashError(form, 'its iterations are no positive integer')
  }
  // A cut key would be found by guessing; 16 bytes is the least that any of the systems read here writes.
  if (!salt || !key || salt.length > 1024 || key.length < 16 || key.length > 128) {
    throw new MalformedHashError(form, 'its salt or key is not of a valid length or encoding')
  }
  withinLimit(form, limits, 'pbkdf2Iterations', iterations)
  return { digest, iterations, salt, key }
}
