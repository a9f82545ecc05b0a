import { type ErrorClass, type ExceptionHandler, ExceptionHandlers } from './answer.ts'
import { AppDocs } from './app-docs.ts'
import { type AppOptions, assertAppOptions } from './app-options.ts'
import { Challenges } from './challenges.ts'
import { HTTPException } from './exceptions.ts'
import { FetchContext, type FetchContextOptions, finishAfter } from './fetch-context.ts'
import { type Incoming, WebIncoming } from './incoming.ts'
import { Lifespan } from './lifespan.ts'
import { type Limits, limitsOf } from './limits.ts'
import { fold, type Middleware } from './middleware.ts'
import { MountedIncoming, requestAt } from './mounted.ts'
import { assertNotOpen, type Mount, type Mountable, type MountOptions, Mounts, unknownMount } from './mounts.ts'
import { type Observer, Observers } from './observer.ts'
import type { OpenAPIObject } from './openapi/types.ts'
import { Operation, type Surroundings } from './operation.ts'
import { Overrides } from './overrides.ts'
import { problemDetailsOf } from './problem-details.ts'
import { type Application, headOf, type Reply, SERVER_ERROR, toResponse } from './reply.ts'
import { fromResponse } from './respond.ts'
import type { Route } from './route.ts'
import { RouteTable } from './route-table.ts'
import { Router } from './router.ts'
import { isPromise } from './solving.ts'
import { unmatched } from './unmatched.ts'

/**
 * A web API: operations with what they require, the document that says so, and the pages that show it.
 *
 * `app.fetch` answers web requests in any runtime; `serve` of `sallyport/node` runs it on Node without making them.
 *
 * @throws TypeError for an unknown option, and for one that cannot be what was meant.
 * @example
 * ```ts
 * import { App, Path } from 'sallyport'
 * import { HTTPBearer } from 'sallyport/security'
 * import { z } from 'zod'
 *
 * const app = new App({ title: 'Items' })
 * app.get('/items/{id}', { params: { id: Path(z.int()), token: new HTTPBearer() } }, ({ id }) => ({ id }))
 * export default app
 * ```
 */
export class App extends Router implements Application, Surroundings {
  /** Dependencies that stand in the place of others, for tests: `app.overrides.set(getUser, () => johndoe)`. */
  readonly overrides: Overrides = new Overrides()
  /** What is said in the challenges of 401 and 403, beside what the schemes say: see `protectedResource` of `sallyport/security`. */
  readonly challenges: Challenges = new Challenges()
  readonly #options: AppOptions
  readonly #limits: Limits
  readonly #table = new RouteTable<Operation>()
  readonly #operations: Operation[] = []
  readonly #mounts = new Mounts()
  /** Why nothing may be open that does not say so; undefined where it may. */
  #closed: string | undefined
  readonly #middleware: Middleware[] = []
  readonly #exceptions: ExceptionHandlers
  readonly #lifespan: Lifespan
  readonly #docs: AppDocs
  readonly #docsOperations: Operation[] = []
  #observers: Observers | undefined
  #handle: (incoming: Incoming) => Reply | Promise<Reply>

  constructor(options: AppOptions = {}) {
    assertAppOptions(options)
    super(options.dependencies ? { dependencies: options.dependencies } : {})
    this.#options = options
    if (options.closed) this.#closed = 'the app is closed'
    this.#limits = limitsOf(options.limits)
    this.#exceptions = new ExceptionHandlers(this.report, problemDetailsOf(options.problemDetails))
    this.#lifespan = new Lifespan(options.lifespan)
    this.#handle = (incoming) => this.#dispatch(incoming)
    this.#docs = new AppDocs(options, this)
    for (const route of this.#docs.routes()) {
      const operation = new Operation(route, this)
      this.#table.add(route, operation)
      this.#docsOperations.push(operation)
    }
  }

  // ---- Declaring ----------------------------------------------------------------------------------------------------------------

  protected override register(route: Route): void {
    const operation = new Operation(route, this)
    if (this.#closed !== undefined) assertNotOpen(operation, this.#closed)
    this.#table.add(route, operation)
    this.#operations.push(operation)
    this.#docs.clear()
  }

  /**
   * Puts middleware around the app; the first that is added is the outermost.
   *
   * @param middleware sees every request: `async (request, next) => next(request)`.
   */
  use(middleware: Middleware): this {
    if (typeof middleware !== 'function')
      throw new TypeError('use(): a middleware is a function: async (request, next) => next(request).')
    this.#middleware.push(middleware)
    this.#handle = fold(this.#middleware, (incoming) => this.#dispatch(incoming))
    return this
  }

  /**
   * Has somebody told of every request and its answer: a log, traces. Requests that the server itself refuses are not among them.
   *
   * @param observer is told first of each request: `requestLog()`, or one of your own.
   */
  observe(observer: Observer): this {
    this.#observers ??= new Observers(this.report)
    this.#observers.add(observer)
    return this
  }

  /**
   * Answers errors of a class, or of a status, in the app's own way. A status wins over a class, a class over its parents.
   *
   * @param key a status of 400 to 599, or a class of errors.
   * @param handler gives the `Response`.
   * @example
   * ```ts
   * import { App, RequestValidationError } from 'sallyport'
   *
   * new App().exceptionHandler(RequestValidationError, (error) => Response.json({ wrong: error.issues }, { status: 400 }))
   * ```
   */
  exceptionHandler<E extends Error>(key: ErrorClass<E>, handler: ExceptionHandler<E>): this
  exceptionHandler(status: number, handler: ExceptionHandler): this
  exceptionHandler(key: number | ErrorClass, handler: ExceptionHandler<never>): this {
    this.#exceptions.set(key, handler)
    return this
  }

  /**
   * Mounts another app, or anything that answers web requests, under a prefix. Operations of this app come first.
   *
   * A mounted app has its own document, docs, dependencies, overrides and exception handlers; this app's dependencies do not
   * stand before it.
   * Starting this app starts mounted ones, and stopping it stops them. A closed app closes them, too.
   *
   * @param prefix starts with a slash and does not end with one.
   * @throws TypeError for a prefix that is none or taken, for what cannot be mounted, and for what is open where the app is closed.
   */
  mount(prefix: string, to: Mountable, options: MountOptions = {}): this {
    const mount = this.#mounts.made(prefix, to, options)
    if (this.#closed !== undefined) this.#closeMounted(mount)
    this.#mounts.add(mount)
    return this
  }

  #closeMounted(mount: Mount): void {
    if (mount.public) return
    if (!(mount.to instanceof App)) throw unknownMount(mount)
    mount.to.#close(`the app that it is mounted in at ${mount.prefix} is closed`)
  }

  /** From now on, and for all that is declared already. */
  #close(why: string): void {
    for (const operation of this.#operations) assertNotOpen(operation, why)
    for (const mount of this.#mounts.all) this.#closeMounted(mount)
    this.#closed ??= why
  }

  // ---- The document -------------------------------------------------------------------------------------------------------------

  /** All operations, in the order of their declaration, with their plans; those of the docs left out. */
  get operations(): readonly Operation[] {
    return this.#operations
  }

  /** What serves the document, its pages and their files, and whether the document leaves out what its reader may not call. */
  get docs(): { readonly operations: readonly Operation[]; readonly onlyCallable: boolean } {
    return { operations: this.#docsOperations, onlyCallable: this.#options.docs?.onlyCallable === true }
  }

  /** What is mounted, with its prefix; the longest prefix first. */
  get mounts(): readonly Mount[] {
    return this.#mounts.all
  }

  /** Path of the Swagger UI page; undefined where there is none. */
  get docsUrl(): string | undefined {
    return this.#docs.url
  }

  /** What the document calls an operation; undefined for one that it does not show. */
  operationIdOf(route: Route): string | undefined {
    return this.#docs.operationIdOf(route)
  }

  /** The OpenAPI document: made when first asked for. Change what is declared, not what this gives. */
  openapi(): OpenAPIObject {
    return this.#docs.document
  }

  // ---- Running --------------------------------------------------------------------------------------------------------------------

  /** Runs the lifespan function to its `yield`, then those of mounted apps. Servers call it; without a server the first request does. */
  async start(): Promise<void> {
    await this.#lifespan.start()
    for (const { to } of this.#mounts.all) if (typeof to !== 'function') await to.start()
  }

  /** Runs the lifespan functions on from their `yield`, in reverse. All are run; the first failure is thrown then. */
  async stop(): Promise<void> {
    const failures: unknown[] = []
    for (const { to } of this.#mounts.all.toReversed()) {
      if (typeof to !== 'function') await to.stop().catch((error: unknown) => failures.push(error))
    }
    await this.#lifespan.stop()
    if (failures.length > 0) throw failures[0]
  }

  /** Answers a request of an adapter; never throws and never rejects. */
  handle(incoming: Incoming): Reply | Promise<Reply> {
    return this.#observers === undefined
      ? this.#started(incoming)
      : this.#observers.watch(incoming, () => this.#started(incoming))
  }

  #started(incoming: Incoming): Reply | Promise<Reply> {
    if (this.#options.rootPath) incoming.rootPath = this.#options.rootPath
    incoming.limits = this.#limits
    if (incoming.path.length + incoming.search.length > this.#limits.target)
      return this.answer(new HTTPException(414), incoming)
    if (this.#lifespan.ready) return this.#handled(incoming)
    return this.#lifespan.start().then(
      () => this.#handled(incoming),
      (error: unknown) => this.answer(error, incoming),
    )
  }

  #handled(incoming: Incoming): Reply | Promise<Reply> {
    const reply = this.#handle(incoming)
    if (!isPromise(reply)) return reply
    return reply.catch((error: unknown) => this.answer(error, incoming)) // a middleware that throws
  }

  /**
   * Answers a web request, in any runtime: `export default app` is all that Bun, Deno and Workers need.
   *
   * @param request the request.
   * @param context what the runtime knows beside it; anything that is no {@link FetchContext} is ignored.
   */
  readonly fetch = async (request: Request, context?: unknown): Promise<Response> => {
    const known = context instanceof FetchContext ? context : undefined
    const reply = await this.#answerWeb(request, known)
    const response = this.#toResponse(reply)
    return reply.after ? finishAfter(response, reply, known?.waitUntil) : response
  }

  /**
   * Sends the app a request without a server, for tests: `await app.request('/users/me')`.
   *
   * What an answer leaves to do after it (background tasks, exits of yield dependencies) is done when it is there, unless it streams.
   *
   * @param path a path with its query, or a whole request.
   * @param init method, headers and body, as `fetch` takes them.
   * @param context a mount prefix and the like.
   */
  async request(path: string | URL | Request, init?: RequestInit, context?: FetchContextOptions): Promise<Response> {
    const request =
      path instanceof Request
        ? init === undefined
          ? path
          : new Request(path, init)
        : new Request(new URL(path, 'http://localhost'), init)
    const known = context && new FetchContext(context)
    const reply = await this.#answerWeb(request, known)
    if (reply.after && reply.body instanceof ReadableStream)
      return finishAfter(this.#toResponse(reply), reply, known?.waitUntil)
    await reply.after?.()
    return this.#toResponse(reply)
  }

  /** The reply as a web `Response`; one that HTTP does not allow becomes a 500. */
  #toResponse(reply: Reply): Response {
    try {
      return toResponse(reply)
    } catch (error) {
      this.report(error)
      return toResponse(SERVER_ERROR)
    }
  }

  #answerWeb(request: Request, context: FetchContext | undefined): Reply | Promise<Reply> {
    const incoming = new WebIncoming(request, context?.clientAddress)
    if (context?.rootPath) incoming.rootPath = context.rootPath
    const reason = incoming.refuse()
    if (reason !== undefined) {
      const refused = (): Reply | Promise<Reply> => this.answer(new HTTPException(400, reason), incoming)
      return this.#observers?.watch(incoming, refused) ?? refused()
    }
    if (request.method !== 'HEAD') return this.handle(incoming)
    const reply = this.handle(incoming)
    return isPromise(reply) ? reply.then(headOf) : headOf(reply)
  }

  #dispatch(incoming: Incoming): Reply | Promise<Reply> {
    const { method, path } = incoming
    try {
      const match = this.#table.find(method, path)
      if (match) return match.value.run(incoming, match.path)
      if (method === 'HEAD') {
        const get = this.#table.find('GET', path)
        if (get) return get.value.run(incoming, get.path)
      }
      const mounted = this.#mounts.find(path)
      if (mounted !== undefined) {
        incoming.observed?.mounted(mounted.prefix)
        return this.#into(mounted.to, new MountedIncoming(incoming, mounted.rest, incoming.rootPath + mounted.prefix))
      }
      const answer = unmatched(this.#table, incoming, this.#options.redirectSlashes !== false)
      return answer instanceof HTTPException ? this.answer(answer, incoming) : answer
    } catch (error) {
      return this.answer(error, incoming)
    }
  }

  #into(to: Mountable, incoming: Incoming): Reply | Promise<Reply> {
    if (typeof to !== 'function') {
      const path = incoming.rootPath + incoming.path // the other app may have a root path of its own
      return this.#challenged(to.handle(incoming), path)
    }
    return Promise.resolve(to(requestAt(incoming.request, incoming.path)))
      .then((response) => fromResponse(response))
      .catch((error: unknown) => this.answer(error, incoming))
  }

  /** Answers what was thrown, and who is not let in; never throws. */
  answer(error: unknown, incoming: Incoming): Reply | Promise<Reply> {
    return this.#challenged(this.#exceptions.answer(error, incoming), incoming.rootPath + incoming.path)
  }

  #challenged(reply: Reply | Promise<Reply>, path: string): Reply | Promise<Reply> {
    if (this.challenges.at(path) === undefined) return reply
    if (isPromise(reply)) return reply.then((made) => this.#challenged(made, path))
    return { ...reply, headers: this.challenges.rewritten(reply.headers, path) }
  }

  /** Tells of an error that nobody answered for. */
  readonly report = (error: unknown): void => {
    const { onError = console.error } = this.#options
    try {
      onError(error)
    } catch {
      // Reporting must not become a failure of its own.
    }
  }
}
