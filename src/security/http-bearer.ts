import type { Incoming } from '../incoming.ts'
import { bearerToken } from './authorization.ts'
import { BEARER_OPTIONS, type BearerOptions, BearerScheme } from './bearer-scheme.ts'
import { AuthorizationCredentials, type HTTPAuthorizationCredentials } from './credentials.ts'
import { freezeScheme } from './freeze-scheme.ts'
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
 * A bearer token in `Authorization`. With `verify` it gives the principal, and checks the required scopes; without, it gives the
 * token, unverified, and the auth-scheme as it was sent.
 *
 * @throws TypeError for an unfit option. A request without `Bearer`, with nothing after it, or with characters that are no
 * printable ASCII is answered with 401 and the challenge `Bearer`; with `verify`, a token that is broken or refused with 401
 * `invalid_token`, and one that lacks a scope with 403 `insufficient_scope`.
 * @example
 * ```ts
 * import { App } from 'sallyport'
 * import { JWT } from 'sallyport/jwt'
 * import { HTTPBearer } from 'sallyport/security'
 *
 * const tokens = new JWT({ secret: process.env.SECRET ?? '', expiresIn: '30m' })
 * const bearer = new HTTPBearer({ bearerFormat: 'JWT', verify: tokens })
 * new App().get('/', { params: { caller: bearer } }, ({ caller }) => ({ name: caller.subject, until: caller.claims.exp }))
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc6750.html#section-2.1
 * @see https://www.rfc-editor.org/rfc/rfc6750.html#section-3.1
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
    if (new.target === HTTPBearer) freezeScheme(this)
  }

  override readCredentials(incoming: Incoming): HTTPAuthorizationCredentials | undefined {
    const header = incoming.header('authorization')
    const credentials = bearerToken(header, this)
    if (header === undefined || credentials === undefined) return undefined
    return new AuthorizationCredentials(header.slice(0, header.indexOf(' ')), credentials)
  }
}
