import type { Dependency } from './declaration.ts'
import { planOf } from './operation.ts'
import { assertOptions } from './params.ts'
import { secures } from './requirement.ts'
import {
  assertDependencies,
  type Method,
  makeRoute,
  namesOf,
  type OperationOptions,
  type Route,
  type Verb,
} from './route.ts'

/** Options of a {@link Router}, and of including one. */
export interface IncludeOptions {
  /** Put in front of each path: starts with a slash and does not end with one. */
  readonly prefix?: string
  /** Run before everything of the operations themselves, also where an operation declares none. */
  readonly dependencies?: readonly Dependency<unknown, string>[]
  /** Added in front of the operations' own tags. */
  readonly tags?: readonly string[]
  /** Marks all operations as deprecated. */
  readonly deprecated?: boolean
  /** Whether the document shows the operations; true. */
  readonly includeInSchema?: boolean
  /** More answers for the document, of every operation. */
  readonly responses?: OperationOptions['responses']
}

/** Options of a {@link Router}; its prefix is a type parameter, so that the names in it are asked for. */
export interface RouterOptions<Prefix extends string> extends IncludeOptions {
  readonly prefix?: Prefix
}

/** The names of {@link IncludeOptions}. */
export const INCLUDE_OPTIONS: readonly string[] = [
  'prefix',
  'dependencies',
  'tags',
  'deprecated',
  'includeInSchema',
  'responses',
]

/**
 * A group of operations with a prefix, tags and dependencies in common; FastAPI's `APIRouter`.
 *
 * Dependencies run in the order app, include, router, operation, then the operation's own parameters.
 *
 * @throws TypeError for an unknown option or a prefix that is none.
 * @example
 * ```ts
 * import { App, Router } from 'sallyport'
 *
 * const items = new Router({ prefix: '/items', tags: ['items'] })
 * items.get('', () => ['plumbus'])
 * const app = new App()
 * app.include(items, { prefix: '/v1' }) // GET /v1/items
 * ```
 */
export class Router<const Prefix extends string = ''> {
  readonly #options: IncludeOptions
  readonly #routes: Route[] = []
  #included: string | undefined

  constructor(options: RouterOptions<Prefix> = {}) {
    assertOptions(options, INCLUDE_OPTIONS, 'Router')
    assertInclude(options, 'Router')
    this.#options = options
  }

  /** Declares an operation for GET; HEAD is answered by it, too. */
  readonly get: Verb<Prefix> = this.#verb('GET')
  /** Declares an operation for HEAD alone, where it differs from GET. */
  readonly head: Verb<Prefix> = this.#verb('HEAD')
  /** Declares an operation for POST. */
  readonly post: Verb<Prefix> = this.#verb('POST')
  /** Declares an operation for PUT. */
  readonly put: Verb<Prefix> = this.#verb('PUT')
  /** Declares an operation for PATCH. */
  readonly patch: Verb<Prefix> = this.#verb('PATCH')
  /** Declares an operation for DELETE. */
  readonly delete: Verb<Prefix> = this.#verb('DELETE')
  /** Declares an operation for OPTIONS. */
  readonly options: Verb<Prefix> = this.#verb('OPTIONS')
  /** Declares an operation for TRACE. */
  readonly trace: Verb<Prefix> = this.#verb('TRACE')

  /** All operations, in the order of their declaration. */
  get routes(): readonly Route[] {
    return this.#routes
  }

  /**
   * Takes in the operations of another router. It is complete then: what is declared on it later would be lost, and throws.
   *
   * @param router the other one; its own prefix, tags and dependencies stand below those given here.
   * @throws TypeError for an unknown option, and for two operations of one method and path.
   */
  include(router: Router<string>, options: IncludeOptions = {}): void {
    assertOptions(options, INCLUDE_OPTIONS, 'include()')
    assertInclude(options, 'include()')
    if (!(router instanceof Router) || 'fetch' in router)
      // an app's middleware and exception handlers would be lost
      throw new TypeError('include(): the first argument is a Router. Use mount() for an app.')
    if ((router as Router<string>) === (this as unknown))
      throw new TypeError('include(): a router cannot include itself.')
    this.#assertOpen('include()')
    router.#included = `${options.prefix ?? ''}${router.#options.prefix ?? ''}` || '/'
    for (const route of router.#routes) this.#add(below(below(route, options), this.#options))
  }

  /** Takes an operation with everything that stands above it. */
  protected register(_route: Route): void {}

  #verb(method: Method): Verb<Prefix> {
    return ((path: string, ...given: readonly unknown[]): void => {
      this.#assertOpen(`${method} ${path}`)
      const route = makeRoute(method, path, given)
      if (path === '' && !this.#options.prefix)
        throw new TypeError(`${method}: a path starts with a slash. It may be empty on a router with a prefix.`)
      this.#add(below(route, this.#options))
    }) as Verb<Prefix>
  }

  #assertOpen(what: string): void {
    if (this.#included === undefined) return
    throw new TypeError(
      `${what} is declared after its router was included (at ${this.#included}). Declare all operations, then include the router.`,
    )
  }

  #add(route: Route): void {
    // Misuse throws where it is declared, so a router makes the plan; the app runs it, unless what it adds makes it another one.
    const known = this.constructor === Router ? { ...route, plan: planOf(partial(route)) } : route
    this.register(known)
    this.#routes.push(known)
  }
}

/** A route whose include prefix is not known yet may use names of that prefix. */
function partial(route: Route): Route {
  const declared = Object.entries(route.options.params ?? {}).filter(
    ([name, { '~declares': kind, ...param }]) =>
      kind === 'param' && (param as { in?: unknown }).in === 'path' && !route.names.includes(name),
  )
  return declared.length ? { ...route, names: [...route.names, ...declared.map(([name]) => name)] } : route
}

/** A route with one more layer above it. */
function below(route: Route, layer: IncludeOptions): Route {
  const { prefix = '', dependencies = [], tags = [] } = layer
  if (Object.keys(layer).length === 0) return route
  const path = prefix + route.path
  const where = `${route.method} ${path}`
  const added = route.options.public ? dependencies.filter((each) => !secures(each)) : dependencies
  return {
    ...route,
    where,
    path,
    names: prefix.includes('{') ? namesOf(path, where) : route.names,
    options: optionsBelow(route.options, layer),
    dependencies: added.length === 0 ? route.dependencies : [...added, ...route.dependencies],
    plan: added.length === 0 ? route.plan : undefined,
    tags: tags.length === 0 ? route.tags : [...tags, ...route.tags],
  }
}

function optionsBelow(options: Route['options'], layer: IncludeOptions): Route['options'] {
  const { deprecated, includeInSchema, responses } = layer
  if (deprecated === undefined && includeInSchema !== false && !responses) return options
  return {
    ...options,
    ...(deprecated === undefined ? {} : { deprecated: options.deprecated ?? deprecated }),
    ...(includeInSchema === false ? { includeInSchema } : {}),
    ...(responses ? { responses: { ...responses, ...options.responses } } : {}),
  }
}

/** @throws TypeError for a prefix or list that is none. */
function assertInclude(options: IncludeOptions, where: string): void {
  const { prefix } = options
  if (prefix !== undefined && prefix !== '' && (!prefix.startsWith('/') || prefix.endsWith('/'))) {
    throw new TypeError(`${where}: a prefix starts with a slash and does not end with one, like /items.`)
  }
  if (prefix) namesOf(prefix, where)
  assertDependencies(options.dependencies, where)
}
