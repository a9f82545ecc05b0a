import {
  OAuth2,
  OAuth2AuthorizationCodeBearer,
  OAuth2ClientCredentials,
  OAuth2Implicit,
  OAuth2PasswordBearer,
} from 'sallyport/security'
import { expect, test } from 'vitest'
import { authorize, unauthorized } from './requests.ts'

const bearers = [
  new OAuth2PasswordBearer({ tokenUrl: 'token' }),
  new OAuth2AuthorizationCodeBearer({ authorizationUrl: 'authorize', tokenUrl: 'token' }),
  new OAuth2ClientCredentials({ tokenUrl: 'token' }),
  new OAuth2Implicit({ authorizationUrl: 'authorize' }),
]

test.each(bearers.map((scheme) => [scheme.schemeName, scheme] as const))(
  '%s: right, none, another auth-scheme, nothing after it',
  (_, scheme) => {
    expect(authorize(scheme, 'Bearer footokenbar')).toBe('footokenbar')
    expect(authorize(scheme, 'bearer  a b ')).toBe('a b')
    expect(authorize(scheme)).toEqual(unauthorized('Bearer', 'absent'))
    expect(authorize(scheme, 'Notexistent testtoken')).toEqual(unauthorized('Bearer', 'absent'))
    expect(authorize(scheme, 'Bearer')).toEqual(unauthorized('Bearer', 'broken'))
    expect(authorize(scheme, 'Bearer \xe4')).toEqual(unauthorized('Bearer', 'broken'))
  },
)

test('without autoError: undefined when absent, 401 when broken', () => {
  const options = { authorizationUrl: 'authorize', tokenUrl: 'token', autoError: false } as const
  const { authorizationUrl: _a, ...token } = options
  const { tokenUrl: _t, ...implicit } = options
  for (const scheme of [
    new OAuth2PasswordBearer(token),
    new OAuth2AuthorizationCodeBearer(options),
    new OAuth2ClientCredentials(token),
    new OAuth2Implicit(implicit),
  ]) {
    expect(authorize(scheme)).toBe(undefined)
    expect(authorize(scheme, 'Basic x')).toBe(undefined)
    expect(authorize(scheme, 'Bearer')).toEqual(unauthorized('Bearer', 'broken'))
  }
  expect(authorize(new OAuth2({ autoError: false }))).toBe(undefined)
})

test('OAuth2 gives the whole header, whatever its auth-scheme is', () => {
  const scheme = new OAuth2()
  expect(authorize(scheme, 'Bearer footokenbar')).toBe('Bearer footokenbar')
  expect(authorize(scheme, 'Other footokenbar')).toBe('Other footokenbar')
  expect(authorize(scheme)).toEqual(unauthorized('Bearer', 'absent'))
  expect(authorize(scheme, '')).toEqual(unauthorized('Bearer', 'absent'))
  expect(authorize(scheme, 'Bearer \u0001')).toEqual(unauthorized('Bearer', 'broken'))
})

test('the models: scopes are always there, refreshUrl when it was given', () => {
  expect(bearers.map(({ model }) => model)).toEqual([
    { type: 'oauth2', flows: { password: { tokenUrl: 'token', scopes: {} } } },
    { type: 'oauth2', flows: { authorizationCode: { authorizationUrl: 'authorize', tokenUrl: 'token', scopes: {} } } },
    { type: 'oauth2', flows: { clientCredentials: { tokenUrl: 'token', scopes: {} } } },
    { type: 'oauth2', flows: { implicit: { authorizationUrl: 'authorize', scopes: {} } } },
  ])
  const full = new OAuth2PasswordBearer({
    tokenUrl: 'token',
    refreshUrl: 'refresh',
    scopes: { me: 'Me.' },
    description: 'D',
  })
  expect(full.model).toEqual({
    type: 'oauth2',
    description: 'D',
    flows: { password: { tokenUrl: 'token', refreshUrl: 'refresh', scopes: { me: 'Me.' } } },
  })
  expect(full.scopes).toEqual({ me: 'Me.' })
  expect(new OAuth2().model).toEqual({ type: 'oauth2', flows: {} })
})

test('all four flows in one scheme; its scopes are theirs together', () => {
  const scheme = new OAuth2({
    flows: {
      implicit: { authorizationUrl: 'https://a.example/auth', scopes: { a: 'A.' } },
      password: { tokenUrl: 'token' },
      clientCredentials: { tokenUrl: 'token', scopes: { b: 'B.' }, refreshUrl: 'refresh' },
      authorizationCode: { authorizationUrl: 'auth', tokenUrl: 'token', scopes: { a: 'A.', c: 'C.' } },
    },
  })
  expect(scheme.model).toEqual({
    type: 'oauth2',
    flows: {
      implicit: { authorizationUrl: 'https://a.example/auth', scopes: { a: 'A.' } },
      password: { tokenUrl: 'token', scopes: {} },
      clientCredentials: { tokenUrl: 'token', scopes: { b: 'B.' }, refreshUrl: 'refresh' },
      authorizationCode: { authorizationUrl: 'auth', tokenUrl: 'token', scopes: { a: 'A.', c: 'C.' } },
    },
  })
  expect(scheme.scopes).toEqual({ a: 'A.', b: 'B.', c: 'C.' })
})

test('misuse is refused by the name of its option', () => {
  const password = (options: unknown) => () => new OAuth2PasswordBearer(options as never)
  expect(password(undefined)).toThrow(/OAuth2PasswordBearer: takes one object of options: tokenUrl/)
  expect(password({})).toThrow(/OAuth2PasswordBearer: tokenUrl is required/)
  expect(password({ tokenURL: 'token' })).toThrow(/OAuth2PasswordBearer has no option tokenURL/)
  expect(password({ tokenUrl: 'token', authorizationUrl: 'a' })).toThrow(/has no option authorizationUrl/)
  expect(password({ tokenUrl: 'token', refreshUrl: '' })).toThrow(/OAuth2PasswordBearer: refreshUrl is required/)
  expect(password({ tokenUrl: 'token', scopes: { 'a b': '' } })).toThrow(/"a b" is no scope/)
  expect(() => new OAuth2AuthorizationCodeBearer({ tokenUrl: 'token' } as never)).toThrow(
    /OAuth2AuthorizationCodeBearer: authorizationUrl is required/,
  )
  expect(() => new OAuth2Implicit({ tokenUrl: 'token' } as never)).toThrow(/OAuth2Implicit has no option tokenUrl/)
  const flows = (given: unknown) => () => new OAuth2({ flows: given } as never)
  expect(flows({ passwort: { tokenUrl: 'token' } })).toThrow(/OAuth2: flows has no option passwort/)
  expect(flows({ password: {} })).toThrow(/OAuth2: flows.password: tokenUrl is required/)
  expect(flows({ password: null })).toThrow(/OAuth2: flows.password: takes one object/)
  expect(flows({ password: { tokenUrl: 'token', scopes: ['a'] } })).toThrow(
    /OAuth2: flows.password: scopes is a record/,
  )
  expect(flows('password')).toThrow(/OAuth2: flows: takes one object/)
  expect(() => new OAuth2({ scopes: {} } as never)).toThrow(/OAuth2 has no option scopes/)
})

test.each([
  'token',
  '/token',
  './token',
  '../token',
  'token?x=1',
  'https://example.com/token',
  'http://127.0.0.1:8000/t%20',
  'a/b:c',
  'HTTPS://example.com',
])('tokenUrl %j is taken as it is', (tokenUrl) => {
  const { model } = new OAuth2PasswordBearer({ tokenUrl })
  expect(model).toEqual({ type: 'oauth2', flows: { password: { tokenUrl, scopes: {} } } })
})

test.each([
  '',
  ' token',
  'token ',
  'token\n',
  'to ken',
  'to\tken',
  'token#x',
  '\\\\evil.example',
  '/\\evil.example',
  'javascript:alert(1)',
  'JavaScript:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,x',
  'file:///etc/passwd',
  'ftp://example.com',
  'https:token',
  'https:///token',
  'https://',
  '//token',
  '///token',
  'https://user:secret@example.com/token',
  'https://user@example.com/token',
  'https://:secret@example.com/token',
  'https://[evil/token',
  'https://evil.example:99999/token',
  'tökén',
  '<script>',
  1,
  null,
])('tokenUrl %j is refused, and not repeated', (tokenUrl) => {
  const make = (): unknown => new OAuth2PasswordBearer({ tokenUrl } as never)
  expect(make).toThrow(/^OAuth2PasswordBearer: tokenUrl /)
  expect(make).not.toThrow(/secret|evil|alert/)
})
