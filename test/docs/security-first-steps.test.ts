import { expect, test } from 'vitest'
import app from '../../docs/src/security-first-steps/main.ts'
import { OAuth2PasswordBearer } from '../../src/security/index.ts'
import { chapters } from './chapter.ts'
import { errorOf } from './compile.ts'

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
  const page = chapters.find(({ path }) => path === 'security/first-steps.md')?.text ?? ''
  for (const options of [{ tokenUrl: '//token' }, { tokenurl: 'token' }]) {
    expect(page).toContain(`\n${errorOf(() => new OAuth2PasswordBearer(options as never))}\n`)
  }
})
