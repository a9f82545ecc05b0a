import { OpenIdConnect } from 'sallyport/security'
import { expect, test } from 'vitest'
import { authorize, unauthorized } from './requests.ts'

const url = 'https://login.example.com/.well-known/openid-configuration'

test('right, none, any auth-scheme, optional', () => {
  const scheme = new OpenIdConnect({ openIdConnectUrl: url })
  expect(scheme.model).toEqual({ type: 'openIdConnect', openIdConnectUrl: url })
  expect(authorize(scheme, 'Bearer footokenbar')).toBe('Bearer footokenbar')
  expect(authorize(scheme, 'Other footokenbar')).toBe('Other footokenbar')
  expect(authorize(scheme)).toEqual(unauthorized('Bearer', 'absent'))
  expect(authorize(scheme, '')).toEqual(unauthorized('Bearer', 'absent'))
  expect(authorize(scheme, 'Bearer a\0')).toEqual(unauthorized('Bearer', 'broken'))
  expect(authorize(new OpenIdConnect({ openIdConnectUrl: url, autoError: false }))).toBe(undefined)
})

test('any scope may be required, unless they are declared', () => {
  expect(new OpenIdConnect({ openIdConnectUrl: url }).scopes).toBe(undefined)
  expect(new OpenIdConnect({ openIdConnectUrl: url, scopes: { email: 'Mail.' } }).scopes).toEqual({ email: 'Mail.' })
  expect(new OpenIdConnect({ openIdConnectUrl: url, scopes: {} }).scopes).toEqual({})
})

test('the address is required', () => {
  expect(() => new OpenIdConnect({} as never)).toThrow(/OpenIdConnect: openIdConnectUrl is required/)
  expect(() => new OpenIdConnect({ openIdConnectUrl: 'javascript:alert(1)' })).toThrow(
    /OpenIdConnect: openIdConnectUrl/,
  )
  expect(new OpenIdConnect({ openIdConnectUrl: '/openid' }).model).toEqual({
    type: 'openIdConnect',
    openIdConnectUrl: '/openid',
  })
})
