import { checkOptions } from './options.ts'

/** One use of a nonce. Times are milliseconds since 1970. */
export interface NonceUse {
  /** The nonce. */
  readonly nonce: string
  /** The client's count of requests with it, from 1. */
  readonly count: number
  /** When the nonce was made. */
  readonly issued: number
  /** When it ends. */
  readonly expires: number
  /** The time of the use. */
  readonly now: number
}

/**
 * Remembers which counts of a nonce were used, so that nobody can send a request again.
 *
 * Only uses with a right response come here.
 */
export interface NonceCountStore {
  /**
   * Takes a count, in one step that no other request can come between.
   *
   * @returns whether it was free. False asks the client to go on with a new nonce; whenever in doubt, it is false.
   */
  take(use: NonceUse): boolean | Promise<boolean>
}

interface Entry {
  highest: number
  /** A bit for each of the last counts, the highest one's first. */
  seen: bigint
  readonly issued: number
  readonly expires: number
}

/**
 * Remembers counts in this process, for a bounded number of nonces.
 *
 * Each count is good once. Requests that a client sends side by side may come in another order: of the counts below the highest
 * that came, the last `window` are still taken. Where the table is full, its oldest nonce is forgotten, and with it all that were
 * made before it are refused unless they are in the table: a client then goes on with a new one, and nothing is let in twice.
 *
 * @example
 * ```ts
 * import { MemoryNonceCountStore } from 'sallyport/security'
 *
 * const nonceCounts = new MemoryNonceCountStore({ max: 100_000 })
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc7616.html#section-5.5
 */
export class MemoryNonceCountStore implements NonceCountStore {
  readonly #max: number
  readonly #window: number
  readonly #entries = new Map<string, Entry>()
  /** Nonces that were made until then are refused, unless they are known. */
  #floor: number

  /**
   * @param options - `max`: the most nonces remembered, 10,000; `window`: how far behind the highest a count may come, 64;
   * `clock`: milliseconds since 1970, `Date.now`.
   * @throws TypeError for an unknown or unfit option.
   */
  constructor(options: { readonly max?: number; readonly window?: number; readonly clock?: () => number } = {}) {
    const where = 'MemoryNonceCountStore'
    const {
      max = 10_000,
      window = 64,
      clock = () => Date.now(),
    } = checkOptions(options, ['max', 'window', 'clock'], where)
    if (!Number.isSafeInteger(max) || max < 1) throw new TypeError(`${where}: max is a whole number from 1.`)
    if (!Number.isSafeInteger(window) || window < 0 || window > 1024) {
      throw new TypeError(`${where}: window is a whole number from 0 to 1024.`)
    }
    this.#max = max
    this.#window = window
    // What an earlier process took is not known here.
    this.#floor = clock() - 1
  }

  /** How many nonces are remembered at the moment. */
  get size(): number {
    return this.#entries.size
  }

  take({ nonce, count, issued, expires, now }: NonceUse): boolean {
    const entry = this.#entries.get(nonce)
    if (entry === undefined) {
      if (issued <= this.#floor) return false
      this.#makeRoom(now)
      this.#entries.set(nonce, { highest: count, seen: 1n, issued, expires })
      return true
    }
    const ahead = count - entry.highest
    if (ahead > 0) {
      entry.seen = ahead > this.#window ? 1n : ((entry.seen << BigInt(ahead)) | 1n) & this.#mask
      entry.highest = count
      return true
    }
    if (-ahead > this.#window) return false
    const bit = 1n << BigInt(-ahead)
    if ((entry.seen & bit) !== 0n) return false
    entry.seen |= bit
    return true
  }

  get #mask(): bigint {
    return (1n << BigInt(this.#window + 1)) - 1n
  }

  /** A few from the old end each time: no timer is needed, and no call does a lot of work. */
  #makeRoom(now: number): void {
    let looked = 0
    for (const [nonce, { issued, expires }] of this.#entries) {
      const full = this.#entries.size >= this.#max
      if (!full && (expires > now || looked >= 8)) break
      this.#entries.delete(nonce)
      if (expires > now) this.#floor = Math.max(this.#floor, issued)
      looked++
    }
  }
}
