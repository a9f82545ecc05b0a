/** Refusals as Problem Details: one table of members, for the answers and for the document. */
import type { ValidationIssue } from './exceptions.ts'
import { parseChallenges } from './headers.ts'
import type { Incoming } from './incoming.ts'
import { reasonPhrase } from './status.ts'
import { didYouMean } from './suggestion.ts'

/** The media type of a problem. */
export const PROBLEM_JSON = 'application/problem+json'

/** What kind of problem it is: a URI, and a title for people, which is the same for all problems of the kind. */
export interface ProblemType {
  readonly type: string
  readonly title: string
}

/** Options of Problem Details, the option `problemDetails` of an `App`. */
export interface ProblemDetailsOptions {
  /**
   * The `type` of problems by their `code`, or by their status: `{ out_of_stock: 'https://example.com/problems/out-of-stock', 404: '/problems/404' }`.
   * A code wins over its status. Where nothing stands it is `about:blank`, which says that the status says it all.
   */
  readonly types?: Readonly<Record<string, string | ProblemType>>
  /** Gives `instance`, a URI of this one occurrence: `() => 'urn:uuid:' + id`; without it there is none. What it throws is reported. */
  readonly instance?: (incoming: Incoming) => string | undefined
}

/** What a problem is made of. */
export interface Refused {
  readonly status: number
  /** What an `HTTPException` says: text is `detail`, the members of an object are extensions, a list is `errors`. */
  readonly detail?: unknown
  /** Members beside it, which are extensions. */
  readonly members?: Readonly<Record<string, unknown>> | undefined
  /** Values of `WWW-Authenticate`: their error code is the problem's. */
  readonly challenges?: readonly string[]
  /** What is wrong with a request, of a 422. */
  readonly issues?: readonly ValidationIssue[]
}

/** An item of `errors` of a 422: a place in the body by its JSON pointer, a parameter by its place and name. */
interface ProblemError {
  readonly detail: string
  readonly code: string
  readonly in?: string
  readonly parameter?: string
  readonly pointer?: string
}

/** Members that the specification gives a meaning, which must be text; `status` is never anything but the status of the answer. */
const TEXTS = ['type', 'title', 'detail', 'instance', 'code'] as const
const RESERVED: ReadonlySet<string> = new Set([...TEXTS, 'status'])
/** The characters of RFC 3986. */
const URI_REFERENCE = /^[\w.~:/?#[\]@!$&'()*+,;=%-]{1,2048}$/

/**
 * Makes the bodies of problems.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457.html#section-3
 */
export class ProblemDetails {
  readonly #types: ReadonlyMap<string, ProblemType | string>
  readonly #instance: ProblemDetailsOptions['instance']

  constructor(options: ProblemDetailsOptions = {}) {
    this.#types = new Map(Object.entries(options.types ?? {}))
    this.#instance = options.instance
  }

  /** The body of an answer. */
  of({ status, detail, members: beside = {}, challenges = [], issues }: Refused): Record<string, unknown> {
    const members = isRecord(detail) ? detail : {}
    const own = (name: (typeof TEXTS)[number]): string | undefined => {
      const value = Object.hasOwn(members, name) ? members[name] : undefined
      const fits = typeof value === 'string' && (!/^(?:type|instance)$/.test(name) || URI_REFERENCE.test(value))
      return fits ? value : undefined
    }
    const code = own('code') ?? (issues ? 'validation_error' : (errorCodeOf(challenges) ?? codeOf(status)))
    const row = this.#types.get(code) ?? this.#types.get(String(status)) ?? 'about:blank'
    const type = typeof row === 'string' ? row : row.type
    const title = typeof row === 'string' ? reasonPhrase(status) : row.title
    const text = issues ? 'The request does not fit its declaration' : (own('detail') ?? textOf(detail))
    const instance = own('instance')
    const problem: Record<string, unknown> = {
      type: own('type') ?? type,
      title: own('title') ?? title,
      status,
      ...(text === undefined ? {} : { detail: text }),
      ...(instance === undefined ? {} : { instance }),
      code,
    }
    if (issues) problem.errors = issues.map(errorOf)
    if (Array.isArray(detail)) problem.errors = detail
    for (const [name, value] of [...Object.entries(beside), ...Object.entries(members)]) {
      if (!RESERVED.has(name)) Object.defineProperty(problem, name, { value, enumerable: true, configurable: true })
    }
    return problem
  }

  /**
   * The URI of one occurrence, as the app names it; undefined for nothing and for what is no URI.
   *
   * @throws what the app's function throws.
   */
  instanceOf(incoming: Incoming): string | undefined {
    const instance = this.#instance?.(incoming)
    return typeof instance === 'string' && URI_REFERENCE.test(instance) ? instance : undefined
  }
}

/** What the option asks for; undefined for the framework's own form, `{"detail": …}`. */
export function problemDetailsOf(option: boolean | ProblemDetailsOptions | undefined): ProblemDetails | undefined {
  return option ? new ProblemDetails(option === true ? {} : option) : undefined
}

/** @throws TypeError for an option that cannot be what was meant. */
export function assertProblemDetails(option: unknown): void {
  if (option === undefined || typeof option === 'boolean') return
  const where = 'App: problemDetails'
  if (!isRecord(option)) throw new TypeError(`${where} is true, or a record with types and instance.`)
  const { types = {}, instance, ...unknown } = option
  const [name] = Object.keys(unknown)
  if (name !== undefined)
    throw new TypeError(
      `${where} has no option ${name}.${didYouMean(name, ['types', 'instance'])} It has types, instance.`,
    )
  if (instance !== undefined && typeof instance !== 'function')
    throw new TypeError(`${where}: instance is a function, like (incoming) => 'urn:uuid:' + id.`)
  if (!isRecord(types))
    throw new TypeError(`${where}: types is a record, like { 404: 'https://example.com/problems/404' }.`)
  for (const [key, row] of Object.entries(types)) {
    const type = isRecord(row) ? row.type : row
    if (typeof type !== 'string' || !URI_REFERENCE.test(type))
      throw new TypeError(`${where}: types: ${key} is a URI, like 'https://example.com/problems/${key}'.`)
    if (isRecord(row) && typeof row.title !== 'string')
      throw new TypeError(`${where}: types: ${key} has a title, a text: { type, title }.`)
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textOf(detail: unknown): string | undefined {
  if (typeof detail === 'string') return detail
  return typeof detail === 'number' || typeof detail === 'boolean' ? String(detail) : undefined
}

/** The code of the protocol, which the client has in the header already: `invalid_token`, `insufficient_scope` (RFC 6750 §3.1). */
function errorCodeOf(challenges: readonly string[]): string | undefined {
  for (const value of challenges) {
    for (const { parameters } of parseChallenges(value) ?? []) {
      const code = parameters.get('error')
      if (code !== undefined && code !== '') return code
    }
  }
  return undefined
}

/** `not_found` for 404. */
function codeOf(status: number): string {
  const words = reasonPhrase(status)
    .toLowerCase()
    .replaceAll("'", '')
    .replace(/[^a-z]+/g, '_')
    .replace(/^_|_$/g, '')
  return words === '' ? `status_${status}` : words
}

function errorOf({ type, loc, msg }: ValidationIssue): ProblemError {
  const [place, ...rest] = loc
  if (place === 'body') return { detail: msg, code: type, in: 'body', pointer: pointerOf(rest) }
  const [parameter, ...inside] = rest
  return {
    detail: msg,
    code: type,
    ...(place === undefined ? {} : { in: String(place) }),
    ...(parameter === undefined ? {} : { parameter: String(parameter) }),
    ...(inside.length > 0 ? { pointer: pointerOf(inside) } : {}),
  }
}

/** A JSON pointer as a URI fragment, as in the example of RFC 9457 §3: RFC 6901 §6. */
function pointerOf(path: readonly (string | number)[]): string {
  const tokens = path.map((each) => String(each).replaceAll('~', '~0').replaceAll('/', '~1'))
  return `#${tokens.map((token) => `/${encodeURIComponent(token.toWellFormed())}`).join('')}`
}
