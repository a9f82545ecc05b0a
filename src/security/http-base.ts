import type { Incoming } from '../incoming.ts'
import { credentialsOf } from './authorization.ts'
import { CredentialScheme } from './credential-scheme.ts'
import type { HTTPAuthorizationCredentials } from './credentials.ts'
import { freezeScheme } from './freeze-scheme.ts'
import { assertToken, checkOptions } from './options.ts'
import { SCHEME_OPTIONS, type SecuritySchemeOptions } from './scheme.ts'
import { functionOf, type UnverifiedFunction, type Verified, type VerifierFunction } from './verifier.ts'

/** Options of {@link HTTPBase}. */
export interface HTTPBaseOptions<
  Scope extends string = never,
  AutoError extends boolean = true,
  Verify = UnverifiedFunction<HTTPAuthorizationCredentials>,
> extends SecuritySchemeOptions<Scope, AutoError> {
  /** The auth-scheme, as it stands in `Authorization` and in the document. */
  readonly scheme: string
  /** Checks the credentials and gives the principal; undefined refuses them with 401. Default: the scheme gives the credentials. */
  readonly verify?: Verify
}

/**
 * Any auth-scheme of HTTP, for those that have no class of their own. It gives the credentials, unverified; or with
 * `verify` the principal.
 *
 * @throws TypeError for a missing or unfit option. A request without the auth-scheme, or with nothing after it, is answered
 * with 401 and its name in title case as the challenge.
 * @example
 * ```ts
 * import { App } from 'sallyport'
 * import { HTTPBase } from 'sallyport/security'
 *
 * const hoba = new HTTPBase({ scheme: 'hoba' })
 * new App().get('/', { params: { hoba } }, ({ hoba }) => ({ length: hoba.credentials.length }))
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc9110.html#section-11.4
 */
export class HTTPBase<
  const Scope extends string = never,
  const AutoError extends boolean = true,
  Verify extends VerifierFunction<HTTPAuthorizationCredentials> = UnverifiedFunction<HTTPAuthorizationCredentials>,
> extends CredentialScheme<HTTPAuthorizationCredentials, Scope, AutoError, Verified<Verify>> {
  readonly #scheme: string

  constructor(options: HTTPBaseOptions<Scope, AutoError, Verify>) {
    const { scheme, verify: _, ...rest } = checkOptions(options, ['scheme', 'verify', ...SCHEME_OPTIONS], 'HTTPBase')
    assertToken(scheme, 'HTTPBase: scheme')
    super(rest, { type: 'http', scheme }, functionOf(options, 'HTTPBase'))
    this.#scheme = scheme.toLowerCase()
    if (new.target === HTTPBase) freezeScheme(this)
  }

  // FastAPI's takes every auth-scheme. This one takes the one that the document names.
  override readCredentials(incoming: Incoming): HTTPAuthorizationCredentials | undefined {
    return credentialsOf(incoming.header('authorization'), this.#scheme, this)
  }
}
