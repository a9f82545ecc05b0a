import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Requests that may wait on one connection for the answers to those before them. */
const MOST_WAITING = 64

const waiting = new WeakMap<Socket, number>()

/** Whether a request can run at once: none is before it, and our side of the connection is open. */
export function isFirst(req: IncomingMessage, res: ServerResponse): boolean {
  return res.socket !== null && req.socket.writable
}

/**
 * Runs a request when those before it on its connection are answered.
 *
 * Node starts pipelined requests all at once. Then one that follows a refused request would run though the connection is
 * closed, a `POST` would run beside the one it builds on, and one client could start any number.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112.html#section-9.3.2
 * @see https://www.rfc-editor.org/rfc/rfc9112.html#section-9.6 (after an answer with `close`, no request is processed)
 */
export function inTurn(req: IncomingMessage, res: ServerResponse, run: () => void): void {
  if (isFirst(req, res)) {
    run()
    return
  }
  // Our side is closed already: what comes in now gets no answer, so it must not be carried out either.
  if (res.socket !== null) return
  const { socket } = req
  const ahead = waiting.get(socket) ?? 0
  if (ahead >= MOST_WAITING) {
    socket.destroy()
    return
  }
  waiting.set(socket, ahead + 1)
  res.once('socket', () => {
    waiting.set(socket, (waiting.get(socket) as number) - 1)
    if (socket.writable) run()
  })
}
