import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { App } from 'sallyport'
import { attack } from 'sallyport/testing'
import { type RunningProvider, startProvider } from '../dev/provider.ts'
import { createApp } from '../src/app.ts'

const audience = 'https://api.test'
let provider: RunningProvider
let app: App

before(async () => {
  provider = await startProvider(audience, 0)
  app = createApp({ OIDC_ISSUER: provider.issuer, OIDC_AUDIENCE: audience })
  await app.start()
})
after(async () => {
  await app?.stop()
  await provider?.close()
})

async function get(path: string, token?: string, from: App = app) {
  const answer = await from.request(path, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } })
  return { status: answer.status, body: await answer.json(), challenge: answer.headers.get('www-authenticate') ?? '' }
}

test('who calls, as the token of the provider says', async () => {
  const me = await get('/me', await provider.tokenFor('alice', 'items'))
  assert.deepEqual([me.status, me.body], [200, { subject: 'alice', scopes: ['items'] }])
})

test('401 without a token, 403 without the scope', async () => {
  assert.deepEqual(await get('/items'), { status: 401, body: { detail: 'Not authenticated' }, challenge: 'Bearer' })
  const { status, challenge } = await get('/items', await provider.tokenFor('alice', ''))
  assert.equal(status, 403)
  assert.match(challenge, /error="insufficient_scope"/)
})

test('a token for another API, and one of another provider, are refused', async () => {
  assert.equal((await get('/me', await provider.tokenFor('alice', 'items', 'https://other.test'))).status, 401)
  const stranger = await startProvider(audience, 0)
  try {
    assert.equal((await get('/me', await stranger.tokenFor('alice', 'items'))).status, 401)
  } finally {
    await stranger.close()
  }
})

test('503 while the provider is out of reach', async () => {
  const token = await provider.tokenFor('alice', 'items')
  const alone = createApp({ OIDC_ISSUER: 'http://127.0.0.1:1', OIDC_AUDIENCE: audience })
  assert.equal((await get('/me', token, alone)).status, 503)
})

test('http is for this machine only', () => {
  assert.throws(() => createApp({ OIDC_ISSUER: 'http://login.example.com', OIDC_AUDIENCE: audience }), /https/)
})

test('the document says what is required', () => {
  const { paths = {} } = app.openapi()
  assert.deepEqual(paths['/me']?.get?.security, [{ OpenIdConnect: [] }])
  assert.deepEqual(paths['/items']?.get?.security, [{ OpenIdConnect: ['items'] }])
})

test('nobody gets in beside the door', async () => {
  const report = await attack(app, {
    credentials: {
      OpenIdConnect: {
        valid: () => provider.tokenFor('alice', 'items'),
        withScopes: (scopes) => provider.tokenFor('alice', scopes.join(' ')),
      },
    },
  })
  report.assert()
  assert.ok(report.requests > 0)
})
