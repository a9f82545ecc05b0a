import { findAlgorithm } from './algorithms.ts'
import { decodeBase64urlText } from './base64url.ts'
import type { SignedParts } from './engine.ts'
import {
  AlgorithmNotAllowedError,
  EncryptedTokenError,
  MalformedTokenError,
  TokenTooLongError,
  UnsupportedHeaderError,
} from './errors.ts'
import { own, parseJSONObject } from './json.ts'
import { MAX_KID_LENGTH } from './jwk.ts'

/** What of a header is used. `jku`, `jwk`, `x5u` and `x5c` are not even kept: a token does not bring its own key. */
export interface Header {
  readonly alg: string
  readonly kid: string | undefined
  /** As {@link typeName} writes it. */
  readonly typ: string | undefined
}

/** A token in its parts; nothing of it is trusted yet. */
export interface CompactToken extends SignedParts {
  readonly parsed: Header
}

/**
 * The headers of verified tokens. An issuer writes the same few ones over and over, and only verified ones are kept, so
 * that nobody can fill it.
 */
export class HeaderCache {
  readonly #headers = new Map<string, Header>()

  get(segment: string): Header | undefined {
    return this.#headers.get(segment)
  }

  keep(segment: string, header: Header): void {
    if (this.#headers.size >= 64) this.#headers.clear()
    this.#headers.set(segment, header)
  }
}

/**
 * Takes a JWS in compact form apart (RFC 7515 section 5.2 steps 1 to 5).
 *
 * @throws JWTError for a text that is too long or has another form, for a header that is not one strict JSON object, and
 * for `crit` and `b64`.
 */
export function parseCompact(token: unknown, maxLength: number, headers: HeaderCache): CompactToken {
  if (typeof token !== 'string') throw new MalformedTokenError()
  if (token.length > maxLength) throw new TokenTooLongError()
  const first = token.indexOf('.')
  const second = token.indexOf('.', first + 1)
  if (first < 1 || second < 0) throw new MalformedTokenError()
  const third = token.indexOf('.', second + 1)
  if (third >= 0) {
    // RFC 7516 section 9: five segments are a JWE.
    const fourth = token.indexOf('.', third + 1)
    if (fourth >= 0 && !token.includes('.', fourth + 1)) throw new EncryptedTokenError()
    throw new MalformedTokenError()
  }
  const header = token.slice(0, first)
  return {
    header,
    payload: token.slice(first + 1, second),
    signature: token.slice(second + 1),
    signingInput: token.slice(0, second),
    parsed: headers.get(header) ?? parseHeader(header),
  }
}

function parseHeader(segment: string): Header {
  const text = decodeBase64urlText(segment)
  const object = text === undefined ? undefined : parseJSONObject(text)
  if (object === undefined) throw new MalformedTokenError('The header of the token is malformed')
  if (Object.hasOwn(object, 'enc')) throw new EncryptedTokenError()
  // RFC 7515 section 4.1.11: we understand no extension, so each one that is critical is refused. RFC 7797 section 6: an
  // unencoded payload must be announced there, and refusing it here as well costs nothing.
  if (Object.hasOwn(object, 'crit')) throw new UnsupportedHeaderError()
  if (Object.hasOwn(object, 'b64') && object.b64 !== true) throw new UnsupportedHeaderError()
  const alg = own(object, 'alg')
  const kid = own(object, 'kid')
  const typ = own(object, 'typ')
  if (typeof alg !== 'string') throw new MalformedTokenError('The header of the token is malformed')
  if (findAlgorithm(alg) === undefined) throw new AlgorithmNotAllowedError()
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > MAX_KID_LENGTH)) {
    throw new MalformedTokenError('The header of the token is malformed')
  }
  if (typ !== undefined && typeof typ !== 'string') {
    throw new MalformedTokenError('The header of the token is malformed')
  }
  return { alg, kid, typ: typ === undefined ? undefined : typeName(typ) }
}

/** RFC 7515 section 4.1.9: a media type, `application/` may be left out; media types know no case. */
export function typeName(typ: string): string {
  const name = typ.toLowerCase()
  return name.startsWith('application/') && !name.includes('/', 12) ? name.slice(12) : name
}
