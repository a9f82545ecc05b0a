import { parseAuthParams } from '../headers.ts'
import { ALGORITHMS, type AlgorithmRow, isDigestHex } from './digest-algorithm.ts'

/** How much of a request the client's hash is about: `auth` method and target, `auth-int` the body as well. */
export type DigestQop = 'auth' | 'auth-int'

/** What a scheme has offered in its challenges. */
export interface DigestOffer {
  readonly realm: string
  readonly opaque: string
  readonly algorithms: readonly AlgorithmRow[]
  readonly qop: readonly DigestQop[]
  readonly userhash: boolean
}

/** What a client says of itself, and its proof. All but the name is ASCII. */
export interface DigestCredentials {
  /** The user's name, or its hash. */
  readonly username: string
  readonly userhash: boolean
  readonly algorithm: AlgorithmRow
  readonly qop: DigestQop
  readonly nonce: string
  readonly cnonce: string
  readonly uri: string
  /** The count of requests with this nonce, as it was sent. */
  readonly nc: string
  readonly count: number
  readonly response: string
}

/** As many characters as Node takes for all headers together. */
const LONGEST = 16_384
const LONGEST_NONCE = 256
/** In quotes a quote or a backslash has two spellings, and two readers would hash different ones. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/

/**
 * Reads the parameters of `Authorization: Digest`, and checks them against what was offered.
 *
 * Refused are parameters that stand twice, missing ones, and the scheme of RFC 2069 without `qop`. RFC 7616 §3.4 says which values
 * stand in quotes; either is read, because Python's requests, for one, writes `qop="auth"`.
 *
 * @returns undefined for anything that the offer does not allow.
 * @see https://www.rfc-editor.org/rfc/rfc7616.html#section-3.4
 */
export function readDigestCredentials(text: string, offer: DigestOffer): DigestCredentials | undefined {
  const given = text.length > LONGEST ? undefined : parseAuthParams(text)
  if (given === undefined || given.get('realm') !== offer.realm || given.get('opaque') !== offer.opaque)
    return undefined
  // RFC 7616 §3.3: without a name it is MD5.
  const algorithm = ALGORITHMS.get((given.get('algorithm') ?? 'MD5').toLowerCase())
  const qop = offer.qop.find((offered) => offered === given.get('qop'))
  if (algorithm === undefined || !offer.algorithms.includes(algorithm) || qop === undefined) return undefined
  const nc = given.get('nc')
  const nonce = plain(given.get('nonce'), LONGEST_NONCE)
  const cnonce = plain(given.get('cnonce'), LONGEST_NONCE)
  const uri = plain(given.get('uri'), LONGEST)
  const response = given.get('response')
  if (nonce === undefined || cnonce === undefined || uri === undefined) return undefined
  if (nc === undefined || !/^[\da-f]{8}$/i.test(nc) || !isDigestHex(algorithm.hash, response)) return undefined
  const count = Number.parseInt(nc, 16)
  const user = readUser(given, algorithm, offer)
  if (count === 0 || user === undefined) return undefined
  return { ...user, algorithm, qop, nonce, cnonce, uri, nc, count, response }
}

function readUser(
  given: ReadonlyMap<string, string>,
  { hash }: AlgorithmRow,
  offer: DigestOffer,
): Pick<DigestCredentials, 'username' | 'userhash'> | undefined {
  const hashed = given.get('userhash')?.toLowerCase() ?? 'false'
  const name = given.get('username')
  const extended = given.get('username*')
  if ((name === undefined) === (extended === undefined)) return undefined
  if (hashed === 'true') {
    // §3.4: username* is for names that are not hashed.
    return offer.userhash && isDigestHex(hash, name) ? { username: name, userhash: true } : undefined
  }
  const username = extended === undefined ? fromBytes(name as string) : fromExtended(extended)
  // With a colon in it, "a:b" in the realm "c" would be "a" in the realm "b:c".
  if (hashed !== 'false' || username === undefined || /[\p{Cc}:]/u.test(username)) return undefined
  return { username, userhash: false }
}

function plain(text: string | undefined, longest: number): string | undefined {
  return text !== undefined && text.length <= longest && PLAIN.test(text) ? text : undefined
}

const UTF8: TextDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text in the bytes of a header, which are its characters: UTF-8, as the challenge asks for with `charset`. */
function fromBytes(binary: string): string | undefined {
  if (/^[\x20-\x7e]*$/.test(binary)) return binary
  if (!/^[\x20-\xff]*$/.test(binary)) return undefined
  try {
    return UTF8.decode(Uint8Array.from(binary, (character) => character.charCodeAt(0)))
  } catch {
    return undefined
  }
}

/**
 * The text of an extended value, in UTF-8: the one charset that RFC 7616 §3.4 allows here.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8187.html#section-3.2.1
 */
function fromExtended(value: string): string | undefined {
  const encoded = /^utf-8'[a-z\d-]*'((?:[\w!#$&+.^`|~-]|%[\da-f]{2})*)$/i.exec(value)?.[1]
  if (encoded === undefined) return undefined
  try {
    return decodeURIComponent(encoded)
  } catch {
    return undefined
  }
}
