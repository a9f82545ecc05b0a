import { inspect } from 'node:util'
import { App, Body, HTTPException, Secret } from 'sallyport'
import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'

const hidden = new Secret('hunter2')

describe('a secret does not show itself', () => {
  test.each<[string, () => string]>([
    ['String', () => String(hidden)],
    ['a template', () => `${hidden}`],
    ['concatenation', () => ['', hidden].join('')],
    ['JSON', () => JSON.stringify({ hidden })],
    ['inspect', () => inspect({ deep: { hidden } }, { depth: 9, showHidden: true })],
    ['keys and values', () => JSON.stringify([Object.keys(hidden), Object.entries(hidden), { ...hidden }])],
    ['toString of Object', () => Object.prototype.toString.call(hidden)],
    ['a clone', () => inspect(structuredClone({ ...hidden }))],
  ])('%s', (_, print) => {
    expect(print()).not.toContain('hunter2')
  })
  test('but to who asks', () => {
    expect(hidden.reveal()).toBe('hunter2')
  })
})

describe('an answer that holds one is refused', () => {
  test('in a value, deep in it, and in the detail of an exception', async () => {
    const onError = vi.fn()
    const app = new App({ onError })
    app.get('/value', () => hidden)
    app.get('/deep', () => ({ users: [{ name: 'a', password: hidden }] }))
    app.get('/detail', () => {
      throw new HTTPException(400, { password: hidden })
    })
    app.get('/fine', () => ({ length: hidden.reveal().length }))
    for (const path of ['/value', '/deep']) {
      const response = await app.request(path)
      expect([response.status, await response.text()]).toEqual([500, 'Internal Server Error'])
    }
    const detail = await app.request('/detail')
    expect([detail.status, await detail.text()]).toEqual([400, '{"detail":"Bad Request"}'])
    expect(onError.mock.calls.map(([error]) => (error as Error).message)).toEqual([
      'GET /value: the answer holds a Secret. Reveal it, or leave it out.',
      'GET /deep: the answer holds a Secret. Reveal it, or leave it out.',
      'The answer holds a Secret. Reveal it, or leave it out.',
    ])
    expect(await (await app.request('/fine')).json()).toEqual({ length: 7 })
  })

  test('made by a schema, it hides what the client sent', async () => {
    const app = new App()
    const Login = z.object({ password: z.string().transform((text) => new Secret(text)) })
    app.post('/login', { params: { login: Body(Login) } }, ({ login }) => ({
      fits: login.password.reveal() === 'secret',
    }))
    const init = { method: 'POST', body: '{"password":"secret"}', headers: { 'content-type': 'application/json' } }
    expect(await (await app.request('/login', init)).json()).toEqual({ fits: true })
  })
})
