/** How a key is written: `prefix_` + 12 characters of its id + 43 of its secret, 256 bits + 6 of a checksum, all of it letters and digits. */
import { nodeCrypto } from '../jwt/runtime.ts'

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const ID = 12
const SECRET = 43
const CHECKSUM = 6
const REST = /^[\dA-Za-z]{61}$/

/**
 * Refuses what cannot stand before a key.
 *
 * @throws TypeError
 */
export function assertPrefix(prefix: unknown, where: string): asserts prefix is string {
  if (typeof prefix !== 'string' || prefix.length > 32 || !/^[a-zA-Z][\da-zA-Z]*(?:_[\da-zA-Z]+)*$/.test(prefix)) {
    throw new TypeError(`${where} is letters and digits, in parts with _ between them, as sk or acme_live; 32 at most.`)
  }
}

/** Makes a key of random letters and digits. */
export function makeAPIKey(prefix: string): { readonly id: string; readonly key: string } {
  const id = randomDigits(ID)
  const text = `${prefix}_${id}${randomDigits(SECRET)}`
  return { id, key: text + checksumOf(text) }
}

/**
 * The id in a key; undefined for a text that is none. A mistyped key, and whatever a scanner tries, is found out by its checksum,
 * without a look-up.
 */
export function readAPIKey(prefix: string, key: string): string | undefined {
  const start = prefix.length + 1
  if (key.length !== start + ID + SECRET + CHECKSUM || !key.startsWith(`${prefix}_`) || !REST.test(key.slice(start))) {
    return undefined
  }
  const end = key.length - CHECKSUM
  return checksumOf(key.slice(0, end)) === key.slice(end) ? key.slice(start, start + ID) : undefined
}

/**
 * What is stored of a key: its SHA-256, in hexadecimal digits. No slow hash as for passwords: nobody guesses 256 random bits, and
 * the key is checked with each request.
 */
export function digestOfKey(key: string): string | Promise<string> {
  // crypto.hash, which came with Node 20.12, takes two thirds of the time; not every runtime has it.
  if (nodeCrypto?.hash !== undefined) return nodeCrypto.hash('sha256', key, 'hex')
  if (nodeCrypto !== undefined) return nodeCrypto.createHash('sha256').update(key).digest('hex')
  return crypto.subtle.digest('SHA-256', new TextEncoder().encode(key)).then((bytes) => hexOf(new Uint8Array(bytes)))
}

/** Compares two digests in constant time. */
export function equalKeyDigests(one: string, other: string): boolean {
  let different = one.length ^ other.length
  for (let i = 0; i < one.length; i++) different |= one.charCodeAt(i) ^ other.charCodeAt(i)
  return different === 0
}

function randomDigits(length: number): string {
  let text = ''
  while (text.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      // The last eight of 256 would make the first eight digits more likely.
      if (byte < 248 && text.length < length) text += DIGITS[byte % 62]
    }
  }
  return text
}

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1
  return n
})

/** CRC-32 of ISO 3309, as in PNG and gzip. */
export function crc32(text: string): number {
  let crc = 0xffffffff
  for (let i = 0; i < text.length; i++) crc = (CRC[(crc ^ text.charCodeAt(i)) & 0xff] as number) ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}

function checksumOf(text: string): string {
  let rest = crc32(text)
  let checksum = ''
  for (let i = 0; i < CHECKSUM; i++) {
    checksum = DIGITS[rest % 62] + checksum
    rest = Math.floor(rest / 62)
  }
  return checksum
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
