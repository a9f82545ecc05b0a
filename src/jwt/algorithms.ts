/** The signature algorithms of RFC 7518 section 3.1, RFC 8037 (`EdDSA`, with Ed25519) and RFC 9864 (`Ed25519`). */
export type AlgorithmName = HMACName | PublicKeyAlgorithmName

/** The algorithms with one shared secret. */
export type HMACName = 'HS256' | 'HS384' | 'HS512'

/** The algorithms with a private key that signs and a public key that verifies. */
export type PublicKeyAlgorithmName =
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA'
  | 'Ed25519'

/** A row of the table: all that keys and engines need to know of an algorithm. */
export interface Algorithm {
  readonly name: AlgorithmName
  readonly kty: 'oct' | 'RSA' | 'EC' | 'OKP'
  /** The digest in node:crypto's words; undefined for EdDSA, which has its own. */
  readonly hash: 'sha256' | 'sha384' | 'sha512' | undefined
  readonly crv?: 'P-256' | 'P-384' | 'P-521' | 'Ed25519'
  /** Length of a coordinate in bytes (EC), or of the public key (OKP). */
  readonly coordinateLength?: number
  /** RSASSA-PSS instead of PKCS #1 v1.5. */
  readonly pss?: true
  /** HMAC: the shortest secret in bytes. RFC 7518 section 3.2: as long as the hash, or longer. */
  readonly secretLength?: number
  /** Length of each signature in bytes, where the algorithm fixes it. */
  readonly signatureLength?: number
}

type Hash = 256 | 384 | 512

const hmac = (bits: Hash): Algorithm => ({
  name: `HS${bits}`,
  kty: 'oct',
  hash: `sha${bits}`,
  secretLength: bits / 8,
  signatureLength: bits / 8,
})
const rsa = (bits: Hash): Algorithm => ({ name: `RS${bits}`, kty: 'RSA', hash: `sha${bits}` })
const rsaPss = (bits: Hash): Algorithm => ({ name: `PS${bits}`, kty: 'RSA', hash: `sha${bits}`, pss: true })
const ecdsa = (bits: Hash, crv: 'P-256' | 'P-384' | 'P-521', coordinateLength: number): Algorithm => ({
  name: `ES${bits}`,
  kty: 'EC',
  hash: `sha${bits}`,
  crv,
  coordinateLength,
  signatureLength: 2 * coordinateLength,
})
const ed25519 = (name: 'EdDSA' | 'Ed25519'): Algorithm => ({
  name,
  kty: 'OKP',
  hash: undefined,
  crv: 'Ed25519',
  coordinateLength: 32,
  signatureLength: 64,
})

const TABLE: ReadonlyMap<string, Algorithm> = new Map(
  [
    hmac(256),
    hmac(384),
    hmac(512),
    rsa(256),
    rsa(384),
    rsa(512),
    rsaPss(256),
    rsaPss(384),
    rsaPss(512),
    ecdsa(256, 'P-256', 32),
    ecdsa(384, 'P-384', 48),
    ecdsa(512, 'P-521', 66),
    ed25519('EdDSA'),
    ed25519('Ed25519'),
  ].map((row) => [row.name, row]),
)

/** The names of all algorithms, in the order of the table. */
export const ALGORITHMS: readonly AlgorithmName[] = [...TABLE.values()].map((row) => row.name)

/** The row of a name; undefined for all others, `none` among them. */
export function findAlgorithm(name: unknown): Algorithm | undefined {
  return typeof name === 'string' ? TABLE.get(name) : undefined
}

/** The row of a configured name; throws TypeError for an unknown one. */
export function algorithmNamed(option: string, name: unknown): Algorithm {
  const row = findAlgorithm(name)
  if (row === undefined) throw new TypeError(`${option}: expected one of ${ALGORITHMS.join(', ')}`)
  return row
}

/**
 * Reads a configured list of algorithms. HMAC beside public keys is refused: it is what lets an attacker sign with the
 * public key as the secret (RFC 8725 section 2.1).
 */
export function algorithmList(option: string, names: unknown): ReadonlySet<string> {
  if (!Array.isArray(names) || names.length === 0) {
    throw new TypeError(`${option}: expected a non-empty list, such as ['ES256']`)
  }
  const rows = names.map((name) => algorithmNamed(option, name))
  assertNotMixed(option, rows)
  return new Set(rows.map((row) => row.name))
}

/** Throws TypeError when HMAC and public-key algorithms stand side by side. */
export function assertNotMixed(option: string, rows: readonly Algorithm[]): void {
  if (rows.some((row) => row.kty === 'oct') && rows.some((row) => row.kty !== 'oct')) {
    throw new TypeError(`${option}: HMAC and public-key algorithms must not be mixed; make a verifier for each`)
  }
}
