import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attack } from 'sallyport/testing'
import { createApp } from '../src/app.ts'

const token = 'a token for the tests and nothing else'
const app = createApp({ API_TOKEN: token })

async function get(path: string, authorization?: string): Promise<[number, unknown]> {
  const answer = await app.request(path, authorization === undefined ? {} : { headers: { authorization } })
  return [answer.status, await answer.json()]
}

test('anybody may say hello', async () => {
  assert.deepEqual(await get('/'), [200, { message: 'Hello! The docs are at /docs.' }])
  assert.deepEqual(await get('/health'), [200, { status: 'ok' }])
})

test('items are for whoever has the token', async () => {
  assert.deepEqual(await get('/items/1', `Bearer ${token}`), [200, { id: 1, title: 'A portcullis' }])
  assert.deepEqual(await get('/items/3', `Bearer ${token}`), [404, { detail: 'There is no such item' }])
  assert.equal((await get('/items/zero', `Bearer ${token}`))[0], 422)
  assert.equal((await get('/items/1'))[0], 401)
  assert.equal((await get('/items/1', 'Bearer a guess'))[0], 401)
})

test('the document says what is required', () => {
  const { paths = {} } = app.openapi()
  assert.deepEqual(paths['/items/{item_id}']?.get?.security, [{ HTTPBearer: [] }])
  assert.equal(paths['/']?.get?.security, undefined)
})

test('nobody gets in beside the door', async () => {
  const report = await attack(app, { credentials: { HTTPBearer: { valid: () => token } } })
  report.assert()
  assert.ok(report.requests > 0)
})
