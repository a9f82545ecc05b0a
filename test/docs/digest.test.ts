import { expect, test, vi } from 'vitest'
import htdigest from '../../docs/src/digest/htdigest.ts'
import app from '../../docs/src/digest/main.ts'
import { createApp } from '../../docs/src/digest/several-processes.ts'
import type { App } from '../../src/app.ts'
import { digestHA1, HTTPDigest, Htdigest } from '../../src/security/index.ts'
import { answerTo, challengesIn, written } from '../security/digest-client.ts'

const sensor = { username: 'sensor', password: 'under the roof', uri: '/me' }

async function login(to: App, told: typeof sensor, nc = '00000001', challenge?: Record<string, string>) {
  const offered = challenge ?? challengesIn(await to.request('/me'))[0] ?? {}
  const authorization = written(answerTo(offered, { ...told, nc }))
  return { offered, authorization, response: await to.request('/me', { headers: { authorization } }) }
}

test('the challenges as the page quotes them', async () => {
  for (const [asked, algorithm] of [
    [app, 'SHA-256'],
    [htdigest, 'MD5'],
  ] as const) {
    const response = await asked.request('/me')
    expect(response.headers.get('www-authenticate')).toMatch(
      new RegExp(
        `^Digest realm="Devices", qop="auth", algorithm=${algorithm}, nonce="[^"]+", opaque="[^"]+", charset=UTF-8$`,
      ),
    )
    expect(await response.json()).toEqual({ detail: 'Not authenticated' })
  }
})

test('a proof in place of a password', async () => {
  const { response, authorization } = await login(app, sensor)
  expect(await response.json()).toEqual({ name: 'sensor' })
  expect(authorization).not.toContain('roof')
})

test('a wrong password and an unknown user are refused with the same words', async () => {
  for (const told of [
    { ...sensor, password: 'wrong' },
    { ...sensor, username: 'nobody' },
  ]) {
    const { response } = await login(app, told)
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).not.toContain('stale')
    expect(await response.json()).toEqual({ detail: 'Could not validate credentials' })
  }
})

test('a request that is sent again is stale, and the next count is not', async () => {
  const { offered, authorization } = await login(app, sensor)
  const again = await app.request('/me', { headers: { authorization } })
  expect(again.status).toBe(401)
  expect(again.headers.get('www-authenticate')).toContain('stale=true')
  expect((await login(app, sensor, '00000002', { ...offered })).response.status).toBe(200)
})

test('a file of htdigest', async () => {
  const { response } = await login(htdigest, sensor)
  expect(await response.json()).toEqual({ name: 'sensor' })
})

test('two processes share a store: what one has taken, the other refuses', async () => {
  const taken = new Set<string>()
  const send = async (...[, key = '']: string[]): Promise<string | null> => {
    if (taken.has(key)) return null
    taken.add(key)
    return 'OK'
  }
  const secret = 'a secret of the tests, of more than 32 bytes'
  const [one, other] = [createApp(send, secret), createApp(send, secret)]
  const { response, authorization } = await login(one, sensor)
  expect(response.status).toBe(200)
  expect(response.headers.get('authentication-info')).toContain('rspauth=')
  expect((await other.request('/me', { headers: { authorization } })).status).toBe(401)
  const onward = challengesIn(await one.request('/me'))[0]
  expect((await login(other, sensor, '00000001', { ...onward })).response.status).toBe(200)
})

test('while the store is down, nobody is let in', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  const down = createApp(
    () => Promise.reject(new Error('connection refused')),
    'a secret of the tests, of more than 32 bytes',
  )
  expect((await login(down, sensor)).response.status).toBe(503)
})

test('the document', () => {
  expect(app.openapi().components?.securitySchemes).toEqual({ HTTPDigest: { type: 'http', scheme: 'digest' } })
})

test('what the page says of mistakes', () => {
  const lookup = () => undefined
  expect(() => new HTTPDigest({ verify: { lookup } })).toThrow('verify needs realm')
  expect(() => new HTTPDigest({ realm: 'x', verify: { lookup, secret: 'x'.repeat(32) } })).toThrow('verify.nonceCounts')
  expect(() => new Htdigest('sensor:Devices')).toThrow('line 1 is not name:realm:hash')
  expect(() => digestHA1('a:b', 'Devices', 'secret')).toThrow('without a colon')
})
