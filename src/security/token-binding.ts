import type { Incoming } from '../incoming.ts'
import { type CertificateBinding, CertificateBindings } from './certificate-binding.ts'
import { InvalidTokenError } from './errors.ts'

/** Options of schemes that take a token which is bound to a key of the client. */
export interface TokenBindingOptions {
  /**
   * Takes tokens that are bound to the certificate of the client (`cnf` with `x5t#S256`), and with `true` no others. Needs a `verify`
   * that gives claims. Default: bound tokens are refused, since nobody asks for the certificate.
   */
  readonly certificateBound?: true | CertificateBinding
}

/** The names of {@link TokenBindingOptions}. */
export const TOKEN_BINDING_OPTIONS: readonly string[] = ['certificateBound']

/**
 * Checks that who sends a token holds the key that the token names, and refuses tokens that name one for which nobody asks.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7800.html#section-3.1
 */
export class TokenBindings {
  readonly #certificate: CertificateBindings | undefined

  /**
   * @param givesClaims whether the scheme's verifier gives claims, in which the key is named.
   * @throws TypeError for an unfit option.
   */
  constructor(options: TokenBindingOptions, givesClaims: boolean, where: string) {
    for (const name of TOKEN_BINDING_OPTIONS) {
      if (!Object.hasOwn(options, name)) continue
      const value: unknown = options[name as keyof TokenBindingOptions]
      if (value === undefined || value === null || value === false) {
        throw new TypeError(`${where}: ${name} is true or an object of options. Leave it out to refuse bound tokens.`)
      }
      if (!givesClaims) throw new TypeError(`${where}: ${name} needs an option verify that gives claims.`)
    }
    const { certificateBound } = options
    this.#certificate = certificateBound && new CertificateBindings(certificateBound, `${where}: certificateBound`)
  }

  /**
   * Checks a token that was verified.
   *
   * @param confirmation its `cnf`.
   * @throws InvalidTokenError
   */
  check(confirmation: unknown, incoming: Incoming): void {
    const { 'x5t#S256': thumbprint, ...others } = membersOf(confirmation)
    if ((thumbprint !== undefined && this.#certificate === undefined) || Object.keys(others).length > 0) {
      throw new InvalidTokenError('The token is bound to a key that was not proved')
    }
    this.#certificate?.check(thumbprint, incoming)
  }
}

/** The members of a `cnf`; a key that cannot be read is one that was not proved. */
function membersOf(confirmation: unknown): Readonly<Record<string, unknown>> {
  if (confirmation === undefined) return {}
  if (typeof confirmation === 'object' && confirmation !== null && !Array.isArray(confirmation)) {
    const members: Record<string, unknown> = { ...confirmation }
    if (Object.keys(members).length > 0 && Object.values(members).every((member) => member !== undefined))
      return members
  }
  throw new InvalidTokenError('The token is bound to a key that was not proved')
}
