import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { attack } from 'sallyport/testing'
import { createApp } from '../src/app.ts'
import { Keys } from '../src/keys.ts'

const settings = { DATABASE: ':memory:' }
const keys = new Keys(settings.DATABASE)
const app = createApp(settings, keys)
let admin = ''
let reader = ''

before(async () => {
  await app.start()
  admin = (await keys.issue({ subject: 'root', scopes: ['admin', 'items'] })).key
  reader = (await keys.issue({ subject: 'alice', scopes: ['items'] })).key
})
after(() => app.stop())

async function send(method: string, path: string, key?: string, json?: unknown) {
  const headers = new Headers()
  if (key !== undefined) headers.set('x-api-key', key)
  if (json !== undefined) headers.set('content-type', 'application/json')
  const answer = await app.request(path, {
    method,
    headers,
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  })
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? undefined : JSON.parse(text), headers: answer.headers }
}

test('a key opens what its scopes say', async () => {
  assert.deepEqual((await send('GET', '/items', reader)).body, [{ id: 1, title: 'A portcullis' }])
  assert.equal((await send('GET', '/items')).status, 401)
  assert.equal((await send('GET', '/items', `${reader.slice(0, -1)}#`)).status, 401)
  assert.equal((await send('GET', '/keys?subject=alice', reader)).status, 403)
})

test('issue, rotate, revoke', async () => {
  const issued = await send('POST', '/keys', admin, { subject: 'bob', scopes: ['items'], name: 'laptop' })
  assert.deepEqual([issued.status, issued.headers.get('cache-control')], [201, 'no-store'])
  const { key, key_id } = issued.body
  assert.equal((await send('GET', '/items', key)).status, 200)

  const rotated = await send('POST', `/keys/${key_id}/rotate`, admin)
  assert.equal(rotated.status, 201)
  assert.equal((await send('GET', '/items', key)).status, 200) // for a day
  assert.equal((await send('POST', `/keys/${key_id}/rotate`, admin)).status, 404) // it was, once

  assert.equal((await send('DELETE', `/keys/${rotated.body.key_id}`, admin)).status, 204)
  assert.equal((await send('GET', '/items', rotated.body.key)).status, 401)
  assert.equal((await send('DELETE', '/keys/unknown', admin)).status, 404)

  const listed = (await send('GET', '/keys?subject=bob', admin)).body
  assert.deepEqual(
    listed.map((each: { key_id: string; name: string }) => [each.key_id, each.name]),
    [
      [key_id, 'laptop'],
      [rotated.body.key_id, 'laptop'],
    ],
  )
  assert.ok(!JSON.stringify(listed).includes(key))
})

test('a scope that there is not is refused', async () => {
  assert.equal((await send('POST', '/keys', admin, { subject: 'bob', scopes: ['everything'] })).status, 422)
})

test('the document says what is required', () => {
  const required = Object.entries(app.openapi().paths ?? {}).flatMap(([path, { get, post, delete: del }]) =>
    Object.entries({ get, post, del }).flatMap(([verb, operation]) =>
      operation ? [[`${verb} ${path}`, operation.security ?? 'anybody']] : [],
    ),
  )
  const admins = [{ APIKeyHeader: ['admin'] }]
  assert.deepEqual(Object.fromEntries(required), {
    'get /items': [{ APIKeyHeader: ['items'] }],
    'get /keys': admins,
    'post /keys': admins,
    'post /keys/{key_id}/rotate': admins,
    'del /keys/{key_id}': admins,
  })
})

test('nobody gets in beside the door', async () => {
  const report = await attack(app, {
    credentials: {
      APIKeyHeader: {
        valid: () => admin,
        withScopes: async (scopes) => (await keys.issue({ subject: 'mallory', scopes })).key,
      },
    },
    canaries: [admin, reader],
  })
  report.assert()
  assert.ok(report.requests > 0)
})
