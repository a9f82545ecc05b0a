/** What apps say of their Swagger UI page, refused where it is said: the page itself is made at the first visit. */

/** A value that can be written as JSON. */
export type JSONValue =
  | string
  | number
  | boolean
  | null
  | readonly JSONValue[]
  | { readonly [name: string]: JSONValue | undefined }

/**
 * What the Authorize dialog starts with.
 *
 * Everything here is in the page's source: a `clientSecret` in it is no secret.
 *
 * @see https://swagger.io/docs/open-source-tools/swagger-ui/usage/oauth2/
 */
export interface InitOAuth {
  /** The client's id, filled in in the dialog. */
  readonly clientId?: string
  /** The client's secret, filled in in the dialog. For a development server only. */
  readonly clientSecret?: string
  /** A parameter of its own in the authorization and token URL. */
  readonly realm?: string
  /** The application's name, shown in the dialog. */
  readonly appName?: string
  /** What separates scopes in the authorization URL; a space by default. */
  readonly scopeSeparator?: string
  /** Scopes that are ticked from the start. */
  readonly scopes?: string | readonly string[]
  /** More parameters of the authorization and token URL. */
  readonly additionalQueryStringParams?: Readonly<Record<string, string>>
  /** Whether the client's id and secret go into the header in the code flow; false by default. */
  readonly useBasicAuthenticationWithAccessCodeGrant?: boolean
  /** Whether the code flow uses PKCE (RFC 7636); true by default, as RFC 9700 §2.1.1 asks. */
  readonly usePkceWithAuthorizationCodeGrant?: boolean
}

/** Parameters that the page sets itself, after all others: they would be ignored without a word. */
const ownParameters: ReadonlyMap<string, string> = new Map([
  ['url', 'use openapiUrl'],
  ['oauth2RedirectUrl', 'use oauth2RedirectUrl (swaggerUIOAuth2RedirectUrl of the app)'],
  ['presets', 'write a page of your own'],
  ['plugins', 'write a page of your own'],
])

/** @throws TypeError for what is no JSON value. */
export function assertInitOAuth(given: InitOAuth | null | undefined): void {
  assertJSON('swaggerUIInitOAuth', { ...given })
}

/** @throws TypeError for a parameter that is no JSON value, or that the page sets itself. */
export function assertParameters(given: Readonly<Record<string, JSONValue>> | null | undefined): void {
  for (const name of Object.keys(given ?? {})) {
    const instead = ownParameters.get(name)
    if (instead !== undefined) throw new TypeError(`swaggerUIParameters.${name}: the page sets it itself; ${instead}.`)
  }
  assertJSON('swaggerUIParameters', given ?? {})
}

/** Throws for what JSON.stringify would drop or change without a word: functions, dates, NaN, bigint, cycles. */
function assertJSON(path: string, value: unknown, above: readonly unknown[] = []): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) return
  const isPlain = Array.isArray(value) || isPlainObject(value)
  if (!isPlain || above.includes(value)) {
    throw new TypeError(`${path}: only JSON values can be given; for functions, write a page of your own.`)
  }
  for (const [name, member] of Object.entries(value)) {
    if (member !== undefined) assertJSON(`${path}.${name}`, member, [...above, value])
  }
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
