/** The programs for Bun, Deno and Workers, as far as Node can run them; `test/runtimes` runs others in the runtimes themselves. */
import { expect, test, vi } from 'vitest'
import anywhere from '../../docs/src/runtimes/main.ts'
import { start as onBun } from '../../docs/src/runtimes/on-bun.ts'
import { start as onDeno } from '../../docs/src/runtimes/on-deno.ts'
import worker, { app, env } from '../../docs/src/runtimes/on-workers.ts'

const noContext = { waitUntil: () => {} }

test('serve of another runtime says where it runs', async () => {
  await expect(onBun()).rejects.toThrow(
    new TypeError('serve of sallyport/bun runs on Bun. On Node it is that of sallyport/node.'),
  )
  await expect(onDeno()).rejects.toThrow(
    new TypeError('serve of sallyport/deno runs on Deno. On Node it is that of sallyport/node.'),
  )
})

test('the app is the same everywhere', async () => {
  const posted = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"name":"portcullis"}' }
  expect(await (await anywhere.request('/items', posted)).json()).toEqual({ name: 'portcullis' })
  expect((await anywhere.request('/me')).status).toBe(401)
})

test('the Worker: bindings, and an app below it', async () => {
  const ask = async (path: string, init: RequestInit & { cf?: object } = {}): Promise<[number, unknown]> => {
    const request = new Request(`https://worker.example${path}`, init)
    if (init.cf) Object.assign(request, { cf: init.cf })
    const answer = await worker.fetch(request, { GREETING: 'Hello' }, noContext)
    return [answer.status, await answer.json()]
  }
  expect(await ask('/greeting')).toEqual([200, { greeting: 'Hello' }])
  expect(await ask('/api/me')).toEqual([401, { detail: 'Not authenticated' }])
  expect(await ask('/api/me', { headers: { authorization: 'Bearer john-token' } })).toEqual([200, { name: 'john' }])
  expect(await ask('/api/openapi.json')).toMatchObject([200, { servers: [{ url: '/api' }] }])
})

test('the address is the edge’s, and nothing without the edge', async () => {
  const headers = { 'cf-connecting-ip': '203.0.113.7' }
  const request = new Request('https://worker.example/api/', { headers })
  const at = async (asked: Request): Promise<unknown> => (await worker.fetch(asked, {}, noContext)).json()
  expect(await at(request)).toEqual({})
  expect(await at(Object.assign(new Request(request), { cf: {} }))).toEqual({ hello: '203.0.113.7' })
  // What a workerd without the edge tells: the header is then what a client sent.
  for (const [clientIp, hello] of [
    ['192.0.2.4:50000', '192.0.2.4'],
    ['[2001:db8::4]:50000', '2001:db8::4'],
    ['[::ffff:192.0.2.4]:50000', '192.0.2.4'],
    ['unix:/run/app.sock', undefined],
  ])
    expect(await at(Object.assign(new Request(request), { cf: { clientIp } }))).toEqual({ hello })
})

test('elsewhere there are no bindings, and a test puts them there', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {})
  expect((await app.request('/greeting')).status).toBe(500)
  expect(said).toHaveBeenCalledWith(expect.objectContaining({ message: expect.stringContaining('no bindings here') }))
  said.mockRestore()
  app.overrides.set(env, () => ({ GREETING: 'Hello, test' }))
  expect(await (await app.request('/greeting')).json()).toEqual({ greeting: 'Hello, test' })
  app.overrides.clear()
})
