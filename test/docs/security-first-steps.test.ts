import { expect, test } from 'vitest'
import app from '../../docs/src/security-first-steps/main.ts'
import { OAuth2PasswordBearer } from '../../src/security/index.ts'

test.each([
  [{}],
  [{ authorization: 'Basic am9objpzZWNyZXQ=' }],
  [{ authorization: 'Bearer' }],
  [{ authorization: 'Bearer ' }],
])('without a token: %o', async (headers) => {
  const response = await app.request('/items', { headers: headers as Record<string, string> })
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toBe('Bearer')
  expect(await response.json()).toEqual({ detail: 'Not authenticated' })
})

test('with any token', async () => {
  const response = await app.request('/items', { headers: { authorization: 'Bearer foobar' } })
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ token: 'foobar' })
})

test('the document has the lock, its scheme and its 401', () => {
  const { paths, components } = app.openapi()
  expect(paths?.['/items']?.get).toMatchObject({ security: [{ OAuth2PasswordBearer: [] }], responses: { 401: {} } })
  expect(components?.securitySchemes).toEqual({
    OAuth2PasswordBearer: { type: 'oauth2', flows: { password: { tokenUrl: 'token', scopes: {} } } },
  })
})

test('the mistakes of the chapter, by their words', () => {
  expect(() => new OAuth2PasswordBearer({ tokenUrl: '//token' })).toThrow(
    'OAuth2PasswordBearer: tokenUrl starts with //. Write https:// for another host, or one slash.',
  )
  expect(() => new OAuth2PasswordBearer({ tokenurl: 'token' } as never)).toThrow(
    'OAuth2PasswordBearer has no option tokenurl. It has tokenUrl, refreshUrl, scopes, schemeName, description, autoError, verify, realm, subjectClaim, scopeClaim, certificateBound, dpop.',
  )
})
