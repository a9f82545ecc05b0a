import { isOrigin } from '../headers.ts'
import type { Asset, DocsRequest } from './asset.ts'
import { favicon, licenses, redocBundle, swaggerUIBundle, swaggerUIStyle } from './assets/manifest.ts'
import type { Page } from './pages.ts'
import { assertInitOAuth, assertParameters, type InitOAuth, type JSONValue } from './parameters.ts'
import { assertPagePath, pathFrom, rootFrom } from './relative.ts'

/** Options of {@link docsRoutes}; the names are the app's. */
export interface DocsRoutesOptions {
  /** The API's title; the pages are called after it. `Sallyport` by default. */
  readonly title?: string | undefined
  /** Path of the Swagger UI page, `/docs` by default; null or `''` for none, and then no oauth2-redirect page either. */
  readonly docsUrl?: string | null | undefined
  /** Path of the ReDoc page, `/redoc` by default; null or `''` for none. */
  readonly redocUrl?: string | null | undefined
  /** Path (or URL) of the document, `/openapi.json` by default; null or `''` turns off the pages, too. */
  readonly openapiUrl?: string | null | undefined
  /** Path of the page for the popups of OAuth flows, `/docs/oauth2-redirect` by default; null or `''` for none. */
  readonly swaggerUIOAuth2RedirectUrl?: string | null | undefined
  /** What the Authorize dialog starts with; PKCE is on if nothing is said. */
  readonly swaggerUIInitOAuth?: InitOAuth | null | undefined
  /** Swagger UI's own parameters, merged over the defaults; JSON values only. */
  readonly swaggerUIParameters?: Readonly<Record<string, JSONValue>> | null | undefined
  /** Whether the document depends on who reads it: the Swagger UI page reads it again when they log in or out; false. */
  readonly documentPerReader?: boolean | undefined
  /**
   * Origins, besides its own, to which the Swagger UI page may send requests, or a function that gives them for each
   * answer; none by default. See {@link documentOrigins}.
   */
  readonly connectOrigins?: readonly string[] | (() => readonly string[]) | undefined
}

/** A page or a file of the docs, for the app to serve. */
export interface DocsRoute {
  /** The path as the app sees it. */
  readonly path: string
  readonly handler: (request: DocsRequest) => Response | Promise<Response>
}

/**
 * Makes the pages and files of the docs, each with its path and the function that answers a GET request for it.
 *
 * Nothing is done about who may see them: the app mounts them with the dependencies of its `docs` option.
 *
 * @throws TypeError for a path that is none, an origin that is none, and parameters that are no JSON values.
 * @example
 * ```ts
 * import { docsRoutes } from 'sallyport/docs'
 *
 * for (const { path, handler } of docsRoutes({ title: 'Accounts' })) {
 *   console.log(path, (await handler({ acceptEncoding: 'gzip' })).status)
 * }
 * ```
 */
export function docsRoutes(options: DocsRoutesOptions): DocsRoute[] {
  const { title = 'Sallyport', openapiUrl = '/openapi.json', docsUrl = '/docs', redocUrl = '/redoc' } = options
  if (!openapiUrl) return []
  if (!URL.canParse(openapiUrl)) assertPagePath('openapiUrl', openapiUrl)
  const routes: DocsRoute[] = []

  /** Adds a file under a page, and gives its URL as seen from the page. */
  function assetFrom(page: string, asset: Asset): string {
    // Two pages in one folder share the icon and the licences.
    const path = `${page.replace(/\/$/, '')}/assets/${asset.file}`
    if (!routes.some((route) => route.path === path)) {
      routes.push({ path, handler: async (request) => (await import('./asset.ts')).answerAsset(asset, request) })
    }
    return pathFrom(page, path)
  }

  if (docsUrl) {
    assertPagePath('docsUrl', docsUrl)
    const redirectUrl =
      options.swaggerUIOAuth2RedirectUrl === undefined ? '/docs/oauth2-redirect' : options.swaggerUIOAuth2RedirectUrl
    assertInitOAuth(options.swaggerUIInitOAuth)
    assertParameters(options.swaggerUIParameters)
    const page = {
      title: `${title} - Swagger UI`,
      openapiUrl: pathFrom(docsUrl, openapiUrl),
      swaggerJsUrl: assetFrom(docsUrl, swaggerUIBundle),
      swaggerCssUrl: assetFrom(docsUrl, swaggerUIStyle),
      faviconUrl: assetFrom(docsUrl, favicon),
      licensesUrl: assetFrom(docsUrl, licenses),
      oauth2RedirectUrl: redirectUrl ? pathFrom(docsUrl, redirectUrl) : null,
      initOAuth: options.swaggerUIInitOAuth,
      swaggerUIParameters: options.swaggerUIParameters,
      documentPerReader: options.documentPerReader,
      apiRoot: rootFrom(docsUrl),
    }
    routes.push(pageRoute(docsUrl, { page: 'swagger-ui', options: page }, options))
    if (redirectUrl) {
      assertPagePath('swaggerUIOAuth2RedirectUrl', redirectUrl)
      routes.push(pageRoute(redirectUrl, { page: 'oauth2-redirect' }, options))
    }
  }

  if (redocUrl) {
    assertPagePath('redocUrl', redocUrl)
    const page = {
      title: `${title} - ReDoc`,
      openapiUrl: pathFrom(redocUrl, openapiUrl),
      redocJsUrl: assetFrom(redocUrl, redocBundle),
      faviconUrl: assetFrom(redocUrl, favicon),
      licensesUrl: assetFrom(redocUrl, licenses),
      apiRoot: rootFrom(redocUrl),
    }
    routes.push(pageRoute(redocUrl, { page: 'redoc', options: page }, options))
  }
  assertDistinct(routes)
  return routes
}

function pageRoute(path: string, page: Page, { connectOrigins = [] }: DocsRoutesOptions): DocsRoute {
  if (typeof connectOrigins !== 'function') connectOrigins.forEach(assertOrigin)
  return {
    path,
    handler: () => {
      const origins = typeof connectOrigins === 'function' ? connectOrigins() : connectOrigins
      origins.forEach(assertOrigin)
      // Programs that nobody reads the docs of do not load the pages.
      return import('./pages.ts').then(({ answerPage }) => answerPage(page, origins))
    },
  }
}

function assertOrigin(origin: string): void {
  if (isOrigin(origin)) return
  throw new TypeError(`connectOrigins: an origin such as 'https://login.example.com' is needed, not '${origin}'.`)
}

function assertDistinct(routes: readonly DocsRoute[]): void {
  const paths = new Set<string>()
  for (const { path } of routes) {
    if (paths.has(path))
      throw new TypeError(`docsUrl, redocUrl, swaggerUIOAuth2RedirectUrl: two pages are at '${path}'.`)
    paths.add(path)
  }
}
