import { createHash } from 'node:crypto'
import { Argon2idHasher } from './argon2id-hasher.ts'
import { verifyBcrypt } from './bcrypt.ts'
import { verifyBcryptSha256 } from './bcrypt-hasher.ts'
import { fromHex } from './binary-text.ts'
import type { CostLimits } from './cost-limits.ts'
import { MalformedHashError } from './errors.ts'
import { type Form, FormReader, type ReaderOptions } from './form-reader.ts'
import { verifyPbkdf2 } from './pbkdf2.ts'
import { verifyPbkdf2Mcf } from './pbkdf2-hasher.ts'
import { verifyScryptPhc } from './scrypt-hasher.ts'
import { verifyShaCrypt } from './sha-crypt.ts'

const forms: readonly Form[] = [
  ...['$argon2id$', '$argon2i$', '$argon2d$'].map((prefix) => whole(prefix, argon2)),
  ...['$2a$', '$2b$', '$2y$'].map((prefix) => whole(prefix, verifyBcrypt)),
  ...['$pbkdf2$', '$pbkdf2-sha256$', '$pbkdf2-sha512$'].map((prefix) => whole(prefix, verifyPbkdf2Mcf)),
  ...['$5$', '$6$'].map((prefix) => whole(prefix, verifyShaCrypt)),
  whole('$scrypt$', verifyScryptPhc),
  // passlib's LDAP spellings are the same with another prefix.
  { prefix: '{PBKDF2}', verify: (password, rest, limits) => verifyPbkdf2Mcf(password, `$pbkdf2$${rest}`, limits) },
  {
    prefix: '{PBKDF2-SHA256}',
    verify: (password, rest, limits) => verifyPbkdf2Mcf(password, `$pbkdf2-sha256$${rest}`, limits),
  },
  {
    prefix: '{PBKDF2-SHA512}',
    verify: (password, rest, limits) => verifyPbkdf2Mcf(password, `$pbkdf2-sha512$${rest}`, limits),
  },
  { prefix: 'grub.pbkdf2.sha512.', verify: grub },
  whole('$bcrypt-sha256$v=', verifyBcryptSha256),
  { prefix: '$bcrypt-sha256$2', verify: bcryptSha256Version1 },
]

/**
 * Verifies what passlib stored, in its modular crypt and PHC forms: `argon2`, `bcrypt`, `bcrypt_sha256` (both versions),
 * `pbkdf2_sha1`, `pbkdf2_sha256`, `pbkdf2_sha512` (also as LDAP and GRUB spell them), `scrypt`, `sha256_crypt` and
 * `sha512_crypt`.
 *
 * Its fast and its broken ones (`md5_crypt`, `des_crypt`, `ldap_salted_sha1`, `hex_md5` ...) are not read.
 *
 * @example
 * ```ts
 * import { PasslibReader, PasswordHash } from 'sallyport/password'
 *
 * const passwordHash = PasswordHash.recommended({ readers: [new PasslibReader()] })
 * ```
 * @see https://passlib.readthedocs.io/en/stable/modular_crypt_format.html
 */
export class PasslibReader extends FormReader {
  /**
   * @param options the most that a stored hash may ask for
   * @throws TypeError if an option is unknown or out of range
   */
  constructor(options: ReaderOptions = {}) {
    super(forms, options)
  }
}

/** A form whose verifier wants the whole string. */
function whole(prefix: string, verify: Form['verify']): Form {
  return { prefix, verify: (password, rest, limits) => verify(password, prefix + rest, limits) }
}

function argon2(password: string, stored: string, limits: CostLimits): Promise<boolean> {
  return new Argon2idHasher({ limits }).verify(password, stored)
}

async function bcryptSha256Version1(password: string, rest: string, limits: CostLimits): Promise<boolean> {
  const found = /^([ab]),([1-9][0-9]?)\$([./A-Za-z0-9]{22})\$([./A-Za-z0-9]{31})$/.exec(rest)
  if (!found) throw new MalformedHashError('bcrypt-sha256')
  const [, variant, cost = '', salt, digest] = found
  const key = createHash('sha256').update(password, 'utf8').digest('base64')
  return verifyBcrypt(key, `$2${variant}$${cost.padStart(2, '0')}$${salt}${digest}`, limits)
}

async function grub(password: string, rest: string, limits: CostLimits): Promise<boolean> {
  const found = /^([1-9][0-9]{0,9})\.([0-9A-F]+)\.([0-9A-F]{128})$/.exec(rest)
  if (!found) throw new MalformedHashError('GRUB pbkdf2')
  const [, iterations, salt = '', key = ''] = found
  return verifyPbkdf2(password, 'GRUB pbkdf2', limits, {
    digest: 'sha512',
    iterations: Number(iterations),
    salt: fromHex(salt),
    key: fromHex(key),
  })
}
