import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { isArgon2 } from './argon2.ts'
import { Argon2idHasher } from './argon2id-hasher.ts'
import { verifyBcrypt } from './bcrypt.ts'
import { fromBase64 } from './binary-text.ts'
import type { CostLimits } from './cost-limits.ts'
import { MalformedHashError } from './errors.ts'
import { type Form, FormReader, type ReaderOptions } from './form-reader.ts'
import { verifyPbkdf2 } from './pbkdf2.ts'
import { verifyScrypt } from './scrypt.ts'

const forms: readonly Form[] = [
  { prefix: 'pbkdf2_sha256$', verify: pbkdf2('sha256') },
  { prefix: 'pbkdf2_sha1$', verify: pbkdf2('sha1') },
  { prefix: 'argon2$', verify: argon2 },
  { prefix: 'bcrypt_sha256$', verify: bcryptSha256 },
  { prefix: 'bcrypt$', verify: verifyBcrypt },
  { prefix: 'scrypt$', verify: scrypt },
]

/**
 * Verifies what Django stored: `pbkdf2_sha256`, `pbkdf2_sha1`, `argon2`, `bcrypt_sha256`, `bcrypt` and `scrypt`.
 *
 * Its unsalted and MD5 or SHA-1 forms, which Django itself has dropped, are not read.
 *
 * @example
 * ```ts
 * import { DjangoReader, PasswordHash } from 'sallyport/password'
 *
 * const passwordHash = PasswordHash.recommended({ readers: [new DjangoReader()] })
 * const stored = 'pbkdf2_sha256$390000$seasalt$8xBlGd3jVgvJ+92hWPxi5ww0uuAuAnKgC45eudxro7c='
 * const [valid, updated] = await passwordHash.verifyAndUpdate('lètmein', stored) // true, $argon2id$...
 * ```
 * @see https://docs.djangoproject.com/en/stable/topics/auth/passwords/#how-django-stores-passwords
 */
export class DjangoReader extends FormReader {
  /**
   * @param options the most that a stored hash may ask for
   * @throws TypeError if an option is unknown or out of range
   */
  constructor(options: ReaderOptions = {}) {
    super(forms, options)
  }
}

function pbkdf2(digest: string): Form['verify'] {
  return async (password, rest, limits) => {
    const found = /^([1-9][0-9]{0,9})\$([^$]+)\$([A-Za-z0-9+/=]+)$/.exec(rest)
    if (!found) throw new MalformedHashError('Django pbkdf2')
    const [, iterations, salt = '', key = ''] = found
    return verifyPbkdf2(password, 'Django pbkdf2', limits, {
      digest,
      iterations: Number(iterations),
      salt: Buffer.from(salt, 'utf8'),
      key: fromBase64(key),
    })
  }
}

async function argon2(password: string, rest: string, limits: CostLimits): Promise<boolean> {
  const encoded = `$${rest}`
  if (!isArgon2(encoded)) throw new MalformedHashError('Django argon2')
  return new Argon2idHasher({ limits }).verify(password, encoded)
}

function bcryptSha256(password: string, rest: string, limits: CostLimits): Promise<boolean> {
  return verifyBcrypt(createHash('sha256').update(password, 'utf8').digest('hex'), rest, limits)
}

async function scrypt(password: string, rest: string, limits: CostLimits): Promise<boolean> {
  const found = /^([1-9][0-9]{0,9})\$([^$]+)\$([1-9][0-9]{0,5})\$([1-9][0-9]{0,5})\$([A-Za-z0-9+/=]+)$/.exec(rest)
  if (!found) throw new MalformedHashError('Django scrypt')
  const [, cost, salt = '', blockSize, parallelization, key = ''] = found
  return verifyScrypt(password, 'Django scrypt', limits, {
    cost: Number(cost),
    blockSize: Number(blockSize),
    parallelization: Number(parallelization),
    salt: Buffer.from(salt, 'utf8'),
    key: fromBase64(key),
  })
}
