/**
 * Why a verifying scheme refused credentials, or could not tell: a class for each reason, with a stable `code`.
 *
 * Messages are fixed sentences, which the client sees as `error_description`: no part of a token, a secret or an answer of another
 * server is in them. What led to the error is its `cause`, for the log.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6750.html#section-3.1
 */
export abstract class VerificationError extends Error {
  /** A stable name of the reason, to compare in programs and to count in logs. */
  abstract readonly code: string
  /** The HTTP status that fits: 401 for refused credentials, 503 where nobody could find out. */
  readonly status: 401 | 503 = 401
  /** The error code of RFC 6750 for the challenge; undefined where the credentials are not to blame. */
  readonly challengeError: 'invalid_token' | undefined = 'invalid_token'

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
  }

  /** What the framework answers where no scheme made a challenge of it. */
  get '~answer'(): { readonly status: number; readonly detail?: string; readonly headers?: Record<string, string> } {
    if (this.challengeError === undefined) return { status: this.status }
    const challenge = `Bearer error="${this.challengeError}", error_description="${describable(this.message)}"`
    return { status: this.status, detail: 'Could not validate credentials', headers: { 'www-authenticate': challenge } }
  }
}

/** What is known of something that could not be asked. */
export interface UnavailableOptions extends ErrorOptions {
  /** In how many whole seconds it is asked again at the earliest; 5. */
  readonly retryAfter?: number
}

/** Seconds after which to come again, where nobody knows better. */
const RETRY_AFTER = 5

/** Nobody could find out whether credentials are good: answered with 503 and Retry-After. */
export abstract class UnavailableError extends VerificationError {
  override readonly status = 503
  override readonly challengeError = undefined
  /** In how many whole seconds the client may come again: the answer's Retry-After. */
  readonly retryAfter: number

  constructor(message: string, options: UnavailableOptions = {}) {
    super(message, options)
    this.retryAfter = options.retryAfter ?? RETRY_AFTER
  }

  /** What the framework answers: 503 with Retry-After (RFC 9110 §10.2.3). */
  override get '~answer'(): { readonly status: number; readonly headers: Record<string, string> } {
    return { status: this.status, headers: { 'retry-after': String(this.retryAfter) } }
  }
}

/** The token was verified, and still does not say what is needed. */
export class InvalidTokenError extends VerificationError {
  readonly code = 'token_invalid'
}

/**
 * The authorization server says that the token is not active: expired, revoked, or not its own.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7662.html#section-2.2
 */
export class TokenInactiveError extends VerificationError {
  readonly code = 'token_inactive'
  constructor() {
    super('The token is not active')
  }
}

/** The authorization server could not be asked about the token: we cannot tell, and the client should try again later. */
export class IntrospectionUnavailableError extends UnavailableError {
  readonly code = 'introspection_unavailable'
  constructor(options?: UnavailableOptions) {
    super('Whether the token is active could not be found out', options)
  }
}

/** The configuration of the OpenID provider could not be fetched and none is kept: the client should try again later. */
export class DiscoveryUnavailableError extends UnavailableError {
  readonly code = 'discovery_unavailable'
  constructor(options?: UnavailableOptions) {
    super('The configuration of the OpenID provider is not available', options)
  }
}

/** RFC 6750 §3 allows no quote, no backslash and nothing outside of ASCII in `error_description`, not even escaped. */
export function describable(text: string): string {
  return text.replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, '?')
}

/** The sentence of an error that says of itself that the token is to blame; undefined for any other error. */
export function refusalIn(error: unknown): string | undefined {
  if (!(error instanceof Error) || (error as { challengeError?: unknown }).challengeError !== 'invalid_token') {
    return undefined
  }
  return describable(error.message)
}
