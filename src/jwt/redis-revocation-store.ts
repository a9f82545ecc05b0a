import { assertOptions } from './options.ts'
import type { RevocationStore } from './revocation.ts'

/** Where a {@link RedisRevocationStore} keeps what it knows. */
export interface RedisRevocationStoreOptions {
  /**
   * Sends one command and gives its reply: `(...words) => client.sendCommand(words)` with node-redis,
   * `(name, ...words) => client.call(name, ...words)` with ioredis.
   */
  readonly send: (name: string, ...words: string[]) => Promise<unknown>
  /** What stands before each `jti` in a key's name; default: `sallyport:revoked:`. */
  readonly prefix?: string
  /** Tells the time in milliseconds since the epoch; default: `Date.now`. */
  readonly clock?: () => number
}

/** As long as any verifier's clock tolerance, for which a token lives on after its `exp`; in seconds. */
const LONGEST_TOLERANCE = 600

/**
 * Remembers revoked tokens in Redis, Valkey or anything else that knows `SET ... EX` and `EXISTS`.
 *
 * Each verification, warm ones too, then costs a round trip; while the store is down tokens are refused with 503.
 *
 * @example
 * ```ts
 * import { JWTVerifier, RedisRevocationStore } from 'sallyport/jwt'
 *
 * declare const client: { sendCommand(words: string[]): Promise<unknown> }
 * export const verifier = new JWTVerifier({
 *   secret: process.env.SECRET ?? '',
 *   algorithms: ['HS256'],
 *   revocation: new RedisRevocationStore({ send: (...words) => client.sendCommand(words) }),
 * })
 * ```
 */
export class RedisRevocationStore implements RevocationStore {
  readonly #send: RedisRevocationStoreOptions['send']
  readonly #prefix: string
  readonly #clock: () => number

  /**
   * @param options - How to send a command.
   * @throws TypeError for an unknown option or a missing `send`.
   */
  constructor(options: RedisRevocationStoreOptions) {
    assertOptions('RedisRevocationStore', options, new Set(['send', 'prefix', 'clock']))
    if (typeof options.send !== 'function') throw new TypeError('send: expected a function that sends one command')
    this.#send = options.send
    this.#prefix = options.prefix ?? 'sallyport:revoked:'
    this.#clock = options.clock ?? (() => Date.now())
  }

  /** @throws Error, by rejecting, when the reply is neither 0 nor 1. */
  async isRevoked(jti: string): Promise<boolean> {
    const reply = Number(await this.#send('EXISTS', this.#prefix + jti))
    if (reply !== 0 && reply !== 1) throw new Error('EXISTS: unexpected reply')
    return reply === 1
  }

  async revoke(jti: string, exp: number): Promise<void> {
    const seconds = Math.ceil(exp + LONGEST_TOLERANCE - this.#clock() / 1000)
    if (seconds <= 0) return
    // Without an end for a token that has none.
    const end = Number.isFinite(seconds) ? ['EX', String(seconds)] : []
    const reply = await this.#send('SET', this.#prefix + jti, '1', ...end)
    if (String(reply) !== 'OK') throw new Error('SET: unexpected reply')
  }
}
