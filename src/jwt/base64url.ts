import type * as NodeBuffer from 'node:buffer'

// Reached this way so that the module also loads where there is no node:buffer.
const node: typeof NodeBuffer | undefined = globalThis.process?.getBuiltinModule?.('node:buffer')

/**
 * Decodes strict base64url: no padding, no other characters, no unused bits set (RFC 7515 section 2, RFC 4648 section 3.5).
 * Gives undefined for everything that is not the one encoding of its bytes.
 */
export const decodeBase64url: (text: string) => Uint8Array<ArrayBuffer> | undefined =
  node === undefined ? decodePortable : decodeNode

/** Encodes bytes as base64url without padding. */
export const encodeBase64url: (bytes: Uint8Array) => string = node === undefined ? encodePortable : encodeNode

/** Decodes strict base64url holding strict UTF-8; undefined for anything else. */
export function decodeBase64urlText(text: string): string | undefined {
  const bytes = decodeBase64url(text)
  return bytes === undefined ? undefined : decodeText(bytes)
}

/** Decodes strict UTF-8; undefined for anything else. A byte order mark stays in the text, where it is no JSON. */
export function decodeText(bytes: Uint8Array): string | undefined {
  if (node?.isAscii(bytes)) return (bytes as NodeBuffer.Buffer).toString('latin1')
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

/** Encodes a text's UTF-8 bytes as base64url. */
export function encodeBase64urlText(text: string): string {
  return encodeBase64url(utf8Bytes(text))
}

/** A text's UTF-8 bytes. */
export const utf8Bytes: (text: string) => Uint8Array<ArrayBuffer> =
  node === undefined
    ? (text) => new TextEncoder().encode(text)
    : (text) => (node as typeof NodeBuffer).Buffer.from(text, 'utf8')

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

// The native decoder is lenient. Encoding again and comparing makes it strict, for less than a scan in JavaScript costs.
function decodeNode(text: string): Uint8Array<ArrayBuffer> | undefined {
  const bytes = (node as typeof NodeBuffer).Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}

function encodeNode(bytes: Uint8Array): string {
  return (node as typeof NodeBuffer).Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url')
}

/** Exported for its test; use {@link decodeBase64url}. */
export function decodePortable(text: string): Uint8Array<ArrayBuffer> | undefined {
  const rest = text.length % 4
  if (rest === 1 || !/^[\w-]*$/.test(text)) return undefined
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = new Uint8Array(binary.length)
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index)
  return rest === 0 || encodePortable(bytes) === text ? bytes : undefined
}

/** Exported for its test; use {@link encodeBase64url}. */
export function encodePortable(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}
