import {
  HashTooCostlyError,
  MalformedHashError,
  type PasswordHashError,
  UnknownHashError,
  UnknownPepperError,
} from './errors.ts'

/**
 * What `authenticate` must know of a user; the user's own type is given back.
 *
 * @example
 * ```ts
 * import type { StoredUser } from 'sallyport/password'
 *
 * interface User extends StoredUser {
 *   readonly id: number
 *   readonly email: string
 * }
 * ```
 */
export interface StoredUser {
  /** The stored string; `null`, empty, or starting with `!` or `*`: no password lets this user in. */
  readonly hashedPassword: string | null | undefined
  /** `true`: no password lets this user in. */
  readonly disabled?: boolean | null | undefined
}

/**
 * Finds the user of a name, now or later.
 *
 * @example
 * ```ts
 * import type { Lookup, StoredUser } from 'sallyport/password'
 *
 * const users = new Map<string, StoredUser>()
 * const lookup: Lookup<StoredUser> = (name) => users.get(name)
 * ```
 */
export type Lookup<User extends StoredUser> = (
  name: string,
) => User | null | undefined | Promise<User | null | undefined>

/**
 * The options of `authenticate`.
 *
 * @example
 * ```ts
 * import type { AuthenticateOptions, StoredUser } from 'sallyport/password'
 *
 * const options: AuthenticateOptions<StoredUser & { name: string }> = {
 *   disabled: () => false, // let them log in, and tell them afterwards
 *   onBrokenHash: (user, error) => console.error(user.name, error.code),
 * }
 * ```
 */
export interface AuthenticateOptions<User extends StoredUser> {
  /** Stores a renewed hash after a successful login; without it, hashes are not renewed. */
  readonly update?: ((user: User, hashedPassword: string) => unknown) | undefined
  /** Says which users may not log in; by default those with `disabled: true`. */
  readonly disabled?: ((user: User) => boolean) | undefined
  /** A stored string of the kind that most users have, verified for unknown users; by default a new one. */
  readonly decoy?: string | undefined
  /** Told of users whose stored string is of no use; they cannot log in, and the answer does not show why. */
  readonly onBrokenHash?: ((user: User, error: PasswordHashError) => void) | undefined
  /** Gives up the place in the queue when aborted. */
  readonly signal?: AbortSignal | undefined
}

/** crypt(5) and Django mark an account that no password opens with `!` or `*`. */
export function isUnusable(stored: string | null | undefined): stored is '' | null | undefined {
  return stored === null || stored === undefined || stored === '' || stored.startsWith('!') || stored.startsWith('*')
}

/** What disabled means unless the program says otherwise. */
export function isDisabled(user: StoredUser): boolean {
  return user.disabled === true
}

/** Whether an error is of one user's stored string, rather than of the whole program. */
export function isBrokenHash(error: unknown): error is PasswordHashError {
  return (
    error instanceof UnknownHashError ||
    error instanceof MalformedHashError ||
    error instanceof HashTooCostlyError ||
    error instanceof UnknownPepperError
  )
}
