import type { Pepper } from './pepper.ts'

/**
 * The options of `PasswordHash`.
 *
 * @example
 * ```ts
 * import { PasswordHash, type PasswordHashOptions } from 'sallyport/password'
 *
 * const options: PasswordHashOptions = { concurrency: 2, queue: 50 }
 * const passwordHash = PasswordHash.recommended(options)
 * ```
 */
export interface PasswordHashOptions {
  /** The longest password that is looked at, in UTF-16 code units as `String.length` counts; default 1024, least 64. */
  readonly maxLength?: number
  /** The secrets that go into every hash, newest first; default none. */
  readonly pepper?: readonly Pepper[]
  /** How many hashes may run at once; default one fewer than the cores and the thread pool's threads, least 1. */
  readonly concurrency?: number
  /** How many may wait for their turn before more are answered with 503; default 128. */
  readonly queue?: number
  /** What Retry-After says then, in seconds; default 1. */
  readonly retryAfter?: number
}

/**
 * What a single call may be given.
 *
 * @example
 * ```ts
 * import { PasswordHash, type CallOptions } from 'sallyport/password'
 *
 * const options: CallOptions = { signal: AbortSignal.timeout(5_000) }
 * const stored = await PasswordHash.recommended().hash('secret', options)
 * ```
 */
export interface CallOptions {
  /** Gives up the place in the queue when aborted; a hash that already runs is finished. */
  readonly signal?: AbortSignal | undefined
}
