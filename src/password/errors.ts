/**
 * The stable code of each error of this package: what a program should switch on, since messages may be reworded.
 *
 * @example
 * ```ts
 * import { PasswordHash, PasswordHashError, type PasswordHashErrorCode } from 'sallyport/password'
 *
 * const passwordHash = PasswordHash.recommended()
 * try {
 *   await passwordHash.verify('secret', '5ebe2294ecd0e0f08eab7690d2a6ee69')
 * } catch (error) {
 *   const code: PasswordHashErrorCode | undefined = error instanceof PasswordHashError ? error.code : undefined
 *   console.log(code) // ERR_PASSWORD_HASH_UNKNOWN
 * }
 * ```
 */
export type PasswordHashErrorCode =
  | 'ERR_PASSWORD_TOO_LONG'
  | 'ERR_PASSWORD_REFUSED'
  | 'ERR_PASSWORD_HASH_UNKNOWN'
  | 'ERR_PASSWORD_HASH_MALFORMED'
  | 'ERR_PASSWORD_HASH_TOO_COSTLY'
  | 'ERR_PASSWORD_PEPPER_UNKNOWN'
  | 'ERR_PASSWORD_HASHER_UNAVAILABLE'
  | 'ERR_PASSWORD_HASH_BUSY'
  | 'ERR_LOGIN_THROTTLED'

/**
 * The base class of every error of `sallyport/password`; no message ever holds a password, a hash or a key.
 *
 * @example
 * ```ts
 * import { PasswordHash, PasswordHashError } from 'sallyport/password'
 *
 * const passwordHash = PasswordHash.recommended()
 * const stored = await passwordHash.hash('secret')
 * try {
 *   console.log(await passwordHash.verify('secret', stored))
 * } catch (error) {
 *   if (error instanceof PasswordHashError) console.error(error.code)
 *   else throw error
 * }
 * ```
 */
export abstract class PasswordHashError extends Error {
  /** A stable name of the reason. */
  abstract readonly code: PasswordHashErrorCode
  /** The HTTP status that fits; undefined where the server is at fault. */
  readonly status?: number
  /** The headers that belong to the status. */
  readonly headers?: Readonly<Record<string, string>>

  /** What the framework answers when nobody catches it. */
  get '~answer'(): { status: number; detail: unknown; headers: Readonly<Record<string, string>> } | undefined {
    const { status, headers = {}, message } = this
    if (status === undefined) return undefined
    const detail = status === 422 ? [{ type: 'password', loc: ['body', 'password'], msg: message }] : message
    return { status, detail, headers }
  }
}

/**
 * The password is longer than the limit, and was refused before any work was done; answered with 422.
 *
 * @example
 * ```ts
 * import { PasswordHash, PasswordTooLongError } from 'sallyport/password'
 *
 * const passwordHash = PasswordHash.recommended({ maxLength: 128 })
 * const tooLong = await passwordHash.hash('x'.repeat(129)).catch((error: unknown) => error)
 * console.log(tooLong instanceof PasswordTooLongError) // true
 * ```
 * @see https://pages.nist.gov/800-63-4/sp800-63b.html#passwordver — NIST SP 800-63B-4 §3.1.1.2
 */
export class PasswordTooLongError extends PasswordHashError {
  override readonly name: string = 'PasswordTooLongError'
  override readonly code = 'ERR_PASSWORD_TOO_LONG' as const
  /** The HTTP status that fits. */
  override readonly status = 422 as const
  /** The limit that was passed. */
  readonly limit: number

  /**
   * @param limit the limit that was passed
   * @param unit what the limit counts
   */
  constructor(limit: number, unit: 'characters' | 'bytes' = 'characters') {
    super(`the password is longer than ${limit} ${unit}`)
    this.limit = limit
  }
}

/**
 * The password cannot be hashed so that it can be verified for ever (empty, broken or unassigned Unicode); answered with 422.
 *
 * @example
 * ```ts
 * import { PasswordHash, PasswordRefusedError } from 'sallyport/password'
 *
 * const refused = await PasswordHash.recommended().hash('').catch((error: unknown) => error)
 * console.log(refused instanceof PasswordRefusedError && refused.message) // the password is empty
 * ```
 * @see https://www.unicode.org/reports/tr15/#Normalization_Process_for_Stabilized_Strings — UAX #15 §12.1
 */
export class PasswordRefusedError extends PasswordHashError {
  override readonly name: string = 'PasswordRefusedError'
  override readonly code = 'ERR_PASSWORD_REFUSED' as const
  /** The HTTP status that fits. */
  override readonly status = 422 as const
}

/**
 * No hasher of this `PasswordHash` knows the form of the stored string.
 *
 * @example
 * ```ts
 * import { PasswordHash, UnknownHashError } from 'sallyport/password'
 *
 * const unknown = await PasswordHash.recommended().verify('secret', 'not a hash').catch((error: unknown) => error)
 * console.log(unknown instanceof UnknownHashError) // true
 * ```
 */
export class UnknownHashError extends PasswordHashError {
  override readonly name: string = 'UnknownHashError'
  override readonly code = 'ERR_PASSWORD_HASH_UNKNOWN' as const

  constructor() {
    super(
      'no hasher identifies the stored hash; add the hasher or reader of its form to the list given to new PasswordHash()',
    )
  }
}

/**
 * A hasher knows the form of the stored string, but the string breaks the rules of that form.
 *
 * @example
 * ```ts
 * import { MalformedHashError, PasswordHash } from 'sallyport/password'
 *
 * const broken = await PasswordHash.recommended().verify('secret', '$argon2id$v=19$cut').catch((error: unknown) => error)
 * console.log(broken instanceof MalformedHashError) // true
 * ```
 */
export class MalformedHashError extends PasswordHashError {
  override readonly name: string = 'MalformedHashError'
  override readonly code = 'ERR_PASSWORD_HASH_MALFORMED' as const

  /**
   * @param form the name of the form, such as `argon2`
   * @param detail what is wrong with it, never a part of the stored string
   */
  constructor(form: string, detail = 'it does not follow the grammar of that form') {
    super(`the stored ${form} hash is malformed: ${detail}`)
  }
}

/**
 * The stored string asks for more memory or time than the limits allow; nothing was computed.
 *
 * @example
 * ```ts
 * import { HashTooCostlyError, PasswordHash } from 'sallyport/password'
 *
 * const stored = '$argon2id$v=19$m=4194304,t=3,p=1$c29tZXNhbHQ$RdescudvJCsgt3ub+b5dWRWJTmaaJObG'
 * const costly = await PasswordHash.recommended().verify('secret', stored).catch((error: unknown) => error)
 * console.log(costly instanceof HashTooCostlyError) // true
 * ```
 */
export class HashTooCostlyError extends PasswordHashError {
  override readonly name: string = 'HashTooCostlyError'
  override readonly code = 'ERR_PASSWORD_HASH_TOO_COSTLY' as const

  /**
   * @param form the name of the form, such as `argon2`
   * @param limit the name of the option that was passed, such as `argon2Memory`
   */
  constructor(form: string, limit: string) {
    super(
      `the stored ${form} hash costs more than limits.${limit} allows; raise that limit if such hashes are really yours`,
    )
  }
}

/**
 * The stored string was made with a pepper whose id is not among the configured ones.
 *
 * @example
 * ```ts
 * import { PasswordHash, UnknownPepperError } from 'sallyport/password'
 *
 * const stored = await PasswordHash.recommended({ pepper: [{ id: '2026', secret: new Uint8Array(32) }] }).hash('secret')
 * const unknown = await PasswordHash.recommended().verify('secret', stored).catch((error: unknown) => error)
 * console.log(unknown instanceof UnknownPepperError) // true
 * ```
 */
export class UnknownPepperError extends PasswordHashError {
  override readonly name: string = 'UnknownPepperError'
  override readonly code = 'ERR_PASSWORD_PEPPER_UNKNOWN' as const

  constructor() {
    super('the stored hash was made with a pepper that is not configured; add its id and secret to the pepper option')
  }
}

/**
 * The runtime has no engine for this hash and the package that brings one is not installed.
 *
 * @example
 * ```ts
 * import { BcryptHasher, HasherUnavailableError } from 'sallyport/password'
 *
 * const stored = await new BcryptHasher().hash('secret').catch((error: unknown) => error)
 * if (stored instanceof HasherUnavailableError) console.error(stored.message) // ... run: npm install @node-rs/bcrypt
 * ```
 */
export class HasherUnavailableError extends PasswordHashError {
  override readonly name: string = 'HasherUnavailableError'
  override readonly code = 'ERR_PASSWORD_HASHER_UNAVAILABLE' as const

  /**
   * @param what the hash that cannot be computed here
   * @param remedy what to do about it
   * @param options the cause, if loading failed
   */
  constructor(what: string, remedy: string, options?: ErrorOptions) {
    super(`${what} cannot be computed in this runtime; ${remedy}`, options)
  }
}

/**
 * As many hashes as allowed are running and waiting: answered at once with 503 and Retry-After.
 *
 * @example
 * ```ts
 * import { PasswordHash, PasswordHashBusyError } from 'sallyport/password'
 *
 * const passwordHash = PasswordHash.recommended({ concurrency: 1, queue: 0 })
 * const first = passwordHash.hash('secret')
 * const second = await passwordHash.hash('secret').catch((error: unknown) => error)
 * if (second instanceof PasswordHashBusyError) console.log(second.status, second.headers) // 503 { 'retry-after': '1' }
 * await first
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc9110.html#section-10.2.3 — RFC 9110 §10.2.3, Retry-After
 */
export class PasswordHashBusyError extends PasswordHashError {
  override readonly name: string = 'PasswordHashBusyError'
  override readonly code = 'ERR_PASSWORD_HASH_BUSY' as const
  /** The HTTP status that fits. */
  override readonly status = 503 as const
  /** In how many seconds to come again. */
  readonly retryAfter: number
  /** The header fields that the answer should carry. */
  override readonly headers: Readonly<Record<string, string>>

  /** @param retryAfter in how many whole seconds to come again */
  constructor(retryAfter = 1) {
    super('Too many passwords are being hashed at the moment')
    this.retryAfter = retryAfter
    this.headers = { 'retry-after': String(retryAfter) }
  }
}

/**
 * Too many logins of this user or from this address have failed of late; answered with 429 and Retry-After.
 *
 * @example
 * ```ts
 * import { LoginThrottle, LoginThrottledError } from 'sallyport/password'
 *
 * const throttle = new LoginThrottle()
 * for (let i = 0; i < 6; i++) await throttle.failed('alice', '192.0.2.1')
 * const error = await throttle.check('alice', '192.0.2.1').catch((reason: unknown) => reason)
 * if (error instanceof LoginThrottledError) console.log(error.status, error.headers) // 429 { 'retry-after': '2' }
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc6585.html#section-4 — RFC 6585 §4
 */
export class LoginThrottledError extends PasswordHashError {
  override readonly name: string = 'LoginThrottledError'
  override readonly code = 'ERR_LOGIN_THROTTLED' as const
  /** The HTTP status that fits. */
  override readonly status = 429 as const
  /** In how many seconds to come again. */
  readonly retryAfter: number
  /** The header fields that the answer should carry. */
  override readonly headers: Readonly<Record<string, string>>

  /** @param retryAfter in how many whole seconds to come again */
  constructor(retryAfter: number) {
    super('Too many failed logins; try again later')
    this.retryAfter = retryAfter
    this.headers = { 'retry-after': String(retryAfter) }
  }
}
