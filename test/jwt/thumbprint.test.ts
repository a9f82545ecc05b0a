import { calculateJwkThumbprint } from 'jose'
import { expect, test } from 'vitest'
import { Key } from '../../src/jwt/index.ts'
import { thumbprintOf } from '../../src/jwt/thumbprint.ts'

test('RFC 7638 §3.1', async () => {
  const n =
    '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw'
  const key = { kty: 'RSA', n, e: 'AQAB', alg: 'RS256', kid: '2011-04-29' }
  expect(await thumbprintOf(key)).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs')
})

test.each(['ES256', 'ES512', 'EdDSA', 'RS256'] as const)('%s: as jose has it, of both halves', async (algorithm) => {
  const key = await Key.generate(algorithm, algorithm === 'RS256' ? { modulusLength: 2048 } : {})
  const expected = await calculateJwkThumbprint(key.toJWK())
  expect(await thumbprintOf(key.toJWK())).toBe(expected)
  expect(await thumbprintOf(key.exportPrivateJWK())).toBe(expected)
})

test('a secret has none', () => {
  expect(() => thumbprintOf({ kty: 'oct', k: 'AA' })).toThrow(TypeError)
})
