import { findAlgorithm } from './algorithms.ts'
import { decodeBase64urlText } from './base64url.ts'
import type { SignedParts } from './engine.ts'
import { own, parseJSONObject } from './json.ts'
import { MAX_KID_LENGTH } from './jwk.ts'
import {
  ALGORITHM_NOT_ALLOWED,
  ENCRYPTED,
  MALFORMED,
  MALFORMED_HEADER,
  RefusedToken,
  TOO_LONG,
  UNSUPPORTED_HEADER,
} from './refused-token.ts'

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
 * Refused are a text that is too long or has another form, a header that is not one strict JSON object, `crit` and `b64`.
 */
export function parseCompact(token: unknown, maxLength: number, headers: HeaderCache): CompactToken | RefusedToken {
  if (typeof token !== 'string') return MALFORMED
  if (token.length > maxLength) return TOO_LONG
  const first = token.indexOf('.')
  const second = token.indexOf('.', first + 1)
  if (first < 1 || second < 0) return MALFORMED
  const third = token.indexOf('.', second + 1)
  if (third >= 0) {
    // RFC 7516 section 9: five segments are a JWE.
    const fourth = token.indexOf('.', third + 1)
    return fourth >= 0 && !token.includes('.', fourth + 1) ? ENCRYPTED : MALFORMED
  }
  const header = token.slice(0, first)
  const parsed = headers.get(header) ?? parseHeader(header)
  if (parsed instanceof RefusedToken) return parsed
  return {
    header,
    payload: token.slice(first + 1, second),
    signature: token.slice(second + 1),
    signingInput: token.slice(0, second),
    parsed,
  }
}

function parseHeader(segment: string): Header | RefusedToken {
  const text = decodeBase64urlText(segment)
  const object = text === undefined ? undefined : parseJSONObject(text)
  if (object === undefined) return MALFORMED_HEADER
  if (Object.hasOwn(object, 'enc')) return ENCRYPTED
  // RFC 7515 section 4.1.11: we understand no extension, so each one that is critical is refused. RFC 7797 section 6: an
  // unencoded payload must be announced there, and refusing it here as well costs nothing.
  if (Object.hasOwn(object, 'crit')) return UNSUPPORTED_HEADER
  if (Object.hasOwn(object, 'b64') && object.b64 !== true) return UNSUPPORTED_HEADER
  const alg = own(object, 'alg')
  const kid = own(object, 'kid')
  const typ = own(object, 'typ')
  if (typeof alg !== 'string') return MALFORMED_HEADER
  if (findAlgorithm(alg) === undefined) return ALGORITHM_NOT_ALLOWED
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > MAX_KID_LENGTH)) return MALFORMED_HEADER
  if (typ !== undefined && typeof typ !== 'string') return MALFORMED_HEADER
  return { alg, kid, typ: typ === undefined ? undefined : typeName(typ) }
}

/** RFC 7515 section 4.1.9: a media type, `application/` may be left out; media types know no case. */
export function typeName(typ: string): string {
  const name = typ.toLowerCase()
  return name.startsWith('application/') && !name.includes('/', 12) ? name.slice(12) : name
}
