import { calculateJwkThumbprint, type JWK } from 'jose'
import { JWT } from 'sallyport/jwt'

export const tokens = new JWT({
  secret: process.env.SECRET ?? 'not a secret, because it stands in a guide',
  issuer: 'https://login.example.com',
  audience: 'https://api.example.com',
  expiresIn: '30m',
})

/** What an authorization server does when a client has proved that it holds a key. */
export async function issueTo(key: JWK): Promise<string> {
  const jkt = await calculateJwkThumbprint(key)
  return tokens.sign({ sub: 'johndoe', scope: 'write', cnf: { jkt } })
}
