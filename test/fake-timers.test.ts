/** The default clocks look at the time when they are asked, so that fake timers which start later reach them. */
import { App } from 'sallyport'
import { JWT } from 'sallyport/jwt'
import { LoginThrottle, LoginThrottledError } from 'sallyport/password'
import { APIKeyHeader, APIKeys, ClientSecretBasic, MemoryAPIKeyStore, TokenIntrospection } from 'sallyport/security'
import { afterEach, expect, test, vi } from 'vitest'

afterEach(() => {
  vi.useRealTimers()
})

const later = (milliseconds: number): void => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + milliseconds })
}
const HOUR = 3_600_000

test('tokens expire, and new ones are good', async () => {
  const tokens = new JWT({
    secret: 'a text of at least thirty-two bytes',
    issuer: 'accounts',
    audience: 'accounts',
    expiresIn: '30m',
  })
  const token = await tokens.sign({ sub: 'johndoe' })
  await expect(tokens.verify(token)).resolves.toMatchObject({ sub: 'johndoe' })
  later(HOUR)
  await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'token_expired' })
  await expect(tokens.verify(await tokens.sign({ sub: 'johndoe' }))).resolves.toMatchObject({ sub: 'johndoe' })
})

test('API keys expire', async () => {
  const keys = new APIKeys({ store: new MemoryAPIKeyStore(), prefix: 'test' })
  const app = new App()
  app.get('/', { params: { caller: new APIKeyHeader({ name: 'x-key', verify: keys }) } }, () => 'in')
  const { key } = await keys.issue({ subject: 'a', expiresIn: '30m' })
  const status = async (): Promise<number> => (await app.request('/', { headers: { 'x-key': key } })).status
  expect(await status()).toBe(200)
  later(HOUR)
  expect(await status()).toBe(401)
})

test('who had to wait may try again', async () => {
  const throttle = new LoginThrottle()
  for (let n = 0; n < 6; n++) await throttle.failed('alice', '192.0.2.1')
  await expect(throttle.check('alice', '192.0.2.1')).rejects.toBeInstanceOf(LoginThrottledError)
  later(24 * HOUR)
  await expect(throttle.check('alice', '192.0.2.1')).resolves.toBeUndefined()
})

test('an introspected token is asked about again', async () => {
  let asked = 0
  const tokens = new TokenIntrospection({
    endpoint: 'https://login.example.com/introspect',
    client: ClientSecretBasic('id', 'secret'),
    fetch: async () => {
      asked++
      return Response.json({ active: true, sub: 'johndoe' })
    },
  })
  for (let n = 0; n < 2; n++) await tokens.check('t')
  expect(asked).toBe(1)
  later(24 * HOUR)
  await tokens.check('t')
  expect(asked).toBe(2)
})
