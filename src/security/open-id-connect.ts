import type { Incoming } from '../incoming.ts'
import type { AccessTokenClaims } from '../jwt/access-token.ts'
import type { JWTClaims } from '../jwt/claims.ts'
import type { ClaimsSchema } from '../jwt/standard-schema.ts'
import { bearerToken, wholeAuthorization } from './authorization.ts'
import { BEARER_OPTIONS, type BearerOptions, BearerScheme } from './bearer-scheme.ts'
import { freezeScheme } from './freeze-scheme.ts'
import { type OpenIdVerification, OpenIdVerifier } from './openid-verifier.ts'
import { assertUrl, checkOptions } from './options.ts'
import { SCHEME_OPTIONS, type SecuritySchemeOptions } from './scheme.ts'
import { isTokenVerifier, type TokenVerifier, type Unverified, type Verifier } from './verifier.ts'

/** Options of {@link OpenIdConnect}. */
export interface OpenIdConnectOptions<
  Scope extends string = string,
  AutoError extends boolean = true,
  Verify = OpenIdUnverified,
> extends Omit<SecuritySchemeOptions<never, AutoError>, 'scopes'>,
    Omit<BearerOptions<Verify>, 'verify'> {
  /** The address of the provider's configuration, which ends in `/.well-known/openid-configuration`. Absolute, to verify. */
  readonly openIdConnectUrl: string
  /** The scopes that may be required, each with a description, for the compiler to know them; default: any may. */
  readonly scopes?: Readonly<Record<Scope, string>> | undefined
  /**
   * What is accepted of the provider's tokens, `audience` at least; or a verifier of your own, such as a {@link TokenIntrospection}.
   * The scheme then gives the principal, and checks the required scopes itself. Default: the scheme gives what was sent, unverified.
   */
  readonly verify?: Verify
}

/** What the option `verify` of {@link OpenIdConnect} takes. */
export type OpenIdVerify = Verifier<string> | OpenIdVerification<unknown>

/** What stands in the place of `verify` where there is none; see {@link Unverified}. */
export type OpenIdUnverified = Unverified<string> | NoVerification

/** No verification: nothing is made of it. */
export interface NoVerification extends OpenIdVerification<unknown> {
  readonly '~unverified'?: true
}

/** What verifies for {@link OpenIdConnect}: what was given, or what is made of an {@link OpenIdVerification}. */
export type OpenIdVerifierOf<Verify> =
  Verify extends Verifier<string>
    ? Verify
    : OpenIdClaims<Verify> extends infer Claims extends object
      ? TokenVerifier<Claims>
      : never

// No keyof here: with it, a scheme could not be annotated with an OpenIdVerification<Claims>.
/** The claims that an {@link OpenIdVerification} gives: never for {@link NoVerification}. */
type OpenIdClaims<Verify> = Verify extends { readonly '~unverified'?: infer Mark }
  ? unknown extends Mark
    ? TypedClaims<Verify>
    : never
  : TypedClaims<Verify>

type TypedClaims<Verify> = Verify extends { readonly claims?: ClaimsSchema<infer Claims> }
  ? unknown extends Claims
    ? DefaultClaims<Verify>
    : Claims
  : DefaultClaims<Verify>

type DefaultClaims<Verify> = Verify extends { readonly dangerouslyAcceptIdTokens: true } ? JWTClaims : AccessTokenClaims

/**
 * OpenID Connect. With `verify` it accepts the provider's access tokens and gives the principal; without, it gives the whole value of
 * `Authorization`, unverified and whatever its auth-scheme is.
 *
 * Configuration and keys of the provider are fetched with the first token, or by {@link OpenIdConnect.ready}; they are kept, so that an
 * outage of the provider does no harm for an hour, and a new key is found when the first token comes that is signed with it.
 *
 * @throws TypeError for a missing or unfit option. Without credentials a request is answered with 401 and the challenge `Bearer`; with
 * a token that is refused, with 401 `invalid_token`; where the provider cannot be reached, with 503 and
 * Retry-After: when it is asked again.
 * @example
 * ```ts
 * import { App, Security } from 'sallyport'
 * import { OpenIdConnect } from 'sallyport/security'
 *
 * const openId = new OpenIdConnect({
 *   openIdConnectUrl: 'https://login.example.com/.well-known/openid-configuration',
 *   scopes: { items: 'Read items.' },
 *   verify: { audience: 'https://api.example.com' },
 * })
 * const app = new App({
 *   async *lifespan() {
 *     await openId.ready() // the app does not start while the provider is out of reach
 *     yield
 *   },
 * })
 * app.get('/items', { params: { caller: Security(openId, ['items']) } }, ({ caller }) => caller.subject)
 * ```
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig
 * @see https://www.rfc-editor.org/rfc/rfc9068.html#section-4
 */
export class OpenIdConnect<
  const Scope extends string = string,
  const AutoError extends boolean = true,
  Verify extends OpenIdVerify = OpenIdUnverified,
> extends BearerScheme<string, Scope, AutoError, OpenIdVerifierOf<Verify>> {
  readonly #anyScope: boolean
  readonly #verifier: OpenIdVerifier<unknown> | undefined

  constructor(options: OpenIdConnectOptions<Scope, AutoError, Verify>) {
    const { openIdConnectUrl, ...rest } = checkOptions(options, OPTIONS, 'OpenIdConnect')
    assertUrl(openIdConnectUrl, 'OpenIdConnect: openIdConnectUrl')
    const { verify } = rest
    const verifier = isVerification(verify) ? new OpenIdVerifier(openIdConnectUrl, verify, 'OpenIdConnect') : undefined
    const asked = verifier === undefined ? rest : { ...rest, verify: verifier }
    super(asked as BearerOptions<OpenIdVerifierOf<Verify>> & typeof rest, { type: 'openIdConnect', openIdConnectUrl })
    this.#anyScope = rest.scopes === undefined
    this.#verifier = verifier
    if (new.target === OpenIdConnect) freezeScheme(this)
  }

  override get scopes(): Readonly<Record<string, string>> | undefined {
    return this.#anyScope ? undefined : super.scopes
  }

  /**
   * Fetches the provider's configuration and keys now, as when the app starts, so that no request waits for them. Does nothing where
   * `verify` was not given, or has a verifier of its own.
   *
   * @throws DiscoveryUnavailableError or KeysUnavailableError, by rejecting, when the provider does not answer as it should.
   */
  async ready(): Promise<void> {
    await this.#verifier?.ready()
  }

  override readCredentials(incoming: Incoming): string | undefined {
    const header = incoming.header('authorization')
    return this.verifiesScopes ? bearerToken(header, this) : wholeAuthorization(header, this)
  }
}

const OPTIONS = ['openIdConnectUrl', ...SCHEME_OPTIONS, ...BEARER_OPTIONS]

function isVerification(verify: unknown): verify is OpenIdVerification<unknown> {
  return typeof verify === 'object' && verify !== null && !isTokenVerifier(verify)
}
