import type { Incoming } from '../incoming.ts'
import { bearerToken } from './authorization.ts'
import { BEARER_OPTIONS, type BearerOptions, BearerScheme } from './bearer-scheme.ts'
import { AuthorizationCredentials, type HTTPAuthorizationCredentials } from './credentials.ts'
import { assertText, checkOptions } from './options.ts'
import { SCHEME_OPTIONS, type SecuritySchemeOptions } from './scheme.ts'
import type { Unverified, Verifier } from './verifier.ts'

/** Options of {@link HTTPBearer}. */
export interface HTTPBearerOptions<
  Scope extends string = never,
  AutoError extends boolean = true,
  Verify = Unverified<HTTPAuthorizationCredentials>,
> extends SecuritySchemeOptions<Scope, AutoError>,
    BearerOptions<Verify> {
  /** A hint for the document at what the token is, for example `JWT`; default: none. */
  readonly bearerFormat?: string | undefined
}

const OPTIONS = ['bearerFormat', ...BEARER_OPTIONS, ...SCHEME_OPTIONS]

/**
 * A bearer token in `Authorization`. It gives the token, unverified, and the auth-scheme as it was sent.
 *
 * @throws TypeError for an unfit option. A request without `Bearer`, with nothing after it, or with characters that are no
 * printable ASCII is answered with 401 and the challenge `Bearer`.
 * @example
 * ```ts
 * import { App, HTTPException } from 'sallyport'
 * import { HTTPBearer } from 'sallyport/security'
 *
 * const bearer = new HTTPBearer({ bearerFormat: 'JWT' })
 * new App().get('/', { params: { bearer } }, ({ bearer }) => {
 *   if (bearer.credentials.split('.').length !== 3) throw new HTTPException(401, 'Not a JWT')
 *   return { scheme: bearer.scheme }
 * })
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc6750.html#section-2.1
 */
export class HTTPBearer<
  const Scope extends string = never,
  const AutoError extends boolean = true,
  Verify extends Verifier<HTTPAuthorizationCredentials> = Unverified<HTTPAuthorizationCredentials>,
> extends BearerScheme<HTTPAuthorizationCredentials, Scope, AutoError, Verify> {
  constructor(options: HTTPBearerOptions<Scope, AutoError, Verify> = {}) {
    const { bearerFormat, ...rest } = checkOptions(options, OPTIONS, 'HTTPBearer')
    if (bearerFormat !== undefined) assertText(bearerFormat, 'HTTPBearer: bearerFormat')
    super(rest, { type: 'http', scheme: 'bearer', ...(bearerFormat === undefined ? {} : { bearerFormat }) })
    if (new.target === HTTPBearer) Object.freeze(this)
  }

  override readCredentials(incoming: Incoming): HTTPAuthorizationCredentials | undefined {
    const header = incoming.header('authorization')
    const credentials = bearerToken(header, this)
    if (header === undefined || credentials === undefined) return undefined
    return new AuthorizationCredentials(header.slice(0, 'bearer'.length), credentials)
  }
}
