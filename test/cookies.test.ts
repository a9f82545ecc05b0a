import { expect, test } from 'vitest'
import { type CookieOptions, serializeCookie } from '../src/cookies.ts'
import { CurrentResponse } from '../src/current-response.ts'

test('the defaults are safe ones', () => {
  expect(serializeCookie('theme', 'dark', {})).toBe('theme=dark; Path=/; Secure; HttpOnly; SameSite=Lax')
})

test('all attributes', () => {
  const options: CookieOptions = {
    maxAge: 3600,
    expires: new Date(Date.UTC(2015, 9, 21, 7, 28)),
    domain: 'example.org',
    path: '/app',
    secure: true,
    httpOnly: true,
    sameSite: 'None',
    partitioned: true,
  }
  expect(serializeCookie('id', 'a3fWa', options)).toBe(
    'id=a3fWa; Path=/app; Max-Age=3600; Expires=Wed, 21 Oct 2015 07:28:00 GMT; Domain=example.org; Secure; HttpOnly; SameSite=None; Partitioned',
  )
  expect(serializeCookie('id', '', { maxAge: 0, sameSite: 'Strict' })).toBe(
    'id=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict',
  )
  expect(serializeCookie('id', '', { secure: false, httpOnly: false })).toBe('id=; Path=/; SameSite=Lax')
})

test.each(['', 'a b', 'a=b', 'a;b', 'a,b', '"a"', 'a\r\nSet-Cookie: b', 'ü', '(a)', 'a\0'])(
  'the name %j is refused',
  (name) => {
    expect(() => serializeCookie(name, 'x', {})).toThrow(TypeError)
  },
)

test.each(['a b', 'a;b', 'a,b', '"a"', 'a\\b', 'a\r\nSet-Cookie: b=c', 'a\n', 'ü', '\0', '\x7f', '\t'])(
  'the value %j is refused',
  (value) => {
    expect(() => serializeCookie('x', value, {})).toThrow(TypeError)
  },
)

test('the value is not repeated in the refusal', () => {
  expect(() => serializeCookie('x', 'secret value', {})).toThrow(/^(?!.*secret)/)
})

test.each<[string, object]>([
  ['a misspelt option', { httponly: true }],
  ['a path that injects', { path: '/; Domain=evil.example' }],
  ['a path with a line end', { path: '/\r\n' }],
  ['a path without a slash', { path: 'app' }],
  ['an empty path', { path: '' }],
  ['a domain that injects', { domain: 'a; Secure' }],
  ['an empty domain', { domain: '' }],
  ['a part of a second', { maxAge: 1.5 }],
  ['no number', { maxAge: Number.NaN }],
  ['no date', { expires: new Date(Number.NaN) }],
  ['an unknown sameSite', { sameSite: 'lax' }],
  ['None without secure', { sameSite: 'None', secure: false }],
  ['partitioned without secure', { partitioned: true, secure: false }],
])('%s is refused', (_, options) => {
  expect(() => serializeCookie('x', 'y', options as CookieOptions)).toThrow(TypeError)
})

// draft-ietf-httpbis-rfc6265bis §4.1.3; user agents compare the prefixes without regard to case (§5.7).
test('prefixes of names promise attributes', () => {
  expect(serializeCookie('__Host-id', 'x', {})).toBe('__Host-id=x; Path=/; Secure; HttpOnly; SameSite=Lax')
  expect(serializeCookie('__Secure-id', 'x', { secure: true, path: '/a', domain: 'example.org' })).toContain(
    'Domain=example.org',
  )
  for (const name of ['__Host-id', '__Secure-id', '__host-id', '__SECURE-id']) {
    expect(() => serializeCookie(name, 'x', { secure: false }), name).toThrow(TypeError)
  }
  expect(() => serializeCookie('__Host-id', 'x', { secure: true, path: '/a' })).toThrow(TypeError)
  expect(() => serializeCookie('__host-id', 'x', { secure: true, domain: 'example.org' })).toThrow(TypeError)
})

test('a response sets and deletes cookies, each in a line of its own', () => {
  const response = new CurrentResponse()
  response.setCookie('a', '1', { expires: new Date(0) })
  response.setCookie('b', '2')
  response.deleteCookie('a', { path: '/app' })
  expect(response.headers.getSetCookie()).toEqual([
    'a=1; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure; HttpOnly; SameSite=Lax',
    'b=2; Path=/; Secure; HttpOnly; SameSite=Lax',
    'a=; Path=/app; Max-Age=0; Secure; HttpOnly; SameSite=Lax',
  ])
})
