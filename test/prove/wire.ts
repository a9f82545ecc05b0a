import { connect, type Socket } from 'node:net'

/** A request as bytes, and what is known of it. */
export interface WireRequest {
  readonly method: string
  /** Latin-1. */
  readonly text: string
}

/** An answer as it came; undefined where the connection was closed before one did. */
export interface WireAnswer {
  readonly status: number
  readonly body: string
}

/**
 * Sends requests, several at a time, on connections that are kept as long as the server keeps them.
 *
 * Where the server closes, what it has not answered is sent on a new connection. A request that is the first on two of them and gets
 * no answer has none.
 */
export async function sendAll(
  port: number,
  requests: readonly WireRequest[],
  take: (at: number, answer: WireAnswer | undefined) => void,
  depth: number,
): Promise<void> {
  let next = 0
  let barren = 0
  while (next < requests.length) {
    const before = next
    next = await converse(port, requests, next, depth, take)
    barren = next === before ? barren + 1 : 0
    if (barren === 2) {
      take(next++, undefined)
      barren = 0
    }
  }
}

/** One connection's life: gives the index of the first request that was not answered. */
function converse(
  port: number,
  requests: readonly WireRequest[],
  start: number,
  depth: number,
  take: (at: number, answer: WireAnswer | undefined) => void,
): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>()
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true })
  socket.setEncoding('latin1')
  let sent = start
  let answered = start
  let text = ''
  const more = (): void => {
    const end = Math.min(requests.length, answered + depth)
    if (sent < end)
      socket.write(
        requests
          .slice(sent, end)
          .map((each) => each.text)
          .join(''),
        'latin1',
      )
    sent = Math.max(sent, end)
  }
  const done = (): void => {
    socket.resetAndDestroy() // 25,000 connections that wait to be forgotten would use up the ports
    resolve(answered)
  }
  socket.on('connect', more)
  socket.on('data', (chunk: string) => {
    text += chunk
    for (;;) {
      const request = requests[answered]
      const read = request && readAnswer(text, request.method)
      if (read === undefined) break
      text = text.slice(read.length)
      take(answered++, read)
      if (read.closes) return done()
    }
    if (answered === requests.length) done()
    else if (answered === sent) more()
    return undefined
  })
  socket.on('error', () => {})
  socket.on('end', done)
  socket.on('close', () => resolve(answered))
  return promise
}

function readAnswer(text: string, method: string): (WireAnswer & { length: number; closes: boolean }) | undefined {
  const end = text.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const head = text.slice(0, end)
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1])
  if (!status) throw new Error(`That is no answer: ${JSON.stringify(head.slice(0, 80))}`)
  if (/^transfer-encoding:/im.test(head)) throw new Error('This client reads answers with a length only.')
  const announced = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0)
  const bytes = method === 'HEAD' || status === 204 || status === 304 ? 0 : announced
  const length = end + 4 + bytes
  if (text.length < length) return undefined
  return { status, body: text.slice(end + 4, length), length, closes: /^connection: *close/im.test(head) }
}
