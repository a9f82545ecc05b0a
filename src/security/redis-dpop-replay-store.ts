import type { DPoPReplayStore, DPoPUse } from './dpop-replay-store.ts'
import { checkOptions } from './options.ts'
import { type RedisSend, setOnce } from './redis-set-once.ts'

/** Options of {@link RedisDPoPReplayStore}. */
export interface RedisDPoPReplayStoreOptions {
  /**
   * Sends one command and gives its reply: `(...words) => client.sendCommand(words)` with node-redis,
   * `(name, ...words) => client.call(name, ...words)` with ioredis.
   */
  readonly send: RedisSend
  /** What stands before each proof in a key's name; `sallyport:dpop:`. */
  readonly prefix?: string
}

/**
 * Remembers used proofs in Redis, Valkey or anything else that knows `SET … NX PX`, so that several processes let each in once.
 *
 * A proof is forgotten when its age refuses it. While the store is down, requests are answered with 503.
 *
 * @example
 * ```ts
 * import { JWTVerifier } from 'sallyport/jwt'
 * import { HTTPBearer, RedisDPoPReplayStore } from 'sallyport/security'
 *
 * declare const client: { sendCommand(words: string[]): Promise<unknown> }
 * declare const verifier: JWTVerifier
 * export const bearer = new HTTPBearer({
 *   verify: verifier,
 *   dpop: {
 *     origin: 'https://api.example.com',
 *     replays: new RedisDPoPReplayStore({ send: (...words) => client.sendCommand(words) }),
 *   },
 * })
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc9449.html#section-11.1
 */
export class RedisDPoPReplayStore implements DPoPReplayStore {
  readonly #send: RedisSend
  readonly #prefix: string

  /**
   * @param options - How to send a command.
   * @throws TypeError for an unknown option or a missing `send`.
   */
  constructor(options: RedisDPoPReplayStoreOptions) {
    const { send, prefix = 'sallyport:dpop:' } = checkOptions(options, ['send', 'prefix'], 'RedisDPoPReplayStore')
    if (typeof send !== 'function')
      throw new TypeError('RedisDPoPReplayStore: send is a function that sends one command.')
    this.#send = send
    this.#prefix = prefix
  }

  /** @throws Error, by rejecting, for a reply that `SET` does not give. */
  take({ id, expires, now }: DPoPUse): Promise<boolean> {
    return setOnce(this.#send, this.#prefix + id, expires - now)
  }
}
