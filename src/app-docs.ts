import { type AppOptions, documentInfo } from './app-options.ts'
import type { Challenges } from './challenges.ts'
import { CurrentIncoming } from './depends.ts'
import { documentOrigins } from './docs/origins.ts'
import { docsRoutes } from './docs/routes.ts'
import type { Incoming } from './incoming.ts'
import { makeDocument, withRootPath } from './openapi/document.ts'
import { operationIdsOf } from './openapi/operation-id.ts'
import type { OpenAPIObject } from './openapi/types.ts'
import type { Operation } from './operation.ts'
import { problemDetailsOf } from './problem-details.ts'
import { makeRoute, type Route } from './route.ts'
import { callableBy, ViewedDocuments, viewerHeaders } from './viewer.ts'

/** What the docs need of their app. */
interface Documented {
  readonly operations: readonly Operation[]
  readonly challenges: Challenges
  report(error: unknown): void
}

/** An app's document, made when it is first asked for, and the routes that serve it and its pages. */
export class AppDocs {
  readonly #options: AppOptions
  readonly #app: Documented
  readonly #views = new ViewedDocuments<Operation, OpenAPIObject>()
  #document: OpenAPIObject | undefined
  #ids: ReadonlyMap<Route, string> | undefined

  constructor(options: AppOptions, app: Documented) {
    this.#options = options
    this.#app = app
  }

  /** Path of the Swagger UI page; undefined where there is none. */
  get url(): string | undefined {
    const { openapiUrl = '/openapi.json', docsUrl = '/docs' } = this.#options
    return openapiUrl && docsUrl ? docsUrl : undefined
  }

  /** The whole document. */
  get document(): OpenAPIObject {
    this.#document ??= this.#make(this.#app.operations)
    return this.#document
  }

  /** What the document calls an operation; undefined for one that it does not show. */
  operationIdOf(route: Route): string | undefined {
    this.#ids ??= this.#makeIds()
    return this.#ids.get(route)
  }

  #makeIds(): ReadonlyMap<Route, string> {
    const routes = this.#app.operations.map(({ route }) => route)
    try {
      return operationIdsOf(routes.filter(({ options }) => options.includeInSchema !== false))
    } catch {
      return new Map() // one stands twice: the document says it to whoever asks for it, a request is no place for it
    }
  }

  /** Forgets what was made: an operation came. */
  clear(): void {
    this.#document = undefined
    this.#ids = undefined
    this.#views.clear()
  }

  /** The routes of the document, its pages and their files. */
  routes(): Route[] {
    const { openapiUrl = '/openapi.json', docsUrl = '/docs', docs: { onlyCallable, ...guards } = {} } = this.#options
    if (!openapiUrl) return []
    const guarded = (path: string, handler: (incoming: Incoming) => unknown): Route => {
      const params = { ...guards.params, '~incoming': CurrentIncoming }
      const options = { ...guards, params, includeInSchema: false }
      return makeRoute('GET', path, [options, (args: { '~incoming': Incoming }) => handler(args['~incoming'])])
    }
    const pages = docsRoutes({
      ...this.#options,
      openapiUrl,
      docsUrl,
      swaggerUIOAuth2RedirectUrl:
        this.#options.swaggerUIOAuth2RedirectUrl ??
        (this.#options.swaggerUIOAuth2RedirectUrl === null ? null : `${docsUrl}/oauth2-redirect`),
      documentPerReader: onlyCallable === true,
      connectOrigins: () => documentOrigins(this.document),
    })
    return [
      guarded(openapiUrl, (incoming) =>
        onlyCallable ? this.#answerViewer(incoming) : this.#placed(this.document, incoming),
      ),
      ...pages.map(({ path, handler }) =>
        guarded(path, (incoming) =>
          handler({
            acceptEncoding: incoming.header('accept-encoding'),
            ifNoneMatch: incoming.header('if-none-match'),
          }),
        ),
      ),
    ]
  }

  /** The document with what the sender of a request may call. */
  async #answerViewer(incoming: Incoming): Promise<Response> {
    const operations = [...this.#app.operations]
    const visible = await callableBy(incoming, operations, this.#app.report)
    const make = (): OpenAPIObject => this.#make(operations, visible)
    const document = this.#placed(this.#views.get(operations, visible, make), incoming)
    return Response.json(document, { headers: viewerHeaders(operations) })
  }

  #make(operations: readonly Operation[], visible?: ReadonlySet<Operation>): OpenAPIObject {
    const { rootPath = '' } = this.#options
    const rewrite = (path: string): ReturnType<Challenges['at']> => this.#app.challenges.at(rootPath + path)
    const problems = problemDetailsOf(this.#options.problemDetails)
    return makeDocument(documentInfo(this.#options), operations, visible, rewrite, problems)
  }

  #placed(document: OpenAPIObject, { rootPath }: Incoming): OpenAPIObject {
    const { rootPathInServers = true } = this.#options
    return rootPathInServers ? withRootPath(document, rootPath) : document
  }
}
