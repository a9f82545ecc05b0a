import type { Application, Reply } from '../../reply.ts'
import { headOf } from '../../reply.ts'
import type { ResponseInits } from '../../response-inits.ts'
import { isPromise } from '../../solving.ts'
import { isBodyless } from '../../status.ts'
import { contentOf } from './content.ts'
import { askedOf } from './refusal.ts'
import type { ServedIncoming } from './served-incoming.ts'
import { Watched } from './watched.ts'

/** What the answering of requests needs to know of its server. */
export interface Outlet {
  /** How many handlers run, streams are sent, and answers have something left to do. */
  running: number
  /** Called when {@link running} comes down to nothing. */
  onIdle: (() => void) | undefined
  /** What ends the streams that are being sent, where a runtime cannot close their connections. */
  readonly cuts: Set<() => void>
  /** Takes what goes wrong when the application can't be told any more. Must not throw. */
  readonly report: (error: unknown) => void
}

/** How a runtime makes of its request what the app reads, and when it has sent an answer; `C` is what it hands over beside the request. */
export interface Door<I extends ServedIncoming, C> {
  /** Whether the URL's authority is the request line's: see {@link askedOf}. */
  readonly named: boolean
  readonly rootPath: string
  readonly outlet: Outlet
  readonly inits: ResponseInits
  /** Makes what the app reads. */
  incoming(request: Request, target: string, context: C): I
  /**
   * Calls a function once when the answer has been sent, as far as the runtime tells. It never rejects.
   *
   * @param streamed whether the answer was a stream, and is over.
   */
  afterwards(incoming: I, work: () => Promise<void>, streamed: boolean): void
}

const FAILED: Reply = {
  status: 500,
  headers: ['content-type', 'application/json'],
  body: '{"detail":"Internal Server Error"}',
  after: undefined,
}

/** Has the application answer a request. Never throws and never rejects. */
export function answer<I extends ServedIncoming, C>(
  app: Application,
  request: Request,
  context: C,
  door: Door<I, C>,
): Response | Promise<Response> {
  const asked = askedOf(request, door.named)
  if (asked.status !== undefined) {
    const { status, detail } = asked
    return Response.json({ detail }, { status, headers: { connection: 'close' } })
  }
  const incoming = door.incoming(request, asked.target, context)
  incoming.rootPath = door.rootPath
  const { outlet } = door
  let reply: Reply | Promise<Reply>
  try {
    reply = app.handle(incoming)
  } catch (error) {
    outlet.report(error)
    reply = FAILED
  }
  if (!isPromise(reply)) return responseOf(reply, incoming, door)
  outlet.running++
  return reply.then(
    (made) => {
      const response = responseOf(made, incoming, door)
      leave(outlet)
      return response
    },
    (error: unknown) => {
      outlet.report(error)
      leave(outlet)
      return responseOf(FAILED, incoming, door)
    },
  )
}

/** The web `Response` of a reply, and what is to be done when it has been sent. A reply that can't be sent becomes a 500. */
function responseOf<I extends ServedIncoming>(reply: Reply, incoming: I, door: Door<I, never>): Response {
  const { outlet, inits } = door
  const { after } = reply
  const made = incoming.method === 'HEAD' ? headOf(reply) : reply
  const { body } = made
  if (!(body instanceof ReadableStream)) {
    incoming.answered()
    if (after !== undefined) finish(after, incoming, door, false)
    return responseWith(made, body, door)
  }
  if (isBodyless(made.status)) {
    incoming.answered()
    body.cancel().catch(outlet.report)
    if (after !== undefined) finish(after, incoming, door, false)
    return responseWith(made, null, door)
  }
  outlet.running++
  const stream = new Watched(body, made.headers, {
    failed: outlet.report,
    cancelled: () => incoming.abandoned(),
    ended: () => {
      outlet.cuts.delete(stream.cut)
      incoming.answered()
      if (after !== undefined) finish(after, incoming, door, true)
      leave(outlet)
    },
  })
  outlet.cuts.add(stream.cut)
  try {
    return contentOf(made, stream.readable, inits)
  } catch (error) {
    // A header that HTTP doesn't allow.
    outlet.report(error)
    stream.cut()
    return contentOf(FAILED, FAILED.body, inits)
  }
}

type Answering = Pick<Door<never, never>, 'outlet' | 'inits'>

function responseWith(reply: Reply, body: Reply['body'], { outlet, inits }: Answering): Response {
  try {
    return contentOf(reply, isBodyless(reply.status) ? null : body, inits)
  } catch (error) {
    // A header that HTTP doesn't allow.
    outlet.report(error)
    return contentOf(FAILED, FAILED.body, inits)
  }
}

function finish<I extends ServedIncoming>(
  after: () => Promise<void>,
  incoming: I,
  door: Door<I, never>,
  streamed: boolean,
): void {
  const { outlet } = door
  outlet.running++
  door.afterwards(
    incoming,
    async () => {
      try {
        await after()
      } catch (error) {
        outlet.report(error)
      }
      leave(outlet)
    },
    streamed,
  )
}

/** Counts one off {@link Outlet.running}. */
export function leave(outlet: Outlet): void {
  if (--outlet.running === 0) outlet.onIdle?.()
}
