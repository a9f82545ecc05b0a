import { createHash } from 'node:crypto'
import { Argon2idHasher } from './argon2id-hasher.ts'
import { verifyBcrypt } from './bcrypt.ts'
import { fromBase64, fromHex, sameBytes } from './binary-text.ts'
import type { CostLimits } from './cost-limits.ts'
import { MalformedHashError } from './errors.ts'
import { type Form, FormReader, type ReaderOptions } from './form-reader.ts'
import { verifyPbkdf2 } from './pbkdf2.ts'
import { verifyScrypt } from './scrypt.ts'

const forms: readonly Form[] = [
  { prefix: '{bcrypt}', verify: verifyBcrypt },
  { prefix: '{argon2}', verify: argon2 },
  { prefix: '{argon2@SpringSecurity_v5_8}', verify: argon2 },
  { prefix: '{scrypt}', verify: scrypt },
  { prefix: '{scrypt@SpringSecurity_v5_8}', verify: scrypt },
  // Pbkdf2PasswordEncoder.defaultsForSpringSecurity_v5_5() and _v5_8(): the string itself holds no parameters.
  { prefix: '{pbkdf2}', verify: pbkdf2('sha1', 185_000, 8) },
  { prefix: '{pbkdf2@SpringSecurity_v5_8}', verify: pbkdf2('sha256', 310_000, 16) },
  { prefix: '{sha256}', verify: standard },
]

/**
 * Verifies what Spring Security's `DelegatingPasswordEncoder` stored: `{bcrypt}`, `{argon2}`, `{scrypt}` and `{pbkdf2}`, also
 * with `@SpringSecurity_v5_8`, and the deprecated but salted and iterated `{sha256}`.
 *
 * `{noop}`, `{ldap}`, `{MD4}`, `{MD5}`, `{SHA-1}` and `{SHA-256}` are plain text or one run of a fast digest: not read. The
 * encoders are those of `PasswordEncoderFactories`, without a secret of the application's own.
 *
 * @example
 * ```ts
 * import { PasswordHash, SpringReader } from 'sallyport/password'
 *
 * const passwordHash = PasswordHash.recommended({ readers: [new SpringReader()] })
 * ```
 * @see https://docs.spring.io/spring-security/reference/features/authentication/password-storage.html#authentication-password-storage-dpe-format
 */
export class SpringReader extends FormReader {
  /**
   * @param options the most that a stored hash may ask for
   * @throws TypeError if an option is unknown or out of range
   */
  constructor(options: ReaderOptions = {}) {
    super(forms, options)
  }
}

function argon2(password: string, rest: string, limits: CostLimits): Promise<boolean> {
  return new Argon2idHasher({ limits }).verify(password, rest)
}

async function scrypt(password: string, rest: string, limits: CostLimits): Promise<boolean> {
  const found = /^\$([0-9a-f]{1,8})\$([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+)$/.exec(rest)
  if (!found) throw new MalformedHashError('Spring scrypt')
  const [, parameters = '', salt = '', key = ''] = found
  const packed = Number.parseInt(parameters, 16)
  return verifyScrypt(password, 'Spring scrypt', limits, {
    cost: 2 ** ((packed >>> 16) & 0xffff),
    blockSize: (packed >>> 8) & 0xff,
    parallelization: packed & 0xff,
    salt: fromBase64(salt),
    key: fromBase64(key),
  })
}

function pbkdf2(digest: string, iterations: number, saltLength: number): Form['verify'] {
  return async (password, rest, limits) => {
    const bytes = fromHex(rest)
    if (bytes?.length !== saltLength + 32) throw new MalformedHashError('Spring pbkdf2')
    return verifyPbkdf2(password, 'Spring pbkdf2', limits, {
      digest,
      iterations,
      salt: bytes.subarray(0, saltLength),
      key: bytes.subarray(saltLength),
    })
  }
}

// StandardPasswordEncoder: salt, then 1024 times SHA-256 over salt and password.
async function standard(password: string, rest: string): Promise<boolean> {
  const bytes = fromHex(rest)
  if (bytes?.length !== 8 + 32) throw new MalformedHashError('Spring sha256')
  let digest = createHash('sha256').update(bytes.subarray(0, 8)).update(password, 'utf8').digest()
  for (let i = 1; i < 1024; i++) digest = createHash('sha256').update(digest).digest()
  return sameBytes(digest, bytes.subarray(8))
}
