import { CompactSign, exportJWK, generateKeyPair } from 'jose'
import type { TokenChanges } from './attack-options.ts'

/** A token that must be refused. */
export interface Forgery {
  /** In words. */
  readonly name: string
  readonly token: string
}

interface Decoded {
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
  readonly parts: readonly [header: string, claims: string, signature: string]
}

/** A token's parts, when it is a signed JWT; undefined for any other text. */
export function decodeToken(token: string): Decoded | undefined {
  const [header = '', claims = '', signature = '', ...more] = token.split('.')
  if (more.length > 0 || signature === '') return undefined
  try {
    const decoded = { header: JSON.parse(fromBase64url(header)), claims: JSON.parse(fromBase64url(claims)) }
    if (typeof decoded.header?.alg !== 'string' || typeof decoded.claims !== 'object') return undefined
    return { ...decoded, parts: [header, claims, signature] }
  } catch {
    return undefined
  }
}

/**
 * Tokens made of a good one, without its key.
 *
 * @param publicKey the PEM text of the key that verifies, where it is known.
 * @see https://www.rfc-editor.org/rfc/rfc8725.html#section-2
 */
export async function forgeriesOf(token: string, publicKey: string | undefined): Promise<Forgery[]> {
  const decoded = decodeToken(token)
  if (decoded === undefined) return []
  const { header, claims, parts } = decoded
  const [head, body, signature] = parts
  const unsigned = (changes: object, end: string): string => `${toBase64url({ ...header, ...changes })}.${body}.${end}`
  const more = toBase64url({ ...claims, sub: 'admin', scope: 'admin', exp: 4_102_444_800 })
  const middle = Math.floor(signature.length / 2)
  const flipped = `${signature.slice(0, middle)}${signature[middle] === 'A' ? 'B' : 'A'}${signature.slice(middle + 1)}`
  return [
    ...['none', 'None', 'NONE', 'nOnE', ''].flatMap((alg) => [
      { name: `alg ${JSON.stringify(alg)} without a signature`, token: unsigned({ alg }, '') },
      { name: `alg ${JSON.stringify(alg)} with the signature left`, token: unsigned({ alg }, signature) },
    ]),
    { name: 'the signature taken off', token: `${head}.${body}.` },
    { name: 'two parts', token: `${head}.${body}` },
    { name: 'five parts', token: `${head}.${body}.${signature}..` },
    { name: 'another signature', token: `${head}.${body}.${flipped}` },
    { name: 'other claims under the same signature', token: `${head}.${more}.${signature}` },
    { name: 'a signature of zeros', token: `${head}.${body}.${'A'.repeat(86)}` },
    ...(await signedByOthers(header, claims)),
    ...(await confused(header, claims, publicKey)),
  ]
}

/** Secrets that are in every list. */
const WEAK = ['', 'secret', 'changeme', 'password', 'your-256-bit-secret', 'key', '\0']

async function signedByOthers(header: object, claims: object): Promise<Forgery[]> {
  const { alg = 'HS256' } = header as { alg?: string }
  const family = alg.startsWith('HS') ? 'ES256' : alg
  const { privateKey, publicKey } = await foreignKey(family)
  const jwk = await exportJWK(publicKey)
  const sign = (changes: object): Promise<string> => signed({ ...header, alg: family, ...changes }, claims, privateKey)
  return [
    { name: 'a foreign key of the same name', token: await sign({}) },
    { name: 'a foreign key in the header (jwk)', token: await sign({ jwk }) },
    { name: 'the address of a foreign key (jku)', token: await sign({ jku: 'https://attacker.invalid/keys' }) },
    { name: 'the address of a foreign certificate (x5u)', token: await sign({ x5u: 'https://attacker.invalid/x' }) },
    { name: 'the kid of a file', token: await hmac({ ...header, kid: '../../../../dev/null' }, claims, '') },
    {
      name: "the kid of a query, ' UNION SELECT",
      token: await hmac({ ...header, kid: "' UNION SELECT ''--" }, claims, ''),
    },
    ...(await Promise.all(
      WEAK.map(async (secret, at) => ({
        name: `signed with weak secret ${at}`,
        token: await hmac(header, claims, secret),
      })),
    )),
  ]
}

async function confused(header: object, claims: object, publicKey: string | undefined): Promise<Forgery[]> {
  if (publicKey === undefined) return []
  const spellings = new Set([
    publicKey,
    publicKey.trim(),
    `${publicKey.trim()}\n`,
    publicKey.replace(/-----.*?-----|\s/g, ''),
  ])
  return Promise.all(
    [...spellings].map(async (secret, at) => ({
      name: `HS256 with the public key as secret, spelling ${at}`,
      token: await hmac(header, claims, secret),
    })),
  )
}

/** What is wrong in tokens that only the app can sign. */
export const MINTED: readonly ({ readonly name: string } & TokenChanges)[] = [
  { name: 'an expired token', claims: { iat: 1_000_000_000, nbf: 1_000_000_000, exp: 1_000_000_600 }, header: {} },
  { name: 'a token that is not valid yet', claims: { nbf: 4_102_444_800, exp: 4_102_445_400 }, header: {} },
  { name: 'a token of another issuer', claims: { iss: 'https://attacker.invalid' }, header: {} },
  { name: 'a token without an issuer', claims: { iss: undefined }, header: {} },
  { name: 'a token for another audience', claims: { aud: 'https://attacker.invalid' }, header: {} },
  { name: 'a token without an audience', claims: { aud: undefined }, header: {} },
  { name: 'a token of another type', claims: {}, header: { typ: 'dpop+jwt' } },
  { name: 'a token without a subject', claims: { sub: undefined }, header: {} },
]

const foreign = new Map<string, ReturnType<typeof generateKeyPair>>()

function foreignKey(alg: string): ReturnType<typeof generateKeyPair> {
  const known = foreign.get(alg) ?? generateKeyPair(alg, { extractable: true })
  foreign.set(alg, known)
  return known
}

async function signed(header: object, claims: object, key: CryptoKey): Promise<string> {
  const payload = new TextEncoder().encode(JSON.stringify(claims))
  return new CompactSign(payload).setProtectedHeader(header as { alg: string }).sign(key)
}

/** HS256 by hand: jose refuses the keys that an attacker would use. */
async function hmac(header: object, claims: object, secret: string): Promise<string> {
  const input = `${toBase64url({ ...header, alg: 'HS256' })}.${toBase64url(claims)}`
  const data = new TextEncoder().encode(secret)
  // WebCrypto takes no empty key; zeros up to the block are what HMAC makes of it (RFC 2104 §2).
  const bytes = data.length === 0 ? new Uint8Array(64) : data
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const signature = new Uint8Array(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(input)))
  return `${input}.${base64url(signature)}`
}

function toBase64url(value: object): string {
  return base64url(new TextEncoder().encode(JSON.stringify(value)))
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
}

function fromBase64url(text: string): string {
  const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (each) => each.charCodeAt(0))
  return new TextDecoder().decode(bytes)
}
