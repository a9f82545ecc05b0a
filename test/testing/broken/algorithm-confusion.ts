/** One key for every algorithm: the public key is text, and text is a secret for HS256. */
import { createHmac, createSign, createVerify, generateKeyPairSync } from 'node:crypto'
import { App } from 'sallyport'
import { HTTPBearer } from 'sallyport/security'
import { decodeToken } from '../../../src/testing/attack-tokens.ts'
import type { Broken } from './case.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
})

function sign(): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const input = `${part({ alg: 'RS256' })}.${part({ sub: 'johndoe' })}`
  return `${input}.${createSign('sha256').update(input).sign(privateKey, 'base64url')}`
}

function verify(token: string): { sub?: unknown } | undefined {
  const { header, claims, parts = [] } = decodeToken(token) ?? {}
  const [head, body, signature = ''] = parts
  const input = `${head}.${body}`
  if (header?.alg === 'HS256')
    return createHmac('sha256', publicKey).update(input).digest('base64url') === signature ? claims : undefined
  return createVerify('sha256').update(input).verify(publicKey, signature, 'base64url') ? claims : undefined
}

const app = new App()
app.get(
  '/me',
  { params: { user: new HTTPBearer({ verify: ({ credentials }) => verify(credentials) }) } },
  ({ user }) => user,
)

export default {
  app,
  options: { credentials: { HTTPBearer: { valid: sign, publicKey } } },
  holes: [['handler-ran', 'GET /me']],
  by: 'HTTPBearer: HS256 with the public key as secret, spelling 0',
} satisfies Broken
