/** RFC 7662: what is asked, what is believed, what is remembered. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { App, Security } from 'sallyport'
import { JWTSigner, Key } from 'sallyport/jwt'
import {
  BearerAuthorization,
  ClientSecretBasic,
  ClientSecretPost,
  IntrospectionUnavailableError,
  OAuth2ClientCredentials,
  PrivateKeyJWT,
  TokenIntrospection,
  type TokenIntrospectionOptions,
} from 'sallyport/security'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { RawIncoming } from './requests.ts'

const now = Date.parse('2026-05-01T12:00:00Z')
const seconds = now / 1000
const endpoint = 'https://login.example.com/introspect'

interface Asked {
  readonly url: string
  readonly init: RequestInit
  readonly headers: Headers
  readonly form: URLSearchParams
}

type Answers = (asked: Asked) => unknown | Response | Promise<unknown>

/** An authorization server that answers so, and what it was asked. */
function server(answers: Answers | unknown, options: Partial<TokenIntrospectionOptions<object>> = {}) {
  const asked: Asked[] = []
  const time = { now }
  const tokens = new TokenIntrospection<object>({
    endpoint,
    client: ClientSecretBasic('api', 'secret'),
    clock: () => time.now,
    fetch: async (url, init) => {
      const question = {
        url,
        init,
        headers: new Headers(init.headers),
        form: new URLSearchParams(init.body as string),
      }
      asked.push(question)
      const answer = typeof answers === 'function' ? await (answers as Answers)(question) : answers
      return answer instanceof Response ? answer : Response.json(answer)
    },
    ...options,
  })
  return { tokens, asked, time }
}

const active = { active: true, sub: 'johndoe', scope: 'me items', client_id: 'spa', exp: seconds + 300 }

/** What was thrown, at once or later. */
async function thrown(run: () => unknown): Promise<{ code?: string; status?: number; message: string; cause?: Error }> {
  try {
    await run()
  } catch (error) {
    return error as Error & { cause?: Error }
  }
  throw new Error('nothing was thrown')
}

test('the question is the one of RFC 7662 §2.1', async () => {
  const { tokens, asked } = server(active)
  expect(await tokens.check('mF_9.B5f-4.1JqM')).toEqual(active)
  expect(asked).toHaveLength(1)
  expect(asked[0]?.url).toBe(endpoint)
  expect(asked[0]?.init).toMatchObject({ method: 'POST', redirect: 'manual' })
  expect(asked[0]?.init.signal).toBeInstanceOf(AbortSignal)
  expect(Object.fromEntries(asked[0]?.headers ?? [])).toEqual({
    accept: 'application/json',
    authorization: `Basic ${btoa('api:secret')}`,
    'content-type': 'application/x-www-form-urlencoded',
  })
  expect(asked[0]?.init.body).toBe('token=mF_9.B5f-4.1JqM&token_type_hint=access_token')
})

describe('we authenticate with', () => {
  const ask = async (client: TokenIntrospectionOptions['client']): Promise<Asked> => {
    const { tokens, asked } = server(active, { client })
    await tokens.check('t')
    return asked[0] as Asked
  }

  test('client_secret_basic, form-encoded first (RFC 6749 §2.3.1)', async () => {
    const { headers, form } = await ask(ClientSecretBasic('s6:Bhd', 'a b+ä%&=:é~'))
    expect(atob(headers.get('authorization')?.slice('Basic '.length) ?? '')).toBe(
      's6%3ABhd:a+b%2B%C3%A4%25%26%3D%3A%C3%A9%7E',
    )
    expect([...form.keys()]).toEqual(['token', 'token_type_hint'])
  })

  test('client_secret_post', async () => {
    const { headers, form } = await ask(ClientSecretPost('api', 'a b&'))
    expect(headers.has('authorization')).toBe(false)
    expect([form.get('client_id'), form.get('client_secret')]).toEqual(['api', 'a b&'])
  })

  test('private_key_jwt (RFC 7523 §2.2)', async () => {
    const key = await Key.generate('ES256')
    const signer = new JWTSigner({ key, audience: 'https://login.example.com', expiresIn: '1m', clock: () => now })
    const client = PrivateKeyJWT('api', signer)
    const first = (await ask(client)).form
    expect(first.get('client_id')).toBe('api')
    expect(first.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    const claims = (form: URLSearchParams) =>
      JSON.parse(atob(form.get('client_assertion')?.split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? ''))
    expect(claims(first)).toEqual({
      iss: 'api',
      sub: 'api',
      aud: 'https://login.example.com',
      iat: seconds,
      exp: seconds + 60,
      jti: expect.stringMatching(/^[\da-f-]{36}$/),
    })
    expect(claims((await ask(client)).form).jti).not.toBe(claims(first).jti)
  })

  test('an access token of our own', async () => {
    expect((await ask(BearerAuthorization('t'))).headers.get('authorization')).toBe('Bearer t')
    expect((await ask(BearerAuthorization(async () => 'u'))).headers.get('authorization')).toBe('Bearer u')
  })

  test('nothing empty', () => {
    expect(() => ClientSecretBasic('', 's')).toThrow(/ClientSecretBasic\(\): clientId/)
    expect(() => ClientSecretBasic('api', '')).toThrow(/ClientSecretBasic\(\): clientSecret/)
    expect(() => ClientSecretPost('api', '')).toThrow(/ClientSecretPost\(\): clientSecret/)
    expect(() => BearerAuthorization('')).toThrow(/BearerAuthorization\(\): token/)
    expect(() => PrivateKeyJWT('api', {} as never)).toThrow(/PrivateKeyJWT\(\): signer has a method sign/)
  })
})

describe('an answer', () => {
  test.each<[string, object, string, string]>([
    ['inactive', { active: false }, 'token_inactive', 'The token is not active'],
    ['inactive, whatever else it says', { ...active, active: false }, 'token_inactive', 'The token is not active'],
    ['over', { ...active, exp: seconds }, 'token_expired', 'The token has expired'],
    ['too early', { ...active, nbf: seconds + 1 }, 'token_not_yet_valid', 'The token is not valid yet'],
    [
      'with a broken exp',
      { ...active, exp: '99999999999' },
      'claim_invalid',
      'The exp claim of the token is not valid',
    ],
  ])('%s refuses', async (_, answer, code, message) => {
    const { tokens } = server(answer)
    expect(await thrown(() => tokens.check('t'))).toMatchObject({ code, message, status: 401 })
  })

  test.each<[string, unknown]>([
    ['"true"', { ...active, active: 'true' }],
    ['1', { ...active, active: 1 }],
    ['null', { ...active, active: null }],
    ['absent', { sub: 'johndoe' }],
    ['a list', [active]],
    [
      'given twice',
      new Response('{"active":false,"active":true,"sub":"a"}', { headers: { 'content-type': 'application/json' } }),
    ],
    [
      'of a prototype',
      new Response('{"__proto__":{"active":true}}', { headers: { 'content-type': 'application/json' } }),
    ],
    ['HTML', new Response('<p>active', { headers: { 'content-type': 'text/html' } })],
    ['JSON that says to be HTML', new Response(JSON.stringify(active), { headers: { 'content-type': 'text/html' } })],
    ['no UTF-8', new Response(new Uint8Array([0x7b, 0xff]), { headers: { 'content-type': 'application/json' } })],
    ['too long', { ...active, pad: 'x'.repeat(70_000) }],
    ['201', Response.json(active, { status: 201 })],
    ['401: our own secret is wrong', Response.json(active, { status: 401 })],
    ['500', Response.json(active, { status: 500 })],
    ['a redirect', new Response(null, { status: 307, headers: { location: 'https://evil.example/' } })],
    ['empty', new Response(null, { headers: { 'content-type': 'application/json' } })],
  ])('that is %s lets nobody in: 503', async (_, answer) => {
    const { tokens, asked } = server(answer)
    const error = await thrown(() => tokens.check('t'))
    expect(error).toBeInstanceOf(IntrospectionUnavailableError)
    expect(error).toMatchObject({ code: 'introspection_unavailable', status: 503 })
    expect(asked).toHaveLength(1)
  })

  test('is validated by a schema, which types and changes it', async () => {
    const claims = z.object({ sub: z.string(), tenant: z.string().transform(Number) })
    const { tokens } = server({ ...active, tenant: '7' }, { claims })
    expect(await tokens.check('t')).toEqual({ sub: 'johndoe', tenant: 7 })
    const bad = server({ ...active, tenant: { secret: 'x' } }, { claims })
    const error = await thrown(() => bad.tokens.check('t'))
    expect(error).toMatchObject({ code: 'claim_invalid', message: 'The claims of the token are not valid' })
  })

  test.each<[Partial<TokenIntrospectionOptions<object>>, object, string | undefined]>([
    [{ issuer: 'https://a.example' }, { iss: 'https://a.example' }, undefined],
    [{ issuer: 'https://a.example' }, { iss: 'https://a.example/' }, 'issuer_wrong'],
    [{ issuer: 'https://a.example' }, {}, 'issuer_wrong'],
    [{ audience: 'api' }, { aud: 'api' }, undefined],
    [{ audience: ['x', 'api'] }, { aud: ['b', 'api'] }, undefined],
    [{ audience: 'api' }, { aud: 'ap' }, 'audience_wrong'],
    [{ audience: 'api' }, { aud: [['api']] }, 'audience_wrong'],
    [{ audience: 'api' }, {}, 'audience_wrong'],
    [{ tokenType: 'bearer' }, { token_type: 'Bearer' }, undefined],
    [{ tokenType: 'Bearer' }, { token_type: 'DPoP' }, 'type_wrong'],
    [{ tokenType: 'Bearer' }, {}, 'type_wrong'],
  ])('%j and %j: %s', async (options, says, code) => {
    const { tokens } = server({ ...active, ...says }, options)
    if (code === undefined) expect(await tokens.check('t')).toMatchObject(says)
    else expect(await thrown(() => tokens.check('t'))).toMatchObject({ code, status: 401 })
  })
})

describe('what is remembered', () => {
  test('an active token, for cacheFor', async () => {
    const { tokens, asked, time } = server(active)
    await tokens.check('t')
    time.now += 29_999
    expect(tokens.check('t')).toEqual(active)
    time.now += 1
    await tokens.check('t')
    expect(asked).toHaveLength(2)
  })

  test('never beyond its exp', async () => {
    const { tokens, asked, time } = server(() => ({ ...active, exp: seconds + 10 }))
    await tokens.check('t')
    time.now += 10_000
    expect(await thrown(() => tokens.check('t'))).toMatchObject({ code: 'token_expired' })
    expect(asked).toHaveLength(2)
  })

  test('an inactive token, for cacheInactiveFor', async () => {
    const { tokens, asked, time } = server({ active: false })
    await thrown(() => tokens.check('t'))
    expect(() => tokens.check('t')).toThrow('The token is not active')
    expect(asked).toHaveLength(1)
    time.now += 10_000
    await thrown(() => tokens.check('t'))
    expect(asked).toHaveLength(2)
  })

  test('no outage, and no answer that was not believed', async () => {
    let down = true
    const { tokens, asked } = server(() => (down ? new Response(null, { status: 502 }) : active))
    await thrown(() => tokens.check('t'))
    down = false
    expect(await tokens.check('t')).toEqual(active)
    expect(asked).toHaveLength(2)
  })

  test('nothing with cache: false, and after forget()', async () => {
    const none = server(active, { cache: false })
    await none.tokens.check('t')
    await none.tokens.check('t')
    expect(none.asked).toHaveLength(2)
    const some = server(active)
    await some.tokens.check('t')
    some.tokens.forget()
    await some.tokens.check('t')
    expect(some.asked).toHaveLength(2)
  })

  test('not more than cache.max; invented tokens push no active one out', async () => {
    const { tokens, asked } = server(({ form }: Asked) => (form.get('token') === 'good' ? active : { active: false }), {
      cache: { max: 4 },
    })
    await tokens.check('good')
    for (let n = 0; n < 20; n++) await thrown(() => tokens.check(`bad${n}`))
    expect(asked).toHaveLength(21)
    expect(tokens.check('good')).toEqual(active)
    await thrown(() => tokens.check('bad0'))
    expect(asked).toHaveLength(22)
  })
})

test('many that wait for one token share one question', async () => {
  const { tokens, asked } = server(active)
  const waiting = Array.from({ length: 50 }, () => tokens.check('t'))
  expect(await Promise.all(waiting)).toEqual(Array(50).fill(active))
  expect(asked).toHaveLength(1)
  const refused = server({ active: false })
  const all = await Promise.allSettled(Array.from({ length: 5 }, () => refused.tokens.check('t')))
  expect(all.every(({ status }) => status === 'rejected')).toBe(true)
  expect(refused.asked).toHaveLength(1)
})

test('not more than maxPending questions are open', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const { tokens, asked } = server(() => promise.then(() => active), { maxPending: 2 })
  const open = [tokens.check('a'), tokens.check('b'), tokens.check('a')]
  expect(() => tokens.check('c')).toThrow(IntrospectionUnavailableError)
  resolve()
  await Promise.all(open)
  await tokens.check('c')
  expect(asked).toHaveLength(3)
})

test.each(['', 'a b', 'a,b', 'ä', 'a\nb', '=', 'a=b', 'x'.repeat(8193)])('nobody is asked about %j', async (token) => {
  const { tokens, asked } = server(active)
  expect(() => tokens.check(token)).toThrow('The token is malformed')
  expect(asked).toHaveLength(0)
})

test('an endpoint that is silent or trickles is given up', async () => {
  const fetch = (_: string, { signal }: RequestInit): Promise<Response> =>
    new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
  const silent = server(active, { timeout: 0.01, fetch })
  expect(await thrown(() => silent.tokens.check('t'))).toMatchObject({ status: 503 })
})

describe('in an app', () => {
  const says = new Map<string, unknown>([
    ['good', active],
    ['less', { ...active, scope: 'me' }],
    ['nobody', { active: true }],
    ['off', { active: false }],
    ['down', new Response(null, { status: 502 })],
  ])
  const { tokens, asked } = server(({ form }: Asked) => says.get(form.get('token') ?? ''))
  const scheme = new OAuth2ClientCredentials({ tokenUrl: 'token', scopes: { items: 'Items.' }, verify: tokens })
  const app = new App()
  app.get('/', { params: { caller: Security(scheme, ['items']) } }, ({ caller }) => caller)
  const send = async (token: string): Promise<unknown[]> => {
    const response = await app.request('/', { headers: { authorization: `Bearer ${token}` } })
    return [response.status, response.headers.get('www-authenticate')]
  }

  test('the principal, the scopes, the refusals, the outage', async () => {
    const response = await app.request('/', { headers: { authorization: 'Bearer good' } })
    expect(await response.json()).toEqual({ subject: 'johndoe', scopes: ['me', 'items'], claims: active })
    expect(await send('less')).toEqual([403, 'Bearer error="insufficient_scope", scope="items"'])
    const invalid = (why: string): string => `Bearer error="invalid_token", error_description="${why}"`
    expect(await send('nobody')).toEqual([401, invalid('The token has no sub claim')])
    expect(await send('off')).toEqual([401, invalid('The token is not active')])
    expect(await send('a b')).toEqual([401, invalid('The token is malformed')])
    expect(await send('down')).toEqual([503, null])
    const down = await app.request('/', { headers: { authorization: 'Bearer down' } })
    expect(down.headers.get('retry-after')).toBe('5')
  })

  test('a remembered token is answered without waiting, a remembered refusal too', async () => {
    await send('good')
    await send('off')
    const before = asked.length
    expect(app.handle(new RawIncoming({ authorization: 'Bearer good' }))).toMatchObject({ status: 200 })
    expect(app.handle(new RawIncoming({ authorization: 'Bearer off' }))).toMatchObject({ status: 401 })
    expect(asked).toHaveLength(before)
  })
})

test('over a real socket, without following a redirect', async () => {
  const bodies: string[] = []
  const http = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      bodies.push(`${request.url} ${body}`)
      if (request.url === '/moved') response.writeHead(307, { location: '/introspect' }).end()
      else response.writeHead(200, { 'content-type': 'application/json;charset=utf-8' }).end(JSON.stringify(active))
    })
  })
  await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening))
  const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  const make = (path: string): TokenIntrospection =>
    new TokenIntrospection({
      endpoint: origin + path,
      client: ClientSecretPost('api', 'secret'),
      dangerouslyAllowHTTP: true,
      clock: () => now,
    })
  try {
    expect(await make('/introspect').check('t')).toEqual(active)
    expect((await thrown(() => make('/moved').check('t'))).cause?.message).toBe(
      'The introspection endpoint answered with status 307',
    )
    expect(bodies.map((body) => body.split(' ')[0])).toEqual(['/introspect', '/moved'])
  } finally {
    http.close()
    http.closeAllConnections()
  }
})

test('no secret is in a message, a cause or a log', async () => {
  const { tokens } = server(Response.json({ error: 'secret' }, { status: 400 }), {
    client: ClientSecretBasic('api', 'canary-secret'),
  })
  const error = await thrown(() => tokens.check('canary-token'))
  expect(inspect([error, tokens], { depth: 9, showHidden: true })).not.toMatch(/canary/)
})

test('misuse is refused by the name of its option', () => {
  const make = (options: object) => () =>
    new TokenIntrospection({ endpoint, client: ClientSecretBasic('a', 'b'), ...options } as never)
  expect(make({ endpoint: '/introspect' })).toThrow(/endpoint is required: an absolute https address/)
  expect(make({ endpoint: undefined })).toThrow(/endpoint is required/)
  expect(make({ endpoint: 'http://a.example/' })).toThrow(/endpoint is an https address/)
  expect(make({ endpoint: 'ftp://a.example/', dangerouslyAllowHTTP: true })).toThrow(/endpoint is an https address/)
  expect(make({ endpoint: 'https://a:secret@b.example/' })).toThrow(/endpoint holds credentials/)
  expect(make({ client: undefined })).toThrow(/client is required/)
  expect(make({ claims: {} })).toThrow(/claims is a Standard Schema/)
  expect(make({ cacheFor: '1y' })).toThrow(/cacheFor/)
  expect(make({ cache: { max: 0 } })).toThrow(/cache.max/)
  expect(make({ audience: [] })).toThrow(/audience/)
  expect(make({ issuer: '' })).toThrow(/issuer/)
  expect(make({ ttl: 1 })).toThrow(/TokenIntrospection has no option ttl/)
})
