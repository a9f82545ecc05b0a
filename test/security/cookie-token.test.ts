/** A token in a cookie: what is given, what is refused, what the document says, and what other sites try. All over HTTP. */
import { request } from 'node:http'
import { App, anyOf, Body, CurrentIncoming, CurrentResponse, dependency, HTTPException, Security } from 'sallyport'
import { JWT } from 'sallyport/jwt'
import { type Server, serve } from 'sallyport/node'
import { CookieToken, CsrfError, HTTPBearer, stepUp } from 'sallyport/security'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { CurrentResponse as Answering } from '../../src/current-response.ts'
import { RawIncoming } from './requests.ts'

const secret = 'a secret of more than thirty-two bytes'
const csrfSecret = 'another secret of more than thirty-two bytes'
const origin = 'https://app.example.com'
const friend = 'https://friend.example.com'
const tokens = new JWT({ secret, expiresIn: '1h' })
const scopes = { me: 'Me.', items: 'Items.' }
const session = new CookieToken({
  verify: tokens,
  scopes,
  csrf: { secret: csrfSecret, origin, trustedOrigins: [friend] },
})
const unconfigured = new CookieToken({ schemeName: 'Unconfigured', verify: tokens, csrf: { secret: csrfSecret } })
const tokenless = new CookieToken({
  schemeName: 'Tokenless',
  name: '__Host-tokenless',
  verify: (token) => token === 'good' && { name: 'johndoe' },
  csrf: { dangerouslyOmitToken: true, origin },
})
const open = new CookieToken({ schemeName: 'Open', verify: tokens, dangerouslyOmitCsrf: true })
const optional = new CookieToken({
  schemeName: 'Optional',
  verify: tokens,
  autoError: false,
  csrf: { secret: csrfSecret },
})
const bearer = new HTTPBearer({ verify: tokens })

let changes = 0
const change = (): { readonly changes: number } => ({ changes: ++changes })
const app = new App()
const Login = Body(z.object({ name: z.string() }))
const given = { login: Login, response: CurrentResponse, incoming: CurrentIncoming }
app.post('/login', { params: given }, async ({ login, response, incoming }) => {
  session.assertOrigin(incoming)
  const token = await tokens.sign({ sub: login.name, scope: 'me' })
  session.set(response, token, { maxAge: 3600 })
  return { csrfToken: await session.csrfToken(token) }
})
app.post('/logout', { params: { caller: session, response: CurrentResponse } }, ({ response }) =>
  session.clear(response),
)
app.get('/csrf', { params: { caller: session, incoming: CurrentIncoming } }, async ({ incoming }) => ({
  csrfToken: await session.csrfToken(incoming),
}))
app.get('/me', { params: { caller: session } }, ({ caller }) => ({ subject: caller.subject, scopes: caller.scopes }))
app.get('/items', { params: { caller: Security(session, ['items']) } }, ({ caller }) => caller.subject)
app.post('/change', { params: { caller: Security(session, ['me']) } }, change)
app.put('/change', { params: { caller: session } }, change)
app.patch('/change', { params: { caller: session } }, change)
app.delete('/change', { params: { caller: session } }, change)
app.options('/change', { params: { caller: session } }, () => 'options')
app.post('/unconfigured', { params: { caller: unconfigured } }, change)
app.post('/tokenless', { params: { caller: tokenless } }, ({ caller }) => ({ ...change(), name: caller.name }))
app.post('/open', { params: { caller: open } }, change)
app.post('/optional', { params: { caller: optional } }, ({ caller }) => ({
  ...change(),
  subject: caller?.subject ?? null,
}))
app.post('/either', { params: { caller: anyOf(session, bearer) } }, change)

let server: Server
let token: string
let csrf: string
let other: { readonly token: string; readonly csrf: string }
beforeAll(async () => {
  server = await serve(app, { port: 0, installSignalHandlers: false })
  token = await tokens.sign({ sub: 'johndoe', scope: 'me' })
  csrf = await session.csrfToken(token)
  const another = await tokens.sign({ sub: 'mallory', scope: 'me' })
  other = { token: another, csrf: await session.csrfToken(another) }
})
afterAll(() => server.close())

interface Answer {
  readonly status: number
  readonly challenge: string | undefined
  readonly cookies: readonly string[] | undefined
  readonly body: unknown
}
type Headers = Readonly<Record<string, string | string[]>>

/** As a client sends it: `fetch` would set headers of its own. */
function send(method: string, path: string, headers: Headers = {}, body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, server.url), { method, headers: { ...headers } }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          challenge: response.headers['www-authenticate'],
          cookies: response.headers['set-cookie'],
          body: text === '' ? undefined : JSON.parse(text),
        }),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

const cookie = (value = token): Headers => ({ cookie: `theme=dark; __Host-session=${value}` })
const same = { 'sec-fetch-site': 'same-origin', origin }
const refused = (status: number, detail: string): Answer & { readonly body: { readonly detail: string } } => ({
  status,
  challenge: status === 401 ? 'APIKey' : undefined,
  cookies: undefined,
  body: { detail },
})
const wrongOrigin = refused(403, 'The request does not come from an allowed origin')
const wrongToken = refused(403, 'The CSRF token is missing or not valid')

describe('the four', () => {
  test('the principal of a good token', async () => {
    expect(await send('GET', '/me', cookie())).toMatchObject({
      status: 200,
      body: { subject: 'johndoe', scopes: ['me'] },
    })
    expect(await send('HEAD', '/me', cookie())).toMatchObject({ status: 200 })
    expect(await send('OPTIONS', '/change', cookie())).toMatchObject({ status: 200 })
  })

  test('none: 401', async () => {
    for (const headers of [
      {},
      { cookie: 'theme=dark' },
      cookie(''),
      { cookie: '__host-session=x' },
      { cookie: '__Host-session' },
    ]) {
      expect(await send('GET', '/me', headers)).toEqual(refused(401, 'Not authenticated'))
      expect(await send('POST', '/change', headers)).toEqual(refused(401, 'Not authenticated'))
    }
  })

  test('refused: 401, and 403 without the scope', async () => {
    const foreign = await new JWT({ secret: secret.toUpperCase(), expiresIn: '1h' }).sign({ sub: 'johndoe' })
    for (const value of [foreign, 'x', 'a b', 'a,b', `${token}x`, 'a\\b']) {
      expect(await send('GET', '/me', cookie(value))).toEqual(refused(401, 'Could not validate credentials'))
    }
    expect(await send('GET', '/items', cookie())).toEqual(refused(403, 'Not enough permissions'))
    const invalid = { ...cookie('bad'), ...same }
    expect(await send('POST', '/tokenless', { ...invalid, cookie: '__Host-tokenless=bad' })).toEqual(
      refused(401, 'Could not validate credentials'),
    )
  })

  test('the document', () => {
    const document = app.openapi()
    const { CookieToken: shown, Open } = document.components?.securitySchemes ?? {}
    expect(shown).toEqual({
      type: 'apiKey',
      in: 'cookie',
      name: '__Host-session',
      description:
        'Requests with other methods than GET, HEAD, OPTIONS and TRACE need `Sec-Fetch-Site: same-origin` or an allowed `Origin`, and the CSRF token of the session in the header `x-csrf-token`; otherwise they are answered with 403.',
    })
    expect(Open).toEqual({ type: 'apiKey', in: 'cookie', name: '__Host-session' })
    const { post, get } = { post: document.paths['/change']?.post, get: document.paths['/me']?.get }
    expect(post?.responses?.['403']).toMatchObject({
      description: `Not enough permissions / ${wrongOrigin.body.detail} / ${wrongToken.body.detail}`,
    })
    expect(post?.responses?.['403']).not.toHaveProperty('headers')
    expect(get?.responses).not.toHaveProperty('403')
    expect(Object.keys(document.paths['/open']?.post?.responses ?? {})).toEqual(['200', '401'])
    expect(document.paths['/tokenless']?.post?.responses?.['403']).toMatchObject({
      content: { 'application/json': { example: wrongOrigin.body } },
    })
    expect(document.paths['/change']?.post?.security).toEqual([{ CookieToken: ['me'] }])
    const described = new CookieToken({ description: 'Ours.', verify: tokens, csrf: { dangerouslyOmitToken: true } })
    expect(described.model.description).toBe(
      'Ours.\n\nRequests with other methods than GET, HEAD, OPTIONS and TRACE need `Sec-Fetch-Site: same-origin` or an allowed `Origin`; otherwise they are answered with 403.',
    )
  })
})

describe('several cookies of the name', () => {
  test.each([
    ['another value', () => `__Host-session=${token}; __Host-session=x`],
    ['the same value', () => `__Host-session=${token}; a=b; __Host-session=${token}`],
    ['an empty one first', () => `__Host-session=; __Host-session=${token}`],
    ['an empty one last', () => `__Host-session=${token}; __Host-session=`],
    ['blanks around the name', () => `__Host-session=x;  __Host-session =${token}`],
  ])('%s', async (_, header) => {
    expect(await send('GET', '/me', { cookie: header() })).toEqual(refused(401, 'Could not validate credentials'))
    const unsafe = { ...same, 'x-csrf-token': csrf, cookie: header() }
    expect(await send('POST', '/change', unsafe)).toEqual(refused(401, 'Could not validate credentials'))
  })

  test('in two lines', async () => {
    const lines = { cookie: ['__Host-session=x', `__Host-session=${token}`] }
    expect(await send('GET', '/me', lines)).toEqual(refused(401, 'Could not validate credentials'))
  })
})

describe('an unsafe request of the own pages', () => {
  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('%s', async (method) => {
    const before = changes
    const headers = { ...cookie(), ...same, 'x-csrf-token': csrf }
    expect(await send(method, '/change', headers)).toMatchObject({ status: 200, body: { changes: before + 1 } })
  })

  test.each<[string, Headers]>([
    ['Sec-Fetch-Site alone', { 'sec-fetch-site': 'same-origin' }],
    ['Referrer-Policy: no-referrer', { 'sec-fetch-site': 'same-origin', origin: 'null' }],
    ['an old browser', { origin }],
    ['a trusted sibling', { 'sec-fetch-site': 'same-site', origin: friend }],
    ['a trusted sibling, an old browser', { origin: friend }],
  ])('%s', async (_, headers) => {
    expect(await send('POST', '/change', { ...cookie(), ...headers, 'x-csrf-token': csrf })).toMatchObject({
      status: 200,
    })
  })
})

describe('attacks', () => {
  const attack = async (path: string, headers: Headers, method = 'POST', body?: string): Promise<Answer> => {
    const before = changes
    const answer = await send(method, path, { ...cookie(), ...headers }, body)
    expect(changes).toBe(before)
    return answer
  }

  test.each<[string, Headers]>([
    ['a cross-site form post', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    [
      'the same, with a token',
      { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example', 'x-csrf-token': 'own' },
    ],
    ['without Origin', { 'sec-fetch-site': 'cross-site' }],
    ['without Origin and Sec-Fetch-Site', {}],
    ['a sandboxed frame', { 'sec-fetch-site': 'cross-site', origin: 'null' }],
    ['a null origin in an old browser', { origin: 'null' }],
    ['a sibling subdomain', { 'sec-fetch-site': 'same-site', origin: 'https://blog.example.com' }],
    ['a sibling subdomain in an old browser', { origin: 'https://blog.example.com' }],
    ['the address bar', { 'sec-fetch-site': 'none' }],
    ['the own origin, which Sec-Fetch-Site contradicts', { 'sec-fetch-site': 'cross-site', origin }],
    [
      'another origin, which Sec-Fetch-Site contradicts',
      { 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' },
    ],
    ['plain http', { origin: 'http://app.example.com' }],
    ['another port', { origin: `${origin}:8443` }],
    ['another case', { origin: 'HTTPS://APP.EXAMPLE.COM' }],
    ['an origin that begins like ours', { origin: `${origin}.evil.example` }],
    ['an origin that ends like ours', { origin: 'https://evilapp.example.com' }],
    ['two origins', { origin: `${origin}, https://evil.example` }],
    ['an unknown site', { 'sec-fetch-site': 'SAME-ORIGIN' }],
    ['an empty site', { 'sec-fetch-site': '', origin }],
    ['the Host, which its sender writes', { host: 'evil.example', origin: 'http://evil.example' }],
    ['X-Forwarded-Host', { 'x-forwarded-host': 'evil.example', origin: 'https://evil.example' }],
    ['a Referer in the place of an Origin', { referer: `${origin}/` }],
  ])('%s', async (_, headers) => {
    expect(await attack('/change', { 'x-csrf-token': csrf, ...headers })).toEqual(wrongOrigin)
  })

  test('a login that another site starts', async () => {
    const headers = {
      'content-type': 'application/json',
      origin: 'https://evil.example',
      'sec-fetch-site': 'cross-site',
    }
    expect(await attack('/login', headers, 'POST', '{"name":"mallory"}')).toEqual(wrongOrigin)
  })

  test.each(['unconfigured', 'optional'])('%s: without an origin nothing but Sec-Fetch-Site counts', async (path) => {
    expect(await attack(`/${path}`, { origin: server.url.replace(/\/$/, ''), 'x-csrf-token': csrf })).toEqual(
      wrongOrigin,
    )
    expect(await attack(`/${path}`, { 'sec-fetch-site': 'same-site', origin, 'x-csrf-token': csrf })).toEqual(
      wrongOrigin,
    )
    const own = { ...cookie(), 'sec-fetch-site': 'same-origin', 'x-csrf-token': csrf }
    expect(await send('POST', `/${path}`, own)).toMatchObject({ status: 200 })
  })

  test('no token, in no place but the header', async () => {
    const form = { ...same, 'content-type': 'application/x-www-form-urlencoded' }
    expect(await attack('/change', same)).toEqual(wrongToken)
    expect(await attack(`/change?x-csrf-token=${csrf}`, form, 'POST', `x-csrf-token=${csrf}`)).toEqual(wrongToken)
    const cookies = { ...same, cookie: `__Host-session=${token}; x-csrf-token=${csrf}` }
    expect(await attack('/change', cookies)).toEqual(wrongToken)
  })

  test('the token of another session', async () => {
    expect(await attack('/change', { ...same, 'x-csrf-token': other.csrf })).toEqual(wrongToken)
    expect(await attack('/change', { ...same, ...cookie(other.token), 'x-csrf-token': csrf })).toEqual(wrongToken)
    expect(
      await send('POST', '/change', { ...same, ...cookie(other.token), 'x-csrf-token': other.csrf }),
    ).toMatchObject({
      status: 200,
    })
  })

  test('the token of another secret or another scheme', async () => {
    const foreign = new CookieToken({ verify: tokens, csrf: { secret: secret } })
    const named = new CookieToken({ name: '__Host-other', verify: tokens, csrf: { secret: csrfSecret } })
    for (const scheme of [foreign, named]) {
      const headers = { ...same, 'x-csrf-token': await scheme.csrfToken(token) }
      expect(await attack('/change', headers)).toEqual(wrongToken)
    }
  })

  test('a broken token', async () => {
    const [salt = '', mac = ''] = csrf.split('.')
    const flipped = (text: string): string => (text.startsWith('A') ? 'B' : 'A') + text.slice(1)
    const broken = [
      '',
      '.',
      salt,
      mac,
      `${salt}.`,
      `.${mac}`,
      `${flipped(salt)}.${mac}`,
      `${salt}.${flipped(mac)}`,
      `${csrf}A`,
    ]
    for (const value of [...broken, `${csrf}, ${csrf}`, `${mac}.${salt}`, token, `${salt}.${mac.slice(0, -1)}`]) {
      expect(await attack('/change', { ...same, 'x-csrf-token': value })).toEqual(wrongToken)
    }
  })

  test('another method', async () => {
    // What overrides a method is not heard: a POST stays unsafe, and a GET reaches no operation that is not declared for GET.
    for (const name of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
      expect(await attack('/change', { [name]: 'GET' })).toEqual(wrongOrigin)
      expect(await attack('/change', { [name]: 'POST' }, 'GET')).toMatchObject({ status: 405 })
    }
    expect(await attack('/change?_method=GET', {}, 'POST', '_method=GET')).toEqual(wrongOrigin)
    expect(await attack('/change?_method=POST', {}, 'GET')).toMatchObject({ status: 405 })
    expect(await attack('/change', {}, 'HEAD')).toMatchObject({ status: 405 })
  })

  test('methods that nobody has heard of are unsafe', async () => {
    class Odd extends RawIncoming {
      readonly #name: string
      constructor(name: string) {
        super({ cookie: `__Host-session=${token}` })
        this.#name = name
        Object.defineProperty(this, 'method', { value: this.#name })
      }
    }
    for (const method of ['QUERY', 'PROPFIND', 'get', 'CONNECT', '']) {
      expect(() => session.authenticate(new Odd(method), { scopes: [] } as never)).toThrow(CsrfError)
    }
  })

  test('a forged request is refused before the token is verified', async () => {
    let asked = 0
    const counting = new CookieToken({ verify: () => ++asked > 0 && {}, csrf: { secret: csrfSecret } })
    const headers = { cookie: '__Host-session=x', 'sec-fetch-site': 'cross-site' }
    await expect(counting(new Request(origin, { method: 'POST', headers }))).rejects.toMatchObject({
      status: 403,
      code: 'csrf_origin',
    })
    headers['sec-fetch-site'] = 'same-origin'
    await expect(counting(new Request(origin, { method: 'POST', headers }))).rejects.toMatchObject({
      code: 'csrf_token',
    })
    expect(asked).toBe(0)
  })
})

test('log in, call, ask for another CSRF token, log out', async () => {
  const json = { 'content-type': 'application/json', ...same }
  const login = await send('POST', '/login', json, '{"name":"alice"}')
  expect(login.status).toBe(200)
  expect(login.cookies).toHaveLength(1)
  const [line = ''] = login.cookies ?? []
  expect(line.replace(/=[^;]+/, '=…')).toBe('__Host-session=…; Path=/; Max-Age=3600; Secure; HttpOnly; SameSite=Lax')
  const pair = { cookie: line.slice(0, line.indexOf(';')) }
  const { csrfToken } = login.body as { csrfToken: string }
  expect(await send('POST', '/change', { ...pair, ...same, 'x-csrf-token': csrfToken })).toMatchObject({ status: 200 })
  const again = (await send('GET', '/csrf', pair)).body as { csrfToken: string }
  expect(again.csrfToken).not.toBe(csrfToken)
  expect(await send('POST', '/logout', { ...pair, ...same, 'x-csrf-token': again.csrfToken })).toMatchObject({
    status: 200,
    cookies: ['__Host-session=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax'],
  })
})

test('a bearer token beside it needs no CSRF token, and does not lend the cookie its word', async () => {
  expect(await send('POST', '/either', { authorization: `Bearer ${token}` })).toMatchObject({ status: 200 })
  expect(await send('POST', '/either', cookie())).toEqual(wrongOrigin)
  expect(await send('POST', '/either', { ...cookie(), authorization: 'Bearer x' })).toEqual(wrongOrigin)
})

test('an optional cookie: nothing without it, and no forged request with it', async () => {
  expect(await send('POST', '/optional')).toMatchObject({ status: 200, body: { subject: null } })
  expect(await send('POST', '/optional', cookie())).toEqual(wrongOrigin)
})

test('weaker, by loud names', async () => {
  expect(await send('POST', '/open', cookie())).toMatchObject({ status: 200 })
  expect(await send('POST', '/tokenless', { cookie: '__Host-tokenless=good', origin })).toMatchObject({
    status: 200,
    body: { name: 'johndoe' },
  })
  expect(await send('POST', '/tokenless', { cookie: '__Host-tokenless=good' })).toEqual(wrongOrigin)
  await expect(open.csrfToken(token)).rejects.toThrow('CookieToken: csrfToken() needs the option csrf.')
  await expect(tokenless.csrfToken(token)).rejects.toThrow('csrfToken(): the scheme asks for no CSRF token')
  expect(() => open.assertOrigin(new RawIncoming({}))).toThrow('CookieToken: assertOrigin() needs the option csrf.')
})

test('a secret is replaced without logging anybody out', async () => {
  const rotated = new CookieToken({ verify: tokens, csrf: { secret: [secret, csrfSecret], header: 'X-XSRF' } })
  const call = (value: string): Promise<unknown> =>
    rotated(
      new Request(origin, {
        method: 'POST',
        headers: { cookie: `__Host-session=${token}`, 'sec-fetch-site': 'same-origin', 'x-xsrf': value },
      }),
    )
  await expect(call(csrf)).resolves.toMatchObject({ subject: 'johndoe' })
  await expect(call(await rotated.csrfToken(token))).resolves.toMatchObject({ subject: 'johndoe' })
  await expect(call(other.csrf)).rejects.toMatchObject({ status: 403 })
  expect(
    await send('POST', '/change', { ...cookie(), ...same, 'x-csrf-token': await rotated.csrfToken(token) }),
  ).toEqual(wrongToken)
})

test('step-up is told in a challenge of its own', async () => {
  const guarded = new App()
  guarded.get('/', { params: { caller: stepUp(session, { maxAge: '5m', acrValues: ['gold'] }) } }, () => 'done')
  const answer = await guarded.request('/', { headers: { cookie: `__Host-session=${token}` } })
  expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
    401,
    'APIKey error="insufficient_user_authentication", acr_values="gold", max_age="300"',
  ])
})

test('a verifier that answers for itself', async () => {
  const scheme = new CookieToken({
    verify: () => {
      throw new HTTPException(503)
    },
    dangerouslyOmitCsrf: true,
  })
  await expect(scheme(new Request(origin, { headers: { cookie: '__Host-session=x' } }))).rejects.toMatchObject({
    status: 503,
  })
})

test('what set() and csrfToken() refuse', async () => {
  const response = new Answering()
  const bad = ['', 'a b', 'a;b', 'a"b', 'ä', 'x'.repeat(4096)]
  for (const value of bad) expect(() => session.set(response, value)).toThrow(TypeError)
  for (const maxAge of [0, -1, 1.5, Number.NaN]) expect(() => session.set(response, 'x', { maxAge })).toThrow('maxAge')
  expect(() => session.set(response, 'x', { domain: 'example.com' } as never)).toThrow(TypeError)
  expect([...response.headers]).toEqual([])
  session.set(response, 'x')
  expect(response.headers.getSetCookie()).toEqual(['__Host-session=x; Path=/; Secure; HttpOnly; SameSite=Lax'])
  const strict = new CookieToken({ verify: tokens, sameSite: 'Strict', dangerouslyOmitCsrf: true })
  strict.clear(response)
  expect(response.headers.getSetCookie()[1]).toBe(
    '__Host-session=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict',
  )
  await expect(session.csrfToken('a b')).rejects.toThrow(TypeError)
  await expect(session.csrfToken(new RawIncoming({}))).rejects.toMatchObject({ status: 401 })
})

test.each<[string, object]>([
  ['verify is required', { csrf: { secret } }],
  ['verify is a function', { verify: undefined, csrf: { secret } }],
  ['csrf is required', { verify: tokens }],
  ['csrf is required', { verify: tokens, csrf: { secret }, dangerouslyOmitCsrf: true }],
  ['dangerouslyOmitCsrf is true or false', { verify: tokens, dangerouslyOmitCsrf: 1 }],
  ['name begins with __Host-', { verify: tokens, csrf: { secret }, name: 'session' }],
  ['name begins with __Host-', { verify: tokens, csrf: { secret }, name: '__Host-' }],
  ['name begins with __Host-', { verify: tokens, csrf: { secret }, name: '__Secure-session' }],
  ['name is required', { verify: tokens, csrf: { secret }, name: '__Host-a b' }],
  ["sameSite is 'Lax' or 'Strict'", { verify: tokens, csrf: { secret }, sameSite: 'None' }],
  ['csrf: secret is required', { verify: tokens, csrf: {} }],
  ['csrf: secret is required', { verify: tokens, csrf: { secret: 'short' } }],
  ['csrf: secret is required', { verify: tokens, csrf: { secret: [] } }],
  ['csrf: secret is required', { verify: tokens, csrf: { secret: [secret, 'short'] } }],
  ['csrf: secret and header are for tokens', { verify: tokens, csrf: { secret, dangerouslyOmitToken: true } }],
  ['csrf: dangerouslyOmitToken is true or false', { verify: tokens, csrf: { secret, dangerouslyOmitToken: 'no' } }],
  ['csrf: origin is an origin', { verify: tokens, csrf: { secret, origin: 'https://app.example.com/' } }],
  ['csrf: origin is an origin', { verify: tokens, csrf: { secret, origin: 'null' } }],
  ['csrf: origin is an origin', { verify: tokens, csrf: { secret, origin: 'https://app.example.com:443' } }],
  ['csrf: trustedOrigins is a list', { verify: tokens, csrf: { secret, trustedOrigins: friend } }],
  ['csrf: trustedOrigins is an origin', { verify: tokens, csrf: { secret, trustedOrigins: ['*'] } }],
  ['csrf: header is required', { verify: tokens, csrf: { secret, header: 'a b' } }],
  ['secrets', { verify: tokens, csrf: { secrets: [secret] } }],
  ['realm', { verify: tokens, csrf: { secret }, realm: 'a' }],
])('%s', (message, options) => {
  expect(() => new CookieToken(options as never)).toThrow(TypeError)
  expect(() => new CookieToken(options as never)).toThrow(message)
  try {
    new CookieToken(options as never)
  } catch (error) {
    expect(String(error)).not.toContain('short')
    expect(String(error)).not.toContain(secret)
  }
})

test('types: the principal is what the verifier gives', () => {
  const typed = new CookieToken({ verify: (text) => ({ user: text }), dangerouslyOmitCsrf: true })
  dependency({ typed }, ({ typed: { user } }) => user satisfies string)
  dependency({ session }, ({ session: { subject, claims } }) => [subject satisfies string, claims.exp])
  // @ts-expect-error: verify is required
  expect(() => new CookieToken({ csrf: { secret } })).toThrow(TypeError)
})
