import { createHmac } from 'node:crypto'
import { decodeToken } from '../../src/testing/attack-tokens.ts'
import { SECRET } from './issuer.ts'

/** The claims of a token whose signature is good, and of which nothing else was looked at. */
export function verifySignature(token: string): Readonly<Record<string, unknown>> | undefined {
  const { header, claims, parts = [] } = decodeToken(token) ?? {}
  const [head, body, signature] = parts
  if (header?.alg !== 'HS256') return undefined
  return createHmac('sha256', SECRET).update(`${head}.${body}`).digest('base64url') === signature ? claims : undefined
}
