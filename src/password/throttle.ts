import { createHash } from 'node:crypto'
import { knownOptions, positiveInteger } from './cost-limits.ts'
import { LoginThrottledError } from './errors.ts'
import { addressKey } from './throttle-address.ts'
import { MemoryThrottleStore, type ThrottleStore } from './throttle-store.ts'

/**
 * How long one more login has to wait after so many failed ones: not at all for the first `free`, then `base`, and twice
 * as long after each further one, up to `max`.
 *
 * @example
 * ```ts
 * import { LoginThrottle, type BackOff } from 'sallyport/password'
 *
 * const address: Partial<BackOff> = { free: 100 } // an office behind one address
 * const throttle = new LoginThrottle({ address })
 * ```
 */
export interface BackOff {
  /** How many logins may fail without any wait. */
  readonly free: number
  /** The first wait, in milliseconds. */
  readonly base: number
  /** The longest wait, in milliseconds. */
  readonly max: number
  /** After how many milliseconds without a failure all is forgotten. */
  readonly forget: number
}

/**
 * The options of {@link LoginThrottle}.
 *
 * @example
 * ```ts
 * import type { LoginThrottleOptions } from 'sallyport/password'
 *
 * const options: LoginThrottleOptions = { user: { free: 10, max: 60_000 }, address: false }
 * ```
 */
export interface LoginThrottleOptions {
  /** By user: 5 free, then 1 s to 15 min, forgotten after a day; `false` for none. */
  readonly user?: Partial<BackOff> | false
  /** By address: 20 free, then 1 s to 15 min, forgotten after an hour; `false` for none. */
  readonly address?: Partial<BackOff> | false
  /** Where the counts are kept; default the memory of this process, for 100000 keys. */
  readonly store?: ThrottleStore
  /** The time, in milliseconds since 1970; default `Date.now`. */
  readonly now?: () => number
}

interface Bucket {
  readonly key: string
  readonly backOff: BackOff
}

const userBackOff: BackOff = { free: 5, base: 1000, max: 900_000, forget: 86_400_000 }
const addressBackOff: BackOff = { free: 20, base: 1000, max: 900_000, forget: 3_600_000 }

/**
 * Slows down the guessing of passwords, by user and by address, with waits that grow exponentially.
 *
 * Names are counted whether they exist or not, so a wait tells nothing about them. A successful login clears the user's
 * count and not the address's: else an attacker would clear it with an account of their own. Whoever guesses at a name
 * makes its owner wait too, `max` at the longest: that is the price of a limit by user.
 *
 * @example
 * ```ts
 * import { LoginThrottle, PasswordHash, type StoredUser } from 'sallyport/password'
 *
 * const throttle = new LoginThrottle()
 * const passwordHash = PasswordHash.recommended()
 * const users = new Map<string, StoredUser>()
 *
 * async function login(name: string, password: string, address: string): Promise<StoredUser | undefined> {
 *   return throttle.attempt(name, address, () => passwordHash.authenticate((wanted) => users.get(wanted), name, password))
 * }
 * ```
 * @see https://pages.nist.gov/800-63-4/sp800-63b.html#throttle — NIST SP 800-63B-4 §3.2.2, rate limiting
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Authentication_Cheat_Sheet.html#login-throttling
 */
export class LoginThrottle {
  readonly #user: BackOff | undefined
  readonly #address: BackOff | undefined
  readonly #store: ThrottleStore
  readonly #now: () => number
  // Attempts under way in this process: they count as failed until they have not.
  readonly #pending = new Map<string, number>()

  /**
   * @param options the waits, the store and the clock
   * @throws TypeError if an option is unknown or out of range
   */
  constructor(options: LoginThrottleOptions = {}) {
    knownOptions('LoginThrottle', options, ['user', 'address', 'store', 'now'])
    this.#user = backOff('user', userBackOff, options.user)
    this.#address = backOff('address', addressBackOff, options.address)
    if (!this.#user && !this.#address) throw new TypeError('LoginThrottle: user and address cannot both be false')
    this.#store = options.store ?? new MemoryThrottleStore()
    this.#now = options.now ?? (() => Date.now())
  }

  /**
   * Runs a login unless it has to wait, and counts how it ends: `undefined`, `null` and `false` are failures, an error is
   * neither. Logins under way count as failed meanwhile, so that many at once are no way around the limit.
   *
   * @param user the name as it was given, of an existing user or not
   * @param address the address of the client, if it is known
   * @param login does the login
   * @throws LoginThrottledError (429, Retry-After) if it has to wait; `login` is not called
   * @example
   * ```ts
   * import { LoginThrottle } from 'sallyport/password'
   *
   * const throttle = new LoginThrottle()
   * const user = await throttle.attempt('alice', '192.0.2.1', async () => ({ name: 'alice' }))
   * ```
   */
  async attempt<Result>(
    user: string,
    address: string | undefined,
    login: () => Promise<Result> | Result,
  ): Promise<Result> {
    const buckets = this.#buckets(user, address)
    // Taken before the first await: two attempts cannot both see the same last place.
    for (const { key } of buckets) this.#pending.set(key, (this.#pending.get(key) ?? 0) + 1)
    try {
      await this.#assertFree(buckets, 1)
      const result = await login()
      if (result === undefined || result === null || result === false) await this.failed(user, address)
      else await this.succeeded(user, address)
      return result
    } finally {
      for (const { key } of buckets) {
        const left = (this.#pending.get(key) ?? 1) - 1
        if (left > 0) this.#pending.set(key, left)
        else this.#pending.delete(key)
      }
    }
  }

  /**
   * Throws if a login has to wait, and does nothing otherwise. {@link LoginThrottle.attempt} does more with less.
   *
   * @param user the name as it was given
   * @param address the address of the client, if it is known
   * @throws LoginThrottledError (429, Retry-After)
   * @example
   * ```ts
   * import { LoginThrottle } from 'sallyport/password'
   *
   * await new LoginThrottle().check('alice', '192.0.2.1')
   * ```
   */
  async check(user: string, address?: string): Promise<void> {
    await this.#assertFree(this.#buckets(user, address), 0)
  }

  /**
   * Counts a failed login.
   *
   * @param user the name as it was given
   * @param address the address of the client, if it is known
   * @example
   * ```ts
   * import { LoginThrottle } from 'sallyport/password'
   *
   * await new LoginThrottle().failed('alice', '192.0.2.1')
   * ```
   */
  async failed(user: string, address?: string): Promise<void> {
    const now = this.#now()
    await Promise.all(this.#buckets(user, address).map(({ key, backOff }) => this.#store.add(key, now, backOff.forget)))
  }

  /**
   * Forgets the failed logins of the user, not those from the address.
   *
   * @param user the name as it was given
   * @param _address the address of the client, if it is known
   * @example
   * ```ts
   * import { LoginThrottle } from 'sallyport/password'
   *
   * await new LoginThrottle().succeeded('alice', '192.0.2.1')
   * ```
   */
  async succeeded(user: string, _address?: string): Promise<void> {
    if (this.#user) await this.#store.delete(userKey(user))
  }

  async #assertFree(buckets: readonly Bucket[], own: number): Promise<void> {
    const now = this.#now()
    const entries = await Promise.all(buckets.map(({ key }) => this.#store.get(key)))
    let wait = 0
    buckets.forEach(({ key, backOff }, index) => {
      const { failures = 0, last = 0 } = entries[index] ?? {}
      const known = failures > 0 && now - last < backOff.forget ? failures : 0
      if (known >= backOff.free) wait = Math.max(wait, last + delay(known, backOff) - now)
      const others = (this.#pending.get(key) ?? 0) - own
      // Beyond the free ones, one at a time.
      if (others > 0 && known + others >= backOff.free) wait = Math.max(wait, backOff.base)
    })
    if (wait > 0) throw new LoginThrottledError(Math.ceil(wait / 1000))
  }

  #buckets(user: string, address: string | undefined): Bucket[] {
    const buckets: Bucket[] = []
    if (this.#user) buckets.push({ key: userKey(user), backOff: this.#user })
    if (this.#address && address !== undefined) {
      buckets.push({ key: digest('address', addressKey(address)), backOff: this.#address })
    }
    return buckets
  }
}

function delay(failures: number, { free, base, max }: BackOff): number {
  return Math.min(max, base * 2 ** (failures - free))
}

// Spellings that some application might take for one name are one key: at worst two users wait for each other.
function userKey(user: string): string {
  return digest('user', user.normalize('NFKC').trim().toLowerCase())
}

// Of one length, whatever the client sent.
function digest(kind: string, value: string): string {
  return `${kind}:${createHash('sha256').update(value).digest('base64url')}`
}

function backOff(name: string, defaults: BackOff, given: Partial<BackOff> | false | undefined): BackOff | undefined {
  if (given === false) return undefined
  if (given !== undefined) knownOptions(name, given, ['free', 'base', 'max', 'forget'])
  const { free, base, max, forget } = { ...defaults, ...given }
  positiveInteger(`${name}.free`, free, 1)
  positiveInteger(`${name}.base`, base, 1)
  positiveInteger(`${name}.max`, max, base)
  // Whoever only had to wait longer than that would begin anew.
  positiveInteger(`${name}.forget`, forget, max)
  return { free, base, max, forget }
}
