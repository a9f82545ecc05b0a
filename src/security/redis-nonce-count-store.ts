import type { NonceCountStore, NonceUse } from './nonce-count-store.ts'
import { checkOptions } from './options.ts'
import { type RedisSend, setOnce } from './redis-set-once.ts'

/** Options of {@link RedisNonceCountStore}. */
export interface RedisNonceCountStoreOptions {
  /**
   * Sends one command and gives its reply: `(...words) => client.sendCommand(words)` with node-redis,
   * `(name, ...words) => client.call(name, ...words)` with ioredis.
   */
  readonly send: RedisSend
  /** What stands before each nonce in a key's name; `sallyport:nonce:`. */
  readonly prefix?: string
}

/**
 * Remembers counts in Redis, Valkey or anything else that knows `SET … NX PX`: for several processes, which share `secret` as well.
 *
 * Each count is good once, in whatever order they come. While the store is down, requests are answered with 503.
 *
 * @example
 * ```ts
 * import { HTTPDigest, RedisNonceCountStore, type DigestUser } from 'sallyport/security'
 *
 * declare const client: { sendCommand(words: string[]): Promise<unknown> }
 * declare const findUser: (name: string) => Promise<DigestUser | undefined>
 * export const digest = new HTTPDigest({
 *   realm: 'Devices',
 *   verify: {
 *     lookup: findUser,
 *     secret: process.env.NONCE_SECRET ?? '',
 *     nonceCounts: new RedisNonceCountStore({ send: (...words) => client.sendCommand(words) }),
 *   },
 * })
 * ```
 */
export class RedisNonceCountStore implements NonceCountStore {
  readonly #send: RedisSend
  readonly #prefix: string

  /**
   * @param options - How to send a command.
   * @throws TypeError for an unknown option or a missing `send`.
   */
  constructor(options: RedisNonceCountStoreOptions) {
    const { send, prefix = 'sallyport:nonce:' } = checkOptions(options, ['send', 'prefix'], 'RedisNonceCountStore')
    if (typeof send !== 'function')
      throw new TypeError('RedisNonceCountStore: send is a function that sends one command.')
    this.#send = send
    this.#prefix = prefix
  }

  /** @throws Error, by rejecting, for a reply that `SET` does not give. */
  take({ nonce, count, expires, now }: NonceUse): Promise<boolean> {
    return setOnce(this.#send, `${this.#prefix}${nonce}:${count}`, expires - now)
  }
}
