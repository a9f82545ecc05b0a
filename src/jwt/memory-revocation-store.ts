import { assertOptions, wholeNumber } from './options.ts'
import type { RevocationStore } from './revocation.ts'

/** As long as any verifier's clock tolerance, for which a token lives on after its `exp`; in seconds. */
const LONGEST_TOLERANCE = 600

/**
 * Remembers revoked tokens in this process: for one process, and for tests.
 *
 * It forgets nothing early: when it is full of tokens that still live, revoking throws.
 *
 * @example
 * ```ts
 * import { JWT, MemoryRevocationStore } from 'sallyport/jwt'
 *
 * const tokens = new JWT({ secret: process.env.SECRET ?? '', expiresIn: '30m', revocation: new MemoryRevocationStore() })
 * export const logout = (token: string): Promise<void> => tokens.revoke(token)
 * ```
 * @see {@link https://www.rfc-editor.org/rfc/rfc7009 RFC 7009}
 */
export class MemoryRevocationStore implements RevocationStore {
  readonly #max: number
  readonly #clock: () => number
  readonly #revoked = new Map<string, number>()

  /**
   * @param options - `max`: the most tokens remembered, default 100,000; `clock`: milliseconds since the epoch.
   * @throws TypeError for an unknown option.
   */
  constructor(options: { readonly max?: number; readonly clock?: () => number } = {}) {
    assertOptions('MemoryRevocationStore', options, new Set(['max', 'clock']))
    this.#max = wholeNumber('max', options.max ?? 100_000, 1)
    this.#clock = options.clock ?? (() => Date.now())
  }

  isRevoked(jti: string): boolean {
    return this.#revoked.has(jti)
  }

  /** @throws RangeError when it is full of tokens that still live. */
  revoke(jti: string, exp: number): void {
    const now = this.#clock() / 1000
    if (this.#revoked.size >= this.#max && !this.#revoked.has(jti)) {
      for (const [old, end] of this.#revoked) if (end <= now) this.#revoked.delete(old)
      if (this.#revoked.size >= this.#max) throw new RangeError('max: too many revoked tokens still live; raise it')
    }
    this.#revoked.set(jti, exp + LONGEST_TOLERANCE)
  }
}
