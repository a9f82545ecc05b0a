import { UnavailableError, VerificationError } from './errors.ts'

/**
 * The credentials are right, and their nonce cannot be used any more: it has expired, its count was used, or it was made elsewhere.
 * The client is asked to go on with another one, and no user for a password.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7616.html#section-3.3
 */
export class StaleNonceError extends VerificationError {
  readonly code = 'nonce_stale'

  constructor() {
    super('The nonce cannot be used any more')
  }
}

/** Nobody could find out whether a count of a nonce was used; answered with 503. */
export class NonceStoreError extends UnavailableError {
  readonly code = 'nonce_store_unavailable'

  constructor(options: ErrorOptions) {
    super('The store of nonce counts cannot be asked', options)
  }
}
