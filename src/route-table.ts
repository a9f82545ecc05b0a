/** Finds the operation of a request: `rou3` with FastAPI's rules of slashes, names and methods on top. */
import { addRoute, createRouter, findRoute, type RouterContext } from 'rou3'
import type { Route } from './route.ts'
import { decodeSegment, normalizePath } from './target.ts'

/** What was found: the value that was added, and the decoded names of the path. */
export interface Match<T> {
  readonly value: T
  readonly path: Readonly<Record<string, string>>
}

interface Entry<T> {
  readonly value: T
  readonly names: readonly string[]
  /** A `{rest:path}`, which keeps its slashes. */
  readonly rest: string | undefined
  /** Whether the rest is empty here: `/files/` for `/files/{rest:path}`. */
  readonly emptyRest: boolean
}

const NO_NAMES: Readonly<Record<string, string>> = Object.freeze({})

/** The operations of an app by method and path. A static segment wins over a name, a name over a rest. */
export class RouteTable<T> {
  // rou3 takes `/a` and `/a/` as one; they are two paths, so each kind has a tree of its own.
  readonly #plain: RouterContext<Entry<T>> = createRouter()
  readonly #slashed: RouterContext<Entry<T>> = createRouter()
  readonly #taken = new Map<string, string>()
  readonly #methods = new Set<string>()

  /** @throws TypeError for a route that another one with the same method and path shadows. */
  add(route: Pick<Route, 'method' | 'path' | 'names' | 'where'>, value: T): void {
    const shape = `${route.method} ${normalizePath(route.path).replace(/\{[^}]*?(:path)?\}/g, '{$1}')}`
    const taken = this.#taken.get(shape)
    if (taken)
      throw new TypeError(
        `${route.where} is declared twice${taken === route.where ? '' : `: it matches the same as ${taken}`}.`,
      )
    this.#taken.set(shape, route.where)
    this.#methods.add(route.method)

    const rest = /\{(\w+):path\}$/.exec(route.path)?.[1]
    const entry = { value, names: route.names, rest, emptyRest: false }
    const pattern = patternOf(route.path)
    if (rest !== undefined) {
      addRoute(this.#plain, route.method, pattern, entry)
      addRoute(this.#slashed, route.method, pattern, entry)
      const folder = route.path.slice(0, route.path.lastIndexOf('/'))
      addRoute(this.#slashed, route.method, patternOf(folder) || '/', { ...entry, emptyRest: true })
    } else addRoute(route.path.endsWith('/') ? this.#slashed : this.#plain, route.method, pattern, entry)
  }

  /** The operation for a method and a path as it was sent; undefined when there is none. */
  find(method: string, path: string): Match<T> | undefined {
    const normal = normalizePath(path)
    const slashed = normal.endsWith('/')
    const found = findRoute(slashed ? this.#slashed : this.#plain, method, normal)
    if (found === undefined) return undefined
    const { value, names, rest, emptyRest } = found.data
    if (names.length === 0) return { value, path: NO_NAMES }
    const decoded: Record<string, string> = {}
    for (const name of names) {
      const raw =
        name === rest ? (emptyRest ? '' : `${found.params?.[name]}${slashed ? '/' : ''}`) : found.params?.[name]
      if (!raw && !(name === rest && emptyRest)) return undefined // rou3 lets a name be empty in places
      decoded[name] = decodeSegment(raw as string)
    }
    return { value, path: decoded }
  }

  /** The methods that a path has, for `Allow`; GET brings HEAD. */
  methods(path: string): string[] {
    const methods = [...this.#methods].filter((method) => this.find(method, path))
    if (methods.includes('GET') && !methods.includes('HEAD')) methods.push('HEAD')
    return methods.sort()
  }
}

/** Our path as rou3's pattern: names with a colon, what means something to rou3 escaped. */
function patternOf(path: string): string {
  return path
    .split(/(\{[^}]*\})/)
    .map((part) => {
      const name = /^\{(\w+)(:path)?\}$/.exec(part)
      if (name) return name[2] ? `**:${name[1]}` : `:${name[1]}`
      return normalizePath(encodeURI(part).replaceAll('%25', '%')).replace(/[:*()\\]/g, '\\$&')
    })
    .join('')
}
