/** Guessing at passwords on the accounts app, on a clock that stands until it is moved. */

import type { App } from 'sallyport'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Folder } from '../cli/folder.ts'

let folder: Folder
let app: App

beforeEach(async () => {
  // Before the modules are loaded: they take the clock as it is then.
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2030-01-01T00:00:00Z') })
  vi.resetModules()
  folder = new Folder()
  vi.stubEnv('ACCOUNTS_DATA', folder.path)
  app = (await import('../../examples/accounts/main.ts')).default
})

afterEach(async () => {
  await app.stop()
  folder[Symbol.dispose]()
  vi.unstubAllEnvs()
  vi.useRealTimers()
})

async function logIn(
  username: string,
  password: string,
  clientAddress: string,
): Promise<[status: number, retryAfter: string | null, body: unknown]> {
  const body = new URLSearchParams({ grant_type: 'password', username, password })
  const answer = await app.request('/token', { method: 'POST', body }, { clientAddress })
  return [answer.status, answer.headers.get('retry-after'), await answer.json()]
}

const pass = (seconds: number): void => {
  vi.setSystemTime(Date.now() + seconds * 1000)
}

const wrong = [400, null, expect.objectContaining({ error: 'invalid_grant' })]
const wait = (seconds: number) => [429, String(seconds), { detail: expect.stringContaining('try again later') }]
const right = [200, null, expect.objectContaining({ token_type: 'bearer' })]

test('by name: five are free, then one waits, each time twice as long, with the right password too', async () => {
  for (let n = 0; n < 5; n++) expect(await logIn('johndoe', `guess ${n}`, `192.0.2.${n}`)).toEqual(wrong)
  expect(await logIn('johndoe', 'secret', '192.0.2.100')).toEqual(wait(1))
  pass(1)
  expect(await logIn('johndoe', 'guess', '192.0.2.100')).toEqual(wrong)
  expect(await logIn('johndoe', 'secret', '192.0.2.100')).toEqual(wait(2))
  // Another name does not wait; one that does not exist waits like one that does.
  expect((await logIn('alice', 'secret2', '192.0.2.100'))[0]).toBe(200)
  for (let n = 0; n < 5; n++) expect(await logIn('nobody', 'guess', `198.51.100.${n}`)).toEqual(wrong)
  expect(await logIn('nobody', 'guess', '198.51.100.9')).toEqual(wait(1))

  pass(2)
  expect(await logIn('johndoe', 'secret', '192.0.2.100')).toEqual(right)
  // And all is forgotten.
  expect(await logIn('johndoe', 'guess', '192.0.2.100')).toEqual(wrong)
  expect(await logIn('johndoe', 'secret', '192.0.2.100')).toEqual(right)
})

test('by address: many names from one place wait, and from another they do not', async () => {
  for (let n = 0; n < 20; n++) expect(await logIn(`user${n}`, 'guess', '192.0.2.1')).toEqual(wrong)
  expect(await logIn('johndoe', 'secret', '192.0.2.1')).toEqual(wait(1))
  expect(await logIn('johndoe', 'secret', '192.0.2.2')).toEqual(right)
  pass(1)
  expect(await logIn('johndoe', 'secret', '192.0.2.1')).toEqual(right)
  // A login that succeeds does not clear the address.
  expect(await logIn('user1', 'guess', '192.0.2.1')).toEqual(wrong)
  expect(await logIn('johndoe', 'secret', '192.0.2.1')).toEqual(wait(2))
})

test('the wait is documented, with its header', async () => {
  const document = await (await app.request('/openapi.json')).json()
  const { responses } = document.paths['/token'].post
  expect(Object.keys(responses)).toEqual(expect.arrayContaining(['200', '400', '422', '429']))
  expect(Object.keys(responses[429].headers)).toEqual(['Retry-After'])
})

test('a token is good for 30 minutes', async () => {
  const [, , body] = await logIn('johndoe', 'secret', '192.0.2.1')
  const headers = { authorization: `Bearer ${(body as { access_token: string }).access_token}` }
  pass(1799)
  expect((await app.request('/users/me', { headers })).status).toBe(200)
  pass(1)
  const late = await app.request('/users/me', { headers })
  expect([late.status, late.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('invalid_token')])
})
