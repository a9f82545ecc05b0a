import type { Incoming } from '../incoming.ts'
import { credentialsOf } from './authorization.ts'
import { CredentialScheme } from './credential-scheme.ts'
import type { HTTPAuthorizationCredentials } from './credentials.ts'
import { checkOptions } from './options.ts'
import { SCHEME_OPTIONS, type SecuritySchemeOptions } from './scheme.ts'

/**
 * The Digest scheme. It gives the parameters that the client sent as text, unverified.
 *
 * @throws TypeError for an unfit option. A request without `Digest`, or with nothing after it, is answered with 401 and the
 * challenge `Digest`, which has no nonce: clients cannot answer it by themselves.
 * @example
 * ```ts
 * import { App } from 'sallyport'
 * import { HTTPDigest } from 'sallyport/security'
 *
 * const digest = new HTTPDigest()
 * new App().get('/', { params: { digest } }, ({ digest }) => ({ length: digest.credentials.length }))
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc7616.html#section-3.4
 */
export class HTTPDigest<
  const Scope extends string = never,
  const AutoError extends boolean = true,
> extends CredentialScheme<HTTPAuthorizationCredentials, Scope, AutoError> {
  constructor(options: SecuritySchemeOptions<Scope, AutoError> = {}) {
    super(checkOptions(options, SCHEME_OPTIONS, 'HTTPDigest'), { type: 'http', scheme: 'digest' })
    if (new.target === HTTPDigest) Object.freeze(this)
  }

  override readCredentials(incoming: Incoming): HTTPAuthorizationCredentials | undefined {
    return credentialsOf(incoming.header('authorization'), 'digest', this)
  }
}
