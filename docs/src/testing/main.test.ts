import { as, attack, override } from 'sallyport/testing'
import { afterEach, expect, test, vi } from 'vitest'
import app, { getUser } from './main.ts'
import { mailer } from './services.ts'
import { tokens } from './tokens.ts'

afterEach(() => {
  vi.useRealTimers()
})

// #region request
test('a request without a token is refused', async () => {
  const response = await app.request('/items')
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toBe('Bearer')
})

test('a real token, with all that is checked of it', async () => {
  const token = await tokens.sign({ sub: 'johndoe', scope: 'items' })
  const headers = { authorization: `Bearer ${token}` }
  expect(await (await app.request('/items', { headers })).json()).toEqual(['a towel'])
})
// #endregion request

// #region as
const johndoe = { subject: 'johndoe', scopes: ['items'], claims: {} }

test('johndoe reads his items', async () => {
  const response = await as(app, johndoe).request('/items')
  expect(await response.json()).toEqual(['a towel'])
})

test('johndoe is no administrator', async () => {
  const response = await as(app, johndoe).request('/users/alice/reminder', {
    method: 'POST',
  })
  expect(response.status).toBe(403)
  expect(response.headers.get('www-authenticate')).toContain('scope="admin"')
})
// #endregion as

// #region at
test('a user who is in no database', async () => {
  const alice = { name: 'alice', items: ['a lamp'] }
  const caller = as(app, alice, { at: getUser, scopes: ['items'] })
  expect(await (await caller.request('/items')).json()).toEqual(['a lamp'])
})
// #endregion at

// #region override
test('an administrator sends a reminder', async () => {
  const sent: string[] = []
  using _restored = override(app, mailer, async (to) => {
    sent.push(to)
  })
  const admin = as(app, { ...johndoe, scopes: ['admin'] })
  expect(
    (await admin.request('/users/alice/reminder', { method: 'POST' })).status,
  ).toBe(200)
  expect(sent).toEqual(['alice'])
})
// #endregion override

// #region time
test('a token ends after half an hour', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const token = await tokens.sign({ sub: 'johndoe', scope: 'items' })
  const headers = { authorization: `Bearer ${token}` }
  expect((await app.request('/items', { headers })).status).toBe(200)
  vi.advanceTimersByTime(30 * 60_000)
  const late = await app.request('/items', { headers })
  expect(late.headers.get('www-authenticate')).toContain('The token has expired')
})
// #endregion time

// #region attack
test('nobody gets in', async () => {
  const report = await attack(app, {
    credentials: {
      OAuth2PasswordBearer: {
        valid: () => tokens.sign({ sub: 'johndoe', scope: 'items admin' }),
        withScopes: (scopes) =>
          tokens.sign({ sub: 'johndoe', scope: scopes.join(' ') }),
      },
    },
  })
  report.assert()
})
// #endregion attack
