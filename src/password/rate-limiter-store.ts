import type { ThrottleEntry, ThrottleStore } from './throttle-store.ts'

/**
 * What {@link RateLimiterStore} needs of a limiter: every class of `rate-limiter-flexible` has it.
 *
 * @example
 * ```ts
 * import { RateLimiterMemory } from 'rate-limiter-flexible'
 * import type { FlexibleLimiter } from 'sallyport/password'
 *
 * const limiter: FlexibleLimiter = new RateLimiterMemory({ points: 1, duration: 86_400 })
 * ```
 */
export interface FlexibleLimiter {
  /** Adds points to a key, in one step, and gives what is consumed. */
  penalty(
    key: string,
    points?: number,
    options?: { customDuration: number },
  ): Promise<{ readonly consumedPoints: number }>
  /** Gives what is known of a key. */
  get(key: string): Promise<{ readonly consumedPoints: number; readonly msBeforeNext: number } | null>
  /** Sets the points of a key for a number of seconds. */
  set(key: string, points: number, secDuration: number): Promise<unknown>
  /** Forgets a key. */
  delete(key: string): Promise<unknown>
}

/**
 * Keeps the counts of a throttle through `rate-limiter-flexible`: in Redis, PostgreSQL, MySQL and whatever else it knows.
 *
 * A count is forgotten a fixed time after the first failure (the limiter's way), not after the last.
 *
 * @example
 * ```ts
 * import { RateLimiterMemory } from 'rate-limiter-flexible'
 * import { LoginThrottle, RateLimiterStore } from 'sallyport/password'
 *
 * // Or RateLimiterRedis({ storeClient: redis, keyPrefix: 'login', points: 1, duration: 86_400 })
 * const limiter = new RateLimiterMemory({ keyPrefix: 'login', points: 1, duration: 86_400 })
 * const throttle = new LoginThrottle({ store: new RateLimiterStore(limiter) })
 * ```
 * @see https://github.com/animir/node-rate-limiter-flexible/wiki
 */
export class RateLimiterStore implements ThrottleStore {
  readonly #limiter: FlexibleLimiter

  /** @param limiter a limiter of `rate-limiter-flexible`; its `points` and `duration` are not used */
  constructor(limiter: FlexibleLimiter) {
    this.#limiter = limiter
  }

  async get(key: string): Promise<ThrottleEntry | undefined> {
    const [count, last] = await Promise.all([this.#limiter.get(key), this.#limiter.get(`${key}:last`)])
    if (count === null || last === null) return undefined
    return { failures: count.consumedPoints, last: last.consumedPoints * 1000 }
  }

  async add(key: string, now: number, forget: number): Promise<ThrottleEntry> {
    const seconds = Math.ceil(forget / 1000)
    // The next second, so that the wait is never shorter than it should be; SQL stores hold 32 bits.
    const last = Math.ceil(now / 1000)
    const { consumedPoints } = await this.#limiter.penalty(key, 1, { customDuration: seconds })
    await this.#limiter.set(`${key}:last`, last, seconds)
    return { failures: consumedPoints, last: last * 1000 }
  }

  async delete(key: string): Promise<void> {
    await Promise.all([this.#limiter.delete(key), this.#limiter.delete(`${key}:last`)])
  }
}
