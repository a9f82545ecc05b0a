import { isAwaitable } from './awaitable.ts'
import { decodeBase64url } from './base64url.ts'
import { type CompactToken, type Header, type HeaderCache, parseCompact } from './compact.ts'
import type { FoundKey, FoundKeys, KeySource } from './key-source.ts'
import { ALGORITHM_NOT_ALLOWED, BAD_SIGNATURE, MALFORMED_CLAIMS, RefusedToken, UNKNOWN_KEY } from './refused-token.ts'

/** What a signature is checked against. */
export interface JWSExpectations {
  readonly keys: KeySource
  /** Undefined: each key's own algorithm, and no other, is accepted for it. */
  readonly algorithms: ReadonlySet<string> | undefined
  readonly maxLength: number
  readonly headers: HeaderCache
}

/** A token whose signature is good. */
export interface VerifiedJWS {
  readonly header: Header
  /** Decoded, but not read yet. */
  readonly payload: Uint8Array<ArrayBuffer>
  /** When the key that verified it ends, in milliseconds since the epoch. */
  readonly keyUntil: number
}

/** What comes of a token. */
export type CheckedJWS = VerifiedJWS | RefusedToken

/** A token without `kid` is tried with this many keys at most: a verification is work that anyone can ask for. */
const MAX_CANDIDATES = 8

/**
 * Checks the signature of a JWS in compact form, at once where keys and engine allow it.
 *
 * @throws KeysUnavailableError, at once or by rejecting, where it cannot be checked.
 */
export function verifyJWS(text: unknown, expected: JWSExpectations): CheckedJWS | Promise<CheckedJWS> {
  const token = parseCompact(text, expected.maxLength, expected.headers)
  if (token instanceof RefusedToken) return token
  const { alg, kid } = token.parsed
  if (expected.algorithms !== undefined && !expected.algorithms.has(alg)) return ALGORITHM_NOT_ALLOWED
  const found = expected.keys.find(alg, kid)
  return isAwaitable(found)
    ? Promise.resolve(found).then((keys) => tryKeys(token, keys, expected))
    : tryKeys(token, found, expected)
}

function tryKeys(
  token: CompactToken,
  found: FoundKeys,
  { headers, keys, algorithms }: JWSExpectations,
): CheckedJWS | Promise<CheckedJWS> {
  if (found.length === 0 || found.length > MAX_CANDIDATES) {
    // Where the keys decide which algorithms are allowed, an algorithm that none of them has is not allowed.
    return algorithms === undefined && keys.algorithms?.has(token.parsed.alg) === false
      ? ALGORITHM_NOT_ALLOWED
      : UNKNOWN_KEY
  }
  for (let index = 0; index < found.length; index++) {
    const { key, until } = found[index] as FoundKey
    const valid = key.verify(token)
    if (typeof valid !== 'boolean') return tryRest(token, found, index, valid, headers)
    if (valid) return accept(token, until, headers)
  }
  return BAD_SIGNATURE
}

async function tryRest(
  token: CompactToken,
  found: FoundKeys,
  index: number,
  first: Promise<boolean>,
  headers: HeaderCache,
): Promise<CheckedJWS> {
  if (await first) return accept(token, (found[index] as FoundKey).until, headers)
  for (const { key, until } of found.slice(index + 1)) {
    if (await key.verify(token)) return accept(token, until, headers)
  }
  return BAD_SIGNATURE
}

function accept(token: CompactToken, keyUntil: number, headers: HeaderCache): CheckedJWS {
  const payload = decodeBase64url(token.payload)
  if (payload === undefined) return MALFORMED_CLAIMS
  headers.keep(token.header, token.parsed)
  return { header: token.parsed, payload, keyUntil }
}
