import type { JWK } from 'jose'
import { type Algorithm, findAlgorithm } from '../jwt/algorithms.ts'
import { decodeBase64url, decodeBase64urlText } from '../jwt/base64url.ts'
import { type JSONObject, own, parseJSONObject } from '../jwt/json.ts'
import { algorithmOf, assertJWK } from '../jwt/jwk.ts'
import { digestCrypto } from './digest-algorithm.ts'
import { DPoPProofError } from './dpop-errors.ts'

/** A proof in its parts; the signature is not checked yet. */
export interface DPoPProof {
  readonly algorithm: Algorithm
  /** The public key, of these members only. */
  readonly jwk: Readonly<Record<string, string>>
  /** The key's SHA-256 thumbprint of RFC 7638, which tokens are bound to. */
  readonly thumbprint: string
  readonly claims: JSONObject
  readonly signingInput: string
  readonly signature: Uint8Array
}

/** Longer than any real one: an RSA key of 4,096 bits makes one of 2,000 characters. */
const MAX_LENGTH = 8192
const COMPACT = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/

/** The members that make a thumbprint, in its order (RFC 7638 §3.2, RFC 8037 §2): all that is taken of a key. */
const MEMBERS: Readonly<Record<'RSA' | 'EC' | 'OKP', readonly string[]>> = {
  RSA: ['e', 'kty', 'n'],
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
}

/** Of RSA and elliptic curves, and of secrets. */
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'r', 't']

/**
 * Takes a proof apart: steps 2 to 5 and 7 of RFC 9449 §4.3.
 *
 * @param algorithms the ones that are allowed; none is of a shared secret.
 * @throws DPoPProofError
 */
export function parseProof(header: string, algorithms: ReadonlySet<string>): DPoPProof {
  // Two lines of the header come joined with a comma, which is not in a JWT.
  const [, first = '', second = '', third = ''] = (header.length <= MAX_LENGTH && COMPACT.exec(header)) || []
  const parameters = jsonOf(first)
  const claims = jsonOf(second)
  const signature = decodeBase64url(third)
  if (parameters === undefined || claims === undefined || signature === undefined) malformed()
  if (own(parameters, 'typ') !== 'dpop+jwt' || own(parameters, 'crit') !== undefined) malformed()
  if (own(parameters, 'b64') !== undefined) malformed()
  const alg = own(parameters, 'alg')
  const algorithm = findAlgorithm(alg)
  if (algorithm === undefined || algorithm.kty === 'oct' || !algorithms.has(algorithm.name)) {
    throw new DPoPProofError('The algorithm of the DPoP proof is not allowed')
  }
  const jwk = publicKeyOf(own(parameters, 'jwk'), algorithm)
  const hash = digestCrypto().createHash('sha256').update(JSON.stringify(jwk))
  return { algorithm, jwk, thumbprint: hash.digest('base64url'), claims, signingInput: `${first}.${second}`, signature }
}

/**
 * Whether the key in a proof has signed it.
 *
 * Asked last: whose key the proof brings decides how much work it is.
 */
export function isSigned({ algorithm, jwk, signingInput, signature }: DPoPProof): boolean {
  if (algorithm.signatureLength !== undefined && signature.length !== algorithm.signatureLength) return false
  const { createPublicKey, verify, constants } = digestCrypto()
  try {
    const key = createPublicKey({ key: jwk as JWK, format: 'jwk' })
    const padding = algorithm.pss
      ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
      : {}
    const options = { key, dsaEncoding: 'ieee-p1363' as const, ...padding }
    return verify(algorithm.hash, new TextEncoder().encode(signingInput), options, signature)
  } catch {
    // A point that is not on its curve, say.
    return false
  }
}

function publicKeyOf(value: unknown, algorithm: Algorithm): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) malformed()
  const given = value as JSONObject
  if (PRIVATE.some((name) => Object.hasOwn(given, name))) malformed()
  try {
    algorithmOf(given, algorithm.name)
    assertJWK(given, algorithm)
  } catch {
    malformed()
  }
  const key: Record<string, string> = {}
  for (const name of MEMBERS[algorithm.kty as keyof typeof MEMBERS]) key[name] = own(given, name) as string
  return key
}

function jsonOf(segment: string): JSONObject | undefined {
  const text = decodeBase64urlText(segment)
  return text === undefined ? undefined : parseJSONObject(text)
}

function malformed(): never {
  throw new DPoPProofError('The DPoP proof is malformed')
}
