/** What was thrown, to an answer: the app's own handlers by status and class, then the defaults. */

import { Denial } from './denial.ts'
import { declaredAnswer, type HTTPException, RequestValidationError } from './exceptions.ts'
import { assertHeader } from './headers.ts'
import type { Incoming } from './incoming.ts'
import { PROBLEM_JSON, type ProblemDetails, type Refused } from './problem-details.ts'
import { type Reply, SERVER_ERROR } from './reply.ts'
import { fromResponse, jsonReply } from './respond.ts'
import { reasonPhrase } from './status.ts'

/** Answers an error of a class or status. What it throws is answered with 500. */
export type ExceptionHandler<E = unknown> = (error: E, incoming: Incoming) => Response | Promise<Response>

/** A class of errors. */
export type ErrorClass<E extends Error = Error> = abstract new (...args: never[]) => E

/** The exception handlers of an app. */
export class ExceptionHandlers {
  readonly #byStatus = new Map<number, ExceptionHandler<never>>()
  readonly #byClass = new Map<unknown, ExceptionHandler<never>>()
  readonly #report: (error: unknown) => void
  readonly #problems: ProblemDetails | undefined

  /** @param problems makes the bodies of refusals, where the app wants Problem Details. */
  constructor(report: (error: unknown) => void, problems?: ProblemDetails) {
    this.#report = report
    this.#problems = problems
  }

  /** @throws TypeError for a key that is neither a status of 400 to 599 nor a class of errors. */
  set(key: number | ErrorClass, handler: ExceptionHandler<never>): void {
    if (typeof handler !== 'function') throw new TypeError('exceptionHandler(): the second argument is a function.')
    if (typeof key === 'number') {
      if (!Number.isInteger(key) || key < 400 || key > 599)
        throw new TypeError('exceptionHandler(): a status is a whole number from 400 to 599.')
      this.#byStatus.set(key, handler)
    } else if (typeof key === 'function' && (key === Error || key.prototype instanceof Error))
      this.#byClass.set(key, handler)
    else throw new TypeError('exceptionHandler(): the first argument is a status or a class of errors.')
  }

  /** The answer to an error, or to who is not let in; never throws. */
  answer(failure: unknown, incoming: Incoming): Reply | Promise<Reply> {
    if (failure instanceof Denial && failure.lasting && !incoming.observed && this.#isPlain) {
      failure.reply ??= this.#exception(failure.makeError(), incoming)
      return failure.reply
    }
    const error = failure instanceof Denial ? failure.makeError() : failure
    incoming.observed?.failed(error)
    const handler = this.#handlerOf(error)
    if (handler === undefined) return this.#default(error, incoming)
    return this.#ask(handler, error, incoming)
  }

  /** Whether the app answers as every app does. */
  get #isPlain(): boolean {
    return this.#problems === undefined && this.#byStatus.size === 0 && this.#byClass.size === 0
  }

  async #ask(handler: ExceptionHandler<never>, error: unknown, incoming: Incoming): Promise<Reply> {
    try {
      return fromResponse(await handler(error as never, incoming))
    } catch (thrown) {
      if (thrown !== error) this.#report(thrown)
      return this.#default(thrown, incoming)
    }
  }

  #handlerOf(error: unknown): ExceptionHandler<never> | undefined {
    if (this.#byStatus.size === 0 && this.#byClass.size === 0) return undefined
    const status = error instanceof RequestValidationError ? 422 : (declaredAnswer(error)?.status ?? 500)
    const byStatus = this.#byStatus.get(status)
    if (byStatus) return byStatus
    if (!(error instanceof Error)) return undefined
    for (
      let type: unknown = error.constructor;
      typeof type === 'function' && type !== Object;
      type = Object.getPrototypeOf(type)
    ) {
      const handler = this.#byClass.get(type)
      if (handler) return handler
    }
    return undefined
  }

  #default(error: unknown, incoming: Incoming): Reply {
    if (error instanceof RequestValidationError) {
      const { issues } = error
      return this.#problems ? this.#problem({ status: 422, issues }, incoming) : jsonReply(422, { detail: issues })
    }
    const answer = declaredAnswer(error)
    if (answer) {
      // An answer of our own making, to something that somebody should look at: a store that is down, keys that cannot be had.
      if (answer.status >= 500 && (error as Error).cause !== undefined) this.#report(error)
      return this.#exception(answer, incoming)
    }
    this.#report(error)
    return this.#problems ? this.#problem({ status: 500 }, incoming) : SERVER_ERROR
  }

  #exception(error: HTTPException, incoming: Incoming): Reply {
    const { status, detail, members } = error
    const isProblem = this.#problems !== undefined && status >= 400
    try {
      const headers = headersOf(error)
      if (!isProblem) return jsonReply(status, members ? { ...members, detail } : { detail }, headers)
      const challenges = headers.filter((_, at) => headers[at - 1] === 'www-authenticate' && at % 2 === 1)
      return this.#problem({ status, detail, challenges, members }, incoming, headers)
    } catch (unsendable) {
      this.#report(unsendable) // a header that would split the answer, a detail that is no JSON
      const phrase = reasonPhrase(status)
      return isProblem ? this.#problem({ status, detail: phrase }, incoming) : jsonReply(status, { detail: phrase })
    }
  }

  #problem(refused: Refused, incoming: Incoming, headers: readonly string[] = []): Reply {
    const problem = this.#problems?.of(refused) ?? {}
    try {
      const instance = this.#problems?.instanceOf(incoming)
      if (instance !== undefined) problem.instance ??= instance
    } catch (thrown) {
      this.#report(thrown)
    }
    const hasType = headers.some((name, at) => at % 2 === 0 && name === 'content-type')
    return jsonReply(refused.status, problem, hasType ? headers : ['content-type', PROBLEM_JSON, ...headers])
  }
}

const NO_HEADERS: readonly string[] = Object.freeze([])
/** Headers that nobody can change are checked once: those of the refusals of schemes. */
const CHECKED = new WeakMap<object, readonly string[]>()

function headersOf({ headers }: HTTPException): readonly string[] {
  if (headers === undefined) return NO_HEADERS
  const checked = CHECKED.get(headers)
  if (checked !== undefined) return checked
  const list = checkedHeaders(headers)
  if (Object.isFrozen(headers) && Object.values(headers).every((value) => typeof value === 'string')) {
    CHECKED.set(headers, Object.freeze(list))
  }
  return list
}

function checkedHeaders(given: NonNullable<HTTPException['headers']>): string[] {
  const headers: string[] = []
  for (const [name, value] of Object.entries(given)) {
    for (const one of typeof value === 'string' ? [value] : value) {
      assertHeader(name, one)
      headers.push(name.toLowerCase(), one)
    }
  }
  return headers
}
