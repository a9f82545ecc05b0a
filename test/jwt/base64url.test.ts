import { expect, test } from 'vitest'
import {
  decodeBase64url,
  decodeBase64urlText,
  decodePortable,
  encodeBase64url,
  encodePortable,
} from '../../src/jwt/base64url.ts'

const implementations = [
  ['native', decodeBase64url, encodeBase64url],
  ['portable', decodePortable, encodePortable],
] as const

test.each(implementations)('%s: RFC 4648 section 10 without padding', (_, decode, encode) => {
  const pairs = { '': '', f: 'Zg', fo: 'Zm8', foo: 'Zm9v', foob: 'Zm9vYg', fooba: 'Zm9vYmE', foobar: 'Zm9vYmFy' }
  for (const [text, encoded] of Object.entries(pairs)) {
    expect(encode(new TextEncoder().encode(text))).toBe(encoded)
    expect(new TextDecoder().decode(decode(encoded))).toBe(text)
  }
})

test.each(implementations)('%s: every length and every byte there and back', (_, decode, encode) => {
  const bytes = Uint8Array.from({ length: 256 }, (_value, index) => (index * 89) & 255)
  for (let length = 0; length <= 256; length++) {
    const part = bytes.subarray(0, length)
    expect(decode(encode(part))).toEqual(decode === decodePortable ? new Uint8Array(part) : Buffer.from(part))
  }
})

const REFUSED = [
  'A',
  'AAAAA',
  'Zg==',
  'Zm8=',
  'Zm9v=',
  'Zh',
  'Zm9',
  'Zm9vYh',
  '+w',
  '/w',
  'Zm 9v',
  'Zm9v\n',
  ' Zm9v',
  'Zm.v',
  'Zé9v',
  'Zm9\u0176',
  '\0',
]

test.each(implementations)('%s: strict', (_, decode) => {
  for (const text of REFUSED) expect([text, decode(text)]).toEqual([text, undefined])
})

test('text is strict UTF-8', () => {
  expect(decodeBase64urlText(encodeBase64url(new TextEncoder().encode('Zoë 🛡')))).toBe('Zoë 🛡')
  for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]]) {
    expect(decodeBase64urlText(encodeBase64url(Uint8Array.from(bytes)))).toBeUndefined()
  }
})
