import type { Incoming } from '../incoming.ts'
import { type CertificateBinding, CertificateBindings } from './certificate-binding.ts'
import { DPoP, type DPoPOptions } from './dpop.ts'
import { InvalidTokenError } from './errors.ts'

/** Options of schemes that take a token which is bound to a key of the client. */
export interface TokenBindingOptions {
  /**
   * Takes tokens that are bound to the certificate of the client (`cnf` with `x5t#S256`), and with `true` no others. Needs a `verify`
   * that gives claims. Default: bound tokens are refused, since nobody asks for the certificate.
   */
  readonly certificateBound?: true | CertificateBinding
  /**
   * Takes tokens that are bound to a key of the client (`cnf` with `jkt`), with a proof for each request in the header `DPoP`; no
   * others, unless `required` is false. Needs a `verify` that gives claims. Default: bound tokens are refused.
   */
  readonly dpop?: DPoPOptions
}

/** The names of {@link TokenBindingOptions}. */
export const TOKEN_BINDING_OPTIONS: readonly string[] = ['certificateBound', 'dpop']

/**
 * Checks that who sends a token holds the key that the token names, and refuses tokens that name one for which nobody asks.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7800.html#section-3.1
 */
export class TokenBindings {
  readonly #certificate: CertificateBindings | undefined
  /** What checks proofs; undefined where none are taken. */
  readonly dpop: DPoP | undefined

  /**
   * @param givesClaims whether the scheme's verifier gives claims, in which the key is named.
   * @throws TypeError for an unfit option.
   */
  constructor(options: TokenBindingOptions, givesClaims: boolean, where: string) {
    for (const name of TOKEN_BINDING_OPTIONS) {
      if (!Object.hasOwn(options, name)) continue
      const value: unknown = options[name as keyof TokenBindingOptions]
      if (value === undefined || value === null || value === false) {
        throw new TypeError(
          `${where}: ${name} is ${name === 'dpop' ? '' : 'true or '}an object of options. Leave it out to refuse bound tokens.`,
        )
      }
      if (!givesClaims) throw new TypeError(`${where}: ${name} needs an option verify that gives claims.`)
    }
    const { certificateBound, dpop } = options
    this.dpop = dpop && new DPoP(dpop, `${where}: dpop`)
    this.#certificate = certificateBound && new CertificateBindings(certificateBound, `${where}: certificateBound`)
  }

  /** A sentence for the document; undefined where tokens are bound to nothing. */
  get description(): string | undefined {
    const sentences: string[] = []
    if (this.#certificate?.required) sentences.push('Tokens are bound to the certificate of the client (RFC 8705).')
    else if (this.#certificate) sentences.push('Tokens may be bound to the certificate of the client (RFC 8705).')
    if (this.dpop) {
      const may = this.dpop.required ? 'are' : 'may be'
      sentences.push(
        `Tokens ${may} bound to a key of the client, and sent as \`Authorization: DPoP\` with a proof (RFC 9449).`,
      )
    }
    return sentences.length === 0 ? undefined : sentences.join(' ')
  }

  /**
   * Checks a token that was verified.
   *
   * @param confirmation its `cnf`.
   * @throws InvalidTokenError, or what {@link DPoP.check} throws.
   */
  check(confirmation: unknown, token: string, incoming: Incoming): void | Promise<void> {
    // Most tokens are bound to nothing, and most schemes bind none.
    if (confirmation === undefined && this.#certificate === undefined && this.dpop === undefined) return undefined
    const { 'x5t#S256': certificate, jkt, ...others } = membersOf(confirmation)
    const unasked = (certificate !== undefined && !this.#certificate) || (jkt !== undefined && !this.dpop)
    if (unasked || Object.keys(others).length > 0) {
      throw new InvalidTokenError('The token is bound to a key that was not proved')
    }
    this.#certificate?.check(certificate, incoming)
    // Last, because a proof is used up by it.
    return this.dpop?.check(token, jkt, incoming)
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
