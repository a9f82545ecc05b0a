import type { JWK } from 'jose'
import { encodeBase64url, utf8Bytes } from './base64url.ts'
import { nodeCrypto } from './runtime.ts'

/** The members that make a key what it is, in the order of their names. */
const MEMBERS: ReadonlyMap<string, readonly (keyof JWK)[]> = new Map([
  ['EC', ['crv', 'kty', 'x', 'y']],
  ['OKP', ['crv', 'kty', 'x']],
  ['RSA', ['e', 'kty', 'n']],
])

/**
 * The SHA-256 thumbprint of a public or private key: at once on Node.
 *
 * @throws TypeError for a key of another type.
 * @see https://www.rfc-editor.org/rfc/rfc7638.html#section-3
 */
export function thumbprintOf(jwk: JWK): string | Promise<string> {
  const names = MEMBERS.get(String(jwk.kty))
  if (names === undefined) throw new TypeError('key: only EC, OKP and RSA keys have a thumbprint')
  const text = JSON.stringify(Object.fromEntries(names.map((name) => [name, jwk[name]])))
  if (nodeCrypto) return nodeCrypto.createHash('sha256').update(text).digest('base64url')
  return crypto.subtle.digest('SHA-256', utf8Bytes(text)).then((hash) => encodeBase64url(new Uint8Array(hash)))
}
