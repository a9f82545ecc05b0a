import { exportJWK, generateKeyPair } from 'jose'
import { expect, test, vi } from 'vitest'
import { fetchWith, jwk } from '../../docs/src/dpop/client.ts'
import { issueTo, tokens } from '../../docs/src/dpop/issuer.ts'
import app from '../../docs/src/dpop/main.ts'
import { createApp } from '../../docs/src/dpop/several-processes.ts'
import { tryAt } from '../../docs/src/dpop/try.ts'
import { App } from '../../src/app.ts'
import { HTTPBearer } from '../../src/security/index.ts'
import { chapters } from './chapter.ts'

const url = 'http://localhost:8000/me'
const token = await issueTo(jwk)
const secret = 'a secret of the tests, of more than 32 bytes'
type Sent = { readonly headers: Record<string, string> }

/** Makes the request of the client, without sending it. */
async function recorded(of = token, at = url): Promise<Sent> {
  let sent: RequestInit = {}
  const keep = async (_: string, init: RequestInit): Promise<Response> => {
    sent = init
    return new Response()
  }
  await fetchWith(of, at, {}, keep)
  return sent as Sent
}

const saidOf = async (response: Response): Promise<unknown> => {
  const [, error, why] =
    /^DPoP error="(\w+)", error_description="([^"]*)"/.exec(response.headers.get('www-authenticate') ?? '') ?? []
  return [response.status, error, why]
}
const proof = (why: string): unknown[] => [401, 'invalid_dpop_proof', why]
const invalid = (why: string): unknown[] => [401, 'invalid_token', why]

test('the client of the page is let in, and once with one proof', async () => {
  const sent = await recorded()
  expect(await (await app.request('/me', sent)).json()).toEqual({ name: 'johndoe' })
  expect(await saidOf(await app.request('/me', sent))).toEqual(proof('The DPoP proof was used before'))
  const posted = await fetchWith(token, 'http://localhost:8000/items', { method: 'POST' }, (at, init) =>
    app.request(at, init),
  )
  expect(await posted.json()).toEqual({ added: true })
})

test('what a thief can try', async () => {
  const { headers } = await recorded()
  const ask = async (changed: Record<string, string | undefined>, path = '/me', method = 'GET'): Promise<unknown> => {
    const given = Object.entries({ ...headers, ...changed }).filter(([, value]) => value !== undefined)
    return saidOf(await app.request(path, { method, headers: Object.fromEntries(given) as Record<string, string> }))
  }
  expect(await ask({ authorization: `Bearer ${token}`, dpop: undefined })).toEqual(
    invalid('The token is bound to a key and was sent without a proof'),
  )
  expect(await ask({ dpop: undefined })).toEqual(proof('The DPoP proof is missing'))
  expect(await ask({}, '/items', 'POST')).toEqual(proof('The DPoP proof is for another method'))
  expect(await ask({ authorization: `DPoP ${await issueTo(await otherKey())}` })).toEqual(
    invalid('The token is bound to another key'),
  )
  const elsewhere = await recorded(token, 'http://127.0.0.1:8000/me')
  expect(await ask(elsewhere.headers)).toEqual(proof('The DPoP proof is for another URI'))
  const forAnother = await recorded(`${token}x`)
  expect(await ask({ ...forAnother.headers, authorization: `DPoP ${token}` })).toEqual(
    proof('The DPoP proof is for another token'),
  )
})

test('a proof of a minute and a half ago', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 90_000 })
  const { headers } = await recorded()
  vi.useRealTimers()
  expect(await saidOf(await app.request('/me', { headers }))).toEqual(
    proof('The DPoP proof is too old, or from the future'),
  )
})

test('a scheme that does not ask for proofs refuses bound tokens', async () => {
  const plain = new App()
  plain.get('/me', { params: { caller: new HTTPBearer({ verify: tokens }) } }, ({ caller }) => caller.subject)
  const response = await plain.request('/me', { headers: { authorization: `Bearer ${token}` } })
  expect(response.headers.get('www-authenticate')).toContain('The token is bound to a key that was not proved')
})

test('with a nonce the client asks twice, and then once', async () => {
  const taken = new Set<string>()
  const mine = createApp(async (...[, key = '']) => (taken.has(key) ? null : String(taken.add(key) && 'OK')), secret)
  const said: unknown[] = []
  const ask = (of: App) => async (at: string, init: RequestInit) => {
    const response = await of.request(at, init)
    said.push([response.status, /error="(\w+)"/.exec(response.headers.get('www-authenticate') ?? '')?.[1]])
    return response
  }
  const api = 'https://api.example.com/me'
  await fetchWith(token, api, {}, ask(mine))
  await fetchWith(token, api, {}, ask(mine))
  expect(said).toEqual([
    [401, 'use_dpop_nonce'],
    [200, undefined],
    [200, undefined],
  ])
  vi.spyOn(console, 'error').mockImplementation(() => {})
  const down = createApp(() => Promise.reject(new Error('connection refused')), secret)
  expect((await fetchWith(token, api, {}, ask(down))).status).toBe(503)
})

test('not required: unbound bearer tokens, and bound ones with their proof', async () => {
  const dpop = { origin: 'http://localhost:8000', required: false, algorithms: ['ES256'] } as const
  const either = new App()
  either.get('/me', { params: { caller: new HTTPBearer({ verify: tokens, dpop }) } }, ({ caller }) => caller.subject)
  expect((await either.request('/me')).headers.get('www-authenticate')).toBe('DPoP algs="ES256", Bearer')
  const plain = await tokens.sign({ sub: 'johndoe' })
  const status = async (authorization: string) => (await either.request('/me', { headers: { authorization } })).status
  expect([await status(`Bearer ${plain}`), await status(`Bearer ${token}`)]).toEqual([200, 401])
  expect((await either.request('/me', await recorded())).status).toBe(200)
})

test('the client gets in and the token alone does not, as the page shows', async () => {
  const lines = await tryAt(url, (input, init) => app.request(String(input), init))
  expect(lines).toEqual([
    'with a proof: 200 {"name":"johndoe"}',
    expect.stringContaining('the token alone: 401 DPoP error="invalid_token"'),
  ])
  const page = chapters.find(({ path }) => path === 'security/dpop.md')?.text ?? ''
  for (const line of lines) expect(page).toContain(line)
})

test('the document', () => {
  expect(app.openapi().components?.securitySchemes).toMatchObject({ HTTPBearer: { type: 'http', scheme: 'dpop' } })
})

test('what the page says of mistakes', () => {
  const verify = { check: () => ({ sub: 'x' }) }
  expect(() => new HTTPBearer({ verify, dpop: { origin: 'https://api.example.com/' } })).toThrow('without a slash')
  const dpop = { origin: 'https://api.example.com' }
  expect(() => new HTTPBearer({ dpop })).toThrow('dpop needs an option verify that gives claims')
})

async function otherKey(): Promise<object> {
  return exportJWK((await generateKeyPair('ES256')).publicKey)
}
