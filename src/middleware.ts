import type { Incoming } from './incoming.ts'
import { handedOn } from './mounted.ts'
import { type Reply, toResponse } from './reply.ts'
import { fromResponse } from './respond.ts'

/** Answers a request: the rest of the app, seen from a middleware. */
export type Next = (request: Request) => Promise<Response>

/**
 * Stands around everything: it may answer itself, hand on another request, and change the answer.
 *
 * It sees web requests and responses, so an app with a middleware makes both for each request.
 */
export type Middleware = (request: Request, next: Next) => Response | Promise<Response>

/** Puts middleware around a handler; the first that was added is the outermost. */
export function fold(
  middleware: readonly Middleware[],
  inner: (incoming: Incoming) => Reply | Promise<Reply>,
): (incoming: Incoming) => Promise<Reply> {
  return async (incoming) => {
    const passed = new Passed()
    const innermost: Next = async (request) => {
      const reply = await inner(request === incoming.request ? incoming : handedOn(incoming, request))
      return passed.keep(reply)
    }
    const chain = middleware.reduceRight<Next>((next, each) => async (request) => each(request, next), innermost)
    try {
      return passed.replyOf(await chain(incoming.request))
    } catch (error) {
      await passed.after() // a middleware failed behind an answer that is now not sent
      throw error
    }
  }
}

/** The answers that came out of the app while middleware stood around it. */
class Passed {
  readonly #left: NonNullable<Reply['after']>[] = []
  readonly #streams: ReadableStream<Uint8Array>[] = []
  /** Bodies that are no streams, by the stream that the web's Response makes of them. */
  readonly #wholes = new Map<ReadableStream<Uint8Array>, string | Uint8Array>()

  keep(reply: Reply): Response {
    const { body, after } = reply
    if (after) this.#left.push(after)
    if (body instanceof ReadableStream) this.#streams.push(body)
    const response = toResponse(reply)
    if (body !== null && !(body instanceof ReadableStream) && response.body) this.#wholes.set(response.body, body)
    return response
  }

  /** What the outermost middleware gives; a body that was passed on untouched is not sent as a stream. */
  replyOf(response: Response): Reply {
    if (!(response instanceof Response)) {
      const given: unknown = response
      throw new TypeError(
        typeof given === 'function'
          ? 'A middleware gave a function. What makes a middleware is called: app.use(cors()), not app.use(cors).'
          : 'A middleware gives a Response: return next(request), or a Response of your own.',
      )
    }
    const after = this.#left.length > 0 || this.#streams.length > 0 ? () => this.after() : undefined
    const reply = fromResponse(response, undefined, after)
    const whole = response.body ? this.#wholes.get(response.body) : undefined
    return whole === undefined ? reply : { ...reply, body: whole }
  }

  /** What the answers left to do; never rejects. Streams that nobody has read, because another answer was sent, are ended. */
  async after(): Promise<void> {
    for (const stream of this.#streams) if (!stream.locked) stream.cancel().catch(() => {})
    await Promise.all(this.#left.map((each) => each()))
  }
}
