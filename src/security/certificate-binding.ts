import type { CertificateSource } from '../client-certificate.ts'
import type { Incoming } from '../incoming.ts'
import { InvalidTokenError } from './errors.ts'
import { assertSource, isValidAt } from './mutual-tls.ts'
import { checkOptions } from './options.ts'

/** How tokens are bound to the certificates of clients. */
export interface CertificateBinding {
  /** Whether a token that is bound to no certificate is refused; true. With false, those that are bound still need theirs. */
  readonly required?: boolean | undefined
  /** Where the certificate is taken from, as {@link MutualTLSOptions} has it; `socket`. */
  readonly from?: CertificateSource | undefined
  /** Tells the time in milliseconds since 1970; `Date.now`. */
  readonly clock?: (() => number) | undefined
}

/** Checks that who sends a token holds the certificate that it was made for. */
export class CertificateBindings {
  /** Whether a token that is bound to no certificate is refused. */
  readonly required: boolean
  readonly #from: CertificateSource
  readonly #clock: () => number

  /** @throws TypeError for an unfit option. */
  constructor(option: true | CertificateBinding, where: string) {
    const given = option === true ? {} : checkOptions(option, ['required', 'from', 'clock'], where)
    const { required = true, from = 'socket', clock = () => Date.now() } = given
    if (typeof required !== 'boolean') throw new TypeError(`${where}.required is true or false.`)
    if (typeof clock !== 'function') throw new TypeError(`${where}.clock is a function.`)
    assertSource(from, `${where}.from`)
    this.required = required
    this.#from = from
    this.#clock = clock
  }

  /**
   * Compares the thumbprint in a token with the certificate's.
   *
   * @throws InvalidTokenError
   * @see https://www.rfc-editor.org/rfc/rfc8705.html#section-3
   */
  check(thumbprint: unknown, incoming: Incoming): void {
    if (thumbprint === undefined) {
      if (this.required) throw new InvalidTokenError('The token is not bound to a certificate')
      return
    }
    const certificate = incoming.clientCertificate(this.#from)
    if (!certificate || !isValidAt(certificate, this.#clock()) || certificate.thumbprint !== thumbprint) {
      throw new InvalidTokenError('The token is bound to another certificate')
    }
  }
}
