import {
  type Args,
  assertParams,
  type Declarations,
  type Dependency,
  isDependency,
  type Params,
  type Unchecked,
} from './declaration.ts'
import type { OperationObject } from './openapi/types.ts'
import { assertOptions, type Declares, type Param } from './params.ts'
import type { Plan } from './plan.ts'
import { isSchema, type Schema } from './schema.ts'
import { normalizePath } from './target.ts'

/** The methods that an operation can have. */
export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS' | 'TRACE'

/** One more answer of an operation, for the document. */
export interface DocumentedResponse {
  readonly description: string
  /** What its JSON body is. */
  readonly schema?: Schema
  readonly mediaType?: string
  readonly headers?: Readonly<Record<string, { readonly description?: string; readonly schema?: Schema }>>
}

/**
 * Options of an operation.
 *
 * @typeParam P the record of declarations.
 * @typeParam Out what the response schema takes.
 */
export interface OperationOptions<P extends Unchecked = Params, Out = unknown> {
  /** What the handler is given, by name. */
  readonly params?: P
  /**
   * The schema of the answer's JSON: it validates and filters the handler's value, so that nothing else can leave.
   *
   * A field that is written to be anything (`z.unknown()`, `z.any()`, ArkType's `'unknown'`) leaves as it is. What a Zod transform
   * returns does too: it is given the named fields only, and a `.pipe()` after it filters again. A TypeError when declared is what
   * says nothing by oversight: ArkType's `.pipe(f)` without `.to(…)`, at the top or below; `z.custom()`, `z.instanceof()` and
   * `type.instanceOf()` of a class without `toJSON`; in Valibot a `v.transform()` without a schema after it, and `v.custom()`.
   */
  readonly response?: Schema<Out, unknown>
  /** The status of a success; 200. */
  readonly status?: number
  /** Dependencies to run whose values nobody needs: guards. */
  readonly dependencies?: readonly Dependency<unknown, string>[]
  /**
   * Says that anybody may call it: lifts what app and routers require for this one operation, in the document, too. Their
   * dependencies without a scheme still run. An app that is `closed` has no other open operations.
   */
  readonly public?: boolean
  /** The media type of an answer that is no JSON, like `text/html`: text and bytes are then sent as they are. */
  readonly mediaType?: string
  readonly tags?: readonly string[]
  /** A short title; made from the handler's name when absent. */
  readonly summary?: string
  /** Text for the document; Markdown is allowed. */
  readonly description?: string
  /** The name that generated clients use; made from method and path when absent. Unique in the app. */
  readonly operationId?: string
  readonly deprecated?: boolean
  /** Whether the document shows it; true. */
  readonly includeInSchema?: boolean
  /** What is said of a success in the document; `Successful Response`. */
  readonly responseDescription?: string
  /** More answers for the document, by status. */
  readonly responses?: Readonly<Record<number, DocumentedResponse>>
  /** Put over the operation's object in the document, as it is. `security` cannot be written here: it comes from what is enforced. */
  readonly openapiExtra?: Partial<Omit<OperationObject, 'security' | 'parameters' | 'requestBody'>>
}

/** An operation as it was declared, with all that stands above it. */
export interface Route {
  /** `GET /users/me`, for messages. */
  readonly where: string
  readonly method: Method
  /** The whole path: prefixes included. */
  readonly path: string
  /** The names between its braces. */
  readonly names: readonly string[]
  readonly options: OperationOptions<Params, never>
  readonly handler: (args: never) => unknown
  /** The lists of app, includes, routers and operation, in the order in which they run. */
  readonly dependencies: readonly Dependency<unknown, string>[]
  readonly tags: readonly string[]
  /** Its plan, where it was made already and nothing that came above it since could change it. */
  readonly plan?: Plan | undefined
}

const OPTIONS = [
  'params',
  'response',
  'status',
  'dependencies',
  'public',
  'mediaType',
  'tags',
  'summary',
  'description',
  'operationId',
  'deprecated',
  'includeInSchema',
  'responseDescription',
  'responses',
  'openapiExtra',
]

/**
 * Looks at the arguments of a verb.
 *
 * @throws TypeError for a path that is none, an unknown option, or a handler that is no function.
 */
export function makeRoute(method: Method, path: string, given: readonly unknown[]): Route {
  const where = `${method} ${path}`
  const [options, handler] = (given.length < 2 ? [{}, given[0]] : given) as [Route['options'], Route['handler']]
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`${where}: the second argument is a record of options; the handler comes after it.`)
  if (typeof handler !== 'function') {
    throw new TypeError(`${where}: the last argument is the handler, a function that is not called yet: ({ id }) => ….`)
  }
  if (handler.length > 1) {
    throw new TypeError(
      `${where}: a handler takes one argument, the values of its params: ({ id }) => …. There is no (req, res): return what is to be sent.`,
    )
  }
  // In Express and its kin that is a name: nobody means the text.
  const names = typeof path === 'string' ? path.replace(/\/:([A-Za-z_]\w*)/g, '/{$1}') : path
  if (names !== path) throw new TypeError(`${where}: a name in a path stands in braces: ${names}.`)
  assertBeside(options, where)
  assertOptions(options, OPTIONS, where)
  if (options.params !== undefined) assertParams(options.params, where)
  if (options.response !== undefined && !isSchema(options.response))
    throw new TypeError(`${where}: response is a schema, for example z.object({ id: z.int() }).`)
  if (
    options.status !== undefined &&
    (!Number.isInteger(options.status) || options.status < 200 || options.status > 599)
  ) {
    throw new TypeError(`${where}: status is a whole number from 200 to 599.`)
  }
  assertDependencies(options.dependencies, where)
  if (options.openapiExtra && 'security' in options.openapiExtra) {
    throw new TypeError(`${where}: openapiExtra cannot have security: it is written from what is enforced.`)
  }
  return {
    where,
    method,
    path,
    names: namesOf(path, where),
    options: Object.freeze({ ...options }),
    handler,
    dependencies: options.dependencies ?? [],
    tags: options.tags ?? [],
  }
}

/** @throws TypeError for a parameter that stands beside `params`. */
function assertBeside(options: object, where: string): void {
  for (const [name, value] of Object.entries(options)) {
    if (OPTIONS.includes(name) || typeof value !== 'object' || value === null || !('~declares' in value)) continue
    throw new TypeError(`${where}: ${name} is a parameter, and stands in params: { params: { ${name}: … } }.`)
  }
}

/** @throws TypeError for a list that holds something else than dependencies. */
export function assertDependencies(dependencies: unknown, where: string): void {
  if (dependencies === undefined) return
  if (!Array.isArray(dependencies) || !dependencies.every(isDependency)) {
    throw new TypeError(
      `${where}: dependencies is a list of dependencies and security schemes. Wrap a function with dependency().`,
    )
  }
}

const SEGMENT = /\{([^{}]*)\}/g

/**
 * The names between the braces of a path.
 *
 * @throws TypeError for a path that no request could have, or that would be read in two ways.
 */
export function namesOf(path: string, where: string): string[] {
  if (typeof path !== 'string')
    throw new TypeError(`${where}: a path is a text that starts with a slash, like '/items'.`)
  if (!path.startsWith('/') && path !== '') throw new TypeError(`${where}: a path starts with a slash.`)
  if (/[?#\\\s\p{Cc}]|\/\/|\/(?:\.|%2e){1,2}(?:\/|$)/iu.test(path))
    throw new TypeError(`${where}: a path holds no spaces, ?, #, backslashes, empty segments or dot segments.`)
  if (/%(?![\da-f]{2})|%00/i.test(path)) throw new TypeError(`${where}: a path holds no broken percent-encoding.`)
  if (path.includes('}{')) throw new TypeError(`${where}: two names need text between them.`)
  const names: string[] = []
  for (const [, inner = ''] of path.matchAll(SEGMENT)) {
    const [name = '', kind] = inner.split(':')
    if (!/^[A-Za-z_]\w*$/.test(name) || name === '__proto__')
      throw new TypeError(`${where}: {${inner}} is no name of a parameter.`)
    if (kind !== undefined && kind !== 'path')
      throw new TypeError(
        `${where}: {${inner}}: the only kind is :path, which takes the slashes, too. The schema of Path() says the type.`,
      )
    if (kind === 'path' && !path.endsWith(`/{${inner}}`))
      throw new TypeError(`${where}: {${inner}} is the last segment of a path, alone.`)
    if (names.includes(name)) throw new TypeError(`${where}: the path names {${name}} twice.`)
    names.push(name)
  }
  if (/[{}]/.test(path.replace(SEGMENT, ''))) throw new TypeError(`${where}: a brace is not closed.`)
  return names
}

/**
 * A prefix in its one spelling.
 *
 * @throws TypeError for text that no path begins with.
 */
export function mountPrefix(prefix: string, where: string): string {
  const names = namesOf(prefix, where)
  if (names.length > 0 || prefix === '' || prefix.endsWith('/'))
    throw new TypeError(`${where}: a prefix starts with a slash, does not end with one and has no names, like /static.`)
  return normalizePath(encodeURI(prefix).replaceAll('%25', '%'))
}

// ---- Types of the verbs --------------------------------------------------------------------------------------------------------

/** The names between the braces of a path: `'/users/{id}/{rest:path}'` gives `'id' | 'rest'`. */
export type PathNames<Url extends string> = Url extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${infer Plain}:${string}` ? Plain : Name) | PathNames<Rest>
  : never

/** Every name between the braces of a path must be declared with `Path()`; another place gets a sentence. */
export type HasPathNames<Url extends string, P extends Unchecked> = {
  readonly [Name in PathNames<Url>]: Name extends keyof P
    ? P[Name] extends Param<unknown, 'path'>
      ? P[Name]
      : `ERROR: the path names {${Name}}, so declare it with Path()`
    : Param<unknown, 'path'>
}

/** Nothing to ask where a path has no names; else {@link HasPathNames}. */
export type DeclaredPath<Url extends string, P extends Unchecked> = [PathNames<Url>] extends [never]
  ? unknown
  : HasPathNames<Url, P>

/** The handler of an operation without params: a sentence where its path has names. */
export type HandlerWithoutParams<Url extends string> = [PathNames<Url>] extends [never]
  ? () => unknown
  : `ERROR: the path names {${PathNames<Url>}}, so declare it with Path() in params`

/**
 * What a handler may return for a response: the same, with every array readonly.
 *
 * It stands as the bound of a `const` type parameter, which is the one place where TypeScript keeps `'bearer'` from widening to
 * `string` inside an async arrow function.
 */
export type Sent<T> = T extends readonly (infer E)[]
  ? readonly Sent<E>[]
  : T extends Date | Uint8Array | URL
    ? T
    : T extends object
      ? { readonly [Key in keyof T]: Sent<T[Key]> }
      : T

/** A verb of an app or router: path, options, handler; or path and handler. */
export interface Verb<Prefix extends string> {
  <Url extends string, const P extends Unchecked, Out, const Given extends Sent<Out> | Response>(
    path: Url,
    options: OperationOptions<P & Declarations<P> & DeclaredPath<`${Prefix}${Url}`, P>, Out>,
    handler: (args: Args<P>) => Given | Promise<Given>,
  ): void
  <Url extends string>(path: Url, handler: HandlerWithoutParams<`${Prefix}${Url}`>): void
}

/** Any record of declarations, for code that passes them on. */
export type AnyParams = Readonly<Record<string, Declares<unknown>>>
