import { HTTPException } from '../exceptions.ts'
import type { Incoming } from '../incoming.ts'
import type { SecuritySchemeObject } from '../openapi/types.ts'
import { CredentialScheme, type InvalidCredentials } from './credential-scheme.ts'
import { freezeScheme } from './freeze-scheme.ts'
import { type KeyVerified, type KeyVerifier, keyVerifier } from './key-verifier.ts'
import { assertToken, checkOptions } from './options.ts'
import { SCHEME_OPTIONS, type SecuritySchemeOptions } from './scheme.ts'
import type { Unverified } from './verifier.ts'

/** Options of {@link APIKeyQuery}, {@link APIKeyHeader} and {@link APIKeyCookie}. */
export interface APIKeyOptions<
  Scope extends string = never,
  AutoError extends boolean = true,
  Verify = Unverified<string>,
> extends SecuritySchemeOptions<Scope, AutoError> {
  /** The name of the query parameter, the header or the cookie. A header's name ignores case, the others do not. */
  readonly name: string
  /**
   * What checks the key: {@link APIKeys}, a verifier of tokens such as `JWT`, or a function that gives a principal of your own. The
   * scheme then gives the principal, and checks the required scopes itself. Default: the scheme gives the key, unverified.
   */
  readonly verify?: Verify
}

const OPTIONS = ['name', 'verify', ...SCHEME_OPTIONS]

/** What the three places of an API key have in common. */
abstract class APIKeyScheme<
  Scope extends string,
  AutoError extends boolean,
  Verify extends KeyVerifier,
> extends CredentialScheme<string, Scope, AutoError, KeyVerified<Verify>> {
  constructor(options: APIKeyOptions<Scope, AutoError, Verify>, model: SecuritySchemeObject, where: string) {
    const { name: _, verify: __, ...rest } = options
    super(rest, model, keyVerifier(options, where))
  }

  protected override get refusesAlike(): boolean {
    return true
  }

  /** The answer to a key that is refused: 401, with the same challenge as for none. Why is for the log: it is the error's cause. */
  override makeInvalidCredentialsError({ cause }: InvalidCredentials = {}): HTTPException {
    if (!this.verifiesScopes) return super.makeInvalidCredentialsError()
    return new HTTPException(401, 'Could not validate credentials', {
      headers: this.makeAuthenticateHeaders(),
      ...(cause === undefined ? {} : { cause }),
    })
  }
}

/**
 * An API key in the query. With `verify` it gives the principal; without, the key, unverified.
 *
 * A key in a URL lands in logs and in the browser's history; prefer {@link APIKeyHeader}. Of a repeated parameter the last one
 * counts; an empty value is none.
 *
 * @throws TypeError for a missing or unfit option. A request without the key is answered with 401 and the challenge `APIKey`.
 * @example
 * ```ts
 * import { App } from 'sallyport'
 * import { APIKeyQuery } from 'sallyport/security'
 *
 * const key = new APIKeyQuery({ name: 'api_key' })
 * new App().get('/feed', { params: { key } }, ({ key }) => ({ length: key.length }))
 * ```
 * @see https://spec.openapis.org/oas/v3.1.1.html#security-scheme-object
 */
export class APIKeyQuery<
  const Scope extends string = never,
  const AutoError extends boolean = true,
  Verify extends KeyVerifier = Unverified<string>,
> extends APIKeyScheme<Scope, AutoError, Verify> {
  readonly #parameter: string

  constructor(options: APIKeyOptions<Scope, AutoError, Verify>) {
    const { name } = checkOptions(options, OPTIONS, 'APIKeyQuery')
    assertParameterName(name, 'APIKeyQuery: name')
    super(options, { type: 'apiKey', in: 'query', name }, 'APIKeyQuery')
    this.#parameter = name
    if (new.target === APIKeyQuery) freezeScheme(this)
  }

  override readCredentials(incoming: Incoming): string | undefined {
    return incoming.query(this.#parameter) || undefined
  }
}

/**
 * An API key in a header. With `verify` it gives the principal; without, the key, unverified.
 *
 * An empty value is none.
 *
 * @throws TypeError for a missing or unfit option. A request without the key is answered with 401 and the challenge `APIKey`.
 * @example
 * ```ts
 * import { App } from 'sallyport'
 * import { APIKeyHeader } from 'sallyport/security'
 *
 * const key = new APIKeyHeader({ name: 'X-API-Key' })
 * new App().get('/feed', { params: { key } }, ({ key }) => ({ length: key.length }))
 * ```
 * @see https://spec.openapis.org/oas/v3.1.1.html#security-scheme-object
 */
export class APIKeyHeader<
  const Scope extends string = never,
  const AutoError extends boolean = true,
  Verify extends KeyVerifier = Unverified<string>,
> extends APIKeyScheme<Scope, AutoError, Verify> {
  readonly #header: string

  constructor(options: APIKeyOptions<Scope, AutoError, Verify>) {
    const { name } = checkOptions(options, OPTIONS, 'APIKeyHeader')
    assertToken(name, 'APIKeyHeader: name')
    super(options, { type: 'apiKey', in: 'header', name }, 'APIKeyHeader')
    this.#header = name.toLowerCase()
    if (new.target === APIKeyHeader) freezeScheme(this)
  }

  override readCredentials(incoming: Incoming): string | undefined {
    return incoming.header(this.#header) || undefined
  }
}

/**
 * An API key in a cookie. With `verify` it gives the principal; without, the key, unverified.
 *
 * A browser sends cookies with requests that other sites start: an operation that changes something needs a defence against
 * forged requests as well. Of a repeated cookie the last one counts; an empty value is none.
 *
 * @throws TypeError for a missing or unfit option. A request without the key is answered with 401 and the challenge `APIKey`.
 * @example
 * ```ts
 * import { App } from 'sallyport'
 * import { APIKeyCookie } from 'sallyport/security'
 *
 * const session = new APIKeyCookie({ name: 'session' })
 * new App().get('/feed', { params: { session } }, ({ session }) => ({ length: session.length }))
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc6265.html#section-4.1.1
 */
export class APIKeyCookie<
  const Scope extends string = never,
  const AutoError extends boolean = true,
  Verify extends KeyVerifier = Unverified<string>,
> extends APIKeyScheme<Scope, AutoError, Verify> {
  readonly #cookie: string

  constructor(options: APIKeyOptions<Scope, AutoError, Verify>) {
    const { name } = checkOptions(options, OPTIONS, 'APIKeyCookie')
    assertToken(name, 'APIKeyCookie: name')
    assertParameterName(name, 'APIKeyCookie: name')
    super(options, { type: 'apiKey', in: 'cookie', name }, 'APIKeyCookie')
    this.#cookie = name
    if (new.target === APIKeyCookie) freezeScheme(this)
  }

  override readCredentials(incoming: Incoming): string | undefined {
    return incoming.cookie(this.#cookie) || undefined
  }
}

function assertParameterName(name: unknown, where: string): asserts name is string {
  if (typeof name !== 'string' || !/^\P{Cc}+$/u.test(name)) {
    throw new TypeError(`${where} is required: a text without control characters.`)
  }
  // A request with this name is answered with 400 before any scheme sees it.
  if (name === '__proto__') throw new TypeError(`${where} cannot be __proto__.`)
}
