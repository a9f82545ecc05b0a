import { type Duration, toSeconds } from './duration.ts'
import { KeysUnavailableError } from './errors.ts'
import { keysOfDocument } from './jwks-document.ts'
import { type FetchLimits, fetchJWKS, jwksAddress } from './jwks-fetch.ts'
import { KeyIndex } from './key-index.ts'
import type { FoundKeys, KeySource } from './key-source.ts'
import { assertOptions, wholeNumber } from './options.ts'
import { IN_WORKERS } from './runtime.ts'

/** How an issuer's keys are fetched and how long they are kept. */
export interface RemoteKeySetOptions {
  /** How long fetched keys are fresh; default: 10 minutes. */
  readonly cacheFor?: Duration
  /** How long keys are used beyond that while the issuer does not answer; default: 1 hour. */
  readonly staleFor?: Duration
  /** How long a `kid` that is not known causes no further fetch; default: 30 seconds. */
  readonly cooldown?: Duration
  /** How long one fetch may take, its body included; default: 5 seconds. */
  readonly timeout?: Duration
  /** The longest accepted document in bytes; default: 262,144. */
  readonly maxSize?: number
  /** The most keys of a document; default: 100. */
  readonly maxKeys?: number
  /** How many redirects are followed, each to https again; default: 0. */
  readonly maxRedirects?: number
  /** Headers of the request beside `Accept`; default: none. */
  readonly headers?: Readonly<Record<string, string>>
  /** What fetches, for a proxy or a test; default: the global `fetch`. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>
  /** Allows `http:`: whoever is on the way can then give us keys. Default: https only. */
  readonly dangerouslyAllowHTTP?: boolean
  /** Tells the time in milliseconds since the epoch; default: `Date.now`. */
  readonly clock?: () => number
}

const OPTIONS: ReadonlySet<string> = new Set([
  'cacheFor',
  'staleFor',
  'cooldown',
  'timeout',
  'maxSize',
  'maxKeys',
  'maxRedirects',
  'headers',
  'fetch',
  'dangerouslyAllowHTTP',
  'clock',
])

/** From this part of `cacheFor` on keys are fetched anew without anyone waiting. */
const REFRESH_AHEAD = 0.75
const FIRST_RETRY = 1000

/**
 * The published keys of an issuer: fetched when first needed, kept, and fetched again before they are old.
 *
 * Many waiting requests share one fetch. A busy process refreshes ahead, so that nobody waits. An unknown `kid` causes at
 * most one fetch in `cooldown`. While the issuer is down its keys are used for `staleFor` longer, and then no more. Secrets,
 * private parts, weak keys, keys for encryption and keys that share a `kid` are left out.
 *
 * @example
 * ```ts
 * import { JWTVerifier, RemoteKeySet } from 'sallyport/jwt'
 *
 * export const verifier = new JWTVerifier({
 *   keys: new RemoteKeySet('https://accounts.example/.well-known/jwks.json'),
 *   algorithms: ['RS256'],
 *   issuer: 'https://accounts.example',
 *   audience: 'https://api.example',
 * })
 * ```
 * @see {@link https://www.rfc-editor.org/rfc/rfc7517#section-5 RFC 7517 section 5}
 */
export class RemoteKeySet implements KeySource {
  readonly algorithms: undefined
  readonly #uri: URL
  readonly #limits: FetchLimits
  readonly #cacheFor: number
  readonly #staleFor: number
  readonly #cooldown: number
  readonly #clock: () => number
  #index: KeyIndex | undefined
  #names: ReadonlySet<string> = new Set()
  #version = 0
  #fetchedAt = Number.NEGATIVE_INFINITY
  #failures = 0
  #nextAttempt = Number.NEGATIVE_INFINITY
  #pending: Promise<void> | undefined

  /**
   * @param uri - Where the issuer publishes its keys (`jwks_uri`).
   * @param options - Limits and times.
   * @throws TypeError for another scheme than https, credentials in the address, or an unknown option.
   */
  constructor(uri: string | URL, options: RemoteKeySetOptions = {}) {
    assertOptions('RemoteKeySet', options, OPTIONS)
    const allowHTTP = options.dangerouslyAllowHTTP === true
    this.#uri = jwksAddress(uri, allowHTTP)
    this.#cacheFor = toSeconds('cacheFor', options.cacheFor ?? 600, 1) * 1000
    this.#staleFor = toSeconds('staleFor', options.staleFor ?? 3600) * 1000
    this.#cooldown = toSeconds('cooldown', options.cooldown ?? 30, 1) * 1000
    this.#clock = options.clock ?? (() => Date.now())
    this.#limits = {
      allowHTTP,
      timeout: toSeconds('timeout', options.timeout ?? 5, 0.001) * 1000,
      maxSize: wholeNumber('maxSize', options.maxSize ?? 262_144, 1),
      maxKeys: wholeNumber('maxKeys', options.maxKeys ?? 100, 1),
      maxRedirects: wholeNumber('maxRedirects', options.maxRedirects ?? 0, 0),
      headers: { accept: 'application/jwk-set+json, application/json', ...options.headers },
      fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    }
  }

  /** Grows when a key is gone. Reading it also starts the refresh ahead, since warm tokens ask for nothing else. */
  get version(): number {
    this.#tend(this.#clock())
    return this.#version
  }

  find(algorithm: string, kid: string | undefined): FoundKeys | Promise<FoundKeys> {
    const now = this.#clock()
    this.#tend(now)
    const index = this.#index
    const found = index?.find(algorithm, kid, now)
    const mayFetch = now >= this.#nextAttempt
    if (index === undefined || found === undefined) {
      if (!mayFetch && this.#pending === undefined) throw new KeysUnavailableError({ retryAfter: this.#retryAfter })
      return this.#findAfterFetch(algorithm, kid)
    }
    if (now >= this.#fetchedAt + this.#cacheFor) return mayFetch ? this.#findAfterFetch(algorithm, kid) : found
    if (found.length === 0 && mayFetch && now >= this.#fetchedAt + this.#cooldown) {
      return this.#findAfterFetch(algorithm, kid)
    }
    return found
  }

  /**
   * Fetches the keys now, as when the application starts, so that the first request need not wait.
   *
   * @throws KeysUnavailableError, by rejecting, when the issuer does not answer with a JWKS within the limits.
   */
  async refresh(): Promise<void> {
    if (this.#pending !== undefined && !IN_WORKERS) return this.#pending
    const pending = this.#fetch().finally(() => {
      if (this.#pending === pending) this.#pending = undefined
    })
    this.#pending = pending
    return pending
  }

  async #findAfterFetch(algorithm: string, kid: string | undefined): Promise<FoundKeys> {
    try {
      await this.refresh()
    } catch (error) {
      this.#tend(this.#clock())
      if (this.#index === undefined) throw error
    }
    return (this.#index as KeyIndex).find(algorithm, kid, this.#clock())
  }

  /** Drops keys that are too old and starts a refresh ahead of time. */
  #tend(now: number): void {
    if (this.#index === undefined) return
    const age = now - this.#fetchedAt
    if (age >= this.#cacheFor + this.#staleFor) {
      this.#index = undefined
      this.#names = new Set()
      this.#version++
    } else if (age >= this.#cacheFor * REFRESH_AHEAD && this.#pending === undefined && now >= this.#nextAttempt) {
      if (!IN_WORKERS) this.refresh().catch(() => {})
    }
  }

  async #fetch(): Promise<void> {
    try {
      const document = await fetchJWKS(this.#uri, this.#limits)
      const { keys, names } = await keysOfDocument(document, this.#limits.maxKeys)
      // A key that is gone takes its verified tokens along; one that came changes nothing for them.
      for (const name of this.#names) {
        if (!names.has(name)) {
          this.#version++
          break
        }
      }
      this.#names = names
      this.#index = new KeyIndex(keys)
      this.#fetchedAt = this.#clock()
      this.#failures = 0
      this.#nextAttempt = Number.NEGATIVE_INFINITY
    } catch (cause) {
      this.#nextAttempt = this.#clock() + Math.min(this.#cooldown, FIRST_RETRY * 2 ** this.#failures++)
      throw new KeysUnavailableError({ cause, retryAfter: this.#retryAfter })
    }
  }

  /** The whole seconds until keys are fetched again. */
  get #retryAfter(): number {
    return Math.max(1, Math.ceil((this.#nextAttempt - this.#clock()) / 1000))
  }
}
