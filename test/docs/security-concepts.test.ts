import { expect, test } from 'vitest'
import schemes from '../../docs/src/security-concepts/main.ts'
import whoMay from '../../docs/src/security-concepts/who-may.ts'

test.each([
  ['/api-key', 'APIKey', { 'x-api-key': 'k' }],
  ['/basic', 'Basic', { authorization: `Basic ${btoa('a:b')}` }],
  ['/oauth2', 'Bearer', { authorization: 'Bearer t' }],
  ['/openid', 'Bearer', { authorization: 'Bearer t' }],
])('%s wants credentials, and takes any', async (path, challenge, headers) => {
  const refused = await schemes.request(path)
  expect(refused.status).toBe(401)
  expect(refused.headers.get('www-authenticate')).toBe(challenge)
  expect((await schemes.request(path, { headers })).status).toBe(200)
})

test('a certificate cannot be sent in a request', async () => {
  const refused = await schemes.request('/certificate', { headers: { 'x-client-cert': 'c' } })
  expect(refused.status).toBe(401)
  expect(refused.headers.get('www-authenticate')).toBe('MutualTLS')
})

test('the five types of the document', () => {
  expect(schemes.openapi().components?.securitySchemes).toEqual({
    APIKeyHeader: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
    HTTPBasic: { type: 'http', scheme: 'basic' },
    OAuth2PasswordBearer: { type: 'oauth2', flows: { password: { tokenUrl: 'token', scopes: {} } } },
    OpenIdConnect: {
      type: 'openIdConnect',
      openIdConnectUrl: 'https://login.example.com/.well-known/openid-configuration',
    },
    MutualTLS: { type: 'mutualTLS' },
  })
})

test.each([
  ['GET', undefined, 401, 'Bearer'],
  ['GET', 'nonsense', 401, 'Bearer error="invalid_token"'],
  ['GET', 'token-of-alice', 200, null],
  ['POST', 'token-of-alice', 403, 'Bearer error="insufficient_scope", scope="write"'],
  ['POST', 'token-of-johndoe', 200, null],
])('%s with %s', async (method, token, status, challenge) => {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const response = await whoMay.request('/items', { method, headers })
  expect(response.status).toBe(status)
  expect(response.headers.get('www-authenticate')).toBe(challenge)
})
