import { expect, test } from 'vitest'
import issued from '../../docs/src/api-keys/issued.ts'
import unverified from '../../docs/src/api-keys/main.ts'
import places from '../../docs/src/api-keys/places.ts'

const john = { authorization: `Basic ${btoa('johndoe:secret')}` }
interface Issued {
  readonly key: string
  readonly keyId: string
}
const issue = async (body: object): Promise<Issued> => {
  const headers = { ...john, 'content-type': 'application/json' }
  const response = await issued.request('/keys', { method: 'POST', headers, body: JSON.stringify(body) })
  expect(response.status).toBe(201)
  return (await response.json()) as Issued
}
const items = (key: string, method = 'GET'): Promise<Response> =>
  issued.request('/items', { method, headers: { 'x-api-key': key } })
const change = (path: string, method: string): Promise<Response> => issued.request(path, { method, headers: john })

test('a key that nobody checks', async () => {
  const response = await unverified.request('/items', { headers: { 'X-API-Key': 'some-key' } })
  expect(await response.json()).toEqual({ lengthOfTheKey: 8 })
  const refused = await unverified.request('/items')
  expect(refused.status).toBe(401)
  expect(refused.headers.get('www-authenticate')).toBe('APIKey')
})

test('three places, of which each counts for its own operation only', async () => {
  const header = { headers: { 'x-api-key': 'k' } }
  const cookie = { headers: { cookie: 'key=k' } }
  expect((await places.request('/header', header)).status).toBe(200)
  expect((await places.request('/query?api_key=k')).status).toBe(200)
  expect((await places.request('/cookie', cookie)).status).toBe(200)
  for (const path of ['/header?api_key=k', '/query', '/query?api_key=', '/cookie?api_key=k']) {
    expect((await places.request(path)).status).toBe(401)
  }
  expect(places.openapi().components?.securitySchemes).toEqual({
    APIKeyHeader: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
    APIKeyQuery: { type: 'apiKey', in: 'query', name: 'api_key' },
    APIKeyCookie: { type: 'apiKey', in: 'cookie', name: 'key' },
  })
})

test('a key may do what its scopes say', async () => {
  const reader = await issue({ name: 'laptop' })
  expect(reader.key).toMatch(/^shop_[\dA-Za-z]{61}$/)
  expect(await (await items(reader.key)).json()).toEqual({ items: ['a towel'], for: 'johndoe', with: 'laptop' })
  expect((await items(reader.key, 'POST')).status).toBe(403)
  const writer = await issue({ name: 'server', scopes: ['read', 'write'] })
  expect(await (await items(writer.key, 'POST')).json()).toEqual({ addedBy: 'johndoe' })
  const listed = await (await change('/keys', 'GET')).text()
  expect(listed).toContain(reader.keyId)
  expect(listed).not.toContain(reader.key)
})

test('a key that was rotated is good for a day, and one that was revoked is not', async () => {
  const old = await issue({ name: 'old' })
  const next = (await (await change(`/keys/${old.keyId}/rotate`, 'POST')).json()) as Issued
  expect((await items(old.key)).status).toBe(200)
  expect((await items(next.key)).status).toBe(200)
  expect((await change(`/keys/${old.keyId}/rotate`, 'POST')).status).toBe(409)
  expect((await change(`/keys/${old.keyId}`, 'DELETE')).status).toBe(204)
  const refused = await items(old.key)
  expect(refused.status).toBe(401)
  expect(await refused.json()).toEqual({ detail: 'Could not validate credentials' })
  expect((await items(next.key)).status).toBe(200)
})

test('nobody touches keys that are not theirs', async () => {
  expect((await change('/keys/somebody-elses', 'DELETE')).status).toBe(404)
  expect((await issued.request('/keys')).status).toBe(401)
  expect((await items(`shop_${'0'.repeat(61)}`)).status).toBe(401)
})

test('the document has both schemes, and the scopes of the key', () => {
  const { paths } = issued.openapi()
  expect(paths?.['/items']?.get?.security).toEqual([{ APIKeyHeader: ['read'] }])
  expect(paths?.['/items']?.post?.security).toEqual([{ APIKeyHeader: ['write'] }])
  expect(paths?.['/keys']?.post?.security).toEqual([{ HTTPBasic: [] }])
})
