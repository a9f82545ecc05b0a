import { inspect } from 'node:util'
import fc from 'fast-check'
import { HTTPBearer, OAuth2PasswordBearer } from 'sallyport/security'
import { expect, test } from 'vitest'
import { HTTPException } from '../../src/exceptions.ts'
import { NO_SCOPES } from '../../src/scopes.ts'
import { authorize, RawIncoming, unauthorized } from './requests.ts'

const bearer = new HTTPBearer()

test('the model, with and without bearerFormat', () => {
  expect(bearer.model).toEqual({ type: 'http', scheme: 'bearer' })
  expect(new HTTPBearer({ bearerFormat: 'JWT' }).model).toEqual({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
  expect(() => new HTTPBearer({ bearerFormat: '' })).toThrow(/HTTPBearer: bearerFormat is a text/)
  expect(() => new HTTPBearer({ bearerFormat: 1 as never })).toThrow(/HTTPBearer: bearerFormat is a text/)
})

test.each([
  ['Bearer mF_9.B5f-4.1JqM', 'Bearer', 'mF_9.B5f-4.1JqM'], // RFC 6750 section 2.1
  ['bearer abc', 'bearer', 'abc'],
  ['BEARER abc', 'BEARER', 'abc'],
  ['Bearer   abc  ', 'Bearer', 'abc'],
  ['Bearer \tabc\t', 'Bearer', 'abc'],
  ['Bearer a b', 'Bearer', 'a b'],
  ['Bearer a, Bearer b', 'Bearer', 'a, Bearer b'],
  ['Bearer Bearer abc', 'Bearer', 'Bearer abc'],
  ['Bearer "~!', 'Bearer', '"~!'],
])('%j is read', (value, scheme, credentials) => {
  expect(authorize(bearer, value)).toEqual({ scheme, credentials })
})

test.each([
  undefined,
  '',
  'Basic YTpi',
  'Bearerabc',
  'Bearer\tabc',
  'Bearer,abc',
  'Bear er',
  'token',
  ' Bearer abc',
  'Ｂearer abc',
  'BEA\u0052ER\u212a x',
])('absent: %j', (value) => {
  expect(authorize(bearer, value)).toEqual(unauthorized('Bearer', 'absent'))
  expect(authorize(new HTTPBearer({ autoError: false }), value)).toBe(undefined)
})

test.each([
  'Bearer',
  'bearer',
  'Bearer ',
  'Bearer    ',
  'Bearer \t',
  'Bearer ä',
  'Bearer a\u0000b',
  'Bearer a\tb',
  'Bearer a\nb',
  'Bearer \x7f',
  'Bearer \xa0',
  'Bearer a\u2028',
])('broken, with and without autoError: %j', (value) => {
  expect(authorize(bearer, value)).toEqual(unauthorized('Bearer', 'broken'))
  expect(authorize(new HTTPBearer({ autoError: false }), value)).toEqual(unauthorized('Bearer', 'broken'))
})

test('the value is frozen; JSON has the credentials, a log does not', () => {
  const value = authorize(bearer, 'Bearer abc')
  expect(Object.isFrozen(value)).toBe(true)
  expect(JSON.stringify(value)).toBe('{"scheme":"Bearer","credentials":"abc"}')
  expect(inspect(value)).toBe("{ scheme: 'Bearer', credentials: '[hidden]' }")
})

const printable = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 1,
})

test('any printable token comes back as it was sent', () => {
  const cased = fc.mixedCase(fc.constant('bearer'))
  fc.assert(
    fc.property(
      cased,
      printable.filter((token) => token.trim() !== ''),
      (scheme, token) => {
        expect(authorize(bearer, `${scheme} ${token}`)).toEqual({ scheme, credentials: token.replace(/^ +| +$/g, '') })
      },
    ),
    { numRuns: 1000 },
  )
})

test('whatever is sent: a value, nothing, or an HTTPException that repeats none of it', () => {
  const password = new OAuth2PasswordBearer({ tokenUrl: 'token', autoError: false })
  const value = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .tuple(fc.constantFrom('Bearer', 'bearer ', 'Bearer ', 'Basic ', 'Bearer\t'), fc.string({ unit: 'binary' }))
      .map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(value, (authorization) => {
      for (const scheme of [bearer, password]) {
        try {
          const given = scheme.authenticate(new RawIncoming({ authorization }), NO_SCOPES)
          const token =
            typeof given === 'object' && given !== null && 'credentials' in given ? given.credentials : given
          expect(token === undefined || (typeof token === 'string' && /^[\x20-\x7e]+$/.test(token))).toBe(true)
        } catch (error) {
          expect(error).toBeInstanceOf(HTTPException)
          const { status, detail, message, headers, cause } = error as HTTPException
          expect({ status, detail, message, headers, cause }).toEqual({
            status: 401,
            detail: 'Not authenticated',
            message: 'Not authenticated',
            headers: { 'www-authenticate': 'Bearer' },
            cause: undefined,
          })
        }
      }
    }),
    { numRuns: 2000 },
  )
})
