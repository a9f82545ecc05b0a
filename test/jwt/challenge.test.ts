import * as jwt from 'sallyport/jwt'
import { challengeFor, JWTError } from 'sallyport/jwt'
import { expect, test } from 'vitest'

test('RFC 6750 section 3.1: an expired token', () => {
  expect(challengeFor(new jwt.TokenExpiredError())).toBe(
    'Bearer error="invalid_token", error_description="The token has expired"',
  )
})

test('realm and scopes, the realm quoted', () => {
  const options = { realm: 'a "b" \\c', scope: ['me', 'items'] }
  expect(challengeFor(new jwt.TokenRevokedError(), options)).toBe(
    'Bearer realm="a \\"b\\" \\\\c", scope="me items", error="invalid_token", error_description="The token has been revoked"',
  )
  expect(challengeFor(new jwt.TokenRevokedError(), { scope: '' })).toMatch(/^Bearer error=/)
})

test.each<[RegExp, object]>([
  [/^realm:/, { realm: 'a\r\nset-cookie: b' }],
  [/^realm:/, { realm: '日本' }],
  [/^scope:/, { scope: 'a"b' }],
  [/^scope:/, { scope: 'a  b' }],
  [/^scope:/, { scope: ['a', 'b\n'] }],
])('refused: %s %j', (message, options) => {
  expect(() => challengeFor(new jwt.TokenExpiredError(), options)).toThrow(message)
})

test('no challenge where the token is not to blame', () => {
  for (const error of [
    new jwt.KeysUnavailableError(),
    new jwt.RevocationUnavailableError(),
    new Error('x'),
    'x',
    null,
  ]) {
    expect(challengeFor(error)).toBeUndefined()
  }
})

test('a description has only the characters of RFC 6750', () => {
  class Odd extends JWTError {
    readonly code = 'token_malformed'
  }
  const error = new Odd('a "b" \\ é\r\n')
  const challenge = 'Bearer error="invalid_token", error_description="a ?b? ? ???"'
  expect(challengeFor(error)).toBe(challenge)
  expect(error['~answer'].headers).toEqual({ 'www-authenticate': challenge })
})

test('every error has its own name and code', () => {
  const classes = Object.values(jwt).filter(
    (value) => typeof value === 'function' && value.prototype instanceof JWTError,
  ) as unknown as (new (
    claim: string,
  ) => JWTError)[]
  const errors = classes.map((Class) => new Class('sub'))
  expect(errors).toHaveLength(18)
  expect(new Set(errors.map(({ code }) => code)).size).toBe(18)
  for (const [index, error] of errors.entries()) {
    expect(error).toMatchObject({ name: classes[index]?.name, message: expect.stringMatching(/^[\w ]+$/) })
    expect(error.status).toBe(/unavailable/.test(error.code) ? 503 : 401)
    expect(challengeFor(error) === undefined).toBe(error.status === 503)
  }
})
