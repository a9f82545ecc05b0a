import { UnavailableError, VerificationError } from './errors.ts'

/** The text is no API key of ours: another prefix or length, or a checksum that does not fit. Nothing was looked up. */
export class MalformedAPIKeyError extends VerificationError {
  readonly code = 'api_key_malformed'

  constructor() {
    super('The API key is malformed')
  }
}

/** No such key was issued, or it was deleted. */
export class UnknownAPIKeyError extends VerificationError {
  readonly code = 'api_key_unknown'

  constructor() {
    super('The API key is not known')
  }
}

/** The key was good, and has expired; by rotation as well. */
export class ExpiredAPIKeyError extends VerificationError {
  readonly code = 'api_key_expired'

  constructor() {
    super('The API key has expired')
  }
}

/** The key was good, and was revoked. */
export class RevokedAPIKeyError extends VerificationError {
  readonly code = 'api_key_revoked'

  constructor() {
    super('The API key was revoked')
  }
}

/** Nobody could find out whether the key is good: the store failed; answered with 503. */
export class APIKeyStoreError extends UnavailableError {
  readonly code = 'api_key_store_unavailable'

  constructor(options: ErrorOptions) {
    super('The store of API keys cannot be asked', options)
  }
}
