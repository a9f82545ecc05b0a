import type { Incoming } from './incoming.ts'
import { ResponseInits } from './response-inits.ts'

/** An answer as the framework makes it, before an adapter writes it. */
export interface Reply {
  readonly status: number
  /** Names and values in turn: name, value, name, value. Names are lower-case; a name may stand more than once. */
  readonly headers: readonly string[]
  readonly body: string | Uint8Array | ReadableStream<Uint8Array> | null
  /**
   * What is left to do when the answer has been sent, or could not be: the exits of yield dependencies, background tasks. The
   * adapter calls it exactly once; it never rejects. Undefined when there is nothing to do.
   */
  readonly after: (() => Promise<void>) | undefined
}

/** The answer to what went wrong with nobody to answer for it. */
export const SERVER_ERROR: Reply = {
  status: 500,
  headers: ['content-type', 'text/plain; charset=utf-8'],
  body: 'Internal Server Error',
  after: undefined,
}

/** What an adapter serves: an `App`. */
export interface Application {
  /** Answers a request; never throws and never rejects. */
  handle(incoming: Incoming): Reply | Promise<Reply>
  /** Runs what must be ready before the first request. */
  start(): Promise<void>
  /** Undoes what {@link start} did. */
  stop(): Promise<void>
}

/** A reply as a web `Response`, without its {@link Reply.after}. */
export function toResponse({ status, headers, body }: Reply): Response {
  if (headers.length === 2 && headers[0] === 'content-type')
    return new Response(body as BodyInit | null, inits.of(status, headers[1] as string))
  const lines = new Headers()
  for (let i = 0; i < headers.length; i += 2) lines.append(headers[i] as string, headers[i + 1] as string)
  return new Response(body as BodyInit | null, { status, headers: lines })
}

const inits = new ResponseInits((status, type) => ({ status, headers: new Headers({ 'content-type': type }) }))

/** The answer to HEAD: what GET would answer, without the body (RFC 9110 §9.3.2). */
export function headOf(reply: Reply): Reply {
  const { body, headers } = reply
  if (body === null) return reply
  if (body instanceof ReadableStream) {
    body.cancel().catch(() => {}) // nobody will read it
    return { ...reply, body: null }
  }
  for (let i = 0; i < headers.length; i += 2) if (headers[i] === 'content-length') return { ...reply, body: null }
  const length = typeof body === 'string' ? new TextEncoder().encode(body).byteLength : body.byteLength
  return { ...reply, headers: [...headers, 'content-length', String(length)], body: null }
}
