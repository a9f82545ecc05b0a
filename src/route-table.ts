/** Finds the operation of a request: `rou3` with FastAPI's rules of slashes, names and methods on top. */
import { addRoute, createRouter, findRoute, type RouterContext } from 'rou3'
import { HTTPException } from './exceptions.ts'
import type { Route } from './route.ts'
import { decodeSegment, normalizePath } from './target.ts'

/** What was found: the value that was added, and the decoded names of the path. */
export interface Match<T> {
  readonly value: T
  readonly path: Readonly<Record<string, string>>
}

interface Entry<T> {
  value: T
  names: readonly string[]
  /** The names as rou3 has them. */
  keys: readonly string[]
  /** The name of a `{rest:path}`, which keeps its slashes. */
  rest: string | undefined
  /** Whether the rest is empty here: `/files/` for `/files/{rest:path}`. */
  emptyRest: boolean
}

const NO_NAMES: Readonly<Record<string, string>> = Object.freeze({})
// A handler may join what a name gives to a directory; slashes and backslashes come in encoded.
const DOT_SEGMENT = /(?:^|[/\\])\.\.?(?:[/\\]|$)/

/** The operations of an app by method and path. A static segment wins over a name, a name over a rest. */
export class RouteTable<T> {
  // rou3 takes `/a` and `/a/` as one; they are two paths, so each kind has a tree of its own.
  readonly #plain: RouterContext<Entry<T>> = createRouter()
  readonly #slashed: RouterContext<Entry<T>> = createRouter()
  /** What has no names, by method and by path in its one spelling: most requests are answered by one of these. */
  readonly #static = new Map<string, Map<string, Match<T>>>()
  readonly #taken = new Map<string, string>()
  /** What stands for an empty rest, and gives way to an operation of just that path. */
  readonly #emptyRests = new Map<string, Entry<T>>()
  readonly #methods = new Set<string>()

  /** @throws TypeError for a route that another one with the same method and path shadows. */
  add({ method, path, names, where }: Pick<Route, 'method' | 'path' | 'names' | 'where'>, value: T): void {
    const pattern = patternOf(path)
    const shape = `${method} ${pattern}`
    const taken = this.#taken.get(shape)
    if (taken)
      throw new TypeError(`${where} is declared twice${taken === where ? '' : `: it matches the same as ${taken}`}.`)
    this.#taken.set(shape, where)
    this.#methods.add(method)

    const rest = /\{(\w+):path\}$/.exec(path)?.[1]
    const entry: Entry<T> = { value, names, keys: names.map((_, at) => `p${at}`), rest, emptyRest: false }
    if (rest !== undefined) {
      addRoute(this.#plain, method, pattern, entry)
      addRoute(this.#slashed, method, pattern, entry)
      const folder = `${method} ${patternOf(path.slice(0, path.lastIndexOf('/') + 1))}`
      if (this.#taken.has(folder)) return
      const empty = { ...entry, emptyRest: true }
      this.#emptyRests.set(folder, empty)
      addRoute(this.#slashed, method, folder.slice(method.length + 1), empty)
      return
    }
    if (names.length === 0) this.#addStatic(method, spelled(path), { value, path: NO_NAMES })
    const empty = this.#emptyRests.get(shape)
    if (empty) Object.assign(empty, entry)
    else addRoute(path.endsWith('/') ? this.#slashed : this.#plain, method, pattern, entry)
  }

  #addStatic(method: string, path: string, match: Match<T>): void {
    const known = this.#static.get(method)
    if (known === undefined) this.#static.set(method, new Map([[path, match]]))
    else known.set(path, match)
  }

  /**
   * The operation for a method and a path as it was sent; undefined when there is none.
   *
   * @throws HTTPException 400 for a name that is no text, and for one with a segment `.` or `..` behind an encoded slash.
   */
  find(method: string, path: string): Match<T> | undefined {
    const found = this.#static.get(method)?.get(path)
    return found ?? this.#find(method, normalizePath(path))
  }

  #find(method: string, normal: string): Match<T> | undefined {
    const slashed = normal.endsWith('/')
    const found = findRoute(slashed ? this.#slashed : this.#plain, method, normal)
    if (found === undefined) return undefined
    const { value, names, keys, rest, emptyRest } = found.data
    if (names.length === 0) return { value, path: NO_NAMES }
    const decoded: Record<string, string> = {}
    for (let i = 0; i < names.length; i++) {
      const name = names[i] as string
      const given = found.params?.[keys[i] as string]
      if (name === rest) decoded[name] = emptyRest ? '' : textOf(slashed ? `${given}/` : (given as string))
      else if (given) decoded[name] = textOf(given)
      else return undefined // rou3 lets a name be empty in places
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

function textOf(segment: string): string {
  const text = decodeSegment(segment)
  if (text.includes('.') && DOT_SEGMENT.test(text))
    throw new HTTPException(400, 'The path must not have segments . and ..')
  return text
}

/** Our path as rou3's pattern: names by their number, so that two paths that match the same are the same pattern. */
function patternOf(path: string): string {
  let number = 0
  return path
    .split(/(\{[^}]*\})/)
    .map((part, at, parts) => {
      if (!part.startsWith('{')) return escaped(part)
      const name = `:p${number++}`
      if (part.endsWith(':path}')) return `**${name}`
      return /^[\w$]/.test(parts[at + 1] ?? '') ? `{${name}}` : name // else rou3 would read on
    })
    .join('')
}

/** What is meant as it stands, as rou3 writes it. */
function escaped(text: string): string {
  return spelled(text).replace(/[:*+()\\]/g, '\\$&')
}

/** A path of ours as {@link normalizePath} spells one that was sent. */
function spelled(text: string): string {
  return normalizePath(encodeURI(text).replaceAll('%25', '%'))
}
