import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Reply } from '../../reply.ts'
import { closeLingering, lingerUnread } from './linger.ts'
import type { NodeIncoming } from './node-incoming.ts'
import { sendStream } from './send-stream.ts'

/** What the writing of answers needs to know of its server. */
export interface Outlet {
  /** Whether connections are to be closed after their answer. */
  closing: boolean
  /** How many handlers run, and how many answers have something left to do. */
  running: number
  /** Called when {@link running} comes down to nothing. */
  onIdle: (() => void) | undefined
  /** How long a client may take no byte of an answer, in milliseconds; 0 for ever. */
  readonly writeTimeout: number
  /** Takes what goes wrong when the application can't be told any more. Must not throw. */
  readonly report: (error: unknown) => void
}

/** A body that nobody read is taken off the wire up to this many bytes, to keep the connection; over it the connection is closed. */
const WORTH_READING = 65_536

/** What a reply of the framework's own is made of. */
export const SERVER_ERROR: Reply = {
  status: 500,
  headers: ['content-type', 'application/json'],
  body: '{"detail":"Internal Server Error"}',
  after: undefined,
}

/** Writes a reply. Never throws; a reply that can't be written becomes a 500. */
export function writeReply(
  reply: Reply,
  incoming: NodeIncoming,
  req: IncomingMessage,
  res: ServerResponse,
  outlet: Outlet,
): void {
  if (res.destroyed || res.headersSent) {
    // The client is gone, or somebody else has answered.
    cancel(reply.body, outlet)
    finish(reply, res, outlet)
    return
  }
  try {
    write(reply, incoming, req, res, outlet)
  } catch (error) {
    // A header that HTTP doesn't allow: no byte of the answer is out, so there can be another one.
    outlet.report(error)
    cancel(reply.body, outlet)
    if (res.headersSent) res.destroy()
    else write(SERVER_ERROR, incoming, req, res, outlet)
  }
  if (reply.after !== undefined) finish(reply, res, outlet)
}

function write(
  { status, headers, body }: Reply,
  incoming: NodeIncoming,
  req: IncomingMessage,
  res: ServerResponse,
  outlet: Outlet,
): void {
  const lines: string[] = []
  // Node announces the close of a connection that has had its requests, and then leaves it open for the keep-alive time.
  let close =
    outlet.closing || (res as { maxRequestsOnConnectionReached?: boolean }).maxRequestsOnConnectionReached === true
  let length: string | undefined
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string
    const value = headers[i + 1] as string
    switch (name) {
      case 'content-length':
        // What is no number is not sent: a client could read it as one, another as none.
        if (/^\d{1,15}$/.test(value)) length = value
        break
      case 'connection':
        if (value.toLowerCase() === 'close') close = true
        break
      // RFC 9112 §6: how the message is framed is between this server and its client. An answer that was fetched elsewhere
      // and is passed on has another framing.
      case 'transfer-encoding':
      case 'keep-alive':
      case 'upgrade':
        break
      default:
        lines.push(name, value)
    }
  }
  // RFC 9110 §6.4.1, §8.6: these have no body, whatever the reply says, and all but 304 no length.
  const bodyless = status === 204 || status === 304 || status === 205
  const streams = isStream(body)
  if (bodyless) {
    if (status === 205) lines.push('content-length', '0')
    else if (status === 304 && length !== undefined) lines.push('content-length', length)
  } else if (typeof body === 'string') {
    lines.push('content-length', String(Buffer.byteLength(body)))
  } else if (body === null) {
    if (incoming.method !== 'HEAD') lines.push('content-length', '0')
    else if (length !== undefined) lines.push('content-length', length)
  } else if (!streams) {
    lines.push('content-length', String(body.byteLength))
  } else if (length !== undefined) {
    lines.push('content-length', length)
  }
  if (!req.complete && !streams && leavesBody(incoming)) close = true
  if (close) {
    lines.push('connection', 'close')
    if (!req.complete) closeLingering(req)
  }
  if (streams && !bodyless && incoming.method !== 'HEAD') {
    sendStream(body, res, {
      begin: () => res.writeHead(status, lines),
      length: length === undefined ? undefined : Number(length),
      writeTimeout: outlet.writeTimeout,
      // Unlike with other bodies it may be the request's own that is sent: only now is it known whether some of it is left.
      beforeEnd() {
        if (!req.complete && leavesBody(incoming)) res.once('finish', () => lingerUnread(req))
      },
      fail(error) {
        outlet.report(error)
        if (res.headersSent || res.destroyed) res.destroy()
        else write(SERVER_ERROR, incoming, req, res, outlet)
      },
    })
    return
  }
  res.writeHead(status, lines)
  if (bodyless || body === null || incoming.method === 'HEAD') {
    if (streams) cancel(body, outlet)
    res.end()
  } else {
    res.end(body as string | Uint8Array)
    // The socket has not taken all of it: from here on the client must keep reading.
    if (outlet.writeTimeout > 0 && res.writableLength > 0) req.socket.setTimeout(outlet.writeTimeout)
  }
}

/** Whether so much of a body is left that the connection is not worth keeping for it. */
function leavesBody(incoming: NodeIncoming): boolean {
  if (!incoming.hasBody) return false
  // Read in part: nobody is left to read on.
  if (incoming.bodyTaken) return true
  const announced = incoming.header('content-length')
  return announced === undefined || Number(announced) > WORTH_READING
}

function cancel(body: Reply['body'], outlet: Outlet): void {
  if (isStream(body) && !body.locked) body.cancel().catch(outlet.report)
}

function isStream(body: Reply['body']): body is ReadableStream<Uint8Array> {
  return body !== null && typeof body === 'object' && !(body instanceof Uint8Array)
}

/** Calls what is left to do, once the answer is out or can't be sent. */
function finish({ after }: Reply, res: ServerResponse, outlet: Outlet): void {
  if (after === undefined) return
  outlet.running++
  const run = async (): Promise<void> => {
    try {
      await after()
    } catch (error) {
      outlet.report(error)
    }
    leave(outlet)
  }
  if (res.closed || res.destroyed) run()
  else res.once('close', run)
}

/** Counts one off {@link Outlet.running}. */
export function leave(outlet: Outlet): void {
  if (--outlet.running === 0) outlet.onIdle?.()
}
