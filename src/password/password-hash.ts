import { randomBytes } from 'node:crypto'
import { Argon2idHasher } from './argon2id-hasher.ts'
import {
  type AuthenticateOptions,
  isBrokenHash,
  isDisabled,
  isUnusable,
  type Lookup,
  type StoredUser,
} from './authentication.ts'
import { knownOptions, positiveInteger } from './cost-limits.ts'
import { PasswordRefusedError, PasswordTooLongError, UnknownHashError } from './errors.ts'
import type { Hasher, HashReader } from './hasher.ts'
import { spellings, stabilized } from './normalization.ts'
import type { CallOptions, PasswordHashOptions } from './password-hash-options.ts'
import { Peppers } from './pepper.ts'
import { defaultConcurrency, WorkQueue } from './work-queue.ts'

const optionNames = ['maxLength', 'pepper', 'concurrency', 'queue', 'retryAfter'] as const

/**
 * Hashes and verifies passwords: the first hasher hashes, all verify, and old hashes are renewed at the next login.
 *
 * @example
 * ```ts
 * import { PasswordHash } from 'sallyport/password'
 *
 * const passwordHash = PasswordHash.recommended()
 * const stored = await passwordHash.hash('secret')
 * console.log(await passwordHash.verify('secret', stored)) // true
 * ```
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
 * @see https://pages.nist.gov/800-63-4/sp800-63b.html#passwordver — NIST SP 800-63B-4 §3.1.1.2
 */
export class PasswordHash {
  readonly #hasher: Hasher
  readonly #readers: readonly HashReader[]
  readonly #peppers: Peppers
  readonly #maxLength: number
  readonly #queue: WorkQueue
  #decoy: Promise<string> | undefined

  /**
   * @param hashers the hasher of new passwords, then whatever else may verify stored ones
   * @param options limits and the pepper
   * @throws TypeError if there is no hasher, or an option is unknown or out of range
   */
  constructor(hashers: readonly [Hasher, ...HashReader[]], options: PasswordHashOptions = {}) {
    knownOptions('PasswordHash', options, optionNames)
    const [hasher] = Array.isArray(hashers) ? (hashers as typeof hashers) : []
    if (typeof hasher?.hash !== 'function' || typeof hasher.needsRehash !== 'function') {
      throw new TypeError(
        'PasswordHash needs a list whose first member can hash, such as [new Argon2idHasher()]. PasswordHash.recommended() has one',
      )
    }
    this.#hasher = hasher
    this.#readers = [...hashers]
    this.#peppers = new Peppers(options.pepper ?? [])
    // NIST SP 800-63B-4 §3.1.1.2: at least 64 characters must be allowed.
    this.#maxLength = positiveInteger('maxLength', options.maxLength ?? 1024, 64, 65_536)
    this.#queue = new WorkQueue(
      positiveInteger('concurrency', options.concurrency ?? defaultConcurrency(), 1, 1024),
      positiveInteger('queue', options.queue ?? 128, 0, 1_000_000),
      positiveInteger('retryAfter', options.retryAfter ?? 1, 1, 86_400),
    )
  }

  /**
   * Makes the one to use: Argon2id with OWASP's current parameters (m=19 MiB, t=2, p=1).
   *
   * @param options limits, the pepper, and `readers` for what other systems stored
   * @throws TypeError if an option is unknown or out of range
   * @example
   * ```ts
   * import { DjangoReader, PasswordHash } from 'sallyport/password'
   *
   * const passwordHash = PasswordHash.recommended({ readers: [new DjangoReader()] })
   * ```
   * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id
   */
  static recommended(options: PasswordHashOptions & { readonly readers?: readonly HashReader[] } = {}): PasswordHash {
    const { readers = [], ...rest } = options
    return new PasswordHash([new Argon2idHasher(), ...readers], rest)
  }

  /** How many hashes run and wait at the moment, for metrics. */
  get load(): { readonly running: number; readonly waiting: number } {
    return { running: this.#queue.running, waiting: this.#queue.waiting }
  }

  /**
   * Hashes a new password with the first hasher.
   *
   * @param password the password as the user gave it; it is brought into NFC first
   * @param options a signal
   * @throws PasswordTooLongError (422) if it is over the limit
   * @throws PasswordRefusedError (422) if it is empty, broken Unicode, or has unassigned characters
   * @throws PasswordHashBusyError (503, Retry-After) if the queue is full
   * @example
   * ```ts
   * import { PasswordHash } from 'sallyport/password'
   *
   * const stored = await PasswordHash.recommended().hash('secret') // $argon2id$v=19$m=19456,t=2,p=1$...
   * ```
   */
  async hash(password: string, options: CallOptions = {}): Promise<string> {
    if (this.#tooLong(password)) throw new PasswordTooLongError(this.#maxLength)
    const stable = stabilized(password)
    return this.#queue.run(() => this.#make(stable), options.signal)
  }

  /**
   * Says whether the password is the one that was stored.
   *
   * A password over the limit, empty, or of broken Unicode does not match, whatever is stored, without any work: no hash
   * can have been made of it. Nor does any match a marker of an unusable password (empty, or starting with `!` or `*`).
   *
   * @param password the password as the user gave it
   * @param stored the stored string
   * @param options a signal
   * @throws UnknownHashError, MalformedHashError, HashTooCostlyError, UnknownPepperError if the stored string is of no
   * use: a fault of the database, not of the user, and better loud than a login that never works
   * @throws PasswordHashBusyError (503, Retry-After) if the queue is full
   * @example
   * ```ts
   * import { PasswordHash } from 'sallyport/password'
   *
   * const passwordHash = PasswordHash.recommended()
   * const stored = await passwordHash.hash('secret')
   * console.log(await passwordHash.verify('Secret', stored)) // false
   * ```
   */
  async verify(password: string, stored: string, options: CallOptions = {}): Promise<boolean> {
    const [valid] = await this.#check(password, stored, false, options.signal)
    return valid
  }

  /**
   * Verifies as {@link PasswordHash.verify} does, and hashes anew if the stored hash is weaker than new ones are.
   *
   * @param password the password as the user gave it
   * @param stored the stored string
   * @param options a signal
   * @returns whether it matches, and the string to store in place of the old one, if there is one
   * @throws what `verify` throws
   * @example
   * ```ts
   * import { PasswordHash } from 'sallyport/password'
   *
   * const passwordHash = PasswordHash.recommended()
   * const user = { hashedPassword: await passwordHash.hash('secret') }
   * const [valid, updated] = await passwordHash.verifyAndUpdate('secret', user.hashedPassword)
   * if (valid && updated) user.hashedPassword = updated
   * ```
   */
  async verifyAndUpdate(
    password: string,
    stored: string,
    options: CallOptions = {},
  ): Promise<[valid: boolean, updated: string | undefined]> {
    return this.#check(password, stored, true, options.signal)
  }

  /**
   * Says whether a stored hash is weaker than new ones are: of another hasher, of lower cost, or of another pepper.
   *
   * @param stored the stored string
   * @throws UnknownHashError, MalformedHashError, HashTooCostlyError, UnknownPepperError as `verify` does
   * @example
   * ```ts
   * import { PasswordHash } from 'sallyport/password'
   *
   * const passwordHash = PasswordHash.recommended()
   * console.log(passwordHash.needsRehash(await passwordHash.hash('secret'))) // false
   * ```
   */
  needsRehash(stored: string): boolean {
    const { inner, current } = this.#peppers.open(stored)
    return !(this.#readerOf(inner) === this.#hasher && current && !this.#hasher.needsRehash(inner))
  }

  /**
   * Gives the user of a name and a password, or `undefined`: with the same work whether the user is unknown, disabled,
   * has no password, or the password is wrong, so that the time of the answer does not tell which.
   *
   * The equality holds among users whose hashes cost what new ones cost. Old hashes cost what they cost until they are
   * renewed; where most are old, give one that is typical as `decoy`.
   *
   * @param lookup finds the user of a name, or gives `undefined` or `null`
   * @param name the name as the user gave it
   * @param password the password as the user gave it
   * @param options what to do with a renewed hash, what disabled means, a decoy, a place for errors, a signal
   * @throws PasswordHashBusyError (503, Retry-After) if the queue is full
   * @throws HasherUnavailableError if a package is missing, and whatever `lookup` and `options.update` throw
   * @example
   * ```ts
   * import { PasswordHash } from 'sallyport/password'
   *
   * const passwordHash = PasswordHash.recommended()
   * const users = new Map([['alice', { name: 'alice', disabled: false, hashedPassword: await passwordHash.hash('secret') }]])
   *
   * const user = await passwordHash.authenticate((name) => users.get(name), 'alice', 'secret', {
   *   update: (found, hashedPassword) => {
   *     users.set(found.name, { ...found, hashedPassword })
   *   },
   * })
   * console.log(user?.name) // alice
   * ```
   * @see https://cheatsheetseries.owasp.org/cheatsheets/Authentication_Cheat_Sheet.html#authentication-and-error-messages
   */
  async authenticate<User extends StoredUser>(
    lookup: Lookup<User>,
    name: string,
    password: string,
    options: AuthenticateOptions<User> = {},
  ): Promise<User | undefined> {
    knownOptions('authenticate', options, ['update', 'disabled', 'decoy', 'onBrokenHash', 'signal'])
    // Nobody can have such a password, so the shortcut is the same for every name.
    if (this.#tooLong(password) || spellings(password).length === 0) return undefined
    // Before the look-up, so that the cost of making it falls on the first login, not on the first unknown user.
    const decoy = options.decoy ?? (await this.#anyHash())
    const user = (await lookup(name)) ?? undefined
    const stored = user?.hashedPassword
    const disabled = user !== undefined && (options.disabled ?? isDisabled)(user)
    const { signal } = options
    if (user === undefined || isUnusable(stored)) {
      await this.#check(password, decoy, false, signal)
      return undefined
    }
    try {
      const [valid, updated] = await this.#check(password, stored, !disabled && options.update !== undefined, signal)
      if (!valid || disabled) return undefined
      if (updated !== undefined) await options.update?.(user, updated)
      return user
    } catch (error) {
      if (!isBrokenHash(error)) throw error
      await this.#check(password, decoy, false, signal)
      options.onBrokenHash?.(user, error)
      return undefined
    }
  }

  async #check(
    password: string,
    stored: string,
    update: boolean,
    signal: AbortSignal | undefined,
  ): Promise<[boolean, string | undefined]> {
    const candidates = this.#tooLong(password) ? [] : spellings(password)
    if (candidates.length === 0 || isUnusable(stored)) return [false, undefined]
    const { inner, apply } = this.#peppers.open(stored)
    const reader = this.#readerOf(inner)
    return this.#queue.run(async () => {
      for (const [index, candidate] of candidates.entries()) {
        if (!(await reader.verify(apply(candidate), inner))) continue
        // A match under the second spelling is of a system that does not normalise: the new hash will.
        const updated = update && (index > 0 || this.needsRehash(stored)) ? await this.#renew(password) : undefined
        return [true, updated] as [boolean, string | undefined]
      }
      return [false, undefined] as [boolean, string | undefined]
    }, signal)
  }

  // The old hash did match: that the new hasher would not take such a password is no reason to refuse the login.
  async #renew(password: string): Promise<string | undefined> {
    try {
      return await this.#make(stabilized(password))
    } catch (error) {
      if (error instanceof PasswordRefusedError || error instanceof PasswordTooLongError) return undefined
      throw error
    }
  }

  async #make(stable: string): Promise<string> {
    const { apply, mark } = this.#peppers.newest
    return mark + (await this.#hasher.hash(apply(stable)))
  }

  #readerOf(inner: string): HashReader {
    const reader = this.#readers.find((candidate) => candidate.identify(inner))
    if (!reader) throw new UnknownHashError()
    return reader
  }

  #tooLong(password: string): boolean {
    if (typeof password !== 'string') throw new TypeError('the password must be a string')
    return password.length > this.#maxLength
  }

  #anyHash(): Promise<string> {
    if (this.#decoy === undefined) {
      this.#decoy = this.#queue.run(() => this.#make(randomBytes(16).toString('hex')))
      this.#decoy.catch(() => {
        this.#decoy = undefined
      })
    }
    return this.#decoy
  }
}
