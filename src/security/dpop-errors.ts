import { UnavailableError, VerificationError } from './errors.ts'

/**
 * The DPoP proof is absent or broken, or proves something else than this request with this token.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9449.html#section-7.1
 */
export class DPoPProofError extends VerificationError {
  readonly code: 'dpop_proof_invalid' | 'dpop_nonce_required' = 'dpop_proof_invalid'
  /** The error code of RFC 9449 for the challenge. */
  readonly dpopError: 'invalid_dpop_proof' | 'use_dpop_nonce' = 'invalid_dpop_proof'
}

/**
 * The proof has no nonce of this server, or one that has ended: the client makes another one with the nonce of the answer.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9449.html#section-9
 */
export class DPoPNonceError extends DPoPProofError {
  override readonly code = 'dpop_nonce_required'
  override readonly dpopError = 'use_dpop_nonce'

  constructor() {
    super('The DPoP proof needs the nonce of this answer')
  }
}

/** Nobody could find out whether a proof was used before; answered with 503. */
export class DPoPStoreError extends UnavailableError {
  readonly code = 'dpop_store_unavailable'

  constructor(options?: ErrorOptions) {
    super('The store of used DPoP proofs cannot be asked', options)
  }
}
