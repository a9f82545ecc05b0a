/** One object a request, for logs: made of what we declared ourselves, so that nothing that a client sent can be in it. */
import { isToken } from './headers.ts'
import type { Incoming } from './incoming.ts'
import { type LoggedError, loggedError } from './logged-error.ts'
import type { Answered, Observer } from './observer.ts'
import { assertOptions } from './params.ts'

/** A line of the log. */
export interface RequestLogLine {
  /** When the request came in, in UTC: `2026-01-31T12:00:00.000Z`. */
  readonly time: string
  /** `error` for a status from 500, else `info`. */
  readonly level: 'info' | 'error'
  /** A method that HTTP knows, or `OTHER`. */
  readonly method: string
  /** The path as it was declared, like `/items/{id}`; absent where no operation was found. */
  readonly route?: string
  /** What the document calls the operation. */
  readonly operationId?: string
  readonly status: number
  /** Milliseconds from the arrival to the end of the answer, to the microsecond. */
  readonly duration: number
  /** Bytes of the body, where they are known. */
  readonly bytes?: number
  readonly requestId: string
  /** Who called: there with the option `subject` only. */
  readonly subject?: string
  /** There, and true, where the client went away in the middle of a stream. */
  readonly aborted?: true
  /** What led to a status from 500, or broke a stream. */
  readonly error?: LoggedError
}

/** Options of {@link requestLog}. */
export interface RequestLogOptions {
  /** Takes a line; the default prints it as JSON on the standard output. What it throws is reported, and harms no request. */
  readonly write?: (line: RequestLogLine) => void
  /**
   * Gives the id of a request: `(incoming) => incoming.header('x-request-id')` behind a proxy that sets it. A random UUID stands in
   * for what it does not give, and for anything but 1 to 128 of the characters `A-Z a-z 0-9 . _ : / + = -`.
   */
  readonly requestId?: (incoming: Incoming) => string | undefined
  /** The header in which the answer has the id, like `x-request-id`; none. */
  readonly requestIdHeader?: string
  /**
   * Names who called, given what a security dependency gave: `(caller) => caller instanceof User ? caller.id : undefined`. It is asked of
   * each, those that the operation names first, until it gives a text. Nobody is named without it.
   */
  readonly subject?: (caller: unknown) => string | undefined
  /** Leaves requests out: `({ route }) => route === '/health'`; none. */
  readonly skip?: (answered: Answered) => boolean
}

const METHODS: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'CONNECT',
])
const REQUEST_ID = /^[\w.:/+=-]{1,128}$/

/**
 * An observer that writes one object a request: time, method, route, operationId, status, duration, bytes, request id.
 *
 * No header, cookie, query, path, body or address is in it, and of an error its class, code and places, not its message. So there is
 * no secret to be struck out. It sees requests on Node without making web requests of them.
 *
 * @throws TypeError for an option that is unknown or cannot be what was meant.
 * @example
 * ```ts
 * import { App, requestLog } from 'sallyport'
 *
 * const app = new App()
 * app.observe(requestLog({ requestIdHeader: 'x-request-id', skip: ({ route }) => route === '/health' }))
 * app.get('/health', { public: true }, () => 'ok')
 * ```
 */
export function requestLog(options: RequestLogOptions = {}): Observer {
  assertOptions(options, ['write', 'requestId', 'requestIdHeader', 'subject', 'skip'], 'requestLog')
  const { write = print, requestId, requestIdHeader, subject, skip } = options
  for (const [name, value] of Object.entries({ write, requestId, subject, skip })) {
    if (value !== undefined && typeof value !== 'function')
      throw new TypeError(`requestLog: ${name} is a function, like ${EXAMPLES[name]}.`)
  }
  if (requestIdHeader !== undefined && (typeof requestIdHeader !== 'string' || !isToken(requestIdHeader)))
    throw new TypeError('requestLog: requestIdHeader is the name of a header, like x-request-id.')
  const header = requestIdHeader?.toLowerCase()

  return (incoming) => {
    const time = new Date().toISOString()
    const given = requestId?.(incoming)
    const id = typeof given === 'string' && REQUEST_ID.test(given) ? given : crypto.randomUUID()
    return {
      ...(header === undefined ? {} : { headers: { [header]: id } }),
      end(answered) {
        if (!skip?.(answered)) write(lineOf(answered, time, id, subject))
      },
    }
  }
}

const EXAMPLES: Readonly<Record<string, string>> = {
  write: '(line) => logger.info(line)',
  requestId: "(incoming) => incoming.header('x-request-id')",
  subject: '(caller) => caller instanceof User ? caller.id : undefined',
  skip: "({ route }) => route === '/health'",
}

function lineOf(
  answered: Answered,
  time: string,
  requestId: string,
  subject: RequestLogOptions['subject'],
): RequestLogLine {
  const { method, route, operationId, status, milliseconds, bytes, aborted, error, callers } = answered
  const caller = subject && subjectOf(callers, subject)
  const failed = status >= 500 || (status < 400 && error !== undefined && !aborted)
  return {
    time,
    level: failed ? 'error' : 'info',
    method: METHODS.has(method) ? method : 'OTHER',
    ...(route === undefined ? {} : { route }),
    ...(operationId === undefined ? {} : { operationId }),
    status,
    duration: Math.round(milliseconds * 1000) / 1000,
    ...(bytes === undefined ? {} : { bytes }),
    requestId,
    ...(caller === undefined ? {} : { subject: caller }),
    ...(aborted ? { aborted } : {}),
    ...(failed && error !== undefined ? { error: loggedError(error) } : {}),
  }
}

function subjectOf(callers: readonly unknown[], subject: (caller: unknown) => string | undefined): string | undefined {
  for (const caller of callers) {
    if (caller === undefined || typeof caller === 'symbol') continue // nobody, or what failed
    const named = subject(caller)
    if (typeof named === 'string') return named
  }
  return undefined
}

function print(line: RequestLogLine): void {
  console.log(JSON.stringify(line))
}
