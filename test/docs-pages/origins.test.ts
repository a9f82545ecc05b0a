import { expect, test } from 'vitest'
import { documentOrigins } from '../../src/docs/index.ts'

test('the origins are those of absolute servers, token, refresh and discovery URLs, each once', () => {
  const flow = { scopes: {} }
  const origins = documentOrigins({
    servers: [
      { url: '/api' },
      { url: 'https://api.example.com/v1' },
      { url: 'HTTPS://API.example.com:443/v2' },
      { url: 'v3' },
    ],
    components: {
      securitySchemes: {
        password: { type: 'oauth2', flows: { password: { ...flow, tokenUrl: 'token' } } },
        code: {
          type: 'oauth2',
          flows: {
            authorizationCode: {
              ...flow,
              authorizationUrl: 'https://authorize.example.com/',
              tokenUrl: 'https://login.example.com/token',
              refreshUrl: 'http://127.0.0.1:9000/refresh',
            },
            implicit: { ...flow, authorizationUrl: 'https://authorize.example.com/' },
          },
        },
        oidc: { type: 'openIdConnect', openIdConnectUrl: 'https://oidc.example.com/.well-known/openid-configuration' },
        key: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      },
    },
  })
  expect(origins).toEqual([
    'https://api.example.com',
    'https://login.example.com',
    'http://127.0.0.1:9000',
    'https://oidc.example.com',
  ])
})

test('a server with variables has the origins of their values', () => {
  const url = 'https://{region}.example.com:{port}/{version}'
  const variables = {
    region: { default: 'eu', enum: ['eu', 'us'] },
    port: { default: '8443' },
    version: { default: 'v1' },
  }
  expect(documentOrigins({ servers: [{ url, variables }] })).toEqual([
    'https://eu.example.com:8443',
    'https://us.example.com:8443',
  ])
})

test('the number of variants has a limit', () => {
  const values = Array.from({ length: 20 }, (_, n) => `v${n}`)
  const variables = { a: { default: 'v0', enum: values }, b: { default: 'v0', enum: values } }
  expect(documentOrigins({ servers: [{ url: 'https://{a}-{b}.example.com', variables }] })).toHaveLength(64)
})

test('what is no http URL is left out, and an empty document has none', () => {
  const urls = [
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'https://',
    '{scheme}://x',
    'https://a;b.example',
  ]
  expect(documentOrigins({ servers: urls.map((url) => ({ url })) })).toEqual([])
  expect(documentOrigins({})).toEqual([])
})
