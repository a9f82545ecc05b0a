import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose'

type Fetch = (url: string, init: RequestInit) => Promise<Response>

const { publicKey, privateKey } = await generateKeyPair('ES256') // it cannot be exported
export const jwk = await exportJWK(publicKey)
export const thumbprint = await calculateJwkThumbprint(jwk)

/** A proof for one request, with one token. */
async function proofOf(
  method: string,
  url: string,
  token: string,
  nonce?: string,
): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token))
  const ath = Buffer.from(hash).toString('base64url')
  const { origin, pathname } = new URL(url) // without query and fragment
  const claims = { jti: crypto.randomUUID(), htm: method, htu: origin + pathname, ath }
  return new SignJWT(nonce === undefined ? claims : { ...claims, nonce })
    .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk })
    .setIssuedAt()
    .sign(privateKey)
}

let nonce: string | undefined

/** Like `fetch`, with a token that is bound to our key. */
export async function fetchWith(
  token: string,
  url: string,
  { method = 'GET' }: { method?: string } = {},
  send: Fetch = fetch,
): Promise<Response> {
  const once = async (): Promise<Response> => {
    const dpop = await proofOf(method, url, token, nonce)
    const response = await send(url, {
      method,
      headers: { authorization: `DPoP ${token}`, dpop },
    })
    nonce = response.headers.get('dpop-nonce') ?? nonce
    return response
  }
  const response = await once()
  const wantsNonce = response.headers
    .get('www-authenticate')
    ?.includes('use_dpop_nonce')
  return wantsNonce ? once() : response
}
