import { reasonPhrase } from './status.ts'

/** Options of an {@link HTTPException}. */
export interface HTTPExceptionOptions {
  /** Headers of the answer; a list sends the header once for each value. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** Members of the answer's JSON beside `detail`, such as `error` and `error_description` of RFC 6749; none. */
  readonly members?: Readonly<Record<string, unknown>>
  /** What led to it. For the log only: it never reaches the client. */
  readonly cause?: unknown
}

let setAbsent: (error: HTTPException) => void
let hasAbsent: (error: HTTPException) => boolean

/**
 * An answer to throw: from a handler or a dependency, it ends the request with a status and `{"detail": …}`.
 *
 * @param status 400 to 599, or another status for the rare answer that is no error; anything else is a RangeError.
 * @param detail any JSON value; the client sees it. Without it the status's own phrase is sent.
 * @example
 * ```ts
 * import { App, HTTPException, Path } from 'sallyport'
 * import { z } from 'zod'
 *
 * const app = new App()
 * app.get('/items/{id}', { params: { id: Path(z.int()) } }, ({ id }) => {
 *   if (id > 9) throw new HTTPException(404, 'Item not found')
 *   return { id }
 * })
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc9110.html#section-15
 */
export class HTTPException extends Error {
  static {
    setAbsent = (error) => {
      error.#absent = true
    }
    hasAbsent = (error) => error.#absent
  }
  #absent = false
  readonly status: number
  readonly detail: unknown
  readonly headers: Readonly<Record<string, string | readonly string[]>> | undefined
  /** Members of the answer's JSON beside `detail`. */
  readonly members: Readonly<Record<string, unknown>> | undefined

  constructor(status: number, detail: unknown = reasonPhrase(status), options: HTTPExceptionOptions = {}) {
    if (!Number.isInteger(status) || status < 200 || status > 599) {
      throw new RangeError(`HTTPException: a status is a whole number from 200 to 599, not ${String(status)}.`)
    }
    // An answer to the client is no fault of ours: V8 spends 10 µs on the stack of an error, more than on the whole refusal.
    const limit = status < 500 ? withoutStacks() : undefined
    super(
      typeof detail === 'string' ? detail : reasonPhrase(status),
      'cause' in options ? { cause: options.cause } : undefined,
    )
    if (limit !== undefined) Error.stackTraceLimit = limit
    this.name = 'HTTPException'
    this.status = status
    this.detail = detail
    this.headers = options.headers
    this.members = options.members
  }
}

/** Has errors made without their stacks; gives what is to be put back, undefined under frozen intrinsics and in other engines. */
function withoutStacks(): number | undefined {
  const { stackTraceLimit } = Error
  if (stackTraceLimit === undefined) return undefined
  try {
    Error.stackTraceLimit = 0
  } catch {
    return undefined
  }
  return stackTraceLimit
}

/** Those that are not ours. */
const absences = new WeakSet<Error>()

/**
 * Marks an error as "no credentials were sent", as opposed to credentials that are broken or refused.
 *
 * `anyOf` needs the difference: an anonymous alternative may stand in for absent credentials, never for broken ones.
 */
export function markAbsent<E extends Error>(error: E): E {
  if (error instanceof HTTPException) setAbsent(error)
  else absences.add(error)
  return error
}

/** Whether {@link markAbsent} was called on the error. */
export function isAbsent(error: unknown): boolean {
  return error instanceof HTTPException ? hasAbsent(error) : error instanceof Error && absences.has(error)
}

/** One thing that is wrong with a request. What the client sent is never repeated in it. */
export interface ValidationIssue {
  /** A stable word: `missing`, `json_invalid`, or the code that the schema library gives. */
  readonly type: string
  /** Where: `path`, `query`, `header`, `cookie` or `body`, then the names down to the value. */
  readonly loc: readonly (string | number)[]
  readonly msg: string
}

/** Thrown when a request does not fit its declaration; answered with 422 and all that is wrong at once. */
export class RequestValidationError extends Error {
  readonly issues: readonly ValidationIssue[]

  constructor(issues: readonly ValidationIssue[]) {
    super('The request does not fit its declaration')
    this.name = 'RequestValidationError'
    this.issues = issues
  }
}

/** Thrown when a handler's value does not fit the operation's response schema; answered with 500, its issues are for the log. */
export class ResponseValidationError extends Error {
  readonly issues: readonly ValidationIssue[]

  /** @param hint what is often the reason, as a sentence. */
  constructor(where: string, issues: readonly ValidationIssue[], hint?: string) {
    const wrong = issues.map(describeIssue).join('; ')
    super(`${where}: the handler's value does not fit the response schema: ${wrong}${hint ? `. ${hint}` : ''}`)
    this.name = 'ResponseValidationError'
    this.issues = issues
  }
}

function describeIssue({ loc, msg }: ValidationIssue): string {
  return `${loc.join('.')}: ${msg}`
}

/**
 * What an error of a package beside the core is answered with: its property `~answer`. So those packages need not import the core,
 * and an error that only happens to have a `status` is never taken for an answer.
 */
export interface ErrorAnswer {
  readonly status: number
  readonly detail?: unknown
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
}

/** The answer that an error declares for itself, as an HTTPException; undefined for an error that declares none. */
export function declaredAnswer(error: unknown): HTTPException | undefined {
  if (error instanceof HTTPException) return error
  if (!(error instanceof Error)) return undefined
  const answer = (error as { '~answer'?: ErrorAnswer })['~answer']
  if (answer === undefined) return undefined
  return new HTTPException(answer.status, answer.detail, {
    cause: error,
    ...(answer.headers ? { headers: answer.headers } : {}),
  })
}
