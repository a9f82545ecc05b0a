/** Which pages of other origins may read answers (https://fetch.spec.whatwg.org/#http-cors-protocol). */
import { App, type CorsOptions, CurrentResponse, cors, HTTPException } from 'sallyport'
import { HTTPBearer } from 'sallyport/security'
import { describe, expect, test, vi } from 'vitest'

const ORIGIN = 'https://app.example.com'
const ran = vi.fn(() => ({ ok: true }))

function appWith(options: CorsOptions): App {
  const app = new App({ onError: () => {} })
  app.use(cors(options))
  app.get('/x', ran)
  app.put('/x', ran)
  app.get('/secured', { params: { token: new HTTPBearer() } }, ran)
  app.get('/fails', () => {
    throw new Error('x')
  })
  app.get('/teapot', () => {
    throw new HTTPException(418)
  })
  app.get('/varies', { params: { response: CurrentResponse } }, ({ response }) => {
    response.headers.set('vary', 'accept-language')
    return 1
  })
  app.get('/nothing', { status: 204 }, () => undefined)
  app.get('/stream', async function* () {
    yield 'a'
    yield 'b'
  })
  return app
}
const CORS = [
  'access-control-allow-origin',
  'access-control-allow-credentials',
  'access-control-expose-headers',
  'access-control-allow-methods',
  'access-control-allow-headers',
  'access-control-max-age',
  'vary',
]
/** The status and the headers of CORS. */
async function ask(
  options: CorsOptions,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<[number, Record<string, string>]> {
  const response = await appWith(options).request(path, { method, headers })
  return [
    response.status,
    Object.fromEntries(
      [...response.headers]
        .filter(([name]) => CORS.includes(name))
        .map(([name, value]) => [name.replace('access-control-', ''), value]),
    ),
  ]
}
const preflight = (options: CorsOptions, headers: Record<string, string>) =>
  ask(options, '/x', { origin: ORIGIN, 'access-control-request-method': 'GET', ...headers }, 'OPTIONS')

describe('an answer', () => {
  test.each<[string, CorsOptions, string, Record<string, string>, [number, Record<string, string>]]>([
    ['without an origin', { allowOrigins: [ORIGIN] }, '/x', {}, [200, { vary: 'Origin' }]],
    [
      'to an origin of the list',
      { allowOrigins: [ORIGIN] },
      '/x',
      { origin: ORIGIN },
      [200, { 'allow-origin': ORIGIN, vary: 'Origin' }],
    ],
    [
      'to another origin',
      { allowOrigins: [ORIGIN] },
      '/x',
      { origin: 'https://evil.example' },
      [200, { vary: 'Origin' }],
    ],
    ['by default to nobody', {}, '/x', { origin: ORIGIN }, [200, { vary: 'Origin' }]],
    ['to all', { allowOrigins: '*' }, '/x', { origin: 'https://any.example' }, [200, { 'allow-origin': '*' }]],
    [
      'to all, a sandboxed page too: it learns what everybody may',
      { allowOrigins: '*' },
      '/x',
      { origin: 'null' },
      [200, { 'allow-origin': '*' }],
    ],
    [
      'with credentials',
      { allowOrigins: [ORIGIN], allowCredentials: true },
      '/x',
      { origin: ORIGIN },
      [200, { 'allow-origin': ORIGIN, 'allow-credentials': 'true', vary: 'Origin' }],
    ],
    [
      'with credentials, to another',
      { allowOrigins: [ORIGIN], allowCredentials: true },
      '/x',
      { origin: 'https://evil.example' },
      [200, { vary: 'Origin' }],
    ],
    [
      'with headers to read',
      { allowOrigins: '*', exposeHeaders: ['x-total', 'etag'] },
      '/x',
      { origin: ORIGIN },
      [200, { 'allow-origin': '*', 'expose-headers': 'x-total, etag' }],
    ],
    [
      'that is an error',
      { allowOrigins: [ORIGIN] },
      '/secured',
      { origin: ORIGIN },
      [401, { 'allow-origin': ORIGIN, vary: 'Origin' }],
    ],
    [
      'that is an unexpected error',
      { allowOrigins: [ORIGIN] },
      '/fails',
      { origin: ORIGIN },
      [500, { 'allow-origin': ORIGIN, vary: 'Origin' }],
    ],
    [
      'that is thrown',
      { allowOrigins: [ORIGIN] },
      '/teapot',
      { origin: ORIGIN },
      [418, { 'allow-origin': ORIGIN, vary: 'Origin' }],
    ],
    ['404', { allowOrigins: [ORIGIN] }, '/nope', { origin: ORIGIN }, [404, { 'allow-origin': ORIGIN, vary: 'Origin' }]],
    [
      'without a body',
      { allowOrigins: [ORIGIN] },
      '/nothing',
      { origin: ORIGIN },
      [204, { 'allow-origin': ORIGIN, vary: 'Origin' }],
    ],
    [
      'that varies already',
      { allowOrigins: [ORIGIN] },
      '/varies',
      { origin: ORIGIN },
      [200, { 'allow-origin': ORIGIN, vary: 'accept-language, Origin' }],
    ],
    [
      'that varies already, to all',
      { allowOrigins: '*' },
      '/varies',
      { origin: ORIGIN },
      [200, { 'allow-origin': '*', vary: 'accept-language' }],
    ],
  ])('%s', async (_, options, path, headers, expected) => {
    expect(await ask(options, path, headers)).toEqual(expected)
  })

  test.each<[string, string, boolean]>([
    ['https://a.example.com', 'https://a.example.com', true],
    ['the pattern is of the whole origin', 'https://a.example.com.evil.net', false],
    ['also at its start', 'https://evil.net/https://a.example.com', false],
    ['an alternative is anchored, too', 'https://b.example.org.evil.net', false],
    ['another alternative', 'https://b.example.org', true],
    ['never null', 'null', false],
  ])('a pattern: %s', async (_, origin, allowed) => {
    const options = {
      allowOriginRegex: /https:\/\/[a-z.]+\.example\.com|https:\/\/b\.example\.org|null/g,
      allowCredentials: true,
    }
    for (let i = 0; i < 2; i++)
      expect((await ask(options, '/x', { origin }))[1]['allow-origin']).toBe(allowed ? origin : undefined)
  })

  test('a stream stays one, and its origin is looked at in full', async () => {
    const response = await appWith({ allowOrigins: [ORIGIN] }).request('/stream', { headers: { origin: ORIGIN } })
    expect([response.headers.get('access-control-allow-origin'), await response.text()]).toEqual([ORIGIN, 'ab'])
    for (const origin of [
      `${ORIGIN}/`,
      `${ORIGIN}:443`,
      ORIGIN.toUpperCase(),
      `${ORIGIN}, https://evil.example`,
      'https://app.example.com.evil.example',
      'http://app.example.com',
    ])
      expect((await ask({ allowOrigins: [ORIGIN] }, '/x', { origin }))[1]).toEqual({ vary: 'Origin' })
  })
})

describe('a preflight', () => {
  const VARY = 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers'

  test.each<[string, CorsOptions, Record<string, string>, [number, Record<string, string>]]>([
    [
      'of an origin of the list',
      { allowOrigins: [ORIGIN] },
      {},
      [204, { 'allow-origin': ORIGIN, 'allow-methods': 'GET', 'max-age': '600', vary: VARY }],
    ],
    ['of another', { allowOrigins: [ORIGIN] }, { origin: 'https://evil.example' }, [400, { vary: VARY }]],
    [
      'for a method that is not allowed',
      { allowOrigins: [ORIGIN] },
      { 'access-control-request-method': 'PUT' },
      [400, { vary: VARY }],
    ],
    [
      'for a method that is',
      { allowOrigins: [ORIGIN], allowMethods: ['GET', 'PUT'], maxAge: 5 },
      { 'access-control-request-method': 'PUT' },
      [204, { 'allow-origin': ORIGIN, 'allow-methods': 'GET, PUT', 'max-age': '5', vary: VARY }],
    ],
    [
      'for any method',
      { allowOrigins: '*', allowMethods: '*' },
      { 'access-control-request-method': 'DELETE' },
      [
        204,
        {
          'allow-origin': '*',
          'allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
          'max-age': '600',
          vary: VARY,
        },
      ],
    ],
    [
      'for a header that is not allowed',
      { allowOrigins: [ORIGIN] },
      { 'access-control-request-headers': 'authorization' },
      [400, { vary: VARY }],
    ],
    [
      'for headers that are, in any case',
      { allowOrigins: [ORIGIN], allowHeaders: ['Authorization'] },
      { 'access-control-request-headers': 'AUTHORIZATION, content-type' },
      [
        204,
        {
          'allow-origin': ORIGIN,
          'allow-methods': 'GET',
          'allow-headers': 'authorization',
          'max-age': '600',
          vary: VARY,
        },
      ],
    ],
    [
      'for any header',
      { allowOrigins: [ORIGIN], allowHeaders: '*' },
      { 'access-control-request-headers': 'x-a,authorization' },
      [
        204,
        {
          'allow-origin': ORIGIN,
          'allow-methods': 'GET',
          'allow-headers': 'x-a, authorization',
          'max-age': '600',
          vary: VARY,
        },
      ],
    ],
    [
      'with credentials',
      { allowOrigins: [ORIGIN], allowCredentials: true },
      {},
      [
        204,
        { 'allow-origin': ORIGIN, 'allow-credentials': 'true', 'allow-methods': 'GET', 'max-age': '600', vary: VARY },
      ],
    ],
    [
      'of a sandboxed page',
      { allowOriginRegex: /.*/, allowCredentials: true },
      { origin: 'null' },
      [400, { vary: VARY }],
    ],
  ])('%s', async (_, options, headers, expected) => {
    ran.mockClear()
    expect(await preflight(options, headers)).toEqual(expected)
    expect(ran).not.toHaveBeenCalled()
  })

  test('needs no credentials and finds no operation; what it asks for is not repeated when refused', async () => {
    const app = appWith({ allowOrigins: [ORIGIN] })
    const headers = {
      origin: ORIGIN,
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'x-hunter2',
    }
    const response = await app.request('/secured', { method: 'OPTIONS', headers })
    expect([response.status, await response.text()]).toEqual([400, 'Disallowed CORS headers'])
  })

  test('OPTIONS that is none goes on', async () => {
    expect((await ask({ allowOrigins: [ORIGIN] }, '/x', { origin: ORIGIN }, 'OPTIONS'))[0]).toBe(405)
    expect(
      (await ask({ allowOrigins: [ORIGIN] }, '/x', { 'access-control-request-method': 'GET' }, 'OPTIONS'))[0],
    ).toBe(405)
  })
})

test.each<[string, unknown, RegExp]>([
  ['an unknown option', { origins: '*' }, /no option origins/],
  ['all origins with credentials', { allowOrigins: '*', allowCredentials: true }, /together/],
  ['null', { allowOrigins: ['null'] }, /sandboxed/],
  ['an origin with a path', { allowOrigins: ['https://a.example/'] }, /no origin/],
  ['an origin without a scheme', { allowOrigins: ['a.example'] }, /no origin/],
  ['a wildcard inside', { allowOrigins: ['https://*.example'] }, /no origin/],
  ['a list with a star', { allowOrigins: ['*'] }, /no origin/],
  ['an origin that is no list', { allowOrigins: 'https://a.example' }, /list/],
  ['a pattern that is text', { allowOriginRegex: '.*' }, /RegExp/],
  ['a method in small letters', { allowMethods: ['get'] }, /capitals/],
  ['a method that is no list', { allowMethods: 'GET' }, /list/],
  ['a header that is none', { allowHeaders: ['x a'] }, /header/],
  ['a header to expose that would end the line', { exposeHeaders: ['x\r\ny: z'] }, /header/],
  ['a time that is none', { maxAge: Number.NaN }, /seconds/],
])('refuses %s', (_, options, message) => {
  expect(() => cors(options as CorsOptions)).toThrow(message)
})
