import { nonceAttribute, toHtml, toScript } from './escape.ts'
import { basicScript, finishScript, locateScript, pluginScript, redirectScript } from './page-script.ts'
import { assertInitOAuth, assertParameters, type InitOAuth, type JSONValue } from './parameters.ts'
import { readerScript } from './reader-script.ts'

/** Options of {@link getSwaggerUIHtml}. */
export interface SwaggerUIHtmlOptions {
  /** Where the document is. Relative URLs count from the page. */
  readonly openapiUrl: string
  /** The page's title, as it is to be read. */
  readonly title: string
  /** Where `swagger-ui-bundle.js` is. */
  readonly swaggerJsUrl: string
  /** Where `swagger-ui.css` is. */
  readonly swaggerCssUrl: string
  /** Where the page's icon is; without it the page names none. */
  readonly faviconUrl?: string | undefined
  /** Where the oauth2-redirect page is; without it the flows that need a popup don't work. */
  readonly oauth2RedirectUrl?: string | null | undefined
  /** What the Authorize dialog starts with. */
  readonly initOAuth?: InitOAuth | null | undefined
  /** Swagger UI's own parameters, merged over the defaults; JSON values only. */
  readonly swaggerUIParameters?: Readonly<Record<string, JSONValue>> | null | undefined
  /** Whether the document depends on who reads it: it is read again when they log in or out; false. */
  readonly documentPerReader?: boolean | undefined
  /** The API's root as seen from the page, `./` by default: relative token URLs count from it. */
  readonly apiRoot?: string | undefined
  /** Where the licences of the page's files are; without it the page doesn't say. */
  readonly licensesUrl?: string | undefined
  /** The nonce of the page's Content-Security-Policy, if it has one. */
  readonly nonce?: string | undefined
}

const defaultParameters: Readonly<Record<string, JSONValue>> = {
  dom_id: '#swagger-ui',
  layout: 'BaseLayout',
  deepLinking: true,
  showExtensions: true,
  showCommonExtensions: true,
  // Swagger UI would send the document's address to validator.swagger.io.
  validatorUrl: null,
}

/**
 * Makes the page with Swagger UI, as HTML.
 *
 * The app serves one at `docsUrl` with everything filled in; this is for a page of your own, with other files or at
 * another place. Relative URLs in it, and relative token and server URLs in the document, count from the page, so that
 * it works behind a proxy that strips a prefix.
 *
 * @throws TypeError for a parameter or OAuth option that is no JSON value, or that the page sets itself.
 * @example
 * ```ts
 * import { App } from 'sallyport'
 * import { getSwaggerUIHtml } from 'sallyport/docs'
 *
 * const app = new App({ docsUrl: null })
 * app.get('/docs', { includeInSchema: false }, () => {
 *   const html = getSwaggerUIHtml({
 *     openapiUrl: './openapi.json',
 *     title: 'Accounts',
 *     swaggerJsUrl: './static/swagger-ui-bundle.js',
 *     swaggerCssUrl: './static/swagger-ui.css',
 *   })
 *   return new Response(html, { headers: { 'content-type': 'text/html; charset=utf-8' } })
 * })
 * ```
 * @see https://swagger.io/docs/open-source-tools/swagger-ui/usage/configuration/
 */
export function getSwaggerUIHtml(options: SwaggerUIHtmlOptions): string {
  const nonce = nonceAttribute(options.nonce)
  assertInitOAuth(options.initOAuth)
  const initOAuth = { usePkceWithAuthorizationCodeGrant: true, ...options.initOAuth }

  // The texts below are FastAPI's to the letter where programs may look for them.
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${toHtml(options.title)}</title>
${headLinks(options)}<link rel="stylesheet" href="${toHtml(options.swaggerCssUrl)}"${nonce}>
</head>
<body>
<div id="swagger-ui"></div>
<noscript>This page needs JavaScript; the document that it shows is <a href="${toHtml(options.openapiUrl)}">here</a>.</noscript>
<script${nonce}>${basicScript}</script>
<script src="${toHtml(options.swaggerJsUrl)}"${nonce}></script>
<script${nonce}>
'use strict'
const documentUrl = new URL(${toScript(options.openapiUrl)}, window.location.href).href
const root = new URL(${toScript(options.apiRoot ?? './')}, window.location.href)
${locateScript}${finishScript}${pluginScript}${options.documentPerReader ? readerScript : ''}
const ui = SwaggerUIBundle({
    url: documentUrl,
${parameterLines(options.swaggerUIParameters ?? {})}
${redirectLine(options.oauth2RedirectUrl)}    presets: [
        SwaggerUIBundle.presets.apis,
        SwaggerUIBundle.SwaggerUIStandalonePreset
    ],
    plugins: [plugin${options.documentPerReader ? ', readerPlugin' : ''}],
})
ui.initOAuth(${toScript(initOAuth)})
</script>
</body>
</html>
`
}

/** Options of {@link getSwaggerUIOAuth2RedirectHtml}. */
export interface SwaggerUIOAuth2RedirectHtmlOptions {
  /** The nonce of the page's Content-Security-Policy, if it has one. */
  readonly nonce?: string | undefined
}

/**
 * Makes the page to which an authorization server sends the popup of the Swagger UI page, as HTML.
 *
 * It passes the answer on to the page that opened it, if the answer's `state` is the one that this page sent, and
 * closes its window.
 *
 * @example
 * ```ts
 * import { getSwaggerUIOAuth2RedirectHtml } from 'sallyport/docs'
 *
 * const html = getSwaggerUIOAuth2RedirectHtml()
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc6749.html#section-4.1.2
 */
export function getSwaggerUIOAuth2RedirectHtml(options: SwaggerUIOAuth2RedirectHtmlOptions = {}): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Swagger UI: OAuth2 redirect</title>
</head>
<body>
<p>The login is passed on to the docs page. You can close this window.</p>
<script${nonceAttribute(options.nonce)}>
'use strict'
${finishScript}${redirectScript}
</script>
</body>
</html>
`
}

/** The links to the page's icon and licences, as far as they are given. */
export function headLinks(urls: { faviconUrl?: string | undefined; licensesUrl?: string | undefined }): string {
  const links = Object.entries({ icon: urls.faviconUrl, license: urls.licensesUrl })
  return links.map(([rel, url]) => (url === undefined ? '' : `<link rel="${rel}" href="${toHtml(url)}">\n`)).join('')
}

function parameterLines(given: Readonly<Record<string, JSONValue>>): string {
  assertParameters(given)
  return Object.entries({ ...defaultParameters, ...given })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${toScript(name)}: ${toScript(value)},`)
    .join('\n')
}

function redirectLine(url: string | null | undefined): string {
  return url == null ? '' : `oauth2RedirectUrl: new URL(${toScript(url)}, window.location.href).href,\n`
}
