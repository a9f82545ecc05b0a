import { Buffer } from 'node:buffer'
import { fromHex } from './binary-text.ts'
import type { CostLimits } from './cost-limits.ts'
import { MalformedHashError } from './errors.ts'
import { type Form, FormReader, type ReaderOptions } from './form-reader.ts'
import { verifyPbkdf2 } from './pbkdf2.ts'
import { verifyScrypt } from './scrypt.ts'

const forms: readonly Form[] = [
  { prefix: 'pbkdf2:', verify: pbkdf2 },
  { prefix: 'scrypt:', verify: scrypt },
]

/**
 * Verifies what Werkzeug, and so Flask, stored: `pbkdf2:sha256:1000000$...` and `scrypt:32768:8:1$...`.
 *
 * Its `plain`, unsalted and single-digest forms, which Werkzeug itself has dropped, are not read.
 *
 * @example
 * ```ts
 * import { PasswordHash, WerkzeugReader } from 'sallyport/password'
 *
 * const passwordHash = PasswordHash.recommended({ readers: [new WerkzeugReader()] })
 * ```
 * @see https://werkzeug.palletsprojects.com/en/stable/utils/#werkzeug.security.generate_password_hash
 */
export class WerkzeugReader extends FormReader {
  /**
   * @param options the most that a stored hash may ask for
   * @throws TypeError if an option is unknown or out of range
   */
  constructor(options: ReaderOptions = {}) {
    super(forms, options)
  }
}

async function pbkdf2(password: string, rest: string, limits: CostLimits): Promise<boolean> {
  const found = /^(sha[0-9]{1,3}):([1-9][0-9]{0,9})\$([^$]+)\$([0-9a-f]+)$/.exec(rest)
  if (!found) throw new MalformedHashError('Werkzeug pbkdf2')
  const [, digest, iterations, salt = '', key = ''] = found
  return verifyPbkdf2(password, 'Werkzeug pbkdf2', limits, {
    digest,
    iterations: Number(iterations),
    salt: Buffer.from(salt, 'utf8'),
    key: fromHex(key),
  })
}

async function scrypt(password: string, rest: string, limits: CostLimits): Promise<boolean> {
  const found = /^([1-9][0-9]{0,9}):([1-9][0-9]{0,5}):([1-9][0-9]{0,5})\$([^$]+)\$([0-9a-f]+)$/.exec(rest)
  if (!found) throw new MalformedHashError('Werkzeug scrypt')
  const [, cost, blockSize, parallelization, salt = '', key = ''] = found
  return verifyScrypt(password, 'Werkzeug scrypt', limits, {
    cost: Number(cost),
    blockSize: Number(blockSize),
    parallelization: Number(parallelization),
    salt: Buffer.from(salt, 'utf8'),
    key: fromHex(key),
  })
}
