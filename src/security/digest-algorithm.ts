/** The algorithms of Digest, and what is hashed with them. */
import type { nodeCrypto as reached } from '../jwt/runtime.ts'

/** The hash functions of RFC 7616 §6.1. */
export type DigestHash = 'SHA-256' | 'SHA-512-256' | 'MD5'

/** The algorithms of RFC 7616 §6.1: a hash function, and with `-sess` a key of its own for each nonce of the two sides. */
export type DigestAlgorithm = DigestHash | `${DigestHash}-sess`

/** What is known of an algorithm. */
export interface AlgorithmRow {
  readonly name: DigestAlgorithm
  readonly hash: DigestHash
  readonly session: boolean
}

/** What node:crypto is. */
export type NodeCrypto = NonNullable<typeof reached>

/**
 * node:crypto, for three reasons: a challenge is made at once, and WebCrypto signs later only; it has no MD5 and no SHA-512/256.
 * Cloudflare's Workers have it with the flag nodejs_compat.
 */
const nodeCrypto: NodeCrypto | undefined = globalThis.process?.getBuiltinModule?.('node:crypto')

const HASHES: Readonly<Record<DigestHash, { readonly node: string; readonly digits: number }>> = {
  'SHA-256': { node: 'sha256', digits: 64 },
  // SHA-512/256 of FIPS 180-4, not the first half of SHA-512: erratum 4897 of RFC 7616.
  'SHA-512-256': { node: 'sha512-256', digits: 64 },
  MD5: { node: 'md5', digits: 32 },
}

/** All algorithms by their names in lower case. */
export const ALGORITHMS: ReadonlyMap<string, AlgorithmRow> = new Map(
  (Object.keys(HASHES) as DigestHash[]).flatMap((hash) =>
    [false, true].map((session) => {
      const name: DigestAlgorithm = session ? `${hash}-sess` : hash
      return [name.toLowerCase(), { name, hash, session }] as const
    }),
  ),
)

/**
 * The rows of algorithms, in the order of their challenges: those with MD5 last, the others as they were named.
 *
 * @throws TypeError for an empty list, an unknown or repeated algorithm, and one that the runtime cannot compute.
 * @see https://www.rfc-editor.org/rfc/rfc7616.html#section-3.7
 */
export function algorithmRows(names: unknown, where: string): readonly AlgorithmRow[] {
  const known = [...ALGORITHMS.values()].map(({ name }) => name)
  if (!Array.isArray(names) || names.length === 0 || new Set(names).size !== names.length) {
    throw new TypeError(`${where} is a list of different algorithms: ${known.join(', ')}.`)
  }
  const rows = names.map((name: unknown) => {
    const row = typeof name === 'string' ? ALGORITHMS.get(name.toLowerCase()) : undefined
    if (row?.name !== name || row === undefined)
      throw new TypeError(`${where} has one that is none of ${known.join(', ')}.`)
    assertComputable(row.hash, where)
    return row
  })
  const isMD5 = ({ hash }: AlgorithmRow): boolean => hash === 'MD5'
  return [...rows.filter((row) => !isMD5(row)), ...rows.filter(isMD5)]
}

/**
 * A hash of text in UTF-8, or of bytes, in hexadecimal digits.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7616.html#section-3.3
 */
export function digestHex(hash: DigestHash, data: string | Uint8Array): string {
  return digestCrypto().createHash(HASHES[hash].node).update(data).digest('hex')
}

/** Whether a text is a hash, in the digits that Digest writes. */
export function isDigestHex(hash: DigestHash, text: unknown): text is string {
  return typeof text === 'string' && text.length === HASHES[hash].digits && /^[\da-f]+$/.test(text)
}

/** Compares two hashes of one length in constant time. */
export function equalDigests(one: string, other: string): boolean {
  const encoder = new TextEncoder()
  return digestCrypto().timingSafeEqual(encoder.encode(one), encoder.encode(other))
}

/**
 * Makes what is stored in place of a password: H(A1), the hash of name, realm and password.
 *
 * It serves for one realm and one hash function, and for these it is as good as the password: keep it as secret. It is fast to
 * guess at, as Digest asks for; where clients can do it, store Argon2 and use {@link HTTPBasic} or tokens.
 *
 * @param username the user's name; it is brought into NFC, as the password is.
 * @param realm the realm of the scheme.
 * @param password the password.
 * @param hash the hash function; the `-sess` variants use the same value.
 * @returns hexadecimal digits.
 * @throws TypeError for a name with a colon, after which the realm would begin.
 * @example
 * ```ts
 * import { digestHA1 } from 'sallyport/security'
 *
 * const user = { name: 'Mufasa', ha1: { 'SHA-256': digestHA1('Mufasa', 'http-auth@example.org', 'Circle of Life') } }
 * console.log(user.ha1['SHA-256'].length) // 64
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc7616.html#section-3.4.2
 * @see https://www.rfc-editor.org/rfc/rfc7616.html#section-5.11
 */
export function digestHA1(username: string, realm: string, password: string, hash: DigestHash = 'SHA-256'): string {
  if (typeof password !== 'string') throw new TypeError('digestHA1(): password is a text.')
  return digestHex(hash, `${userIn(username, realm, 'digestHA1()')}:${password.normalize('NFC')}`)
}

/**
 * Makes the hash that stands for a user's name where `userhash` is used: the key that `lookupUserhash` gets.
 *
 * @param username the user's name; it is brought into NFC.
 * @param realm the realm of the scheme.
 * @param hash the hash function; the `-sess` variants use the same value.
 * @returns hexadecimal digits.
 * @throws TypeError for a name with a colon.
 * @example
 * ```ts
 * import { digestUserhash } from 'sallyport/security'
 *
 * const users = new Map([[digestUserhash('Jäsøn Doe', 'api@example.org'), { name: 'Jäsøn Doe' }]])
 * console.log(users.size)
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc7616.html#section-3.4.4
 */
export function digestUserhash(username: string, realm: string, hash: DigestHash = 'SHA-256'): string {
  return digestHex(hash, userIn(username, realm, 'digestUserhash()'))
}

/** node:crypto. */
export function digestCrypto(): NodeCrypto {
  if (nodeCrypto === undefined) {
    throw new TypeError(
      'Digest needs node:crypto, which this runtime has not. In Cloudflare Workers, set nodejs_compat.',
    )
  }
  return nodeCrypto
}

function userIn(username: string, realm: string, where: string): string {
  if (typeof username !== 'string' || username.includes(':')) {
    throw new TypeError(`${where}: username is a text without a colon.`)
  }
  if (typeof realm !== 'string') throw new TypeError(`${where}: realm is a text.`)
  return `${username.normalize('NFC')}:${realm}`
}

function assertComputable(hash: DigestHash, where: string): void {
  const crypto = digestCrypto()
  try {
    crypto.createHash(HASHES[hash].node)
  } catch (cause) {
    throw new TypeError(`${where}: the node:crypto of this runtime has no ${hash}.`, { cause })
  }
}
