import { errorDescription } from './challenge-grammar.ts'

/**
 * Everything that a token can be refused for has a class of its own with a stable `code`.
 *
 * Messages are fixed sentences: they go to the client as `error_description` (RFC 6750 section 3), so they never hold a
 * part of the token, a key, or the configured value that was expected.
 *
 * @param message - A fixed sentence, safe to show to the client.
 * @example
 * ```ts
 * import { JWTError, JWTVerifier } from 'sallyport/jwt'
 *
 * const verifier = new JWTVerifier({ secret: 'a text of at least thirty-two bytes', algorithms: ['HS256'] })
 * try {
 *   await verifier.verify('not.a.token')
 * } catch (error) {
 *   if (error instanceof JWTError) console.log(error.code, error.status)
 * }
 * ```
 * @see {@link https://www.rfc-editor.org/rfc/rfc6750#section-3.1 RFC 6750 section 3.1}
 */
export abstract class JWTError extends Error {
  /** A stable name of the reason, to compare in programs and to count in logs. */
  abstract readonly code: JWTErrorCode

  /** The HTTP status that fits: 401 for a bad token, 503 when we could not find out. */
  readonly status: 401 | 503 = 401

  /** The error code of RFC 6750 for the challenge; absent when the client's token is not to blame. */
  readonly challengeError: 'invalid_token' | undefined = 'invalid_token'

  constructor(message: string, options?: ErrorOptions) {
    // Garbage is to cost no more than a good token, and V8 spends longer on a stack than we do on the token.
    const { stackTraceLimit } = Error
    const without = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')?.writable === true
    if (without) Error.stackTraceLimit = 0
    super(message, options)
    if (without) Error.stackTraceLimit = stackTraceLimit
    this.name = new.target.name
  }

  /** What the framework answers when nobody catches it: 401 with the challenge, or 503. */
  get '~answer'(): JWTErrorAnswer {
    if (this.challengeError === undefined) return { status: this.status }
    const challenge = `Bearer error="${this.challengeError}", error_description="${errorDescription(this.message)}"`
    return { status: this.status, detail: 'Could not validate credentials', headers: { 'www-authenticate': challenge } }
  }
}

interface JWTErrorAnswer {
  status: number
  detail?: string
  headers?: Record<string, string>
}

/** The codes of all errors of this package. */
export type JWTErrorCode =
  | 'algorithm_not_allowed'
  | 'audience_wrong'
  | 'claim_invalid'
  | 'claim_missing'
  | 'header_not_supported'
  | 'issuer_wrong'
  | 'key_unknown'
  | 'keys_unavailable'
  | 'revocation_unavailable'
  | 'signature_invalid'
  | 'token_encrypted'
  | 'token_expired'
  | 'token_malformed'
  | 'token_not_yet_valid'
  | 'token_revoked'
  | 'token_too_long'
  | 'token_too_old'
  | 'type_wrong'

/**
 * The text is not a JWS in compact form, or its header or claims are not one strict JSON object.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7515#section-5.2 RFC 7515 section 5.2}
 */
export class MalformedTokenError extends JWTError {
  readonly code = 'token_malformed'
  constructor(message = 'The token is malformed') {
    super(message)
  }
}

/** The token is longer than the verifier's `maxLength`; it was not decoded. */
export class TokenTooLongError extends JWTError {
  readonly code = 'token_too_long'
  constructor() {
    super('The token is too long')
  }
}

/**
 * The token is encrypted (JWE) where a signed one (JWS) is expected.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7516#section-9 RFC 7516 section 9}
 */
export class EncryptedTokenError extends JWTError {
  readonly code = 'token_encrypted'
  constructor() {
    super('The token is encrypted where a signed one is expected')
  }
}

/**
 * The token's `alg` is not one that the verifier was configured with; `none` never is.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8725#section-3.1 RFC 8725 section 3.1}
 */
export class AlgorithmNotAllowedError extends JWTError {
  readonly code = 'algorithm_not_allowed'
  constructor() {
    super('The token is signed with an algorithm that is not allowed')
  }
}

/**
 * The header asks for something that we do not support and must not ignore: `crit` or `b64`.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7515#section-4.1.11 RFC 7515 section 4.1.11}
 */
export class UnsupportedHeaderError extends JWTError {
  readonly code = 'header_not_supported'
  constructor() {
    super('The token has a header extension that is not supported')
  }
}

/**
 * No key of the verifier has the token's `kid` and algorithm.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7515#section-4.1.4 RFC 7515 section 4.1.4}
 */
export class UnknownKeyError extends JWTError {
  readonly code = 'key_unknown'
  constructor() {
    super('The token is signed with a key that is not known')
  }
}

/** The signature is not one that the key made over this header and these claims. */
export class BadSignatureError extends JWTError {
  readonly code = 'signature_invalid'
  constructor() {
    super('The signature of the token is not valid')
  }
}

/**
 * The time is at or after the token's `exp`.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4 RFC 7519 section 4.1.4}
 */
export class TokenExpiredError extends JWTError {
  readonly code = 'token_expired'
  constructor() {
    super('The token has expired')
  }
}

/**
 * The time is before the token's `nbf`.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7519#section-4.1.5 RFC 7519 section 4.1.5}
 */
export class TokenNotYetValidError extends JWTError {
  readonly code = 'token_not_yet_valid'
  constructor() {
    super('The token is not valid yet')
  }
}

/** The token's `iat` is further back than the verifier's `maxAge`, or lies in the future. */
export class TokenTooOldError extends JWTError {
  readonly code = 'token_too_old'
  constructor() {
    super('The token was not issued recently enough')
  }
}

/** The token's `iss` is not an issuer that the verifier was configured with. */
export class WrongIssuerError extends JWTError {
  readonly code = 'issuer_wrong'
  constructor() {
    super('The token was not issued by the expected issuer')
  }
}

/**
 * The token's `aud` does not hold an audience of the verifier, or the verifier has none and the token does.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3 RFC 7519 section 4.1.3}
 */
export class WrongAudienceError extends JWTError {
  readonly code = 'audience_wrong'
  constructor() {
    super('The token is not meant for this audience')
  }
}

/**
 * The token's `typ` is not the expected one, as for an ID token where an access token is expected.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8725#section-3.11 RFC 8725 section 3.11}
 */
export class WrongTypeError extends JWTError {
  readonly code = 'type_wrong'
  constructor() {
    super('The token is not of the expected type')
  }
}

/** A claim that the verifier requires is absent. */
export class MissingClaimError extends JWTError {
  readonly code = 'claim_missing'
  /** The name of the absent claim; it comes from the configuration, not from the token. */
  readonly claim: string
  constructor(claim: string) {
    super(`The token has no ${claim} claim`)
    this.claim = claim
  }
}

/** A claim has the wrong type, or the claims do not fit the given schema. */
export class InvalidClaimError extends JWTError {
  readonly code = 'claim_invalid'
  /** The registered claim's name; undefined when the schema refused, since its paths may hold the token's own words. */
  readonly claim: string | undefined
  /** What the schema said, for our own log only: a schema's message may quote a value. */
  readonly issues: readonly ClaimIssue[]
  constructor(claim: string | undefined, issues: readonly ClaimIssue[] = []) {
    super(
      claim === undefined ? 'The claims of the token are not valid' : `The ${claim} claim of the token is not valid`,
    )
    this.claim = claim
    this.issues = issues
    // Not enumerable, so that a logger that prints an error's fields does not print claims.
    Object.defineProperty(this, 'issues', { enumerable: false })
  }
}

/** One complaint of the claims schema. */
export interface ClaimIssue {
  readonly message: string
  readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }> | undefined
}

/** The token was revoked before its expiry. */
export class TokenRevokedError extends JWTError {
  readonly code = 'token_revoked'
  constructor() {
    super('The token has been revoked')
  }
}

/** What is known of something that could not be asked. */
export interface UnavailableOptions extends ErrorOptions {
  /** In how many whole seconds it is asked again at the earliest; 5. */
  readonly retryAfter?: number
}

/** In seconds, where nobody knows better. */
const RETRY_AFTER = 5

/** 503 with Retry-After (RFC 9110 §10.2.3). */
function answerLater({ status, retryAfter }: { readonly status: 503; readonly retryAfter: number }): JWTErrorAnswer {
  return { status, headers: { 'retry-after': String(retryAfter) } }
}

/** The issuer's keys could not be fetched and none are kept: we cannot tell, and the client should try again when they are fetched again. */
export class KeysUnavailableError extends JWTError {
  readonly code = 'keys_unavailable'
  override readonly status = 503
  override readonly challengeError = undefined
  /** In how many whole seconds the client may come again: the answer's Retry-After. */
  readonly retryAfter: number
  constructor(options: UnavailableOptions = {}) {
    super('The keys of the issuer are not available', options)
    this.retryAfter = options.retryAfter ?? RETRY_AFTER
  }

  override get '~answer'(): JWTErrorAnswer {
    return answerLater(this)
  }
}

/** The store of revoked tokens could not be asked: we cannot tell, and the client should try again later. */
export class RevocationUnavailableError extends JWTError {
  readonly code = 'revocation_unavailable'
  override readonly status = 503
  override readonly challengeError = undefined
  /** In how many whole seconds the client may come again: the answer's Retry-After. */
  readonly retryAfter: number
  constructor(options: UnavailableOptions = {}) {
    super('Whether the token was revoked could not be found out', options)
    this.retryAfter = options.retryAfter ?? RETRY_AFTER
  }

  override get '~answer'(): JWTErrorAnswer {
    return answerLater(this)
  }
}
