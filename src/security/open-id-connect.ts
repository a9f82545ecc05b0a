import type { Incoming } from '../incoming.ts'
import { wholeAuthorization } from './authorization.ts'
import { CredentialScheme } from './credential-scheme.ts'
import { assertUrl, checkOptions } from './options.ts'
import { SCHEME_OPTIONS, type SecuritySchemeOptions } from './scheme.ts'

/** Options of {@link OpenIdConnect}. */
export interface OpenIdConnectOptions<Scope extends string = string, AutoError extends boolean = true>
  extends Omit<SecuritySchemeOptions<never, AutoError>, 'scopes'> {
  /** The address of the provider's configuration, which ends in `/.well-known/openid-configuration`. */
  readonly openIdConnectUrl: string
  /** The scopes that may be required, each with a description, for the compiler to know them; default: any may. */
  readonly scopes?: Readonly<Record<Scope, string>> | undefined
}

/**
 * OpenID Connect. It gives the whole value of `Authorization`, unverified and whatever its auth-scheme is.
 *
 * @throws TypeError for a missing or unfit option. A request without `Authorization` is answered with 401 and the challenge
 * `Bearer`.
 * @example
 * ```ts
 * import { App } from 'sallyport'
 * import { OpenIdConnect } from 'sallyport/security'
 *
 * const openId = new OpenIdConnect({ openIdConnectUrl: 'https://login.example.com/.well-known/openid-configuration' })
 * new App().get('/', { params: { authorization: openId } }, ({ authorization }) => ({ length: authorization.length }))
 * ```
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig
 */
export class OpenIdConnect<
  const Scope extends string = string,
  const AutoError extends boolean = true,
> extends CredentialScheme<string, Scope, AutoError> {
  readonly #anyScope: boolean

  constructor(options: OpenIdConnectOptions<Scope, AutoError>) {
    const { openIdConnectUrl, ...rest } = checkOptions(
      options,
      ['openIdConnectUrl', ...SCHEME_OPTIONS],
      'OpenIdConnect',
    )
    assertUrl(openIdConnectUrl, 'OpenIdConnect: openIdConnectUrl')
    super(rest, { type: 'openIdConnect', openIdConnectUrl })
    this.#anyScope = rest.scopes === undefined
    if (new.target === OpenIdConnect) Object.freeze(this)
  }

  override get scopes(): Readonly<Record<string, string>> | undefined {
    return this.#anyScope ? undefined : super.scopes
  }

  override readCredentials(incoming: Incoming): string | undefined {
    return wholeAuthorization(incoming.header('authorization'), this)
  }
}
