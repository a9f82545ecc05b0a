import { fromBase64 } from './binary-text.ts'
import { type CostLimits, costLimits, knownOptions } from './cost-limits.ts'
import { MalformedHashError } from './errors.ts'
import type { ReaderOptions } from './form-reader.ts'
import type { HashReader } from './hasher.ts'
import { verifyPbkdf2 } from './pbkdf2.ts'

// KeyDerivationPrf, by its number.
const digests = ['sha1', 'sha256', 'sha512'] as const

/**
 * Verifies what ASP.NET Core Identity stored: version 3 (PBKDF2 with the parameters inside) and version 2 (PBKDF2 with
 * HMAC-SHA-1 and 1000 iterations).
 *
 * These strings are bare base64, known by their length and first bytes: put this reader last in the list.
 *
 * @example
 * ```ts
 * import { AspNetIdentityReader, PasswordHash } from 'sallyport/password'
 *
 * const passwordHash = PasswordHash.recommended({ readers: [new AspNetIdentityReader()] })
 * const stored = 'AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg+yWU7rLgUwPZb1Itsmra7cbxw2EFpwpVFIEtP+JIuUEw=='
 * const [valid, updated] = await passwordHash.verifyAndUpdate('my password', stored) // true, $argon2id$...
 * ```
 * @see https://github.com/dotnet/aspnetcore/blob/main/src/Identity/Extensions.Core/src/PasswordHasher.cs
 */
export class AspNetIdentityReader implements HashReader {
  readonly #limits: CostLimits

  /**
   * @param options the most that a stored hash may ask for
   * @throws TypeError if an option is unknown or out of range
   */
  constructor(options: ReaderOptions = {}) {
    knownOptions('AspNetIdentityReader', options, ['limits'])
    this.#limits = costLimits(options.limits)
  }

  identify(stored: string): boolean {
    // Version 3: 01 00 00 00 0x; version 2: 00, then 48 bytes.
    return /^AQAAAA[AEI]A[A-Za-z0-9+/]+=*$/.test(stored) || /^A[A-P][A-Za-z0-9+/]{64}==$/.test(stored)
  }

  async verify(password: string, stored: string): Promise<boolean> {
    const bytes = fromBase64(stored)
    if (!bytes) throw new MalformedHashError('ASP.NET Identity', 'it is not valid base64')
    if (bytes[0] === 0) {
      return verifyPbkdf2(password, 'ASP.NET Identity', this.#limits, {
        digest: 'sha1',
        iterations: 1000,
        salt: bytes.subarray(1, 17),
        key: bytes.length === 49 ? bytes.subarray(17) : undefined,
      })
    }
    const saltLength = bytes.length < 13 ? 0 : bytes.readUInt32BE(9)
    // As PasswordHasher.cs has it: salt and subkey are of at least 128 bits.
    if (saltLength < 16 || bytes.length < 13 + saltLength + 16) {
      throw new MalformedHashError('ASP.NET Identity', 'its salt or subkey is too short')
    }
    return verifyPbkdf2(password, 'ASP.NET Identity', this.#limits, {
      digest: digests[bytes.readUInt32BE(1)],
      iterations: bytes.readUInt32BE(5),
      salt: bytes.subarray(13, 13 + saltLength),
      key: bytes.subarray(13 + saltLength),
    })
  }
}
