import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

/** How long a connection that we close is still read from, in milliseconds. */
const LINGER = 2000

/**
 * Has the connection of a request closed in two steps when its answer is out: our side at once, the rest when the client has
 * closed its side or {@link LINGER} is over.
 *
 * A socket closed while bytes of the client are unread is reset, and a reset can take the answer away from the client before
 * it has read it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112.html#section-9.6
 */
export function closeLingering(req: IncomingMessage): void {
  // What node:http calls on the socket after the last answer.
  req.socket.destroySoon = () => lingerUnread(req)
}

/** Ends our side of a request's connection now, and takes what is left of the request's body to nowhere. */
export function lingerUnread(req: IncomingMessage): void {
  // A body that was read in part would hold up the parser.
  if (!req.complete) {
    req.removeAllListeners('data')
    req.resume()
  }
  linger(req.socket)
}

/** Ends our side of a connection, and the whole of it soon after. */
export function linger(socket: Socket): void {
  if (socket.destroyed) return
  const timer = setTimeout(() => socket.destroy(), LINGER)
  timer.unref()
  socket.once('close', () => clearTimeout(timer))
  if (socket.writable) socket.end()
}
