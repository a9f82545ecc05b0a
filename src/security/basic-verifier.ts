import type { Incoming } from '../incoming.ts'
import { type Duration, toSeconds } from '../jwt/duration.ts'
import type { HTTPBasicCredentials } from './credentials.ts'
import { assertThrottle, type LoginAttempts } from './login-attempts.ts'
import { checkOptions } from './options.ts'
import { ProvenPasswords } from './proven-passwords.ts'

/** What a scheme must know of a user; the user's own type is given back. `StoredUser` of `sallyport/password` is the same. */
export interface BasicUser {
  /** The stored string; null, empty, or starting with `!` or `*`: no password lets this user in. */
  readonly hashedPassword: string | null | undefined
  /** True: refused as a wrong password is. */
  readonly disabled?: boolean | null | undefined
}

/** The same, and yet another type: the compiler infers nothing for `User` in `User & BasicUser` from a look-up of `BasicUser`. */
export interface SomeBasicUser extends BasicUser {
  readonly '~basic'?: never
}

/** Finds the user of a name, now or later. */
export type BasicLookup<User> = (name: string) => User | null | undefined | Promise<User | null | undefined>

/** What is handed on to {@link PasswordCheck}; see `AuthenticateOptions` of `sallyport/password`. */
export interface PasswordCheckOptions<User> {
  /** Stores a renewed hash after a successful login; default: hashes are not renewed. */
  readonly update?: ((user: User, hashedPassword: string) => unknown) | undefined
  /** Says which users may not log in; by default those with `disabled: true`. */
  readonly disabled?: ((user: User) => boolean) | undefined
  /** A stored string of the kind that most users have, verified for unknown users; by default a new one. */
  readonly decoy?: string | undefined
  /** Told of users whose stored string is of no use; they cannot log in. */
  readonly onBrokenHash?: ((user: User, error: Error) => void) | undefined
}

/** What checks passwords, with the same work for every name: a `PasswordHash` of `sallyport/password`. */
export interface PasswordCheck {
  /** Gives the user of a name and a password, or undefined. */
  authenticate<User extends BasicUser>(
    lookup: BasicLookup<User>,
    name: string,
    password: string,
    options?: PasswordCheckOptions<User>,
  ): Promise<User | undefined>
}

/** How {@link HTTPBasic} verifies. */
export interface BasicVerification<User extends BasicUser = BasicUser> extends PasswordCheckOptions<User> {
  /** Finds the user of a name. What it gives is the principal; its `scopes` are checked where some are required. */
  readonly lookup: BasicLookup<User>
  /** Checks the password, for instance `PasswordHash.recommended()` of `sallyport/password`. */
  readonly passwordHash: PasswordCheck
  /** Slows down guessing: a `LoginThrottle` of `sallyport/password`; default: nothing does. */
  readonly throttle?: LoginAttempts | undefined
  /**
   * For how long a right password is not hashed again, in seconds or as `'1m'`, up to an hour; default: it is hashed at each request.
   *
   * Basic sends the password with each request, and a good hash costs some 50 ms of a core. What is kept is a digest with a key
   * of this process. The user is looked up each time: one who is disabled, or whose stored hash has changed, is refused at once.
   */
  readonly remember?: Duration | undefined
  /** How many passwords are remembered at most; 10,000. */
  readonly rememberMax?: number | undefined
  /** Tells the time in milliseconds since 1970, for `remember`; `Date.now`. */
  readonly clock?: (() => number) | undefined
}

const OPTIONS = [
  'lookup',
  'passwordHash',
  'throttle',
  'remember',
  'rememberMax',
  'clock',
  'update',
  'disabled',
  'decoy',
  'onBrokenHash',
]

const HOUR = 3600

/** Checks names and passwords against users. */
export class BasicVerifier<User extends BasicUser> {
  readonly #lookup: BasicLookup<User>
  readonly #passwordHash: PasswordCheck
  readonly #throttle: LoginAttempts | undefined
  readonly #proven: ProvenPasswords | undefined
  readonly #options: PasswordCheckOptions<User>
  readonly #verified = new WeakMap<Incoming, Promise<User | undefined>>()
  /** Whether a password is right, by its digest and where it comes from, while it is found out. */
  readonly #running = new Map<string, Promise<boolean>>()

  /** @throws TypeError for an unfit option, which it names. */
  constructor(verify: BasicVerification<User>) {
    const where = 'HTTPBasic: verify'
    const given = checkOptions(verify, OPTIONS, where)
    const {
      lookup,
      passwordHash,
      throttle,
      remember,
      rememberMax = 10_000,
      clock = () => Date.now(),
      ...options
    } = given
    for (const [name, value] of Object.entries({ lookup, clock })) {
      if (typeof value !== 'function') throw new TypeError(`${where}.${name} is a function.`)
    }
    if (options.disabled !== undefined && typeof options.disabled !== 'function') {
      throw new TypeError(`${where}.disabled is a function that says whether a user may not log in.`)
    }
    if (typeof (passwordHash as Partial<PasswordCheck> | undefined)?.authenticate !== 'function') {
      throw new TypeError(
        `${where}.passwordHash has a method authenticate(lookup, name, password), as PasswordHash.recommended() of sallyport/password has.`,
      )
    }
    assertThrottle(throttle, `${where}.throttle`)
    if (!Number.isSafeInteger(rememberMax) || rememberMax < 1) {
      throw new TypeError(`${where}.rememberMax is a whole number from 1.`)
    }
    this.#lookup = lookup
    this.#passwordHash = passwordHash
    this.#throttle = throttle
    this.#options = options
    this.#proven =
      remember === undefined ? undefined : new ProvenPasswords(lifetimeOf(remember, where), rememberMax, clock)
  }

  /**
   * Gives the user; undefined for a name or a password that is refused. Once for a request: an operation may name the scheme under
   * several sets of scopes, and a hash is dear.
   *
   * What `passwordHash` and `throttle` throw goes out: 429 where the client has to wait, 503 where too many passwords are hashed.
   */
  verify(credentials: HTTPBasicCredentials, incoming: Incoming): Promise<User | undefined> {
    const verified = this.#verified.get(incoming) ?? this.#verify(credentials, incoming)
    this.#verified.set(incoming, verified)
    return verified
  }

  async #verify({ username, password }: HTTPBasicCredentials, { clientAddress }: Incoming): Promise<User | undefined> {
    const check = (lookup: BasicLookup<User>): Promise<User | undefined> => {
      const login = (): Promise<User | undefined> =>
        this.#passwordHash.authenticate(lookup, username, password, this.#options)
      return this.#throttle ? this.#throttle.attempt(username, clientAddress, login) : login()
    }
    const proven = this.#proven
    if (proven === undefined) return check(this.#lookup)
    const found = (await this.#lookup(username)) ?? undefined
    // The digest is made for unknown users as well, and is then of nobody.
    const made = proven.digest(username, password, found?.hashedPassword ?? '')
    const digest = typeof made === 'string' ? made : await made
    if (found !== undefined && this.#isOpen(found) && proven.has(digest)) return found
    const right = await this.#once(`${digest}${clientAddress ?? ''}`, async () => {
      if ((await check(() => found)) === undefined) return false
      proven.add(digest)
      return true
    })
    return right && found !== undefined && this.#isOpen(found) ? found : undefined
  }

  /**
   * Requests that come at once with the same password wait for one hash, and are one attempt: a throttle counts what is under way as
   * failed, and a browser asks for all that a page needs together.
   */
  #once(key: string, find: () => Promise<boolean>): Promise<boolean> {
    const running = this.#running.get(key) ?? find().finally(() => this.#running.delete(key))
    this.#running.set(key, running)
    return running
  }

  #isOpen(user: User): boolean {
    const { disabled } = this.#options
    const isDisabled = disabled === undefined ? user.disabled === true : disabled(user)
    return !isDisabled && (user.hashedPassword ?? '') !== ''
  }
}

function lifetimeOf(remember: Duration, where: string): number {
  const seconds = toSeconds(`${where}.remember`, remember, 1)
  if (seconds > HOUR) throw new TypeError(`${where}.remember is an hour at most.`)
  return seconds * 1000
}
