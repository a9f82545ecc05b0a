import {
  AlgorithmNotAllowedError,
  BadSignatureError,
  EncryptedTokenError,
  type JWTError,
  MalformedTokenError,
  TokenExpiredError,
  TokenNotYetValidError,
  TokenTooLongError,
  TokenTooOldError,
  UnknownKeyError,
  UnsupportedHeaderError,
  WrongAudienceError,
  WrongIssuerError,
  WrongTypeError,
} from './errors.ts'

/**
 * Why a token is refused, given in the place of what it says, and thrown only for who wants it thrown: an error that is made and
 * thrown costs V8 more than a good token costs us, and garbage is to cost no more than that.
 *
 * There is one for each reason that says nothing of the token itself, so that what is answered can be made once.
 */
export class RefusedToken {
  /** Makes the error that says it. */
  readonly makeError: () => JWTError

  constructor(makeError: () => JWTError) {
    this.makeError = makeError
  }
}

/** @throws JWTError for a token that is refused; gives everything else back. */
export function unlessRefused<Value>(value: Value | RefusedToken): Value {
  if (value instanceof RefusedToken) throw value.makeError()
  return value
}

export const MALFORMED: RefusedToken = new RefusedToken(() => new MalformedTokenError())
export const MALFORMED_HEADER: RefusedToken = new RefusedToken(
  () => new MalformedTokenError('The header of the token is malformed'),
)
export const MALFORMED_CLAIMS: RefusedToken = new RefusedToken(
  () => new MalformedTokenError('The claims of the token are malformed'),
)
export const TOO_LONG: RefusedToken = new RefusedToken(() => new TokenTooLongError())
export const ENCRYPTED: RefusedToken = new RefusedToken(() => new EncryptedTokenError())
export const UNSUPPORTED_HEADER: RefusedToken = new RefusedToken(() => new UnsupportedHeaderError())
export const ALGORITHM_NOT_ALLOWED: RefusedToken = new RefusedToken(() => new AlgorithmNotAllowedError())
export const UNKNOWN_KEY: RefusedToken = new RefusedToken(() => new UnknownKeyError())
export const BAD_SIGNATURE: RefusedToken = new RefusedToken(() => new BadSignatureError())
export const WRONG_TYPE: RefusedToken = new RefusedToken(() => new WrongTypeError())
export const EXPIRED: RefusedToken = new RefusedToken(() => new TokenExpiredError())
export const NOT_YET_VALID: RefusedToken = new RefusedToken(() => new TokenNotYetValidError())
export const TOO_OLD: RefusedToken = new RefusedToken(() => new TokenTooOldError())
export const WRONG_ISSUER: RefusedToken = new RefusedToken(() => new WrongIssuerError())
export const WRONG_AUDIENCE: RefusedToken = new RefusedToken(() => new WrongAudienceError())
