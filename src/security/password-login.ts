import type { Dependency } from '../declaration.ts'
import { CurrentIncoming, CurrentResponse, dependency } from '../depends.ts'
import { HTTPException } from '../exceptions.ts'
import { assertThrottle, type LoginAttempts } from './login-attempts.ts'
import { checkOptions } from './options.ts'
import { OAuth2PasswordRequestForm } from './password-form.ts'

/** A user; undefined or null where there is none. */
type Found<User> = User | null | undefined

/** Options of {@link passwordLogin}. */
export interface PasswordLoginOptions<User> {
  /** Gives the user of a name and password, or undefined or null: `passwordHash.authenticate` of `sallyport/password`, which does equal work. */
  readonly authenticate: (username: string, password: string) => Found<User> | Promise<Found<User>>
  /** Slows guessing down, by name and by the client's address: `new LoginThrottle()` of `sallyport/password`. */
  readonly throttle: LoginAttempts
  /**
   * Makes the answer to a wrong name or password; 400 `Incorrect username or password`, beside which `error` is `invalid_grant` and
   * `error_description` the same sentence. It never tells which of the two is wrong.
   */
  readonly makeError?: () => Error
}

const OPTIONS = ['authenticate', 'throttle', 'makeError']

/**
 * The login of a token endpoint as a dependency: reads the password form, slows guessing down, and gives the user.
 *
 * The answer is not to be kept by anybody (`Cache-Control: no-store`, RFC 6749 §5.1). Behind a proxy the address is the proxy's, unless
 * the server was told which proxies to trust.
 *
 * @throws TypeError for a missing or unfit option. A wrong name or password is answered with 400 and `invalid_grant`; who guessed too
 * often, with 429 and Retry-After; a form that does not fit with 422.
 * @example
 * ```ts
 * import { App } from 'sallyport'
 * import { LoginThrottle, PasswordHash } from 'sallyport/password'
 * import { passwordLogin } from 'sallyport/security'
 *
 * const passwords = PasswordHash.recommended()
 * const users = new Map([['johndoe', { name: 'johndoe', hashedPassword: await passwords.hash('secret') }]])
 * const login = passwordLogin({
 *   authenticate: (name, password) => passwords.authenticate((wanted) => users.get(wanted), name, password),
 *   throttle: new LoginThrottle(),
 * })
 * new App().post('/token', { params: { user: login } }, ({ user }) => ({ access_token: user.name, token_type: 'bearer' }))
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc6749.html#section-4.3.2
 * @see https://www.rfc-editor.org/rfc/rfc6749.html#section-5.2
 */
export function passwordLogin<User>(options: PasswordLoginOptions<User>): Dependency<User> {
  const { authenticate, throttle, makeError = incorrect } = checkOptions(options, OPTIONS, 'passwordLogin()')
  if (typeof authenticate !== 'function') {
    throw new TypeError('passwordLogin(): authenticate is a function of name and password that gives the user.')
  }
  if (throttle === undefined) {
    throw new TypeError('passwordLogin(): throttle is required: new LoginThrottle() of sallyport/password.')
  }
  assertThrottle(throttle, 'passwordLogin(): throttle')
  if (typeof makeError !== 'function')
    throw new TypeError('passwordLogin(): makeError is a function that gives an error.')
  return dependency(
    { form: OAuth2PasswordRequestForm, incoming: CurrentIncoming, response: CurrentResponse },
    async ({ form: { username, password }, incoming, response }): Promise<User> => {
      const login = async (): Promise<User | undefined> => (await authenticate(username, password)) ?? undefined
      const user = await throttle.attempt(username, incoming.clientAddress, login)
      if (user === undefined) throw makeError()
      response.headers.set('cache-control', 'no-store')
      return user
    },
  )
}

function incorrect(): HTTPException {
  const detail = 'Incorrect username or password'
  return new HTTPException(400, detail, {
    members: { error: 'invalid_grant', error_description: detail },
    headers: { 'cache-control': 'no-store' },
  })
}
