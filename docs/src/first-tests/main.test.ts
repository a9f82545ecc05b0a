import assert from 'node:assert/strict'
import { test } from 'node:test'
import app from './main.ts'

// #region read
test('an item is shown', async () => {
  const response = await app.request('/items/moat')

  assert.equal(response.status, 200)
  assert.deepEqual(await response.json(), { name: 'moat', price: 9000 })
})

test('one that is not there is a 404', async () => {
  const response = await app.request('/items/dragon')

  assert.equal(response.status, 404)
  assert.deepEqual(await response.json(), { detail: 'There is no such item' })
})
// #endregion read

// #region write
function post(item: unknown) {
  return app.request('/items', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(item),
  })
}

test('an item is added once', async () => {
  assert.equal((await post({ name: 'rope', price: 2 })).status, 201)
  assert.equal((await post({ name: 'rope', price: 2 })).status, 409)
})

test('a price is not below zero', async () => {
  const response = await post({ name: 'rope', price: -2 })

  assert.equal(response.status, 422)
  const { detail } = await response.json()
  assert.deepEqual(detail[0].loc, ['body', 'price'])
})
// #endregion write

// #region document
test('the document says what the answers are', () => {
  const { paths } = app.openapi()

  assert.deepEqual(Object.keys(paths?.['/items']?.post?.responses ?? {}), [
    '201',
    '422',
  ])
})
// #endregion document
