/** What is remembered of a verified token. */
export interface CachedToken<Claims> {
  readonly claims: Claims
  readonly jti: string | undefined
  /** Milliseconds since the epoch: when it may be used. */
  readonly from: number
  readonly until: number
}

const SWEEP_EVERY = 30_000

/**
 * Verified tokens by their whole text, bounded, the least used dropped first.
 *
 * There are two generations: a hit in the old one moves to the young one, and when the young one is full it becomes the
 * old one. That is an LRU in effect, with one Map look-up for a warm token instead of a delete and an insert.
 */
export class TokenCache<Claims> {
  readonly #half: number
  #young = new Map<string, CachedToken<Claims>>()
  #old = new Map<string, CachedToken<Claims>>()
  #nextSweep = 0

  constructor(max: number) {
    this.#half = Math.ceil(max / 2)
  }

  /** How many tokens are remembered. */
  get size(): number {
    return this.#young.size + this.#old.size
  }

  /** The remembered token if its time has begun and is not over. */
  get(token: string, now: number): CachedToken<Claims> | undefined {
    let found = this.#young.get(token)
    if (found === undefined) {
      found = this.#old.get(token)
      if (found === undefined) return undefined
      this.#old.delete(token)
      this.#insert(token, found)
    }
    if (now < found.until) return now >= found.from ? found : undefined
    this.#young.delete(token)
    return undefined
  }

  set(token: string, entry: CachedToken<Claims>, now: number): void {
    if (now >= this.#nextSweep) this.#sweep(now)
    this.#old.delete(token)
    this.#insert(token, entry)
  }

  delete(token: string): void {
    this.#young.delete(token)
    this.#old.delete(token)
  }

  clear(): void {
    this.#young.clear()
    this.#old.clear()
  }

  #insert(token: string, entry: CachedToken<Claims>): void {
    if (this.#young.size >= this.#half) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(token, entry)
  }

  /** Without a timer, so that a verifier keeps no process alive: expired tokens go when new ones come. */
  #sweep(now: number): void {
    this.#nextSweep = now + SWEEP_EVERY
    for (const generation of [this.#young, this.#old]) {
      for (const [token, { until }] of generation) if (until <= now) generation.delete(token)
    }
  }
}
