import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { type DocsRoute, type DocsRoutesOptions, docsRoutes } from '../../src/docs/index.ts'

const gzip = { acceptEncoding: 'br, gzip' }

function routeAt(routes: readonly DocsRoute[], path: string): DocsRoute {
  const route = routes.find((each) => each.path === path)
  if (route === undefined) throw new Error(`no route at ${path}, only ${routes.map((each) => each.path).join(' ')}`)
  return route
}

/** The paths, without the hash in the names of files. */
function paths(routes: readonly DocsRoute[]): string[] {
  return routes.map(({ path }) => path.replace(/\.[0-9a-f]{16}\./, '.#.')).sort()
}

test('the default routes are both pages, the redirect page and their files', () => {
  expect(paths(docsRoutes({}))).toEqual([
    '/docs',
    '/docs/assets/favicon-32x32.#.png',
    '/docs/assets/licenses.#.txt',
    '/docs/assets/swagger-ui-bundle.#.js',
    '/docs/assets/swagger-ui.#.css',
    '/docs/oauth2-redirect',
    '/redoc',
    '/redoc/assets/favicon-32x32.#.png',
    '/redoc/assets/licenses.#.txt',
    '/redoc/assets/redoc.standalone.#.js',
  ])
})

test.each([
  ['openapiUrl', null],
  ['openapiUrl', ''],
])('%s: %j turns everything off', (name, value) => {
  expect(docsRoutes({ [name]: value })).toEqual([])
})

test.each([null, ''])('docsUrl: %j turns off the redirect page, too', (docsUrl) => {
  expect(paths(docsRoutes({ docsUrl })).filter((path) => !path.startsWith('/redoc'))).toEqual([])
})

test('swaggerUIOAuth2RedirectUrl: null is not served and not named in the page', async () => {
  const routes = docsRoutes({ swaggerUIOAuth2RedirectUrl: null })
  expect(paths(routes)).not.toContain('/docs/oauth2-redirect')
  expect(await (await routeAt(routes, '/docs').handler({})).text()).not.toContain('oauth2RedirectUrl')
})

test('redocUrl: null leaves the Swagger UI page', () => {
  expect(paths(docsRoutes({ redocUrl: null })).filter((path) => path.startsWith('/redoc'))).toEqual([])
})

test('two pages in one folder share the icon and the licences', () => {
  const all = docsRoutes({ docsUrl: '/docs', redocUrl: '/docs/' }).map(({ path }) => path)
  expect(new Set(all).size).toBe(all.length)
})

test.each([
  [{ docsUrl: 'docs' }, /^docsUrl: .*'docs'/],
  [{ docsUrl: '//evil.example' }, /^docsUrl/],
  [{ docsUrl: '/docs?x=1' }, /^docsUrl/],
  [{ redocUrl: '/re doc' }, /^redocUrl/],
  [{ swaggerUIOAuth2RedirectUrl: 'https://example.com/cb' }, /^swaggerUIOAuth2RedirectUrl/],
  [{ connectOrigins: ['https://example.com/'] }, /^connectOrigins/],
  [{ connectOrigins: ["https://example.com; script-src 'unsafe-inline'"] }, /^connectOrigins/],
  [{ connectOrigins: ['*'] }, /^connectOrigins/],
  [{ connectOrigins: ['https://a;b.example'] }, /^connectOrigins/],
  [{ connectOrigins: ['wss://example.com'] }, /^connectOrigins/],
  [{ openapiUrl: 'openapi.json' }, /^openapiUrl/],
  [{ docsUrl: '/docs', redocUrl: '/docs' }, /two pages are at '\/docs'/],
  [{ redocUrl: '/docs/oauth2-redirect' }, /two pages are at '\/docs\/oauth2-redirect'/],
  [{ swaggerUIParameters: { url: 'https://example.com/openapi.json' } }, /^swaggerUIParameters\.url: .*use openapiUrl/],
])('%j throws when declared', (options, message) => {
  expect(() => docsRoutes(options)).toThrow(TypeError)
  expect(() => docsRoutes(options)).toThrow(message)
})

test('an origin that is computed for each answer is checked as well', () => {
  const routes = docsRoutes({ connectOrigins: () => ['https://example.com', "x; script-src 'unsafe-inline'"] })
  expect(() => routeAt(routes, '/docs').handler({})).toThrow(/^connectOrigins/)
})

test.each([
  ['/docs', 'default-src', "'none'"],
  ['/docs', 'script-src', "'nonce-N'"],
  ['/docs', 'style-src', "'nonce-N'"],
  ['/docs', 'connect-src', "'self' https://login.example.com"],
  ['/docs', 'frame-ancestors', "'none'"],
  ['/docs', 'base-uri', "'none'"],
  ['/docs', 'form-action', "'none'"],
  ['/docs/oauth2-redirect', 'default-src', "'none'"],
  ['/docs/oauth2-redirect', 'script-src', "'nonce-N'"],
  ['/docs/oauth2-redirect', 'connect-src', undefined],
  ['/redoc', 'script-src', "'nonce-N'"],
  ['/redoc', 'connect-src', "'self'"],
])('the policy of %s has %s %s', async (path, directive, value) => {
  const route = routeAt(docsRoutes({ connectOrigins: ['https://login.example.com'] }), path)
  const answer = await route.handler({})
  const nonce = /<script[^>]* nonce="([A-Za-z0-9+/]{22}==)"/.exec(await answer.text())?.[1]
  const policy = new Map(
    (answer.headers.get('content-security-policy') ?? '')
      .replaceAll(String(nonce), 'N')
      .split('; ')
      .map((each) => [each.split(' ')[0], each.split(' ').slice(1).join(' ')]),
  )
  expect(policy.get(directive)).toBe(value)
})

test('pages are not cached, not sniffed, give no referrer, and keep or cut their opener as their flow needs', async () => {
  const routes = docsRoutes({})
  for (const [path, opener] of [
    ['/docs', 'same-origin-allow-popups'],
    ['/docs/oauth2-redirect', 'unsafe-none'],
    ['/redoc', 'same-origin'],
  ] as const) {
    const { status, headers } = await routeAt(routes, path).handler(gzip)
    expect([status, Object.fromEntries(headers)]).toEqual([
      200,
      {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
        'cross-origin-opener-policy': opener,
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      },
    ])
  }
})

test('each answer has a nonce of its own, on every script and style', async () => {
  for (const path of ['/docs', '/docs/oauth2-redirect', '/redoc']) {
    const { handler } = routeAt(docsRoutes({}), path)
    const nonces = new Set<string>()
    for (let n = 0; n < 3; n++) {
      const html = await (await handler({})).text()
      const tags = html.match(/<(script|style|link rel="stylesheet")[^>]*>/g) ?? []
      expect(tags.length).toBeGreaterThan(0)
      const found = new Set(tags.map((tag) => / nonce="([^"]+)"/.exec(tag)?.[1] ?? 'none'))
      expect(found.size).toBe(1)
      nonces.add([...found].join())
    }
    expect(nonces).not.toContain('none')
    expect(nonces.size).toBe(3)
  }
})

test.each([
  [{}, { docs: './', openapi: './openapi.json', redirect: './docs/oauth2-redirect', bundle: './docs/assets/' }],
  [
    { docsUrl: '/internal/docs' },
    {
      docs: '../',
      openapi: '../openapi.json',
      redirect: '../docs/oauth2-redirect',
      bundle: '../internal/docs/assets/',
    },
  ],
  [
    { docsUrl: '/docs/', openapiUrl: '/api/v1.json' },
    { docs: '../', openapi: '../api/v1.json', redirect: '../docs/oauth2-redirect', bundle: '../docs/assets/' },
  ],
  [
    { docsUrl: '/', swaggerUIOAuth2RedirectUrl: '/callback' },
    { docs: './', openapi: './openapi.json', redirect: './callback', bundle: './assets/' },
  ],
  [
    { openapiUrl: 'https://example.com/openapi.json' },
    {
      docs: './',
      openapi: 'https://example.com/openapi.json',
      redirect: './docs/oauth2-redirect',
      bundle: './docs/assets/',
    },
  ],
])('the URLs in the page count from the page: %j', async (options: DocsRoutesOptions, expected) => {
  const html = await (await routeAt(docsRoutes(options), options.docsUrl ?? '/docs').handler({})).text()
  expect(html).toContain(`const root = new URL("${expected.docs}", window.location.href)`)
  expect(html).toContain(`const documentUrl = new URL("${expected.openapi}", window.location.href).href`)
  expect(html).toContain(`oauth2RedirectUrl: new URL("${expected.redirect}", window.location.href).href,`)
  expect(html).toMatch(new RegExp(`<script src="${expected.bundle.replaceAll('.', '\\.')}swagger-ui-bundle\\.`))
})

const files = docsRoutes({}).filter(({ path }) => path.includes('/assets/'))

test.each(files)('$path is what its name says, compressed and not', async ({ path, handler }) => {
  const hash = /\.([0-9a-f]{16})\.\w+$/.exec(path)?.[1]
  const compressed = await handler(gzip)
  const bytes = Buffer.from(await compressed.arrayBuffer())
  expect(compressed.headers.get('content-encoding')).toBe('gzip')
  expect(compressed.headers.get('content-length')).toBe(String(bytes.length))
  const content = gunzipSync(bytes)
  expect(createHash('sha256').update(content).digest('hex').slice(0, 16)).toBe(hash)

  const plain = await handler({})
  expect(plain.headers.get('content-encoding')).toBeNull()
  expect(Buffer.from(await plain.arrayBuffer()).equals(content)).toBe(true)
  expect(plain.headers.get('content-length')).toBe(String(content.length))
  expect(plain.headers.get('etag')).not.toBe(compressed.headers.get('etag'))
  for (const { headers } of [plain, compressed]) {
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('vary')).toBe('accept-encoding')
    expect(headers.get('content-type')).toMatch(/^(text\/(javascript|css|plain); charset=utf-8|image\/png)$/)
  }
})

const [file] = files as [DocsRoute]

test.each([
  ['gzip', true],
  ['GZIP', true],
  ['x-gzip', true],
  ['*', true],
  ['gzip;q=0.001', true],
  ['br;q=1.0, gzip;q=0.8, *;q=0.1', true],
  ['gzip; q=0', false],
  ['gzip;q=0, *', false],
  ['identity', false],
  ['gzip;q=nonsense', false],
  ['', false],
  [undefined, false],
])('Accept-Encoding: %s is answered with gzip: %s', async (acceptEncoding, expected) => {
  expect((await file.handler({ acceptEncoding })).headers.has('content-encoding')).toBe(expected)
})

test('a file that the client has is answered with 304, by the tag of the same encoding only', async () => {
  const etag = String((await file.handler(gzip)).headers.get('etag'))
  for (const ifNoneMatch of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
    const answer = await file.handler({ ...gzip, ifNoneMatch })
    expect([answer.status, answer.body, answer.headers.get('etag')]).toEqual([304, null, etag])
  }
  for (const request of [{ ifNoneMatch: etag }, { ...gzip, ifNoneMatch: '"x"' }, { ...gzip, ifNoneMatch: '' }]) {
    expect((await file.handler(request)).status).toBe(200)
  }
})

test('the licences of both packages are served and linked', async () => {
  const routes = docsRoutes({})
  const path = String(routes.map((route) => route.path).find((each) => each.includes('licenses')))
  const text = await (await routeAt(routes, path).handler({})).text()
  for (const words of ['Apache License', 'SmartBear Software', 'The MIT License (MIT)', 'Rebilly', 'DOMPurify']) {
    expect(text).toContain(words)
  }
  const html = await (await routeAt(routes, '/docs').handler({})).text()
  expect(html).toContain(`<link rel="license" href=".${path}">`)
})

test('no file names the servers that would learn of its readers', async () => {
  for (const { path, handler } of files) {
    const text = await (await handler({})).text()
    expect([path, text.includes('cdn.redoc.ly'), text.includes('fonts.googleapis.com')]).toEqual([path, false, false])
  }
})
