/**
 * How a scheme verifies. A scheme of this package reads credentials (`readCredentials`); with a verifier it gives a principal.
 *
 * 1. It takes an option of its own (`verify`, a store, a look-up), and makes a function `(credentials, incoming) => principal` of it,
 *    at once or as a promise: the third argument of `super()`. Its fourth type parameter is the principal's type.
 * 2. The function gives undefined for refused credentials, or throws an error with `challengeError: 'invalid_token'`; either is
 *    answered by `makeInvalidCredentialsError`. An HTTPException goes out as it is; an error with `~answer` says what it is.
 * 3. Scopes are checked here, against the principal's `scopes`, and `verifiesScopes` is true. Nothing is awaited that is no promise.
 * 4. A scheme with another challenge for refused credentials than for absent ones overrides `makeInvalidCredentialsError`.
 *
 * http-base.ts is the shortest example, bearer-scheme.ts the one for tokens.
 */

import { Denial, unlessDenied } from '../denial.ts'
import { type HTTPException, markAbsent } from '../exceptions.ts'
import type { Incoming } from '../incoming.ts'
import { isAwaitable } from '../jwt/awaitable.ts'
import { RefusedToken } from '../jwt/refused-token.ts'
import type { SecuritySchemeObject } from '../openapi/types.ts'
import type { RequiredScopes } from '../scopes.ts'
import { refusalIn } from './errors.ts'
import { isOwnScheme } from './freeze-scheme.ts'
import { readScopes } from './principal.ts'
import { type SchemeValue, SecurityScheme, type SecuritySchemeOptions } from './scheme.ts'
import type { Checked, CheckFunction } from './verifier.ts'

/** Why credentials are answered with 401. */
export interface InvalidCredentials {
  /** The reason in words for the client's developer: printable ASCII without quotes and backslashes; default: none. */
  readonly description?: string | undefined
  /** What was thrown, for the log; default: nothing. */
  readonly cause?: unknown
}

type Given<Value, AutoError extends boolean> =
  | SchemeValue<Value, AutoError>
  | Denial
  | Promise<SchemeValue<Value, AutoError> | Denial>

/**
 * A scheme that reads credentials from one place and gives them as they are, or the principal that a verifier makes of them:
 * what all schemes of this package are.
 *
 * @typeParam Credentials what is read.
 * @typeParam Scope the scopes that may be required.
 * @typeParam AutoError whether absent credentials are answered with 401.
 * @typeParam Value what it gives: the credentials, or with a verifier the principal.
 */
export abstract class CredentialScheme<
  Credentials,
  Scope extends string = never,
  AutoError extends boolean = true,
  Value = Credentials,
> extends SecurityScheme<SchemeValue<Value, AutoError>, Scope> {
  readonly #model: SecuritySchemeObject
  readonly #verify: CheckFunction<Credentials, Value> | undefined
  #refusesAlike: boolean | undefined
  #denialOfAbsent: Denial | undefined
  /** Those that last, by what they are for. */
  readonly #denials = new WeakMap<object, Denial>()

  /**
   * @param options what every scheme has.
   * @param model the Security Scheme Object, less its description; made once, and frozen.
   * @param verify makes the principal; without it the scheme gives the credentials, unverified.
   */
  constructor(
    options: SecuritySchemeOptions<Scope, AutoError>,
    model: SecuritySchemeObject,
    verify?: CheckFunction<Credentials, Value> | undefined,
  ) {
    super(options)
    this.#model = deepFreeze(this.description === undefined ? model : { ...model, description: this.description })
    this.#verify = verify
  }

  override get model(): SecuritySchemeObject {
    return this.#model
  }

  /** Whether it verifies: it then checks the required scopes itself, against the `scopes` of the principal. */
  override get verifiesScopes(): boolean {
    return this.#verify !== undefined
  }

  /**
   * Reads the credentials; undefined when there are none.
   *
   * Override it to read them from somewhere else, too.
   *
   * @throws HTTPException what `makeInvalidCredentialsError` makes, for credentials that are there and broken.
   */
  abstract readCredentials(incoming: Incoming): Credentials | undefined

  override authenticate(
    incoming: Incoming,
    scopes: RequiredScopes,
  ): SchemeValue<Value, AutoError> | Promise<SchemeValue<Value, AutoError>> {
    const given = this.#attempt(incoming, scopes)
    return isAwaitable(given) ? given.then(unlessDenied) : unlessDenied(given)
  }

  /** As {@link authenticate}; what is refused in a way of which nothing is to be said but that is given, and not thrown. */
  '~attempt'(incoming: Incoming, scopes: RequiredScopes): Given<Value, AutoError> {
    // A subclass may do more before it asks us.
    return this.authenticate === CredentialScheme.prototype.authenticate
      ? this.#attempt(incoming, scopes)
      : this.authenticate(incoming, scopes)
  }

  #attempt(incoming: Incoming, scopes: RequiredScopes): Given<Value, AutoError> {
    const credentials = this.readCredentials(incoming)
    if (credentials === undefined) return this.#absent()
    const verify = this.#verify
    if (verify === undefined) return credentials as SchemeValue<Value, AutoError>
    let value: ReturnType<typeof verify>
    try {
      value = verify(credentials, incoming)
    } catch (error) {
      throw this.#refusal(error)
    }
    if (!isAwaitable(value)) return this.#granted(value as Checked<Value>, scopes)
    return Promise.resolve(value).then(
      (settled) => this.#granted(settled, scopes),
      (error: unknown) => {
        throw this.#refusal(error)
      },
    )
  }

  /**
   * The answer to credentials that are broken, or that the verifier refused; as {@link makeNotAuthenticatedError}, unless the
   * scheme has more to say.
   */
  makeInvalidCredentialsError(_refused: InvalidCredentials = {}): HTTPException {
    return this.makeNotAuthenticatedError()
  }

  /** Whether the class itself refuses with the same answer each time, so that it can be made once: not with a nonce in its challenge. */
  protected get refusesAlike(): boolean {
    return false
  }

  /** A subclass of the app's own may say something else each time. */
  get #lasting(): boolean {
    this.#refusesAlike ??= this.refusesAlike && isOwnScheme(this)
    return this.#refusesAlike
  }

  #absent(): Denial | SchemeValue<Value, AutoError> {
    if (!this.#lasting || !this.autoError) return this.absent()
    this.#denialOfAbsent ??= new Denial(() => markAbsent(this.makeNotAuthenticatedError()), true)
    return this.#denialOfAbsent
  }

  #refused(reason: RefusedToken | undefined): Denial {
    const known = this.#denials.get(reason ?? this)
    if (known !== undefined) return known
    const denial = new Denial(() => {
      const cause = reason?.makeError()
      return this.makeInvalidCredentialsError(cause && { description: refusalIn(cause), cause })
    }, this.#lasting)
    if (denial.lasting) this.#denials.set(reason ?? this, denial)
    return denial
  }

  #lacking(scopes: RequiredScopes): Denial {
    const known = this.#denials.get(scopes)
    if (known !== undefined) return known
    const denial = new Denial(() => this.makeInsufficientScopeError(scopes.scopes), this.#lasting)
    if (denial.lasting) this.#denials.set(scopes, denial)
    return denial
  }

  #granted(value: Checked<Value>, scopes: RequiredScopes): Denial | SchemeValue<Value, AutoError> {
    if (value === undefined || value === null || value === false) return this.#refused(undefined)
    if (value instanceof RefusedToken) return this.#refused(value)
    if (scopes.scopes.length > 0) {
      // Read as a list before it is searched: in a text, `item` would be found in `items`.
      const granted = readScopes((value as { readonly scopes?: unknown }).scopes) ?? []
      for (const scope of scopes.scopes) {
        if (!granted.includes(scope)) return this.#lacking(scopes)
      }
    }
    return value as SchemeValue<Value, AutoError>
  }

  /** What is to blame: the credentials, or something that has an answer of its own. */
  #refusal(error: unknown): unknown {
    const description = refusalIn(error)
    return description === undefined ? error : this.makeInvalidCredentialsError({ description, cause: error })
  }
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) deepFreeze(part)
  return Object.freeze(value)
}
