import type { JWK } from 'jose'
import { type Algorithm, algorithmNamed, findAlgorithm } from './algorithms.ts'
import { decodeBase64url } from './base64url.ts'

/** What is wrong with a key; its text names the member and never holds its value. */
export class BadKeyError extends TypeError {
  override readonly name = 'TypeError'
}

const MINIMUM_RSA_BITS = 2048
// Above this a single verification becomes a denial of service.
const MAXIMUM_RSA_BITS = 16_384

/**
 * The one algorithm that a key is for (RFC 8725 section 3.1): the configured one, its own `alg`, or the one that its
 * curve leaves.
 */
export function algorithmOf(jwk: JWK, configured: string | undefined): Algorithm {
  if (configured !== undefined) {
    const algorithm = algorithmNamed('algorithm', configured)
    if (jwk.alg !== undefined && jwk.alg !== algorithm.name) {
      throw new BadKeyError(`algorithm: the key's own alg is not ${algorithm.name}`)
    }
    return algorithm
  }
  if (jwk.alg !== undefined) {
    const algorithm = findAlgorithm(jwk.alg)
    if (algorithm === undefined) throw new BadKeyError("key: its alg is not a supported signature algorithm's name")
    return algorithm
  }
  const byCurve = CURVE_ALGORITHM.get(jwk.crv)
  if (byCurve !== undefined) return algorithmNamed('algorithm', byCurve)
  throw new BadKeyError("algorithm: name the key's algorithm, since the key does not")
}

const CURVE_ALGORITHM: ReadonlyMap<string | undefined, string> = new Map([
  ['P-256', 'ES256'],
  ['P-384', 'ES384'],
  ['P-521', 'ES512'],
  ['Ed25519', 'EdDSA'],
])

/** Throws a {@link BadKeyError} unless the key is whole, strong enough and meant for this algorithm. */
export function assertJWK(jwk: JWK, algorithm: Algorithm): void {
  if (typeof jwk !== 'object' || jwk === null) throw new BadKeyError('key: expected a JWK object')
  if (jwk.kty !== algorithm.kty) throw new BadKeyError(`key: its kty does not fit ${algorithm.name}`)
  if (algorithm.crv !== undefined && jwk.crv !== algorithm.crv) {
    throw new BadKeyError(`key: its crv does not fit ${algorithm.name}`)
  }
  if (jwk.kid !== undefined && (typeof jwk.kid !== 'string' || jwk.kid === '' || jwk.kid.length > MAX_KID_LENGTH)) {
    throw new BadKeyError(`key: its kid is not a text of 1 to ${MAX_KID_LENGTH} characters`)
  }
  assertPurpose(jwk)
  if (algorithm.kty === 'oct') assertSecret(member(jwk, 'k'), algorithm)
  else if (algorithm.kty === 'RSA') assertRSA(jwk)
  else {
    for (const name of algorithm.kty === 'EC' ? (['x', 'y'] as const) : (['x'] as const)) {
      if (member(jwk, name).length !== algorithm.coordinateLength) {
        throw new BadKeyError(`key: its ${name} does not have the length that ${algorithm.crv} asks for`)
      }
    }
    if (jwk.d !== undefined && member(jwk, 'd').length !== algorithm.coordinateLength) {
      throw new BadKeyError(`key: its d does not have the length that ${algorithm.crv} asks for`)
    }
  }
}

/** No `kid` of a real issuer comes near. */
export const MAX_KID_LENGTH = 256

/** Throws a {@link BadKeyError} for a secret that is too short, or is a public key in disguise. */
export function assertSecret(secret: Uint8Array, algorithm: Algorithm): void {
  const needed = algorithm.secretLength as number
  if (secret.length < needed) {
    throw new BadKeyError(
      `secret: ${algorithm.name} needs at least ${needed} bytes (RFC 7518 section 3.2); 'sallyport keygen ${algorithm.name}' makes one`,
    )
  }
  // A public key as the secret is known to the attacker: CVE-2015-9235 and its kin.
  const start = new TextDecoder('latin1').decode(secret.subarray(0, 4096)).trimStart()
  if (/-----BEGIN |^---- BEGIN |^(?:ssh-|ecdsa-sha2-|sk-)\S+ /.test(start) || /^\{[^}]*"kty"/.test(start)) {
    throw new BadKeyError('secret: this is a key in PEM, SSH or JWK form; load it with Key.fromPEM or Key.fromJWK')
  }
}

function assertPurpose(jwk: JWK): void {
  if (jwk.use !== undefined && jwk.use !== 'sig') throw new BadKeyError('key: its use is not sig')
  if (jwk.key_ops === undefined) return
  const needed = jwk.d === undefined ? 'verify' : 'sign'
  if (!Array.isArray(jwk.key_ops) || !jwk.key_ops.includes(needed)) {
    throw new BadKeyError(`key: its key_ops do not hold ${needed}`)
  }
}

function assertRSA(jwk: JWK): void {
  const bits = bitLength(member(jwk, 'n'))
  if (bits < MINIMUM_RSA_BITS || bits > MAXIMUM_RSA_BITS) {
    throw new BadKeyError(`key: expected an RSA modulus of ${MINIMUM_RSA_BITS} to ${MAXIMUM_RSA_BITS} bits`)
  }
  const e = member(jwk, 'e')
  // An even exponent has no inverse; 1 lets everyone sign. FIPS 186-5 section 5.1 allows none of 2^256 and more.
  if (bitLength(e) < 2 || bitLength(e) > 256 || ((e.at(-1) as number) & 1) === 0) {
    throw new BadKeyError('key: expected an odd RSA exponent of at least 3')
  }
  if (jwk.oth !== undefined) throw new BadKeyError('key: RSA with more than two primes is not supported')
}

function bitLength(bytes: Uint8Array): number {
  const first = bytes.findIndex((byte) => byte !== 0)
  return first < 0 ? 0 : (bytes.length - first) * 8 - (Math.clz32(bytes[first] as number) - 24)
}

function member(jwk: JWK, name: 'k' | 'n' | 'e' | 'x' | 'y' | 'd'): Uint8Array<ArrayBuffer> {
  const value: unknown = jwk[name]
  const bytes = typeof value === 'string' ? decodeBase64url(value) : undefined
  if (bytes === undefined) throw new BadKeyError(`key: its ${name} is not base64url`)
  return bytes
}
