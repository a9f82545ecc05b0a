import type { Plan } from '../plan.ts'
import type { ProblemDetails } from '../problem-details.ts'
import type { Route } from '../route.ts'
import { Components } from './components.ts'
import { operationOf, type Shown } from './operation.ts'
import { operationIdsOf } from './operation-id.ts'
import { type ChallengesAt, Refusals } from './refusals.ts'
import { copyValue } from './schema-copy.ts'
import { SecuritySchemes } from './security.ts'
import type {
  ExternalDocumentationObject,
  InfoObject,
  OpenAPIMethod,
  OpenAPIObject,
  PathItemObject,
  ServerObject,
  TagObject,
} from './types.ts'

/** What is said of the app as a whole. */
export interface DocumentInfo extends Readonly<InfoObject> {
  /** Where the app is served; absent: where the document was loaded from. */
  readonly servers?: readonly ServerObject[]
  /** What is said of the tags, in the order in which the docs show them. */
  readonly tags?: readonly TagObject[]
  readonly externalDocs?: ExternalDocumentationObject
}

interface Printable {
  readonly route: Route
  readonly plan: Plan
}

/**
 * Makes the OpenAPI 3.1 document of operations, each from what was declared and from the plan that runs it.
 *
 * @param visible those that the reader of the document may call; default: all. Of the others nothing is told, but the schemes stay:
 * they say how to become someone who may.
 * @param challenges what the app says more in the challenges of a path; default: nothing.
 * @param problems makes the bodies of refusals, where they are Problem Details.
 * @returns a document that shares no object with what it was made from, and is made anew each time.
 * @throws TypeError for two operations with one operationId, two different schemes with one name, and a schema that its library
 * cannot describe.
 * @see https://spec.openapis.org/oas/v3.1.1.html#openapi-object
 */
export function makeDocument<O extends Printable>(
  info: DocumentInfo,
  operations: readonly O[],
  visible?: ReadonlySet<O>,
  challenges?: ChallengesAt,
  problems?: ProblemDetails,
): OpenAPIObject {
  const components = new Components()
  const refusals = new Refusals(components, challenges, problems)
  const securitySchemes = new SecuritySchemes()
  const declared = operations.filter(({ route }) => route.options.includeInSchema !== false)
  for (const { route, plan } of declared) securitySchemes.add(plan.schemes, route.where)
  const shown = visible ? declared.filter((operation) => visible.has(operation)) : declared
  const ids = operationIdsOf(shown.map(({ route }) => route))
  const paths = new Paths()
  for (const { route, plan } of shown) {
    const operationId = ids.get(route) as string
    paths.add(route, (rename) =>
      operationOf({ route, plan, operationId, rename } satisfies Shown, components, refusals),
    )
  }
  const schemas = components.finish()
  const schemes = securitySchemes.print()
  const { servers, externalDocs, tags: _, ...about } = info
  const tags = tagsOf(info, declared, shown)
  return {
    openapi: '3.1.0',
    info: copyValue(about),
    ...(servers ? { servers: copyValue([...servers]) } : {}),
    paths: paths.print(),
    ...(Object.keys(schemas).length || schemes
      ? {
          components: {
            ...(Object.keys(schemas).length ? { schemas } : {}),
            ...(schemes ? { securitySchemes: schemes } : {}),
          },
        }
      : {}),
    ...(tags ? { tags: copyValue([...tags]) } : {}),
    ...(externalDocs ? { externalDocs: copyValue(externalDocs) } : {}),
  }
}

/**
 * A document with the mount prefix as its first server, unless that is among the servers already. The given one stays as it is.
 *
 * @param rootPath the prefix as the client sees it, like `/api/v1`; without one the document itself is given back.
 */
export function withRootPath(document: OpenAPIObject, rootPath: string): OpenAPIObject {
  const url = rootPath.replace(/\/+$/, '')
  if (url === '' || document.servers?.some((server) => server.url === url)) return document
  const { openapi, info, servers = [], ...rest } = document
  return { openapi, info, servers: [{ url }, ...servers], ...rest }
}

/** The tags of the app, less those that only operations have which are not shown. */
function tagsOf(
  { tags }: DocumentInfo,
  declared: readonly Printable[],
  shown: readonly Printable[],
): DocumentInfo['tags'] {
  if (tags === undefined || shown.length === declared.length) return tags
  const names = (of: readonly Printable[]): Set<string> =>
    new Set(of.flatMap(({ route }) => route.options.openapiExtra?.tags ?? route.tags))
  const all = names(declared)
  const told = names(shown)
  return tags.filter(({ name }) => told.has(name) || !all.has(name))
}

/** The paths of a document: two that differ in the names between their braces only are the same one there. */
class Paths {
  readonly #items = new Map<string, PathItemObject>()
  /** By the path without its names: what it is called, and the names. */
  readonly #shapes = new Map<string, { readonly path: string; readonly names: readonly string[] }>()

  add(route: Route, print: (rename: ReadonlyMap<string, string>) => PathItemObject['get']): void {
    const shape = route.path.replace(/\{\w+/g, '{')
    const known = this.#shapes.get(shape) ?? this.#name(shape, route)
    const rename = new Map(route.names.map((name, at) => [name, known.names[at] ?? name]))
    const item = this.#items.get(known.path) ?? {}
    this.#items.set(known.path, item)
    const operation = print(rename)
    if (operation) item[route.method.toLowerCase() as OpenAPIMethod] = operation
  }

  print(): Record<string, PathItemObject> {
    return Object.fromEntries(this.#items)
  }

  /** `/files/{name}` and `/files/{name:path}` are two paths, and get two names. */
  #name(shape: string, { path, names }: Route): { readonly path: string; readonly names: readonly string[] } {
    let printed = path.replace(':path}', '}')
    let own = names
    while (this.#items.has(printed)) {
      const last = own.at(-1) ?? ''
      own = [...own.slice(0, -1), `${last}_path`]
      printed = printed.replace(/\{\w+\}$/, `{${last}_path}`)
    }
    const named = { path: printed, names: own }
    this.#shapes.set(shape, named)
    return named
  }
}
