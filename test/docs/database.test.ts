import { afterEach, beforeEach, expect, test, vi } from 'vitest'

const json = (value: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
})
const rope = { name: 'rope', price: 2, cost: 0.5 }

type Program = typeof import('../../docs/src/database/main.ts')
let app: Program['default']
let database: Program['database']

beforeEach(async () => {
  vi.resetModules()
  ;({ default: app, database } = await import('../../docs/src/database/main.ts'))
})

afterEach(async () => {
  await app.stop()
  vi.restoreAllMocks()
})

test('a row is written, listed without its cost, and deleted', async () => {
  const added = await app.request('/items', json(rope))
  expect([added.status, await added.json()]).toEqual([201, { id: 1, name: 'rope', price: 2 }])
  expect(await (await app.request('/items?skip=1')).json()).toEqual([])
  expect((await app.request('/items/1', { method: 'DELETE' })).status).toBe(204)
  expect((await app.request('/items/1', { method: 'DELETE' })).status).toBe(404)
})

test('an app that was stopped does not open the database again', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  expect(await (await app.request('/items')).json()).toEqual([])
  await app.stop()
  expect((await app.request('/items')).status).toBe(500)
})

test('what the database refuses is a 409; a bug is a 500 that says nothing', async () => {
  await app.request('/items', json(rope))
  const taken = await app.request('/items', json(rope))
  expect([taken.status, await taken.json()]).toEqual([409, { detail: 'There is an item of this name' }])
  vi.spyOn(console, 'error').mockImplementation(() => {})
  app.overrides.set(database, () => {
    throw new Error('cannot reach db-1.internal')
  })
  const bug = await app.request('/items')
  expect([bug.status, await bug.text()]).toEqual([500, 'Internal Server Error'])
})

test('the cost is in no answer of the document', () => {
  const { paths } = app.openapi()
  expect(JSON.stringify(paths?.['/items']?.post?.requestBody)).toContain('"cost"')
  expect(JSON.stringify(paths?.['/items']?.get?.responses)).not.toContain('"cost"')
})
