import { nonceAttribute, toHtml, toScript } from './escape.ts'
import { locateScript, nonceScript } from './page-script.ts'
import { headLinks } from './swagger-ui.ts'

/** Options of {@link getRedocHtml}. */
export interface RedocHtmlOptions {
  /** Where the document is. Relative URLs count from the page. */
  readonly openapiUrl: string
  /** The page's title, as it is to be read. */
  readonly title: string
  /** Where `redoc.standalone.js` is. */
  readonly redocJsUrl: string
  /** Where the page's icon is; without it the page names none. */
  readonly faviconUrl?: string | undefined
  /** Whether to load ReDoc's fonts from Google's servers, which then learn of each reader; false by default. */
  readonly withGoogleFonts?: boolean | undefined
  /** The API's root as seen from the page, `./` by default: relative token and server URLs count from it. */
  readonly apiRoot?: string | undefined
  /** Where the licences of the page's files are; without it the page doesn't say. */
  readonly licensesUrl?: string | undefined
  /** The nonce of the page's Content-Security-Policy, if it has one. */
  readonly nonce?: string | undefined
}

/**
 * Makes the page with ReDoc, as HTML.
 *
 * The app serves one at `redocUrl` with everything filled in; this is for a page of your own.
 *
 * @example
 * ```ts
 * import { getRedocHtml } from 'sallyport/docs'
 *
 * const html = getRedocHtml({
 *   openapiUrl: './openapi.json',
 *   title: 'Accounts',
 *   redocJsUrl: './static/redoc.standalone.js',
 * })
 * ```
 * @see https://redocly.com/docs/redoc/deployment/html
 */
export function getRedocHtml(options: RedocHtmlOptions): string {
  const nonce = nonceAttribute(options.nonce)
  const fonts = 'https://fonts.googleapis.com/css?family=Montserrat:300,400,700|Roboto:300,400,700'
  const fontsLink = options.withGoogleFonts ? `<link rel="stylesheet" href="${toHtml(fonts)}"${nonce}>\n` : ''
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${toHtml(options.title)}</title>
${headLinks(options)}${fontsLink}<style${nonce}>
body { margin: 0; padding: 0; }
</style>
</head>
<body>
<div id="redoc"></div>
<noscript>This page needs JavaScript; the document that it shows is <a href="${toHtml(options.openapiUrl)}">here</a>.</noscript>
<script${nonce}>
'use strict'
${options.nonce === undefined ? '' : nonceScript}</script>
<script src="${toHtml(options.redocJsUrl)}"${nonce}></script>
<script${nonce}>
'use strict'
const documentUrl = new URL(${toScript(options.openapiUrl)}, window.location.href).href
const root = new URL(${toScript(options.apiRoot ?? './')}, window.location.href)
${locateScript}
const element = document.getElementById('redoc')
fetch(documentUrl)
  .then((response) => {
    if (!response.ok) throw new Error(documentUrl + ' was answered with ' + response.status)
    return response.json()
  })
  .then((api) => {
    Redoc.init(locate(api, documentUrl, root), { downloadDefinitionUrl: documentUrl }, element)
  })
  .catch((error) => {
    element.textContent = 'The document could not be shown: ' + error.message
  })
</script>
</body>
</html>
`
}
