import type { Incoming } from '../incoming.ts'
import { bearerToken, wholeAuthorization } from './authorization.ts'
import { CredentialScheme } from './credential-scheme.ts'
import {
  checkFlow,
  flowOptions,
  flowsOf,
  type OAuth2CodeFlow,
  type OAuth2Flows,
  type OAuth2ImplicitFlow,
  type OAuth2TokenFlow,
  scopesOf,
} from './oauth2-flows.ts'
import { checkOptions } from './options.ts'
import type { SecuritySchemeOptions } from './scheme.ts'

type SharedOptions<AutoError extends boolean> = Omit<SecuritySchemeOptions<never, AutoError>, 'scopes'>

/** Options of {@link OAuth2}. */
export interface OAuth2Options<Scope extends string = never, AutoError extends boolean = true>
  extends SharedOptions<AutoError> {
  /** How a client gets a token, and for which scopes; none. */
  readonly flows?: OAuth2Flows<Scope>
}

/** Options of {@link OAuth2PasswordBearer}. */
export interface OAuth2PasswordBearerOptions<Scope extends string = never, AutoError extends boolean = true>
  extends SharedOptions<AutoError>,
    OAuth2TokenFlow<Scope> {}

/** Options of {@link OAuth2AuthorizationCodeBearer}. */
export interface OAuth2AuthorizationCodeBearerOptions<Scope extends string = never, AutoError extends boolean = true>
  extends SharedOptions<AutoError>,
    OAuth2CodeFlow<Scope> {}

/** Options of {@link OAuth2ClientCredentials}. */
export interface OAuth2ClientCredentialsOptions<Scope extends string = never, AutoError extends boolean = true>
  extends SharedOptions<AutoError>,
    OAuth2TokenFlow<Scope> {}

/** Options of {@link OAuth2Implicit}. */
export interface OAuth2ImplicitOptions<Scope extends string = never, AutoError extends boolean = true>
  extends SharedOptions<AutoError>,
    OAuth2ImplicitFlow<Scope> {}

const SHARED = ['schemeName', 'description', 'autoError']

/**
 * OAuth 2 with any of its flows. It gives the whole value of `Authorization`, unverified and whatever its auth-scheme is; the
 * classes for one flow give the token.
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
> extends CredentialScheme<string, Scope, AutoError> {
  constructor(options: OAuth2Options<Scope, AutoError> = {}) {
    const { flows = {}, ...rest } = checkOptions(options, ['flows', ...SHARED], 'OAuth2')
    const documented = flowsOf(flows)
    super({ ...rest, scopes: scopesOf<Scope>(documented) }, { type: 'oauth2', flows: documented })
    if (new.target === OAuth2) Object.freeze(this)
  }

  override readCredentials(incoming: Incoming): string | undefined {
    return wholeAuthorization(incoming.header('authorization'), this)
  }
}

/** OAuth 2 with one flow: it gives the token. */
abstract class OAuth2Bearer<Scope extends string, AutoError extends boolean> extends OAuth2<Scope, AutoError> {
  override readCredentials(incoming: Incoming): string | undefined {
    return bearerToken(incoming.header('authorization'), this)
  }
}

/**
 * OAuth 2 with the password flow: the docs page asks for name and password, and posts them to `tokenUrl`. It gives the token,
 * unverified.
 *
 * @throws TypeError for a missing or unfit option. A request without `Bearer`, with nothing after it, or with characters that
 * are no printable ASCII is answered with 401 and the challenge `Bearer`.
 * @example
 * ```ts
 * import { App, Security, SecurityScopes, dependency } from 'sallyport'
 * import { OAuth2PasswordBearer } from 'sallyport/security'
 *
 * const oauth2Scheme = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: { items: 'Read items.' } })
 * const user = dependency({ token: oauth2Scheme, scopes: SecurityScopes }, ({ token, scopes }) => {
 *   scopes.require('items') // what the verified token grants
 *   return { tokenLength: token.length }
 * })
 * new App().get('/items', { params: { user: Security(user, ['items']) } }, ({ user }) => user)
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc6749.html#section-4.3
 */
export class OAuth2PasswordBearer<
  const Scope extends string = never,
  const AutoError extends boolean = true,
> extends OAuth2Bearer<Scope, AutoError> {
  constructor(options: OAuth2PasswordBearerOptions<Scope, AutoError>) {
    const { schemeName, description, autoError, ...flow } = checkOptions(
      options,
      known('password'),
      'OAuth2PasswordBearer',
    )
    checkFlow('password', flow, 'OAuth2PasswordBearer')
    super({ schemeName, description, autoError, flows: { password: flow } })
    if (new.target === OAuth2PasswordBearer) Object.freeze(this)
  }
}

/**
 * OAuth 2 with the authorization code flow: the docs page sends the browser to `authorizationUrl`, and gets the token from
 * `tokenUrl` with PKCE. It gives the token, unverified.
 *
 * @throws TypeError for a missing or unfit option. A request without `Bearer`, with nothing after it, or with characters that
 * are no printable ASCII is answered with 401 and the challenge `Bearer`.
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
> extends OAuth2Bearer<Scope, AutoError> {
  constructor(options: OAuth2AuthorizationCodeBearerOptions<Scope, AutoError>) {
    const { schemeName, description, autoError, ...flow } = checkOptions(
      options,
      known('authorizationCode'),
      'OAuth2AuthorizationCodeBearer',
    )
    checkFlow('authorizationCode', flow, 'OAuth2AuthorizationCodeBearer')
    super({ schemeName, description, autoError, flows: { authorizationCode: flow } })
    if (new.target === OAuth2AuthorizationCodeBearer) Object.freeze(this)
  }
}

/**
 * OAuth 2 with the client credentials flow, for programs that call in their own name. It gives the token, unverified.
 *
 * @throws TypeError for a missing or unfit option. A request without `Bearer`, with nothing after it, or with characters that
 * are no printable ASCII is answered with 401 and the challenge `Bearer`.
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
> extends OAuth2Bearer<Scope, AutoError> {
  constructor(options: OAuth2ClientCredentialsOptions<Scope, AutoError>) {
    const { schemeName, description, autoError, ...flow } = checkOptions(
      options,
      known('clientCredentials'),
      'OAuth2ClientCredentials',
    )
    checkFlow('clientCredentials', flow, 'OAuth2ClientCredentials')
    super({ schemeName, description, autoError, flows: { clientCredentials: flow } })
    if (new.target === OAuth2ClientCredentials) Object.freeze(this)
  }
}

/**
 * OAuth 2 with the implicit flow, for authorization servers that have nothing better: the token passes through the browser's
 * address bar, and RFC 9700 §2.1.2 says not to use it. It gives the token, unverified.
 *
 * @throws TypeError for a missing or unfit option. A request without `Bearer`, with nothing after it, or with characters that
 * are no printable ASCII is answered with 401 and the challenge `Bearer`.
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
> extends OAuth2Bearer<Scope, AutoError> {
  constructor(options: OAuth2ImplicitOptions<Scope, AutoError>) {
    const { schemeName, description, autoError, ...flow } = checkOptions(options, known('implicit'), 'OAuth2Implicit')
    checkFlow('implicit', flow, 'OAuth2Implicit')
    super({ schemeName, description, autoError, flows: { implicit: flow } })
    if (new.target === OAuth2Implicit) Object.freeze(this)
  }
}

function known(flow: keyof OAuth2Flows): readonly string[] {
  return [...flowOptions(flow), ...SHARED]
}
