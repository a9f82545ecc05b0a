/**
 * What a throttle knows of one key.
 *
 * @example
 * ```ts
 * import type { ThrottleEntry } from 'sallyport/password'
 *
 * const entry: ThrottleEntry = { failures: 6, last: Date.now() }
 * ```
 */
export interface ThrottleEntry {
  /** Failed logins since the last one that succeeded or was forgotten. */
  readonly failures: number
  /** When the last of them was counted, in milliseconds since 1970. */
  readonly last: number
}

/**
 * Where a {@link LoginThrottle} keeps its counts: in memory by default; Redis or SQL for several processes.
 *
 * Keys are digests, never a name or an address in plain.
 *
 * @example
 * ```ts
 * import { LoginThrottle, type ThrottleStore } from 'sallyport/password'
 *
 * // With Redis, in one transaction; redis-cli spells the commands the same.
 * const store: ThrottleStore = {
 *   async get(key) {
 *     const { failures, last } = await redis.hGetAll(key)
 *     return failures === undefined ? undefined : { failures: Number(failures), last: Number(last) }
 *   },
 *   async add(key, now, forget) {
 *     const [failures] = await redis.multi().hIncrBy(key, 'failures', 1).hSet(key, 'last', now).pExpire(key, forget).exec()
 *     return { failures: Number(failures), last: now }
 *   },
 *   async delete(key) {
 *     await redis.del(key)
 *   },
 * }
 * const throttle = new LoginThrottle({ store })
 *
 * interface Multi {
 *   hIncrBy(key: string, field: string, by: number): Multi
 *   hSet(key: string, field: string, value: number): Multi
 *   pExpire(key: string, milliseconds: number): Multi
 *   exec(): Promise<unknown[]>
 * }
 * declare const redis: {
 *   hGetAll(key: string): Promise<Record<string, string>>
 *   multi(): Multi
 *   del(key: string): Promise<unknown>
 * }
 * ```
 */
export interface ThrottleStore {
  /**
   * Gives what is known of a key, or `undefined` if nothing is, or not any more.
   *
   * @param key the key
   */
  get(key: string): Promise<ThrottleEntry | undefined> | ThrottleEntry | undefined
  /**
   * Counts one more failure, in one step that no other process can come between, and gives the new count.
   *
   * @param key the key
   * @param now the time of the failure, in milliseconds since 1970
   * @param forget after how many milliseconds without a failure the key is forgotten
   */
  add(key: string, now: number, forget: number): Promise<ThrottleEntry> | ThrottleEntry
  /**
   * Forgets a key.
   *
   * @param key the key
   */
  delete(key: string): Promise<void> | void
}

/**
 * Keeps the counts of a throttle in the memory of this process, for a bounded number of keys.
 *
 * When it is full, the key whose last failure is longest ago is forgotten.
 *
 * @example
 * ```ts
 * import { LoginThrottle, MemoryThrottleStore } from 'sallyport/password'
 *
 * const throttle = new LoginThrottle({ store: new MemoryThrottleStore(1_000_000) })
 * ```
 */
export class MemoryThrottleStore implements ThrottleStore {
  readonly #limit: number
  // The order of insertion is kept the order of the last failures.
  readonly #entries = new Map<string, ThrottleEntry & { readonly until: number }>()

  /**
   * @param limit how many keys are kept at most; default 100000, about 20 MB
   * @throws TypeError if it is no positive integer
   */
  constructor(limit = 100_000) {
    if (!Number.isSafeInteger(limit) || limit < 1) throw new TypeError('limit must be a positive integer')
    this.#limit = limit
  }

  /** How many keys are kept at the moment. */
  get size(): number {
    return this.#entries.size
  }

  get(key: string): ThrottleEntry | undefined {
    return this.#entries.get(key)
  }

  add(key: string, now: number, forget: number): ThrottleEntry {
    const known = this.#entries.get(key)
    const failures = known !== undefined && known.until > now ? known.failures + 1 : 1
    const entry = { failures, last: now, until: now + forget }
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    this.#sweep(now)
    return entry
  }

  delete(key: string): void {
    this.#entries.delete(key)
  }

  // A few from the old end each time: no timer is needed, and no call does a lot of work.
  #sweep(now: number): void {
    let looked = 0
    for (const [key, { until }] of this.#entries) {
      if (this.#entries.size <= this.#limit && (until > now || looked >= 8)) break
      this.#entries.delete(key)
      looked++
    }
  }
}
