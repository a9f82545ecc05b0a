import { Buffer } from 'node:buffer'
import { timingSafeEqual } from 'node:crypto'

// Decoders that are strict: Buffer.from() drops what it does not know, and two spellings of one hash would both pass.
// Each gives undefined for anything that its own encoder would not have written.

/** RFC 4648 §4 with padding. */
export function fromBase64(text: string): Buffer | undefined {
  return canonical(text, 'base64', (bytes) => bytes.toString('base64'))
}

/** RFC 4648 §4 without padding, as in PHC strings. */
export function fromBase64NoPad(text: string): Buffer | undefined {
  return canonical(text, 'base64', toBase64NoPad)
}

/** RFC 4648 §4 without padding. */
export function toBase64NoPad(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '')
}

/** passlib's "adapted base64": no padding, and `.` for `+`. */
export function fromAdaptedBase64(text: string): Buffer | undefined {
  if (text.includes('+')) return undefined
  return fromBase64NoPad(text.replaceAll('.', '+'))
}

/** passlib's "adapted base64": no padding, and `.` for `+`. */
export function toAdaptedBase64(bytes: Uint8Array): string {
  return toBase64NoPad(bytes).replaceAll('+', '.')
}

/** Hexadecimal, either case, whole bytes. */
export function fromHex(text: string): Buffer | undefined {
  return /^(?:[0-9a-fA-F]{2})+$/.test(text) ? Buffer.from(text, 'hex') : undefined
}

/** Compares in constant time; the lengths are no secret. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && timingSafeEqual(a, b)
}

function canonical(text: string, encoding: 'base64', write: (bytes: Buffer) => string): Buffer | undefined {
  const bytes = Buffer.from(text, encoding)
  return bytes.length > 0 && write(bytes) === text ? bytes : undefined
}
