import type { Dependency, Params } from './declaration.ts'
import { assertParams } from './declaration.ts'
import type { DocsRoutesOptions } from './docs/index.ts'
import { assertRootPath } from './fetch-context.ts'
import type { LifespanFunction } from './lifespan.ts'
import type { Limits } from './limits.ts'
import type { DocumentInfo } from './openapi/document.ts'
import type { ServerObject, TagObject } from './openapi/types.ts'
import { assertOptions } from './params.ts'
import { assertProblemDetails, type ProblemDetailsOptions } from './problem-details.ts'
import { assertDependencies } from './route.ts'

/** Who may see the document and its pages, and how much of it. */
export interface DocsOptions {
  /** What stands before the document and its pages: `{ params: { user: getAdmin } }`. */
  readonly params?: Params
  /** Dependencies that stand before them and whose values nobody needs. */
  readonly dependencies?: readonly Dependency<unknown, string>[]
  /**
   * Leaves out of the document, for each who asks for it, the operations that they may not call with the credentials of that very
   * request; false. How to log in stays in it.
   *
   * Schemes that verify are asked; of schemes that only read, credentials that are there are enough. It is a courtesy and no
   * protection: what is left out is refused when called, as before. {@link App.openapi} gives the whole document.
   */
  readonly onlyCallable?: boolean
}

/** Options of an `App`. */
export interface AppOptions {
  /** The API's title, in the document and on its pages; `Sallyport`. */
  readonly title?: string
  /** The API's own version; `0.1.0`. */
  readonly version?: string
  readonly summary?: string
  /** Text for the document; Markdown is allowed. */
  readonly description?: string
  readonly termsOfService?: string
  readonly contact?: DocumentInfo['contact']
  readonly license?: DocumentInfo['license']
  readonly externalDocs?: DocumentInfo['externalDocs']
  /** Where the API is served, when not at the place of its document. */
  readonly servers?: readonly ServerObject[]
  /** Tags with their descriptions, in the order in which the pages show them. */
  readonly tags?: readonly TagObject[]
  /** The prefix that a proxy takes off before requests come here, like `/api/v1`; over what the server says. */
  readonly rootPath?: string
  /** Whether the document names {@link rootPath} as its first server; true. */
  readonly rootPathInServers?: boolean
  /** Run before every operation; not before the docs. */
  readonly dependencies?: readonly Dependency<unknown, string>[]
  /** Refuses, when declared, an operation that anybody may call, unless it says `public: true`; false. */
  readonly closed?: boolean
  /** Opens before the first request what is closed after the last: a generator with one `yield`. */
  readonly lifespan?: LifespanFunction
  /** Path of the document; `/openapi.json`. Null or empty: no document, and no pages. */
  readonly openapiUrl?: string | null
  /** Path of the Swagger UI page; `/docs`. Null: no such page. */
  readonly docsUrl?: string | null
  /** Path of the ReDoc page; `/redoc`. Null: no such page. */
  readonly redocUrl?: string | null
  /** Path of the page for the popups of OAuth flows; `<docsUrl>/oauth2-redirect`. Null: no such page. */
  readonly swaggerUIOAuth2RedirectUrl?: string | null
  /** Swagger UI's own parameters, like `{ persistAuthorization: true }`. */
  readonly swaggerUIParameters?: DocsRoutesOptions['swaggerUIParameters']
  /** What the Authorize dialog starts with, like `{ clientId, scopes }`. */
  readonly swaggerUIInitOAuth?: DocsRoutesOptions['swaggerUIInitOAuth']
  /** Who may see the document and its pages, and how much of it; everybody everything. */
  readonly docs?: DocsOptions
  /** Whether `/items` is redirected to `/items/`, and the other way round, where only the other is declared; true. */
  readonly redirectSlashes?: boolean
  /** What a request may hold at most. */
  readonly limits?: Partial<Limits>
  /**
   * Answers refusals as Problem Details, `application/problem+json`, and documents them so; false, which is `{"detail": …}` as
   * FastAPI has it. A record says which `type` URIs problems have.
   *
   * Of an `HTTPException` a text is `detail`, the members of an object are members (those of the specification only where they are
   * text, and `status` never), a list is `errors`. A 422 has `errors` with JSON pointers. Exception handlers of the app's own still win,
   * and what the server refuses before the app sees it keeps its form.
   *
   * @see https://www.rfc-editor.org/rfc/rfc9457.html
   */
  readonly problemDetails?: boolean | ProblemDetailsOptions
  /**
   * Told of errors that nobody answered for, and of answers from 500 that have a `cause`: a store of keys that is down. `console.error`.
   * Errors of ours never hold a credential.
   */
  readonly onError?: (error: unknown) => void
}

const KNOWN = [
  'title',
  'version',
  'summary',
  'description',
  'termsOfService',
  'contact',
  'license',
  'externalDocs',
  'servers',
  'tags',
  'rootPath',
  'rootPathInServers',
  'dependencies',
  'closed',
  'lifespan',
  'openapiUrl',
  'docsUrl',
  'redocUrl',
  'swaggerUIOAuth2RedirectUrl',
  'swaggerUIParameters',
  'swaggerUIInitOAuth',
  'docs',
  'redirectSlashes',
  'limits',
  'problemDetails',
  'onError',
]

/** @throws TypeError for an option that is unknown or cannot be what was meant. */
export function assertAppOptions(options: AppOptions): void {
  assertOptions(options, KNOWN, 'App')
  const { rootPath, openapiUrl, lifespan, docs } = options
  if (rootPath) assertRootPath(rootPath, 'App')
  if (openapiUrl && !openapiUrl.startsWith('/'))
    throw new TypeError('App: openapiUrl is a path that starts with a slash.')
  if (lifespan !== undefined && typeof lifespan !== 'function') {
    throw new TypeError('App: lifespan is a generator function with one yield: async function* () { …; yield; … }.')
  }
  assertDependencies(options.dependencies, 'App')
  assertProblemDetails(options.problemDetails)
  if (docs === undefined) return
  assertOptions(docs, ['params', 'dependencies', 'onlyCallable'], 'App: docs')
  if (docs.onlyCallable !== undefined && typeof docs.onlyCallable !== 'boolean')
    throw new TypeError('App: docs: onlyCallable is true or false.')
  if (docs.params) assertParams(docs.params, 'App: docs')
  assertDependencies(docs.dependencies, 'App: docs')
}

/** What of the options the document says. */
export function documentInfo(options: AppOptions): DocumentInfo {
  const { title = 'Sallyport', version = '0.1.0', summary, description, termsOfService } = options
  const { contact, license, servers, tags, externalDocs } = options
  return {
    title,
    version,
    ...(summary === undefined ? {} : { summary }),
    ...(description === undefined ? {} : { description }),
    ...(termsOfService === undefined ? {} : { termsOfService }),
    ...(contact ? { contact } : {}),
    ...(license ? { license } : {}),
    ...(servers ? { servers } : {}),
    ...(tags ? { tags } : {}),
    ...(externalDocs ? { externalDocs } : {}),
  }
}
