import type { CertificateSource, ClientCertificate } from '../client-certificate.ts'
import { HTTPException } from '../exceptions.ts'
import type { Incoming } from '../incoming.ts'
import { CredentialScheme, type InvalidCredentials } from './credential-scheme.ts'
import { freezeScheme } from './freeze-scheme.ts'
import { checkOptions } from './options.ts'
import { SCHEME_OPTIONS, type SecuritySchemeOptions } from './scheme.ts'
import { functionOf, type UnverifiedFunction, type Verified, type VerifierFunction } from './verifier.ts'

/** Options of {@link MutualTLS}. */
export interface MutualTLSOptions<
  Scope extends string = never,
  AutoError extends boolean = true,
  Verify = UnverifiedFunction<ClientCertificate>,
> extends SecuritySchemeOptions<Scope, AutoError> {
  /**
   * Where the certificate is taken from; `socket`, the TLS connection itself. `client-cert` is the header `Client-Cert`, and only of a
   * connection that a proxy of `serve({ trustProxy })` made: name it where that proxy asks clients for certificates, and takes the
   * header off requests that bring their own. With either, nothing is taken from the other.
   */
  readonly from?: CertificateSource | undefined
  /**
   * Makes a principal of the certificate; undefined, null or false refuses it with 401. The scheme then gives the principal, and checks
   * the required scopes itself. Default: the scheme gives the certificate, of anybody whom the CA gave one.
   */
  readonly verify?: Verify
  /** Tells the time in milliseconds since 1970; `Date.now`. */
  readonly clock?: (() => number) | undefined
}

const OPTIONS = ['from', 'verify', 'clock', ...SCHEME_OPTIONS]

/**
 * The certificate of the client: it gives the certificate that TLS has verified, or with `verify` the principal.
 *
 * The server asks for it with `tls: { requestCert: true, ca }`, where `ca` is the CA of your clients; without `ca` it does not start,
 * since Node would take certificates of all public CAs. With `rejectUnauthorized: false` a client without a certificate reaches the app, and gets an
 * answer there; one whose certificate was not accepted is refused here. Whether it was revoked is looked at only with `tls: { crl }`.
 *
 * @throws TypeError for an unfit option. A request without a certificate, or with one that was not accepted, is not valid at the
 * time, or was refused, is answered with 401 and the challenge `MutualTLS`, which no RFC knows: RFC 9110 wants one in every 401. Its
 * detail is `Not authenticated`; with `verify`, for a certificate that there is, `Could not validate credentials`.
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs'
 * import { App } from 'sallyport'
 * import { serve } from 'sallyport/node'
 * import { MutualTLS } from 'sallyport/security'
 *
 * const devices = new Map([['spiffe://example.org/sensor/7', { name: 'sensor 7' }]])
 * const mutualTLS = new MutualTLS({ verify: ({ subjectAltNames }) => devices.get(subjectAltNames.uri[0] ?? '') })
 * const app = new App()
 * app.get('/', { params: { device: mutualTLS } }, ({ device }) => device.name)
 *
 * const [key, cert, ca] = ['server.key', 'server.pem', 'clients-ca.pem'].map((file) => readFileSync(file))
 * await serve(app, { tls: { key, cert, ca, requestCert: true } })
 * ```
 * @see https://spec.openapis.org/oas/v3.1.1.html#security-scheme-object
 * @see https://www.rfc-editor.org/rfc/rfc9440.html#section-4
 */
export class MutualTLS<
  const Scope extends string = never,
  const AutoError extends boolean = true,
  Verify extends VerifierFunction<ClientCertificate> = UnverifiedFunction<ClientCertificate>,
> extends CredentialScheme<ClientCertificate, Scope, AutoError, Verified<Verify>> {
  readonly #from: CertificateSource
  readonly #clock: () => number

  constructor(options: MutualTLSOptions<Scope, AutoError, Verify> = {}) {
    const {
      from = 'socket',
      clock = () => Date.now(),
      verify: _,
      ...rest
    } = checkOptions(options, OPTIONS, 'MutualTLS')
    assertSource(from, 'MutualTLS: from')
    if (typeof clock !== 'function') throw new TypeError('MutualTLS: clock is a function.')
    super(rest, { type: 'mutualTLS' }, functionOf(options, 'MutualTLS'))
    this.#from = from
    this.#clock = clock
    if (new.target === MutualTLS) freezeScheme(this)
  }

  /** Where it takes the certificate from. */
  get certificateFrom(): CertificateSource {
    return this.#from
  }

  override readCredentials(incoming: Incoming): ClientCertificate | undefined {
    return presentedCertificate(incoming, this.#from, this.#clock(), this)
  }

  /** The answer to a certificate that is refused: 401, with the same challenge as for none. Why is for the log: it is the error's cause. */
  override makeInvalidCredentialsError({ cause }: InvalidCredentials = {}): HTTPException {
    if (!this.verifiesScopes) return super.makeInvalidCredentialsError()
    return new HTTPException(401, 'Could not validate credentials', {
      headers: this.makeAuthenticateHeaders(),
      ...(cause === undefined ? {} : { cause }),
    })
  }
}

/**
 * Refuses what is no place of a certificate.
 *
 * @throws TypeError
 */
export function assertSource(from: unknown, where: string): asserts from is CertificateSource {
  if (from !== 'socket' && from !== 'client-cert') {
    throw new TypeError(
      `${where} is 'socket', the TLS connection, or 'client-cert', the header of a proxy in serve({ trustProxy }).`,
    )
  }
}

/**
 * The certificate that a client presented; undefined where there is none.
 *
 * A connection may outlive its certificate, and a proxy may let one in that is not valid: the time is looked at with each request.
 *
 * @param now milliseconds since 1970.
 * @throws HTTPException the scheme's 401 for one that was not accepted, or is not valid now.
 */
export function presentedCertificate(
  incoming: Incoming,
  from: CertificateSource,
  now: number,
  scheme: { makeInvalidCredentialsError(): HTTPException },
): ClientCertificate | undefined {
  const certificate = incoming.clientCertificate(from)
  if (certificate === undefined) return undefined
  if (certificate === false || !isValidAt(certificate, now)) throw scheme.makeInvalidCredentialsError()
  return certificate
}

/** Whether a certificate is valid at a time; not where it does not say from when and until when. */
export function isValidAt({ validFrom, validTo }: ClientCertificate, now: number): boolean {
  return now >= validFrom.getTime() && now <= validTo.getTime()
}
