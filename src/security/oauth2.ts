import type { Incoming } from '../incoming.ts'
import { bearerToken, wholeAuthorization } from './authorization.ts'
import { BEARER_OPTIONS, type BearerOptions, BearerScheme } from './bearer-scheme.ts'
import { freezeScheme } from './freeze-scheme.ts'
import {
  checkFlow,
  flowOptions,
  flowsOf,
  type OAuth2CodeFlow,
  type OAuth2Flow,
  type OAuth2Flows,
  type OAuth2ImplicitFlow,
  type OAuth2TokenFlow,
  scopesOf,
} from './oauth2-flows.ts'
import { checkOptions } from './options.ts'
import type { SecuritySchemeOptions } from './scheme.ts'
import type { Unverified, Verifier } from './verifier.ts'

type SharedOptions<AutoError extends boolean, Verify> = Omit<SecuritySchemeOptions<never, AutoError>, 'scopes'> &
  BearerOptions<Verify>

/** Options of {@link OAuth2}. */
export interface OAuth2Options<Scope extends string = never, AutoError extends boolean = true, Verify = undefined>
  extends SharedOptions<AutoError, Verify> {
  /** How a client gets a token, and for which scopes; none. */
  readonly flows?: OAuth2Flows<Scope>
}

/** Options of {@link OAuth2PasswordBearer}. */
export interface OAuth2PasswordBearerOptions<
  Scope extends string = never,
  AutoError extends boolean = true,
  Verify = Unverified<string>,
> extends SharedOptions<AutoError, Verify>,
    OAuth2TokenFlow<Scope> {}

/** Options of {@link OAuth2AuthorizationCodeBearer}. */
export interface OAuth2AuthorizationCodeBearerOptions<
  Scope extends string = never,
  AutoError extends boolean = true,
  Verify = Unverified<string>,
> extends SharedOptions<AutoError, Verify>,
    OAuth2CodeFlow<Scope> {}

/** Options of {@link OAuth2ClientCredentials}. */
export interface OAuth2ClientCredentialsOptions<
  Scope extends string = never,
  AutoError extends boolean = true,
  Verify = Unverified<string>,
> extends SharedOptions<AutoError, Verify>,
    OAuth2TokenFlow<Scope> {}

/** Options of {@link OAuth2Implicit}. */
export interface OAuth2ImplicitOptions<
  Scope extends string = never,
  AutoError extends boolean = true,
  Verify = Unverified<string>,
> extends SharedOptions<AutoError, Verify>,
    OAuth2ImplicitFlow<Scope> {}

const SHARED = ['schemeName', 'description', 'autoError', ...BEARER_OPTIONS]

/**
 * OAuth 2 with any of its flows. With `verify` it takes a bearer token and gives the principal; without, it gives the whole value of
 * `Authorization`, unverified and whatever its auth-scheme is; the classes for one flow then give the token.
 *
 * @throws TypeError for an unfit option. A request without `Authorization` is answered with 401 and the challenge `Bearer`.
 * @example
 * ```ts
 * import { App } from 'sallyport'
 * import { OAuth2 } from 'sallyport/security'
 *
 * const oauth2 = new OAuth2({
 *   flows: {
 *     password: { tokenUrl: 'token', scopes: { items: 'Read items.' } },
 *     clientCredentials: { tokenUrl: 'token', scopes: { items: 'Read items.' } },
 *   },
 * })
 * new App().get('/', { params: { authorization: oauth2 } }, ({ authorization }) => ({ length: authorization.length }))
 * ```
 * @see https://spec.openapis.org/oas/v3.1.1.html#oauth-flows-object
 */
export class OAuth2<
  const Scope extends string = never,
  const AutoError extends boolean = true,
  Verify extends Verifier<string> = Unverified<string>,
> extends BearerScheme<string, Scope, AutoError, Verify> {
  constructor(options: OAuth2Options<Scope, AutoError, Verify> = {}) {
    const { flows = {}, ...rest } = checkOptions(options, ['flows', ...SHARED], 'OAuth2')
    const documented = flowsOf(flows)
    super({ ...rest, scopes: scopesOf<Scope>(documented) }, { type: 'oauth2', flows: documented })
    if (new.target === OAuth2) freezeScheme(this)
  }

  override readCredentials(incoming: Incoming): string | undefined {
    const header = incoming.header('authorization')
    return this.verifiesScopes ? bearerToken(header, this) : wholeAuthorization(header, this)
  }
}

/** OAuth 2 with one flow: it gives the token. */
abstract class OAuth2Bearer<
  Scope extends string,
  AutoError extends boolean,
  Verify extends Verifier<string>,
> extends OAuth2<Scope, AutoError, Verify> {
  constructor(name: keyof OAuth2Flows, options: SharedOptions<AutoError, Verify> & OAuth2Flow<Scope>, where: string) {
    const [flow, shared] = split(checkOptions(options, [...flowOptions(name), ...SHARED], where))
    checkFlow(name, flow, where)
    super({ ...shared, flows: { [name]: flow } })
  }

  override readCredentials(incoming: Incoming): string | undefined {
    return bearerToken(incoming.header('authorization'), this)
  }
}

/**
 * OAuth 2 with the password flow: the docs page asks for name and password, and posts them to `tokenUrl`. With `verify` it gives
 * the principal, and checks the required scopes; without, it gives the token, unverified.
 *
 * @throws TypeError for a missing or unfit option. A request without `Bearer`, with nothing after it, or with characters that
 * are no printable ASCII is answered with 401 and the challenge `Bearer`; with `verify`, a token that is
 * broken or refused with 401 `invalid_token`, and one that lacks a scope with 403 `insufficient_scope`.
 * @example
 * ```ts
 * import { App, Security } from 'sallyport'
 * import { JWT } from 'sallyport/jwt'
 * import { OAuth2PasswordBearer } from 'sallyport/security'
 *
 * const tokens = new JWT({ secret: process.env.SECRET ?? '', expiresIn: '30m' })
 * const oauth2Scheme = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: { items: 'Read items.' }, verify: tokens })
 * new App().get('/items', { params: { caller: Security(oauth2Scheme, ['items']) } }, ({ caller }) => caller.subject)
 *
 * // For a library, where declarations are written out: the third parameter is the type of what verifies.
 * export const exported: OAuth2PasswordBearer<'items', true, typeof tokens> = oauth2Scheme
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc6749.html#section-4.3
 */
export class OAuth2PasswordBearer<
  const Scope extends string = never,
  const AutoError extends boolean = true,
  Verify extends Verifier<string> = Unverified<string>,
> extends OAuth2Bearer<Scope, AutoError, Verify> {
  constructor(options: OAuth2PasswordBearerOptions<Scope, AutoError, Verify>) {
    super('password', options, 'OAuth2PasswordBearer')
    if (new.target === OAuth2PasswordBearer) freezeScheme(this)
  }
}

/**
 * OAuth 2 with the authorization code flow: the docs page sends the browser to `authorizationUrl`, and gets the token from
 * `tokenUrl` with PKCE. It gives the token, unverified, or with `verify` the principal.
 *
 * @throws TypeError for a missing or unfit option. A request without `Bearer`, with nothing after it, or with characters that
 * are no printable ASCII is answered with 401 and the challenge `Bearer`; with `verify`, also as {@link OAuth2PasswordBearer} says.
 * @example
 * ```ts
 * import { App } from 'sallyport'
 * import { OAuth2AuthorizationCodeBearer } from 'sallyport/security'
 *
 * const token = new OAuth2AuthorizationCodeBearer({
 *   authorizationUrl: 'https://login.example.com/authorize',
 *   tokenUrl: 'https://login.example.com/token',
 * })
 * new App().get('/', { params: { token } }, ({ token }) => ({ length: token.length }))
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc6749.html#section-4.1
 */
export class OAuth2AuthorizationCodeBearer<
  const Scope extends string = never,
  const AutoError extends boolean = true,
  Verify extends Verifier<string> = Unverified<string>,
> extends OAuth2Bearer<Scope, AutoError, Verify> {
  constructor(options: OAuth2AuthorizationCodeBearerOptions<Scope, AutoError, Verify>) {
    super('authorizationCode', options, 'OAuth2AuthorizationCodeBearer')
    if (new.target === OAuth2AuthorizationCodeBearer) freezeScheme(this)
  }
}

/**
 * OAuth 2 with the client credentials flow, for programs that call in their own name. It gives the token, unverified, or
 * with `verify` the principal.
 *
 * @throws TypeError for a missing or unfit option. A request without `Bearer`, with nothing after it, or with characters that
 * are no printable ASCII is answered with 401 and the challenge `Bearer`; with `verify`, also as {@link OAuth2PasswordBearer} says.
 * @example
 * ```ts
 * import { App } from 'sallyport'
 * import { OAuth2ClientCredentials } from 'sallyport/security'
 *
 * const token = new OAuth2ClientCredentials({ tokenUrl: 'https://login.example.com/token' })
 * new App().get('/', { params: { token } }, ({ token }) => ({ length: token.length }))
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc6749.html#section-4.4
 */
export class OAuth2ClientCredentials<
  const Scope extends string = never,
  const AutoError extends boolean = true,
  Verify extends Verifier<string> = Unverified<string>,
> extends OAuth2Bearer<Scope, AutoError, Verify> {
  constructor(options: OAuth2ClientCredentialsOptions<Scope, AutoError, Verify>) {
    super('clientCredentials', options, 'OAuth2ClientCredentials')
    if (new.target === OAuth2ClientCredentials) freezeScheme(this)
  }
}

/**
 * OAuth 2 with the implicit flow, for authorization servers that have nothing better: the token passes through the browser's
 * address bar, and RFC 9700 §2.1.2 says not to use it. It gives the token, unverified, or
 * with `verify` the principal.
 *
 * @throws TypeError for a missing or unfit option. A request without `Bearer`, with nothing after it, or with characters that
 * are no printable ASCII is answered with 401 and the challenge `Bearer`; with `verify`, also as {@link OAuth2PasswordBearer} says.
 * @example
 * ```ts
 * import { App } from 'sallyport'
 * import { OAuth2Implicit } from 'sallyport/security'
 *
 * const token = new OAuth2Implicit({ authorizationUrl: 'https://login.example.com/authorize' })
 * new App().get('/', { params: { token } }, ({ token }) => ({ length: token.length }))
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc6749.html#section-4.2
 */
export class OAuth2Implicit<
  const Scope extends string = never,
  const AutoError extends boolean = true,
  Verify extends Verifier<string> = Unverified<string>,
> extends OAuth2Bearer<Scope, AutoError, Verify> {
  constructor(options: OAuth2ImplicitOptions<Scope, AutoError, Verify>) {
    super('implicit', options, 'OAuth2Implicit')
    if (new.target === OAuth2Implicit) freezeScheme(this)
  }
}

/** The options of the flow, and those of the scheme: only those that were given. */
function split(options: object): [OAuth2Flow<string>, object] {
  const given = Object.entries(options)
  const shared = given.filter(([name]) => SHARED.includes(name))
  const flow = given.filter(([name]) => !SHARED.includes(name))
  return [Object.fromEntries(flow) as OAuth2Flow<string>, Object.fromEntries(shared)]
}
