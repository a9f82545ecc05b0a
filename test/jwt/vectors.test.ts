import { readFileSync } from 'node:fs'
import type { JWK } from 'jose'
import { Key } from 'sallyport/jwt'
import { describe, expect, test } from 'vitest'
import { accepts, CONTRADICTED, type JWSCase, waiverOf, withGroupAlgorithm } from './jws-case.ts'

const read = (name: string): readonly JWSCase[] =>
  JSON.parse(readFileSync(new URL(`../vectors/${name}`, import.meta.url), 'utf8')).cases

describe('Wycheproof', () => {
  const cases = read('wycheproof-jws.json')
  const isWaived = (one: JWSCase): boolean => waiverOf(one) !== undefined

  test('476 cases, of which 10 are waived', () => {
    expect(cases.length).toBe(476)
    expect(cases.filter(isWaived).length).toBe(10)
    const contradicted = cases.filter(({ id }) => CONTRADICTED.has(id)).map(({ jws }) => jws)
    expect(new Set(contradicted)).toEqual(
      new Set(cases.filter(({ id }) => id === 'json_web_signature_test#357').map(({ jws }) => jws)),
    )
  })

  test.each(cases.filter((one) => !isWaived(one)))('$id $comment: $result', async (one) => {
    expect(await accepts(withGroupAlgorithm(one))).toBe(one.result === 'valid')
  })

  test.each(['json_web_signature_test#372', 'json_web_signature_test#373'])(
    '%s is refused: strict base64url',
    async (id) => {
      expect(await accepts(cases.find((one) => one.id === id) as JWSCase)).toBe(false)
    },
  )
})

describe('RFC examples', () => {
  test.each(read('rfc-jws.json'))('$id: $result', async (one) => {
    expect(await accepts(one)).toBe(one.result === 'valid')
  })

  test.each(read('rfc-jws.json').filter(({ deterministic }) => deterministic))('$id: signed again', async (one) => {
    const key = await Key.fromJWK(one.key as JWK, { algorithm: one.algorithm as never })
    const [header, payload] = one.jws.split('.') as [string, string]
    // jose, over WebCrypto, writes the header itself; node:crypto signs the text that it is given.
    expect(await key.sign(header, payload)).toBe(one.jws)
  })

  test('RFC 7638 section 3.1: thumbprint', async () => {
    const key = await Key.fromJWK({
      kty: 'RSA',
      n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
      e: 'AQAB',
      alg: 'RS256',
      kid: '2011-04-29',
    })
    expect(key.thumbprint).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs')
  })
})
