import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { attack } from 'sallyport/testing'
import { createApp } from '../src/app.ts'
import { createTokens } from '../src/security.ts'

const secret = 'a secret for the tests and nothing else'
const app = createApp({ JWT_SECRET: secret, DATABASE: ':memory:' })
const tokens = createTokens(secret)
const maria = { name: 'maria', password: 'a long sentence' }

before(() => app.start())
after(() => app.stop())

async function send(method: string, path: string, init: { token?: string; json?: unknown } = {}) {
  const headers = new Headers()
  if (init.token !== undefined) headers.set('authorization', `Bearer ${init.token}`)
  if (init.json !== undefined) headers.set('content-type', 'application/json')
  const answer = await app.request(path, {
    method,
    headers,
    ...(init.json === undefined ? {} : { body: JSON.stringify(init.json) }),
  })
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? undefined : JSON.parse(text), headers: answer.headers }
}

async function logIn(username: string, password: string, scope = '') {
  const body = new URLSearchParams({ grant_type: 'password', username, password, scope })
  const answer = await app.request('/token', { method: 'POST', body })
  return { status: answer.status, body: (await answer.json()) as Record<string, string> }
}

test('register, log in, write a note', async () => {
  const registered = await send('POST', '/users', { json: maria })
  assert.deepEqual([registered.status, registered.body], [201, { name: 'maria' }])
  assert.equal((await send('POST', '/users', { json: maria })).status, 409)

  const { status, body } = await logIn(maria.name, maria.password)
  assert.deepEqual([status, body.token_type, body.scope], [200, 'bearer', 'me notes'])
  const token = String(body.access_token)
  assert.deepEqual((await send('GET', '/users/me', { token })).body, { name: 'maria' })
  const note = (await send('POST', '/notes', { token, json: { text: 'Buy a towel' } })).body
  assert.deepEqual(note, { id: 1, text: 'Buy a towel' })
  assert.deepEqual((await send('GET', '/notes', { token })).body, [note])
})

test('a note of another is not there', async () => {
  await send('POST', '/users', { json: { name: 'ruth', password: 'another sentence' } })
  const token = await tokens.sign({ sub: 'ruth', scope: 'notes' })
  assert.deepEqual((await send('GET', '/notes', { token })).body, [])
  assert.equal((await send('DELETE', '/notes/1', { token })).status, 404)
})

test('a wrong password and an unknown name are answered alike', async () => {
  const wrong = await logIn(maria.name, 'a guess')
  const words = 'Incorrect username or password'
  const body = { detail: words, error: 'invalid_grant', error_description: words }
  assert.deepEqual(wrong, { status: 400, body })
  assert.deepEqual(await logIn('nobody', 'a guess'), wrong)
})

test('who guesses too often has to wait', async () => {
  for (let guess = 0; guess < 5; guess++) assert.equal((await logIn('ruth', `guess ${guess}`)).status, 400)
  assert.equal((await logIn('ruth', 'another sentence')).status, 429)
})

test('401 without a token, 403 without the scope', async () => {
  const nobody = await send('GET', '/notes')
  assert.deepEqual([nobody.status, nobody.headers.get('www-authenticate')], [401, 'Bearer'])
  const token = await tokens.sign({ sub: 'maria', scope: 'me' })
  const reader = await send('GET', '/notes', { token })
  assert.equal(reader.status, 403)
  assert.match(reader.headers.get('www-authenticate') ?? '', /error="insufficient_scope"/)
  const removed = await tokens.sign({ sub: 'removed', scope: 'me notes' })
  assert.equal((await send('GET', '/notes', { token: removed })).status, 401)
})

test('the document says what is required', () => {
  const required = Object.entries(app.openapi().paths ?? {}).flatMap(([path, { get, post, delete: del }]) =>
    Object.entries({ get, post, del }).flatMap(([verb, operation]) =>
      operation ? [[`${verb} ${path}`, operation.security ?? 'anybody']] : [],
    ),
  )
  const notes = [{ OAuth2PasswordBearer: ['notes'] }]
  assert.deepEqual(Object.fromEntries(required), {
    'post /users': 'anybody',
    'post /token': 'anybody',
    'get /users/me': [{ OAuth2PasswordBearer: ['me'] }],
    'get /notes': notes,
    'post /notes': notes,
    'del /notes/{note_id}': notes,
  })
})

test('nobody gets in beside the door', async () => {
  const tokenFor = (scope: string): Promise<string> => tokens.sign({ sub: 'maria', scope })
  const report = await attack(app, {
    credentials: {
      OAuth2PasswordBearer: { valid: () => tokenFor('me notes'), withScopes: (scopes) => tokenFor(scopes.join(' ')) },
    },
    canaries: [secret, maria.password],
  })
  report.assert()
  assert.ok(report.requests > 0)
})
