import { expect, test } from 'vitest'
import both from '../../docs/src/several-schemes/both.ts'
import either from '../../docs/src/several-schemes/either.ts'
import optional from '../../docs/src/several-schemes/optional.ts'
import { App } from '../../src/app.ts'
import { APIKeyHeader } from '../../src/security/index.ts'
import { chapters } from './chapter.ts'
import { compileWith, errorOf } from './compile.ts'

const partner = { 'x-api-key': 'key-of-a-partner' }
const robot = { 'x-api-key': 'key-of-a-robot' }
const john = { authorization: 'Bearer token-of-johndoe' }
const old = { authorization: 'Bearer old' }
const page = chapters.find(({ path }) => path === 'security/several-schemes.md')?.text ?? ''

test.each([
  [both, '/users/me', { ...partner, ...john }, 200, null],
  [both, '/users/me', partner, 401, 'Bearer'],
  [both, '/users/me', john, 401, 'APIKey'],
  [both, '/users/me', { ...partner, ...old }, 401, 'Bearer error="invalid_token"'],
  [either, '/me', john, 200, null],
  [either, '/me', robot, 200, null],
  [either, '/me', { ...old, ...robot }, 200, null],
  [either, '/me', {}, 401, 'Bearer, APIKey'],
  [either, '/me', old, 401, 'Bearer error="invalid_token", APIKey'],
  [optional, '/items', {}, 200, null],
  [optional, '/items', john, 200, null],
  [optional, '/items', old, 401, 'Bearer error="invalid_token"'],
])('%# %o', async (app, path, headers, status, challenge) => {
  const response = await app.request(path, { headers: headers as Record<string, string> })
  expect(response.status).toBe(status)
  expect(response.headers.get('www-authenticate')).toBe(challenge)
})

test('who is asked for what', async () => {
  const text = async (app: App, path: string, headers: Record<string, string>): Promise<unknown> =>
    (await app.request(path, { headers })).json()
  expect(await text(either, '/me', { ...john, ...robot })).toBe('the person johndoe')
  expect(await text(either, '/me', robot)).toBe('the robot r2')
  expect(await text(optional, '/items', {})).toEqual({ items: ['a towel'], hello: 'stranger' })
})

test.each([
  [both, '/users/me', [{ APIKeyHeader: [], HTTPBearer: [] }]],
  [either, '/me', [{ HTTPBearer: [] }, { APIKeyHeader: [] }]],
  [optional, '/items', [{ HTTPBearer: [] }, {}]],
])('the document and the page say the same', (app, path, security) => {
  expect(app.openapi().paths?.[path]?.get?.security).toEqual(security)
  const quoted = [...page.matchAll(/^"security": (.+)$/gm)].map(([, json = '']) => JSON.parse(json) as unknown)
  expect(quoted).toContainEqual(security)
})

test('the mistakes of the chapter, by their words', { timeout: 60_000 }, () => {
  expect(page).toContain(`\n${compileWith('several-schemes/optional.ts', 'user?.username', 'user.username')}\n`)
  const params = { key: new APIKeyHeader({ name: 'X-API-Key' }), partner: new APIKeyHeader({ name: 'X-Partner-Key' }) }
  expect(page).toContain(`\n${errorOf(() => new App().get('/items', { params }, () => 1))}\n`)
})
