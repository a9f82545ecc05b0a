/**
 * The client's part of dpop.ts: makes a proof, good for one request.
 *
 *     node examples/schemes/dpop-proof.ts "$KEY" GET /me "$TOKEN"
 */
import { createHash, randomUUID } from 'node:crypto'
import { importJWK, type JWK, SignJWT } from 'jose'

/** The origin under which clients know the server: a proof names it, and the server compares. */
export const ORIGIN = 'http://localhost:8000'

/**
 * A proof that who sends the token holds the key that it is bound to.
 *
 * @param key the client's private key: a JWK for ES256.
 * @param path of the request, without its query.
 * @param nonce what the server sent as `DPoP-Nonce`, where it asks for one.
 * @see https://www.rfc-editor.org/rfc/rfc9449.html#section-4.2
 */
export async function proofOf(key: JWK, method: string, path: string, token: string, nonce?: string): Promise<string> {
  const { d: _, ...jwk } = key
  const ath = createHash('sha256').update(token).digest('base64url')
  const claims = { jti: randomUUID(), htm: method, htu: ORIGIN + path, ath, ...(nonce ? { nonce } : {}) }
  const proof = new SignJWT(claims).setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk }).setIssuedAt()
  return proof.sign(await importJWK(key, 'ES256'))
}

if (process.argv[1] === import.meta.filename) {
  const [key = '', method = '', path = '', token = ''] = process.argv.slice(2)
  console.log(await proofOf(JSON.parse(Buffer.from(key, 'base64url').toString()), method, path, token))
}
