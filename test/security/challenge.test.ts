import { bearerChallenge } from 'sallyport/security'
import { expect, test } from 'vitest'

test('RFC 6750 section 3: the two examples', () => {
  expect(bearerChallenge({ realm: 'example' })).toBe('Bearer realm="example"')
  expect(
    bearerChallenge({ realm: 'example', error: 'invalid_token', errorDescription: 'The access token expired' }),
  ).toBe('Bearer realm="example", error="invalid_token", error_description="The access token expired"')
})

test('plain, and with scopes', () => {
  expect(bearerChallenge()).toBe('Bearer')
  expect(bearerChallenge({ scope: [] })).toBe('Bearer')
  expect(bearerChallenge({ error: 'insufficient_scope', scope: ['me', 'items'] })).toBe(
    'Bearer error="insufficient_scope", scope="me items"',
  )
})

test('a realm is escaped', () => {
  expect(bearerChallenge({ realm: 'a"b\\c' })).toBe('Bearer realm="a\\"b\\\\c"')
})

test('what a challenge cannot hold is refused', () => {
  expect(() => bearerChallenge({ realm: 'a\r\nset-cookie: a=b' })).toThrow(TypeError)
  expect(() => bearerChallenge({ realm: 'ж' })).toThrow(TypeError)
  for (const errorDescription of ['a"b', 'a\\b', 'ä', 'a\nb']) {
    expect(() => bearerChallenge({ errorDescription })).toThrow(/errorDescription is printable ASCII/)
  }
  for (const scope of ['a b', '', 'a"', 'a\\']) expect(() => bearerChallenge({ scope: [scope] })).toThrow(/is no scope/)
})
