import type { Key } from './key.ts'

/** Where a verifier finds keys: a {@link KeySet}, a {@link RemoteKeySet}, or your own. */
export interface KeySource {
  /**
   * Changes whenever a key is gone; what was verified before is then forgotten. It is read at every hit of the cache, so
   * it must cost nothing.
   */
  readonly version: number

  /**
   * The keys that may have signed a token, at once if they are at hand.
   *
   * @param algorithm - The token's `alg`, which is one of the configured ones.
   * @param kid - The token's `kid`, chosen by whoever made the token.
   */
  find(algorithm: string, kid: string | undefined): FoundKeys | Promise<FoundKeys>

  /** The algorithms that its keys are for as far as that is known; undefined when they are fetched. */
  readonly algorithms: ReadonlySet<string> | undefined
}

/** Keys that may have signed a token. */
export type FoundKeys = readonly FoundKey[]

/** A key with the end of its time. */
export interface FoundKey {
  readonly key: Key
  /** Milliseconds since the epoch from which on the key verifies nothing; Infinity for one in use. */
  readonly until: number
}
