import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  getRedocHtml,
  getSwaggerUIHtml,
  getSwaggerUIOAuth2RedirectHtml,
  type JSONValue,
  type SwaggerUIHtmlOptions,
} from '../../src/docs/index.ts'

const swaggerUI: SwaggerUIHtmlOptions = {
  openapiUrl: './openapi.json',
  title: 'Accounts - Swagger UI',
  swaggerJsUrl: './swagger-ui-bundle.js',
  swaggerCssUrl: './swagger-ui.css',
}
const redoc = { openapiUrl: './openapi.json', title: 'Accounts - ReDoc', redocJsUrl: './redoc.standalone.js' }

const hostile = [
  '</script><script>alert(1)</script>',
  '</title><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onload='alert(1)",
  '<!--<script>',
  '\\"});alert(1);//',
  '\u2028alert(1)\u2029',
  '\u0024{alert(1)}`',
  '&quot;&lt;',
  '$& $1 $` NONCE',
]

/** The tags of a page, in order: what an HTML parser would make elements of, scripts read as text. */
function tags(html: string): string[] {
  return html.replace(/(<script[^>]*>).*?<\/script>/gs, '$1').match(/<[a-z/!][^>]*>/gi) ?? []
}

function shape(html: string): string[] {
  return tags(html).map((tag) => tag.replace(/"[^"]*"/g, '""'))
}

/** Whether the page's own script is still a program. */
function compiles(html: string): boolean {
  for (const [, script] of html.matchAll(/<script(?: nonce="[^"]*")?>(.*?)<\/script>/gs)) new Function(String(script))
  return true
}

test.each(hostile)('a hostile text changes no page: %j', (text) => {
  const swagger = getSwaggerUIHtml({
    openapiUrl: text,
    title: text,
    swaggerJsUrl: text,
    swaggerCssUrl: text,
    faviconUrl: text,
    licensesUrl: text,
    oauth2RedirectUrl: text,
    initOAuth: { clientId: text, appName: text, scopes: [text], additionalQueryStringParams: { [text]: text } },
    swaggerUIParameters: { [text]: text, syntaxHighlight: { [text]: [text] } },
    apiRoot: text,
    nonce: text,
  })
  const harmless = getSwaggerUIHtml({ ...swaggerUI, faviconUrl: '', licensesUrl: '', nonce: '' })
  expect(shape(swagger)).toEqual(shape(harmless))
  expect(compiles(swagger)).toBe(true)

  const options = { openapiUrl: text, title: text, redocJsUrl: text, faviconUrl: text, apiRoot: text, nonce: text }
  const redocPage = getRedocHtml({ ...options, licensesUrl: text })
  expect(shape(redocPage)).toEqual(shape(getRedocHtml({ ...redoc, faviconUrl: '', licensesUrl: '', nonce: '' })))
  expect(compiles(redocPage)).toBe(true)

  const redirect = getSwaggerUIOAuth2RedirectHtml({ nonce: text })
  expect(shape(redirect)).toEqual(shape(getSwaggerUIOAuth2RedirectHtml({ nonce: '' })))
})

test('a hostile text arrives unchanged: it is escaped, not taken away', () => {
  for (const text of hostile) {
    let got: unknown
    const html = getSwaggerUIHtml({
      ...swaggerUI,
      swaggerUIParameters: { custom: text },
      initOAuth: { clientId: text },
    })
    const script = [...html.matchAll(/<script>(.*?)<\/script>/gs)].at(-1)?.[1]
    const names = ['SwaggerUIBundle', 'window', 'BroadcastChannel']
    const bundle = Object.assign(
      (options: { custom: string }) => {
        return { initOAuth: ({ clientId }: { clientId: string }) => (got = [options.custom, clientId]) }
      },
      { presets: {} },
    )
    new Function(...names, String(script))(
      bundle,
      { location: { href: 'https://example.com/docs' }, addEventListener() {} },
      class {},
    )
    expect(got).toEqual([text, text])
  }
})

test('the script has no raw <, >, &, U+2028 or U+2029 that comes from an option', () => {
  const html = getSwaggerUIHtml({ ...swaggerUI, swaggerUIParameters: { custom: '<>&\u2028\u2029' } })
  expect(html).toContain(String.raw`"custom": "\u003c\u003e\u0026\u2028\u2029",`)
})

test('the title is escaped', () => {
  expect(getSwaggerUIHtml({ ...swaggerUI, title: `<b>&"'` })).toContain('<title>&lt;b&gt;&amp;&quot;&#39;</title>')
})

test('parameters are merged over the defaults, a given one in the place of its default', () => {
  const html = getSwaggerUIHtml({
    ...swaggerUI,
    swaggerUIParameters: { deepLinking: false, syntaxHighlight: { theme: 'obsidian' }, persistAuthorization: true },
  })
  expect(html).toContain(
    [
      '"dom_id": "#swagger-ui",',
      '"layout": "BaseLayout",',
      '"deepLinking": false,',
      '"showExtensions": true,',
      '"showCommonExtensions": true,',
      '"validatorUrl": null,',
      '"syntaxHighlight": {"theme": "obsidian"},',
      '"persistAuthorization": true,',
      '    presets: [',
    ].join('\n'),
  )
})

test.each([
  [{ swaggerUIParameters: { onComplete: () => 1 } }, 'swaggerUIParameters.onComplete'],
  [{ swaggerUIParameters: { nested: { list: [1, new Date()] } } }, 'swaggerUIParameters.nested.list.1'],
  [{ swaggerUIParameters: { value: Number.NaN } }, 'swaggerUIParameters.value'],
  [{ swaggerUIParameters: { value: 1n } }, 'swaggerUIParameters.value'],
  [{ swaggerUIParameters: { plugins: [] } }, 'swaggerUIParameters.plugins'],
  [{ swaggerUIParameters: { presets: [] } }, 'swaggerUIParameters.presets'],
  [{ swaggerUIParameters: { oauth2RedirectUrl: 'x' } }, 'swaggerUIParameters.oauth2RedirectUrl'],
  [{ initOAuth: { clientId: Symbol('x') } }, 'swaggerUIInitOAuth.clientId'],
])('%o throws and names the option', (options, name) => {
  expect(() => getSwaggerUIHtml({ ...swaggerUI, ...(options as object) })).toThrow(TypeError)
  expect(() => getSwaggerUIHtml({ ...swaggerUI, ...(options as object) })).toThrow(`${name}: `)
})

test('a parameter that holds itself throws', () => {
  const cycle: Record<string, JSONValue> = {}
  cycle.self = cycle
  expect(() => getSwaggerUIHtml({ ...swaggerUI, swaggerUIParameters: { cycle } })).toThrow(/cycle\.self: /)
})

test('PKCE is on, and can be turned off', () => {
  expect(getSwaggerUIHtml(swaggerUI)).toContain('ui.initOAuth({"usePkceWithAuthorizationCodeGrant": true})')
  const initOAuth = { clientId: 'docs', usePkceWithAuthorizationCodeGrant: false }
  expect(getSwaggerUIHtml({ ...swaggerUI, initOAuth })).toContain(
    'ui.initOAuth({"usePkceWithAuthorizationCodeGrant": false, "clientId": "docs"})',
  )
})

test('fonts come from Google only if asked for', () => {
  expect(getRedocHtml(redoc)).not.toContain('googleapis')
  expect(getRedocHtml({ ...redoc, withGoogleFonts: true })).toContain('href="https://fonts.googleapis.com/css?family=')
})

test('without a nonce no attribute is written', () => {
  expect(getSwaggerUIHtml(swaggerUI) + getRedocHtml(redoc) + getSwaggerUIOAuth2RedirectHtml()).not.toContain('nonce="')
})

interface Case {
  name: string
  expect: { text_contains: string[]; text_not_contains: string[] }
}

function conformance(name: string): Case[] {
  const file = new URL(`../conformance/tutorial/${name}.json`, import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] }).cases
}

test.each([
  ['configure_swagger_ui_1', { syntaxHighlight: false }],
  ['configure_swagger_ui_2', { syntaxHighlight: { theme: 'obsidian' } }],
  ['configure_swagger_ui_3', { deepLinking: false }],
])("the page has FastAPI's texts: %s", (name, swaggerUIParameters) => {
  const [{ expect: expected }] = conformance(name) as [Case]
  const html = getSwaggerUIHtml({ ...swaggerUI, swaggerUIParameters })
  for (const text of expected.text_contains) expect(html).toContain(text)
  for (const text of expected.text_not_contains) expect(html).not.toContain(text)
})

test.each([
  ['custom_docs_ui_cdn', 'https://unpkg.com/swagger-ui-dist@5/', 'https://unpkg.com/redoc@2/bundles/'],
  ['custom_docs_ui_self_hosted', '/static/', '/static/'],
])("pages of one's own have FastAPI's texts: %s", (name, swagger, redocFolder) => {
  const html = new Map([
    [
      'swagger_ui_html',
      getSwaggerUIHtml({
        ...swaggerUI,
        swaggerJsUrl: `${swagger}swagger-ui-bundle.js`,
        swaggerCssUrl: `${swagger}swagger-ui.css`,
      }),
    ],
    ['swagger_ui_oauth2_redirect_html', getSwaggerUIOAuth2RedirectHtml()],
    ['redoc_html', getRedocHtml({ ...redoc, redocJsUrl: `${redocFolder}redoc.standalone.js` })],
  ])
  const cases = conformance(name).filter((each) => html.has(each.name))
  expect(cases).toHaveLength(3)
  for (const each of cases) {
    for (const text of each.expect.text_contains) expect(html.get(each.name)).toContain(text)
  }
})
