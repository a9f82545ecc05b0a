import type { Incoming } from './incoming.ts'
import { WebIncoming } from './incoming.ts'
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
    const after: NonNullable<Reply['after']>[] = []
    const innermost: Next = async (request) => {
      const reply = await inner(request === incoming.request ? incoming : handedOn(incoming, request))
      if (reply.after) after.push(reply.after)
      return toResponse(reply)
    }
    const chain = middleware.reduceRight<Next>((next, each) => async (request) => each(request, next), innermost)
    const runAfter = () => Promise.all(after.map((each) => each())).then(() => {})
    let response: Response
    try {
      response = await chain(incoming.request)
    } catch (error) {
      await runAfter() // a middleware failed behind an answer that is now not sent
      throw error
    }
    return fromResponse(response, undefined, after.length ? runAfter : undefined)
  }
}

function handedOn(from: Incoming, request: Request): Incoming {
  const incoming = new WebIncoming(request, from.clientAddress)
  incoming.rootPath = from.rootPath
  incoming.limits = from.limits
  return incoming
}
