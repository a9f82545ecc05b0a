import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { reasonPhrase } from '../../status.ts'
import { linger } from './linger.ts'

const STATUS = new Map([
  ['HPE_HEADER_OVERFLOW', 431],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', 413],
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
])

const answered = new WeakSet<Duplex>()

/** Answers what the parser refuses, and what takes too long, with a status and nothing that the client sent; then closes. */
export function answerClientError(error: NodeJS.ErrnoException, stream: Duplex): void {
  // The parser may fail again on what comes in while the connection is being closed.
  if (answered.has(stream)) return
  answered.add(stream)
  const socket = stream as Socket & { readonly _httpMessage?: ServerResponse | null }
  // In the middle of an answer another one would be read as a part of it.
  const begun = socket._httpMessage?.headersSent === true
  if (error.code === 'ECONNRESET' || !socket.writable || begun) {
    socket.destroy()
    return
  }
  end(socket, STATUS.get(error.code ?? '') ?? 400)
}

/** RFC 9110 §9.3.6: an origin server has no tunnels. */
export function refuseConnect(_req: IncomingMessage, stream: Duplex): void {
  // Node has taken its own listeners off.
  stream.on('error', () => stream.destroy())
  stream.resume()
  end(stream as Socket, 501)
}

function end(socket: Socket, status: number): void {
  const phrase = reasonPhrase(status)
  const body = JSON.stringify({ detail: phrase })
  const head = `HTTP/1.1 ${status} ${phrase}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n`
  socket.end(head + body, 'latin1')
  linger(socket)
}
