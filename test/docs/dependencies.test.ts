import { describe, expect, test } from 'vitest'
import dependencies from '../../docs/src/dependencies/main.ts'
import options, { pageOf, RateLimit } from '../../docs/src/options-classes/main.ts'
import overrides from '../../docs/src/overrides/main.ts'
import sub from '../../docs/src/sub-dependencies/main.ts'
import exits, { log } from '../../docs/src/yield-dependencies/main.ts'
import { App } from '../../src/app.ts'

// A test that the guide shows; its tests run here.
import '../../docs/src/overrides/main.test.ts'

const names = (app: App, url: string): unknown[] =>
  (app.openapi().paths?.[url]?.get?.parameters ?? []).map((parameter) => (parameter as { name?: unknown }).name)

const item = (value: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
})

describe('dependencies', () => {
  test('the version is asked of every operation, the page of those that use it', async () => {
    expect(names(dependencies, '/items')).toEqual(['skip', 'limit', 'api-version'])
    expect(await (await dependencies.request('/users?skip=2', { headers: { 'api-version': '2' } })).json()).toEqual({
      where: 'GET /users',
      users: ['johndoe'],
    })
  })
})

describe('sub-dependencies', () => {
  test('a value is made for each request', async () => {
    const first = (await (await sub.request('/tickets')).json()) as { ticket: number }
    const second = (await (await sub.request('/tickets')).json()) as { ticket: number }
    expect(second.ticket).toBe(first.ticket + 2)
  })

  test('the cookie of the innermost is documented', () => {
    expect(sub.openapi().paths?.['/notes']?.post?.parameters).toMatchObject([
      { name: 'text', in: 'query' },
      { name: 'sid', in: 'cookie' },
    ])
  })
})

describe('yield dependencies', () => {
  test('they leave in reverse; a failure rolls back', async () => {
    await exits.request('/items', item({ name: 'rope', price: 2 }))
    expect(log.splice(0)).toEqual(['connect', 'BEGIN', 'INSERT rope', 'COMMIT', 'disconnect'])
    expect((await exits.request('/items', item({ name: 'poison', price: -1 }))).status).toBe(409)
    expect(log.splice(0)).toEqual(['connect', 'BEGIN', 'INSERT poison', 'ROLLBACK', 'disconnect'])
    expect((await exits.request('/early', item({ name: 'rope', price: 2 }))).status).toBe(201)
    expect(log.splice(0)).toEqual(['connect', 'BEGIN', 'INSERT rope', 'COMMIT', 'disconnect'])
  })

  test('a swallowed error is one of its own', async () => {
    expect((await exits.request('/swallowed')).status).toBe(500)
    expect(log.splice(0)).toEqual([
      'Error: A yield dependency caught an exception and did not throw it again, nor another one',
    ])
  })

  test('they have no parameters of their own in the document', () => {
    expect(exits.openapi().paths?.['/items']?.post?.parameters).toBeUndefined()
  })
})

describe('options', () => {
  test('each place has its own bounds', () => {
    const limit = (url: string): unknown =>
      ((options.openapi().paths?.[url]?.get?.parameters ?? []) as { schema?: unknown }[])[1]?.schema
    expect(limit('/items')).toMatchObject({ default: 10, maximum: 100 })
    expect(limit('/pictures')).toMatchObject({ default: 3, maximum: 5 })
  })

  test('wrong options throw when declared', () => {
    expect(() => pageOf({ limit: 200 })).toThrow('pageOf(): limit is 200, which is over most, 100.')
  })

  test('two objects count apart', async () => {
    const app = new App()
    app.get('/a', { dependencies: [new RateLimit({ most: 1 }).guard] }, () => 1)
    app.get('/b', { dependencies: [new RateLimit({ most: 1 }).guard] }, () => 1)
    const ask = async (url: string): Promise<number> =>
      (await app.request(url, { headers: { 'x-client': 'ann' } })).status
    expect([await ask('/a'), await ask('/b'), await ask('/a')]).toEqual([200, 200, 429])
  })
})

test('overrides do not change the document', () => {
  const before = overrides.openapi()
  expect(names(overrides, '/coat')).toEqual(['city'])
  expect(overrides.openapi()).toEqual(before)
})
