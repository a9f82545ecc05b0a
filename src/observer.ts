/** Who is told of requests and their answers, beside what answers them: logs, traces, figures. */
import { assertHeader } from './headers.ts'
import type { Incoming } from './incoming.ts'
import type { Operation } from './operation.ts'
import type { Reply } from './reply.ts'
import { isPromise, type Solving } from './solving.ts'

/**
 * Is told that a request came in, before anything is done with it; gives who is told how it ended, or undefined for nobody.
 *
 * Unlike a middleware it cannot change the answer, and it makes no web `Request`. What it throws is reported, and the request goes on.
 */
export type Observer = (incoming: Incoming) => Observation | undefined

/** What an {@link Observer} does about one request. */
export interface Observation {
  /** Sent with the answer where it has no header of the name; names in lower case. */
  readonly headers?: Readonly<Record<string, string>>
  /** Calls what answers the request, once, in a context of its own: for `AsyncLocalStorage` and the like. */
  around?(answer: () => void): void
  /** Is told of the answer when it was sent, or could not be; before background tasks, and once. */
  end(answered: Answered): void
}

/** A request and its answer, as an {@link Observation} is told of them. */
export interface Answered {
  /** The method as it was sent. */
  readonly method: string
  /** The path as it was declared, mount prefixes included, like `/items/{id}`; undefined where no operation was found. */
  readonly route: string | undefined
  /** What the document calls the operation. */
  readonly operationId: string | undefined
  readonly operation: Operation | undefined
  readonly status: number
  /** Bytes of the body, where they are known. */
  readonly bytes: number | undefined
  /** From the request's arrival here to the end of its answer. */
  readonly milliseconds: number
  /** Whether a stream was broken off because the client went away. */
  readonly aborted: boolean
  /** What was thrown and led to the answer, or broke its stream; an `HTTPException` as well. */
  readonly error: unknown
  /** What security dependencies gave, those that the operation names first: principals, users, and credentials of schemes that only read. */
  readonly callers: readonly unknown[]
}

/** The observers of an app. */
export class Observers {
  readonly #all: Observer[] = []
  readonly #report: (error: unknown) => void

  constructor(report: (error: unknown) => void) {
    this.#report = report
  }

  /** @throws TypeError for what is no function. */
  add(observer: Observer): void {
    if (typeof observer !== 'function')
      throw new TypeError('observe(): an observer is a function: (incoming) => ({ end(answered) { … } }).')
    this.#all.push(observer)
  }

  /** Has a request answered, and tells of it. */
  watch(incoming: Incoming, answer: () => Reply | Promise<Reply>): Reply | Promise<Reply> {
    const observed = new Observed(incoming.observed)
    incoming.observed = observed
    const observations: Observation[] = []
    for (const observer of this.#all) {
      this.#try(() => {
        const observation = observer(incoming)
        if (observation !== undefined) observations.push(observation)
      })
    }
    let reply: Reply | Promise<Reply> | undefined
    const once = (): void => {
      reply ??= answer()
    }
    this.#try(observations.reduceRight<() => void>((inner, each) => () => aroundOf(each, inner), once))
    once() // an observation that did not call it
    const made = reply as unknown as Reply | Promise<Reply>
    const end = (done: Reply): Reply => this.#ended(done, incoming.method, observed, observations)
    return isPromise(made) ? made.then(end) : end(made)
  }

  #ended(reply: Reply, method: string, observed: Observed, observations: readonly Observation[]): Reply {
    const { status, body, after } = reply
    const counted = body instanceof ReadableStream && method !== 'HEAD' ? new CountedStream(body) : undefined
    let told = false
    const tell = (): void => {
      if (told) return
      told = true
      const bytes = method === 'HEAD' ? 0 : counted ? counted.bytes : lengthOf(body)
      const answered = new Seen(observed, method, status, bytes, counted)
      for (const observation of observations) this.#try(() => observation.end(answered))
    }
    return {
      status,
      headers: withHeaders(reply.headers, observations, this.#report),
      body: counted ? counted.stream : body,
      after: async () => {
        tell()
        await after?.()
      },
    }
  }

  #try(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#report(error)
    }
  }
}

/** What becomes known of a request on its way: kept on its {@link Incoming}, while somebody observes. */
export class Observed {
  readonly began: number = performance.now()
  readonly #over: Observed | undefined
  prefix = ''
  operation: Operation | undefined
  error: unknown
  #solving: Solving | undefined
  #security: readonly number[] = []

  /** @param over what the app knows that this one is mounted in. */
  constructor(over?: Observed) {
    this.#over = over
  }

  /** The request goes into what is mounted at a prefix. */
  mounted(prefix: string): void {
    this.prefix += prefix
    this.#over?.mounted(prefix)
  }

  /** The operation was found, and begins. */
  runs(operation: Operation, solving: Solving, security: readonly number[]): void {
    this.operation = operation
    this.#solving = solving
    this.#security = security
    this.#over?.runs(operation, solving, security)
  }

  /** Something was thrown, and is being answered. */
  failed(error: unknown): void {
    this.error = error
    this.#over?.failed(error)
  }

  get callers(): unknown[] {
    const values = this.#solving?.values
    return values === undefined ? [] : this.#security.map((slot) => values[slot]).reverse()
  }
}

class Seen implements Answered {
  readonly method: string
  readonly status: number
  readonly bytes: number | undefined
  readonly milliseconds: number
  readonly aborted: boolean
  readonly error: unknown
  readonly #observed: Observed

  constructor(
    observed: Observed,
    method: string,
    status: number,
    bytes: number | undefined,
    stream: CountedStream | undefined,
  ) {
    this.method = method
    this.status = status
    this.bytes = bytes
    this.milliseconds = performance.now() - observed.began
    this.aborted = stream?.aborted === true
    this.error = stream?.failure ?? observed.error
    this.#observed = observed
  }

  get operation(): Operation | undefined {
    return this.#observed.operation
  }
  get route(): string | undefined {
    const { operation, prefix } = this.#observed
    return operation && prefix + operation.route.path
  }
  get operationId(): string | undefined {
    return this.#observed.operation?.id
  }
  get callers(): readonly unknown[] {
    return this.#observed.callers
  }
}

/** The stream of a body, with what became of it. */
class CountedStream {
  bytes = 0
  aborted = false
  failure: unknown
  readonly stream: ReadableStream<Uint8Array>

  constructor(body: ReadableStream<Uint8Array>) {
    const reader = body.getReader()
    const source: UnderlyingDefaultSource<Uint8Array> = {
      pull: async (controller) => {
        try {
          const { done, value } = await reader.read()
          if (done) return controller.close()
          this.bytes += value.byteLength
          controller.enqueue(value)
        } catch (error) {
          this.failure = error
          controller.error(error)
        }
      },
      cancel: async (reason) => {
        this.aborted = true
        await reader.cancel(reason)
      },
    }
    this.stream = new ReadableStream(source, { highWaterMark: 0 })
  }
}

function aroundOf(observation: Observation, inner: () => void): void {
  if (observation.around) observation.around(inner)
  else inner()
}

const ENCODER: TextEncoder = new TextEncoder()

function lengthOf(body: Reply['body']): number | undefined {
  if (body === null) return 0
  if (typeof body === 'string') return ENCODER.encode(body).byteLength
  return body instanceof ReadableStream ? undefined : body.byteLength
}

function withHeaders(
  headers: readonly string[],
  observations: readonly Observation[],
  report: (error: unknown) => void,
): readonly string[] {
  let all: string[] | undefined
  for (const observation of observations) {
    for (const [name, value] of Object.entries(observation.headers ?? {})) {
      if ((all ?? headers).some((text, at) => at % 2 === 0 && text === name)) continue
      try {
        assertHeader(name, value)
        all ??= [...headers]
        all.push(name, value)
      } catch (error) {
        report(error)
      }
    }
  }
  return all ?? headers
}
