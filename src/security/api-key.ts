import type { Incoming } from '../incoming.ts'
import { CredentialScheme } from './credential-scheme.ts'
import { assertToken, checkOptions } from './options.ts'
import { SCHEME_OPTIONS, type SecuritySchemeOptions } from './scheme.ts'

/** Options of {@link APIKeyQuery}, {@link APIKeyHeader} and {@link APIKeyCookie}. */
export interface APIKeyOptions<Scope extends string = never, AutoError extends boolean = true>
  extends SecuritySchemeOptions<Scope, AutoError> {
  /** The name of the query parameter, the header or the cookie. A header's name ignores case, the others do not. */
  readonly name: string
}

const OPTIONS = ['name', ...SCHEME_OPTIONS]

/**
 * An API key in the query. It gives the key, unverified: compare its digest with the stored ones.
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
> extends CredentialScheme<string, Scope, AutoError> {
  readonly #parameter: string

  constructor(options: APIKeyOptions<Scope, AutoError>) {
    const { name, ...rest } = checkOptions(options, OPTIONS, 'APIKeyQuery')
    assertParameterName(name, 'APIKeyQuery: name')
    super(rest, { type: 'apiKey', in: 'query', name })
    this.#parameter = name
    if (new.target === APIKeyQuery) Object.freeze(this)
  }

  override readCredentials(incoming: Incoming): string | undefined {
    return incoming.query(this.#parameter) || undefined
  }
}

/**
 * An API key in a header. It gives the key, unverified: compare its digest with the stored ones.
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
> extends CredentialScheme<string, Scope, AutoError> {
  readonly #header: string

  constructor(options: APIKeyOptions<Scope, AutoError>) {
    const { name, ...rest } = checkOptions(options, OPTIONS, 'APIKeyHeader')
    assertToken(name, 'APIKeyHeader: name')
    super(rest, { type: 'apiKey', in: 'header', name })
    this.#header = name.toLowerCase()
    if (new.target === APIKeyHeader) Object.freeze(this)
  }

  override readCredentials(incoming: Incoming): string | undefined {
    return incoming.header(this.#header) || undefined
  }
}

/**
 * An API key in a cookie. It gives the key, unverified: compare its digest with the stored ones.
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
> extends CredentialScheme<string, Scope, AutoError> {
  readonly #cookie: string

  constructor(options: APIKeyOptions<Scope, AutoError>) {
    const { name, ...rest } = checkOptions(options, OPTIONS, 'APIKeyCookie')
    assertToken(name, 'APIKeyCookie: name')
    assertParameterName(name, 'APIKeyCookie: name')
    super(rest, { type: 'apiKey', in: 'cookie', name })
    this.#cookie = name
    if (new.target === APIKeyCookie) Object.freeze(this)
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
