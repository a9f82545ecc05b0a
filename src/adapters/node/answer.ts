import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Application, Reply } from '../../reply.ts'
import { isPromise } from '../../solving.ts'
import type { NodeIncoming } from './node-incoming.ts'
import { leave, type Outlet, SERVER_ERROR, writeReply } from './write-reply.ts'

/** Has the application answer a request. Never throws. */
export function answer(
  app: Application,
  incoming: NodeIncoming,
  req: IncomingMessage,
  res: ServerResponse,
  outlet: Outlet,
): void {
  let reply: Reply | Promise<Reply>
  try {
    reply = app.handle(incoming)
  } catch (error) {
    outlet.report(error)
    reply = SERVER_ERROR
  }
  if (!isPromise(reply)) {
    writeReply(reply, incoming, req, res, outlet)
    return
  }
  outlet.running++
  reply.then(
    (made) => {
      writeReply(made, incoming, req, res, outlet)
      leave(outlet)
    },
    (error: unknown) => {
      outlet.report(error)
      writeReply(SERVER_ERROR, incoming, req, res, outlet)
      leave(outlet)
    },
  )
}
