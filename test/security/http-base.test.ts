import { HTTPBase } from 'sallyport/security'
import { expect, test } from 'vitest'
import { authorize, unauthorized } from './requests.ts'

const other = new HTTPBase({ scheme: 'Other' })

test('right, none, another auth-scheme, nothing after it', () => {
  expect(other.model).toEqual({ type: 'http', scheme: 'Other' })
  expect(authorize(other, 'Other foobar')).toEqual({ scheme: 'Other', credentials: 'foobar' })
  expect(authorize(other, 'oTHER  foo bar ')).toEqual({ scheme: 'oTHER', credentials: 'foo bar' })
  expect(authorize(other)).toEqual(unauthorized('Other', 'absent'))
  expect(authorize(other, 'Bearer foobar')).toEqual(unauthorized('Other', 'absent'))
  expect(authorize(other, 'Other')).toEqual(unauthorized('Other', 'broken'))
  expect(authorize(other, 'Other  ')).toEqual(unauthorized('Other', 'broken'))
})

test('quoted strings may hold tabs and bytes above ASCII, and nothing holds other control characters', () => {
  expect(authorize(other, 'Other a="\tä"')).toEqual({ scheme: 'Other', credentials: 'a="\tä"' })
  for (const value of ['Other a\0', 'Other a\nb', 'Other \x7f', 'Other \x1f']) {
    expect(authorize(other, value)).toEqual(unauthorized('Other', 'broken'))
  }
})

test('without autoError', () => {
  const optional = new HTTPBase({ scheme: 'Other', autoError: false })
  expect(authorize(optional)).toBe(undefined)
  expect(authorize(optional, 'Bearer x')).toBe(undefined)
  expect(authorize(optional, 'Other')).toEqual(unauthorized('Other', 'broken'))
})

test.each([
  ['hoba', 'Hoba'],
  ['SCRAM-SHA-256', 'Scram-Sha-256'],
  ['vapid', 'Vapid'],
  ['a1b', 'A1B'],
  ["x'y", "X'Y"],
])('the challenge is the name in Python’s title case: %s', (scheme, challenge) => {
  expect(authorize(new HTTPBase({ scheme }))).toEqual(unauthorized(challenge, 'absent'))
})

test('capitals are folded only where they are letters', () => {
  expect(authorize(new HTTPBase({ scheme: 'a^' }), 'A~ x')).toEqual(unauthorized('A^', 'absent'))
  expect(authorize(new HTTPBase({ scheme: 'a~' }), 'A^ x')).toEqual(unauthorized('A~', 'absent'))
})

test.each([undefined, '', 'a b', 'a"', 'ä', 'a,b', 'a=', 1])('scheme %j is refused', (scheme) => {
  expect(() => new HTTPBase({ scheme } as never)).toThrow(/HTTPBase: scheme is required/)
})
