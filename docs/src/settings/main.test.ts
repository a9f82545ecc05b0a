import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeApp } from './main.ts'
import { readSettings } from './settings.ts'

test('a page has as many items as the settings say', async () => {
  const app = makeApp(readSettings({ ITEMS_PER_PAGE: '1' }))

  assert.deepEqual(await (await app.request('/items')).json(), ['portcullis'])
})
