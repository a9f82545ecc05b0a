import { fetchWith, jwk } from './client.ts'
import { issueTo } from './issuer.ts'

/** Asks with a proof, and then as a thief who has the token alone. */
export async function tryAt(url: string, send = fetch): Promise<string[]> {
  const token = await issueTo(jwk)
  const mine = await fetchWith(token, url, {}, send)
  const stolen = await send(url, { headers: { authorization: `Bearer ${token}` } })
  return [
    `with a proof: ${mine.status} ${await mine.text()}`,
    `the token alone: ${stolen.status} ${stolen.headers.get('www-authenticate')}`,
  ]
}

if (import.meta.main)
  for (const line of await tryAt('http://localhost:8000/me')) console.log(line)
