import type { Scheme } from '../declaration.ts'
import { HTTPException, markAbsent } from '../exceptions.ts'
import { type Incoming, WebIncoming } from '../incoming.ts'
import type { SecuritySchemeObject } from '../openapi/types.ts'
import { assertScope, bearerInsufficientScope, NO_SCOPES, type RequiredScopes } from '../scopes.ts'
import { challengeOf, isBearer } from './challenge.ts'
import { assertText, checkOptions } from './options.ts'

/** Options that every scheme has. */
export interface SecuritySchemeOptions<Scope extends string = never, AutoError extends boolean = true> {
  /**
   * The scheme's name in the document: letters, digits, `.`, `_` and `-`; default: the name of the class.
   *
   * A minifier changes the names of classes: name the scheme where the code is minified and the document must not change.
   */
  readonly schemeName?: string | undefined
  /** Text for the document, Markdown is allowed; default: none. */
  readonly description?: string | undefined
  /**
   * Whether absent credentials are answered with 401; true. With false the value is undefined where there are none, and the
   * document shows the scheme as optional. Broken credentials are answered with 401 either way.
   */
  readonly autoError?: AutoError | undefined
  /** The scopes that may be required, each with a description; none. */
  readonly scopes?: Readonly<Record<Scope, string>> | undefined
}

/** The names of {@link SecuritySchemeOptions}. */
export const SCHEME_OPTIONS: readonly string[] = ['schemeName', 'description', 'autoError', 'scopes']

/** What a scheme gives: without `autoError` undefined, too. */
export type SchemeValue<T, AutoError extends boolean> = AutoError extends true ? T : T | undefined

/** A scheme as a function of a web `Request`. */
type SchemeCall<T> = (request: Request) => Promise<T>

/**
 * Gives back a function that has the class as its prototype, so that `instanceof`, overriding and calling all work, and the
 * fields of subclasses land on the function. Not `extends Function`: that calls `new Function()`, which workerd refuses.
 */
const Callable: new <T>() => SchemeCall<T> = class Callable {
  constructor() {
    const scheme = async (request: Request): Promise<unknown> =>
      (scheme as unknown as SecurityScheme<unknown>).authenticate(new WebIncoming(request), NO_SCOPES)
    // biome-ignore lint/correctness/noConstructorReturn: the function is the instance
    return Object.setPrototypeOf(scheme, new.target.prototype)
  }

  static {
    Object.setPrototypeOf(Callable.prototype, Function.prototype) // keeps call, apply and bind
  }
} as never

/**
 * A security scheme: reads credentials from a request, and says how the document shows it.
 *
 * An instance is a dependency (`params: { token: scheme }`), and it is a function: `await scheme(request)` gives the value or
 * throws. To write a scheme of one's own, extend this class with `model` and `authenticate`; to read or answer differently,
 * extend one of the schemes and override `readCredentials`, `makeNotAuthenticatedError`, `makeAuthenticateHeaders`,
 * `makeInsufficientScopeError` or `model`.
 *
 * @typeParam T what it gives; with undefined in it where `autoError` may be false.
 * @typeParam Scope the scopes that may be required; `string` for a scheme whose `scopes` is undefined.
 * @throws TypeError for an unknown or unfit option; it names the option.
 * @example
 * ```ts
 * import { App, HTTPException } from 'sallyport'
 * import type { Incoming, SecuritySchemeObject } from 'sallyport'
 * import { HTTPBearer, SecurityScheme } from 'sallyport/security'
 *
 * // A scheme of one's own.
 * class DeviceKey extends SecurityScheme<{ device: string }> {
 *   readonly model: SecuritySchemeObject = { type: 'apiKey', in: 'header', name: 'x-device' }
 *
 *   override authenticate(incoming: Incoming): { device: string } {
 *     const device = incoming.header('x-device')
 *     if (!device) return this.absent()
 *     if (!/^\d{8}$/.test(device)) throw this.makeNotAuthenticatedError()
 *     return { device }
 *   }
 * }
 *
 * // Another answer: 403 without a challenge, as FastAPI had it before 0.122.
 * class HTTPBearer403 extends HTTPBearer {
 *   override makeNotAuthenticatedError(): HTTPException {
 *     return new HTTPException(403, 'Not authenticated')
 *   }
 * }
 *
 * const app = new App()
 * app.get('/device', { params: { caller: new DeviceKey() } }, ({ caller }) => caller)
 * app.get('/me', { params: { token: new HTTPBearer403() } }, ({ token }) => token.scheme)
 * ```
 * @see https://spec.openapis.org/oas/v3.1.1.html#security-scheme-object
 */
export abstract class SecurityScheme<T, Scope extends string = never> extends Callable<T> implements Scheme<T, Scope> {
  declare readonly '~value'?: T
  declare readonly '~scope'?: Scope
  readonly #name: string
  readonly #description: string | undefined
  readonly #autoError: boolean
  readonly #scopes: Readonly<Record<string, string>>
  #authenticateHeaders: Readonly<Record<string, string>> | undefined

  constructor(options: SecuritySchemeOptions<Scope, boolean> = {}) {
    super()
    const className = new.target.name
    checkOptions(options, SCHEME_OPTIONS, className)
    const { schemeName = className, description, autoError = true, scopes = {} } = options
    if (typeof schemeName !== 'string' || !/^[a-zA-Z0-9._-]+$/.test(schemeName)) {
      throw new TypeError(
        `${className || 'a scheme of an anonymous class'}: schemeName is letters, digits, '.', '_' and '-'. It is the scheme's name in the document; without the option it is the name of the class.`,
      )
    }
    if (description !== undefined) assertText(description, `${className}: description`)
    if (typeof autoError !== 'boolean') throw new TypeError(`${className}: autoError is true or false.`)
    this.#name = schemeName
    this.#description = description
    this.#autoError = autoError
    this.#scopes = declaredScopes(scopes, `${className}: scopes`)
    Object.defineProperty(this, 'name', { value: schemeName }) // the function's own, which debuggers show
  }

  get '~declares'(): 'scheme' {
    return 'scheme'
  }

  /** The scheme's name in the document. */
  get schemeName(): string {
    return this.#name
  }

  /** Text for the document. */
  get description(): string | undefined {
    return this.#description
  }

  /** Whether absent credentials are answered with 401. */
  get autoError(): boolean {
    return this.#autoError
  }

  /** The scopes that may be required, each with its description; undefined: any scope. */
  get scopes(): Readonly<Record<string, string>> | undefined {
    return this.#scopes
  }

  /** Whether {@link authenticate} checks the required scopes itself; false, unless a subclass does and says so. */
  get verifiesScopes(): boolean {
    return false
  }

  /** The Security Scheme Object, as the document shows it. */
  abstract readonly model: SecuritySchemeObject

  /**
   * Reads the credentials, and with them gives the value: at once, or as a promise.
   *
   * @param incoming the request.
   * @param scopes what is required of this scheme here.
   * @throws HTTPException what {@link makeNotAuthenticatedError} makes: 401 with the scheme's challenge.
   */
  abstract authenticate(incoming: Incoming, scopes: RequiredScopes): T | Promise<T>

  /** The answer to absent or broken credentials: 401 `Not authenticated` with {@link makeAuthenticateHeaders}. */
  makeNotAuthenticatedError(): HTTPException {
    return new HTTPException(401, 'Not authenticated', { headers: this.makeAuthenticateHeaders() })
  }

  /**
   * The headers of the 401: the challenge that tells a client how to authenticate.
   *
   * @see https://www.rfc-editor.org/rfc/rfc9110.html#section-11.6.1
   */
  makeAuthenticateHeaders(): Readonly<Record<string, string>> {
    this.#authenticateHeaders ??= Object.freeze({ 'www-authenticate': challengeOf(this.model) })
    return this.#authenticateHeaders
  }

  /**
   * The answer to credentials that lack a scope: 403 `Not enough permissions`; a bearer scheme adds the challenge
   * `insufficient_scope` that names what is required.
   *
   * @param required all scopes that are required there, the outermost first.
   * @see https://www.rfc-editor.org/rfc/rfc6750.html#section-3.1
   */
  makeInsufficientScopeError(required: readonly string[]): HTTPException {
    if (isBearer(this.model)) return bearerInsufficientScope(required)
    return new HTTPException(403, 'Not enough permissions')
  }

  /**
   * Ends reading where there are no credentials: throws the 401, or gives undefined where `autoError` is false.
   *
   * Not for broken credentials, which are never the same as none: throw {@link makeNotAuthenticatedError} for those.
   */
  protected absent(): T {
    if (this.autoError) throw markAbsent(this.makeNotAuthenticatedError())
    return undefined as T
  }
}

/** A map of scopes without a prototype: nobody finds the scope `constructor` in it. */
export function declaredScopes(scopes: unknown, where: string): Readonly<Record<string, string>> {
  if (typeof scopes !== 'object' || scopes === null || Array.isArray(scopes)) {
    throw new TypeError(`${where} is a record of scopes and their descriptions, for example { items: 'Read items.' }.`)
  }
  const declared: Record<string, string> = Object.create(null)
  for (const [scope, description] of Object.entries(scopes)) {
    assertScope(scope, where)
    if (typeof description !== 'string') throw new TypeError(`${where}: the description of ${scope} is a text.`)
    declared[scope] = description
  }
  return Object.freeze(declared)
}
