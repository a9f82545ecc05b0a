import { checkOptions } from './options.ts'

/** One use of a proof. Times are milliseconds since 1970. */
export interface DPoPUse {
  /** Names the proof, 43 characters of base64url: a hash of its key and its `jti`. */
  readonly id: string
  /** When the client says that it made the proof. */
  readonly issued: number
  /** From when on the proof is refused by its age, and need not be remembered. */
  readonly expires: number
  /** The time of the use. */
  readonly now: number
}

/** Remembers which proofs were used, so that each is good once. Only proofs that are right in all else come here. */
export interface DPoPReplayStore {
  /**
   * Takes a proof, in one step that no other request can come between: as `SET id 1 NX PX …` of Redis does.
   *
   * @returns whether it was not used before. Whenever in doubt, it is false.
   */
  take(use: DPoPUse): boolean | Promise<boolean>
}

/**
 * Remembers used proofs in this process, for a bounded number of them.
 *
 * Where the table is full, its oldest proof is forgotten, and all that were not made after it are refused: nothing is let in twice.
 * What another process took is not known here, nor what an earlier one did. Several processes share a store; what was sent before a
 * restart is refused where the option `nonce` is on.
 *
 * @example
 * ```ts
 * import { MemoryDPoPReplayStore } from 'sallyport/security'
 *
 * const replays = new MemoryDPoPReplayStore({ max: 500_000 })
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc9449.html#section-11.1
 */
export class MemoryDPoPReplayStore implements DPoPReplayStore {
  readonly #max: number
  readonly #entries = new Map<string, DPoPUse>()
  /** Proofs that were made until then are refused. */
  #floor = Number.NEGATIVE_INFINITY

  /**
   * @param options - `max`: the most proofs remembered, 100,000: a minute of 1,600 requests a second.
   * @throws TypeError for an unknown or unfit option.
   */
  constructor(options: { readonly max?: number } = {}) {
    const { max = 100_000 } = checkOptions(options, ['max'], 'MemoryDPoPReplayStore')
    if (!Number.isSafeInteger(max) || max < 1) {
      throw new TypeError('MemoryDPoPReplayStore: max is a whole number from 1.')
    }
    this.#max = max
  }

  /** How many proofs are remembered at the moment. */
  get size(): number {
    return this.#entries.size
  }

  take(use: DPoPUse): boolean {
    if (use.issued <= this.#floor || this.#entries.has(use.id)) return false
    this.#makeRoom(use.now)
    // Room may have been made by forgetting one that is younger than this.
    if (use.issued <= this.#floor) return false
    this.#entries.set(use.id, use)
    return true
  }

  /** A few from the old end each time: no timer is needed, and no call does a lot of work. */
  #makeRoom(now: number): void {
    let looked = 0
    for (const [id, { issued, expires }] of this.#entries) {
      const full = this.#entries.size >= this.#max
      if (!full && (expires > now || looked >= 8)) break
      this.#entries.delete(id)
      if (expires > now) this.#floor = Math.max(this.#floor, issued)
      looked++
    }
  }
}
