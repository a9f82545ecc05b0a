import type * as NodeCrypto from 'node:crypto'
import type { JWK } from 'jose'
import type { Algorithm } from './algorithms.ts'
import { decodeBase64url, decodeBase64urlText, encodeBase64url, utf8Bytes } from './base64url.ts'
import { nodeCrypto } from './runtime.ts'

/** A key made ready for an engine; only the engine that made it knows what is inside. */
export interface KeyHandle {
  readonly verifying: unknown
  readonly signing: unknown
}

/** What signs and verifies. There are two, chosen once: node:crypto where it exists, otherwise `jose` over WebCrypto. */
export interface Engine {
  readonly name: 'node:crypto' | 'WebCrypto'
  /** Rejects or throws when the key is not one, such as a point that is not on its curve. At once for a secret. */
  readonly importKey: (jwk: JWK, algorithm: Algorithm) => KeyHandle | Promise<KeyHandle>
  /** The whole token of a header and a payload, both base64url. */
  readonly sign: (algorithm: Algorithm, key: KeyHandle, header: string, payload: string) => Promise<string>
  /**
   * Whether the last part of the token signs what stands before it. `header` and `payload` are that part's two segments;
   * `signature` is the segment in base64url, of which anything but the strict form is refused.
   */
  readonly verify: (algorithm: Algorithm, key: KeyHandle, parts: SignedParts) => boolean | Promise<boolean>
}

/** A token's segments as they stand in it. */
export interface SignedParts {
  readonly header: string
  readonly payload: string
  readonly signature: string
  /** `header.payload` */
  readonly signingInput: string
}

/** Cheap checks that both engines share: strict base64url and the length that the algorithm fixes. */
function signatureBytes(algorithm: Algorithm, signature: string): Uint8Array<ArrayBuffer> | undefined {
  const bytes = decodeBase64url(signature)
  if (bytes === undefined || bytes.length === 0) return undefined
  if (algorithm.signatureLength !== undefined && bytes.length !== algorithm.signatureLength) return undefined
  return bytes
}

/** `jose` over WebCrypto: every runtime has it, each call is asynchronous. It is loaded where it is used, so nowhere else. */
export const webEngine: Engine = {
  name: 'WebCrypto',
  importKey(jwk, algorithm) {
    if (algorithm.kty !== 'oct') return importPair(jwk, algorithm)
    const secret = decodeBase64url(jwk.k as string)
    return { verifying: secret, signing: secret }
  },
  async sign(algorithm, key, header, payload) {
    const { CompactSign } = await import('jose')
    const signer = new CompactSign(decodeBase64url(payload) as Uint8Array)
    signer.setProtectedHeader({ ...JSON.parse(decodeBase64urlText(header) as string), alg: algorithm.name })
    return signer.sign(key.signing as CryptoKey | Uint8Array)
  },
  async verify(algorithm, key, { header, payload, signature }) {
    if (signatureBytes(algorithm, signature) === undefined) return false
    const { flattenedVerify } = await import('jose')
    try {
      const flattened = { protected: header, payload, signature }
      await flattenedVerify(flattened, key.verifying as CryptoKey | Uint8Array, { algorithms: [algorithm.name] })
      return true
    } catch {
      // Whatever the reason, it was not verified.
      return false
    }
  },
}

async function importPair(jwk: JWK, algorithm: Algorithm): Promise<KeyHandle> {
  const { importJWK } = await import('jose')
  const verifying = await importJWK(publicPart(jwk), algorithm.name)
  return { verifying, signing: jwk.d === undefined ? undefined : await importJWK(jwk, algorithm.name) }
}

function publicPart(jwk: JWK): JWK {
  const open: Record<string, unknown> = {}
  for (const name of ['kty', 'crv', 'x', 'y', 'n', 'e'] as const) if (jwk[name] !== undefined) open[name] = jwk[name]
  return open as JWK
}

/** node:crypto, synchronous where a verification is cheaper than a trip through the thread pool. */
export function nodeEngine(crypto: typeof NodeCrypto): Engine {
  type KeyObject = NodeCrypto.KeyObject

  function parameters(algorithm: Algorithm, key: KeyObject): NodeCrypto.SignKeyObjectInput {
    if (algorithm.pss) {
      return {
        key,
        padding: crypto.constants.RSA_PKCS1_PSS_PADDING,
        saltLength: crypto.constants.RSA_PSS_SALTLEN_DIGEST,
      }
    }
    if (algorithm.kty === 'RSA') return { key, padding: crypto.constants.RSA_PKCS1_PADDING }
    return algorithm.kty === 'EC' ? { key, dsaEncoding: 'ieee-p1363' } : { key }
  }

  return {
    name: 'node:crypto',
    importKey(jwk, algorithm) {
      if (algorithm.kty === 'oct') {
        const secret = crypto.createSecretKey(decodeBase64url(jwk.k as string) as Uint8Array<ArrayBuffer>)
        return { verifying: secret, signing: secret }
      }
      const signing = jwk.d === undefined ? undefined : crypto.createPrivateKey({ key: jwk, format: 'jwk' })
      return { verifying: crypto.createPublicKey({ key: publicPart(jwk), format: 'jwk' }), signing }
    },
    async sign(algorithm, key, header, payload) {
      const signingKey = key.signing as KeyObject
      const signingInput = `${header}.${payload}`
      if (algorithm.kty === 'oct') {
        const mac = crypto.createHmac(algorithm.hash as string, signingKey).update(signingInput)
        return `${signingInput}.${mac.digest('base64url')}`
      }
      const data = utf8Bytes(signingInput)
      // A signature costs up to milliseconds: that belongs on the thread pool.
      const signature = await new Promise<Uint8Array>((resolve, reject) => {
        crypto.sign(algorithm.hash, data, parameters(algorithm, signingKey), (error, bytes) =>
          error === null ? resolve(bytes) : reject(error),
        )
      })
      return `${signingInput}.${encodeBase64url(signature)}`
    },
    verify(algorithm, key, { signature, signingInput }) {
      const verifying = key.verifying as KeyObject
      if (algorithm.kty === 'oct') {
        // Compared as text: there is one strict base64url for a MAC, and nothing has to be decoded.
        const mac = crypto
          .createHmac(algorithm.hash as string, verifying)
          .update(signingInput)
          .digest('base64url')
        if (signature.length !== mac.length) return false
        const expected = bytesOf(mac, EXPECTED)
        const given = bytesOf(signature, GIVEN)
        return given !== undefined && crypto.timingSafeEqual(expected as Uint8Array, given)
      }
      const bytes = signatureBytes(algorithm, signature)
      if (bytes === undefined) return false
      const data = utf8Bytes(signingInput)
      if (!SLOW_CURVES.has(algorithm.crv)) {
        return crypto.verify(algorithm.hash, data, parameters(algorithm, verifying), bytes)
      }
      return new Promise((resolve) => {
        crypto.verify(algorithm.hash, data, parameters(algorithm, verifying), bytes, (error, valid) =>
          resolve(error === null && valid),
        )
      })
    },
  }
}

const ENCODER = new TextEncoder()
/** Room for the two MACs that are compared, for each length that there is: nothing is allocated, and nothing else runs meanwhile. */
const EXPECTED = new Map<number, Uint8Array>()
const GIVEN = new Map<number, Uint8Array>()

/** The bytes of ASCII text; undefined for any other text. Good until the next call with the same room. */
function bytesOf(text: string, room: Map<number, Uint8Array>): Uint8Array | undefined {
  let bytes = room.get(text.length)
  if (bytes === undefined) {
    bytes = new Uint8Array(text.length)
    room.set(text.length, bytes)
  }
  const { read, written } = ENCODER.encodeInto(text, bytes)
  return read === text.length && written === text.length ? bytes : undefined
}

/** Verifying on these takes OpenSSL a millisecond or more, ten times what P-256, Ed25519 and RSA take. */
const SLOW_CURVES: ReadonlySet<string | undefined> = new Set(['P-384', 'P-521'])

/** The engine of this process: measured in `bench/jwt.ts`, judged against `jose` by `scripts/vectors-jwt.ts`. */
export const engine: Engine = nodeCrypto === undefined ? webEngine : nodeEngine(nodeCrypto)
