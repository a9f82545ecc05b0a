import { afterEach, expect, test, vi } from 'vitest'
import extracting from '../../docs/src/verifying-schemes/extracting.ts'
import introspection from '../../docs/src/verifying-schemes/introspection.ts'
import issuer from '../../docs/src/verifying-schemes/issuer.ts'
import app from '../../docs/src/verifying-schemes/main.ts'
import session from '../../docs/src/verifying-schemes/session.ts'
import payments from '../../docs/src/verifying-schemes/step-up.ts'
import { tokens } from '../../docs/src/verifying-schemes/token.ts'
import { App, HTTPException, Security } from '../../src/index.ts'
import { JWT } from '../../src/jwt/index.ts'
import { HTTPBearer, InvalidTokenError, stepUp } from '../../src/security/index.ts'

const bearer = (token: string): RequestInit => ({ headers: { authorization: `Bearer ${token}` } })
const claims = { sub: 'johndoe', scope: 'read', department: 'stock' }
const challenge = (response: Response): string | null => response.headers.get('www-authenticate')
const described = (text: string): string => `Bearer error="invalid_token", error_description="${text}"`

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

test('an extracting scheme takes anything', async () => {
  expect((await extracting.request('/me')).status).toBe(401)
  expect(await (await extracting.request('/me', bearer('anything'))).json()).toEqual({ said: 'anything' })
})

test('the principal has subject, scopes and claims', async () => {
  const response = await app.request('/me', bearer(await tokens.sign(claims)))
  expect(await response.json()).toEqual({ subject: 'johndoe', scopes: ['read'], department: 'stock' })
})

test('the issuer of the chapter issues what the API takes', async () => {
  const response = await issuer.request('/token', { method: 'POST', body: new URLSearchParams({ scope: 'read' }) })
  const { access_token } = (await response.json()) as { access_token: string }
  expect((await app.request('/me', bearer(access_token))).status).toBe(200)
})

test('the scheme checks scopes', async () => {
  const refused = await app.request('/items', { method: 'POST', ...bearer(await tokens.sign(claims)) })
  expect(refused.status).toBe(403)
  expect(challenge(refused)).toBe('Bearer error="insufficient_scope", scope="write"')
  const writer = await tokens.sign({ ...claims, scope: 'read write' })
  expect((await app.request('/items', { method: 'POST', ...bearer(writer) })).status).toBe(200)
})

test('each reason has its sentence', async () => {
  const secret = 'not a secret, because it stands in a guide'
  const [issuer, audience] = ['https://login.example.com', 'https://api.example.com']
  const other = (changed: object): JWT => new JWT({ secret, issuer, audience, expiresIn: '1m', ...changed })
  const sentences = await Promise.all(
    [
      tokens.sign({ ...claims, exp: 1 }),
      other({ issuer: 'https://other.example' }).sign(claims),
      other({ audience: 'https://other.example' }).sign(claims),
      other({ secret: 'another secret, because there are many of them' }).sign(claims),
      tokens.sign({ ...claims, department: 'kitchen' }),
    ].map(async (token) => challenge(await app.request('/me', bearer(await token)))),
  )
  expect(sentences).toEqual([
    described('The token has expired'),
    described('The token was not issued by the expected issuer'),
    described('The token is not meant for this audience'),
    described('The signature of the token is not valid'),
    described('The claims of the token are not valid'),
  ])
})

test('the document has the scheme, the scopes and the refusals', () => {
  const { components, paths } = app.openapi()
  expect(components?.securitySchemes).toEqual({ HTTPBearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } })
  expect(paths?.['/items']?.post?.security).toEqual([{ HTTPBearer: ['write'] }])
  expect(Object.keys(paths?.['/items']?.post?.responses ?? {})).toEqual(['200', '401', '403'])
})

test('a function gives the principal, its scopes are checked', async () => {
  expect(await (await session.request('/me', bearer('s-4711'))).json()).toEqual({ user: 'johndoe' })
  expect((await session.request('/me', bearer('constructor'))).status).toBe(401)
  expect((await session.request('/items', { method: 'POST', ...bearer('s-4711') })).status).toBe(403)
  expect((await session.request('/items', { method: 'POST', ...bearer('s-4712') })).status).toBe(200)
})

test('what a function throws, and a principal without scopes', async () => {
  const reported: unknown[] = []
  const thrown: Record<string, Error> = {
    gone: new HTTPException(410, 'This account was closed'),
    old: new InvalidTokenError('The session has ended'),
    down: new Error('connection refused'),
  }
  const scheme = new HTTPBearer({
    scopes: { read: 'Read.' },
    verify: async ({ credentials }) => {
      if (Object.hasOwn(thrown, credentials)) throw thrown[credentials]
      return credentials === 'text' ? { scopes: 'write read' } : { name: 'nobody' }
    },
  })
  const mine = new App({ onError: (error) => reported.push(error) })
  mine.get('/', { params: { caller: Security(scheme, ['read']) } }, () => 'in')
  const ask = async (token: string): Promise<unknown> => {
    const response = await mine.request('/', bearer(token))
    return [response.status, await response.text(), challenge(response)]
  }
  expect(await ask('gone')).toEqual([410, '{"detail":"This account was closed"}', null])
  expect(await ask('old')).toEqual([
    401,
    '{"detail":"Could not validate credentials"}',
    described('The session has ended'),
  ])
  expect(await ask('down')).toEqual([500, 'Internal Server Error', null])
  expect(reported).toEqual([thrown.down])
  expect(await ask('text')).toEqual([200, '"in"', null])
  expect(await ask('no scopes')).toEqual([
    403,
    '{"detail":"Not enough permissions"}',
    expect.stringContaining('scope="read"'),
  ])
})

test('introspection: active, inactive, nobody to ask', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  const answers = (body: object) => vi.stubGlobal('fetch', async () => Response.json(body))
  answers({ active: true, iss: 'https://login.example.com', sub: 'alice', scope: 'read', client_id: 'web' })
  expect(await (await introspection.request('/items', bearer('one'))).json()).toEqual({
    items: ['a towel'],
    for: 'alice',
    client: 'web',
  })
  answers({ active: false })
  const inactive = await introspection.request('/items', bearer('two'))
  expect([inactive.status, challenge(inactive)]).toEqual([401, described('The token is not active')])
  vi.stubGlobal('fetch', async () => {
    throw new TypeError('fetch failed')
  })
  const unknown = await introspection.request('/items', bearer('three'))
  expect([unknown.status, await unknown.json()]).toEqual([503, { detail: 'Service Unavailable' }])
  expect((await introspection.request('/items', bearer('one'))).status).toBe(200) // it is remembered
})

test('a payment needs a second factor, a short time ago', async () => {
  const pay = async (more: object): Promise<Response> => {
    const token = await tokens.sign({ ...claims, scope: 'pay', ...more })
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    return payments.request('/payments', { method: 'POST', headers, body: '{"to":"alice","amount":3}' })
  }
  const now = Math.floor(Date.now() / 1000)
  for (const more of [{}, { acr: 'pwd', auth_time: now }, { acr: 'mfa', auth_time: now - 400 }]) {
    const refused = await pay(more)
    expect([refused.status, challenge(refused)]).toEqual([
      401,
      'Bearer error="insufficient_user_authentication", error_description="More recent or stronger authentication is required", acr_values="mfa", max_age="300"',
    ])
  }
  expect(await (await pay({ acr: 'mfa', auth_time: now })).json()).toEqual({ from: 'johndoe', to: 'alice', amount: 3 })
  expect((await payments.request('/balance', bearer(await tokens.sign(claims)))).status).toBe(200)
  expect(payments.openapi().paths?.['/payments']?.post).toMatchObject({
    'x-step-up': [{ scheme: 'OAuth2AuthorizationCodeBearer', acr_values: ['mfa'], max_age: 300 }],
  })
})

test('what the page says of mistakes', () => {
  expect(() => new HTTPBearer({ verify: undefined as never })).toThrow(
    'It is undefined, and then nobody would be checked',
  )
  expect(() => stepUp(new HTTPBearer(), { maxAge: '5m' })).toThrow(
    'one bearer scheme with the option verify stands below',
  )
})
