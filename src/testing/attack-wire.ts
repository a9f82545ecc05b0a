import { connect, type Socket } from 'node:net'
import type { AttackAnswer, AttackRequest } from './attack-requests.ts'

const MOST_BYTES = 256 * 1024

/** Sends the requests of an attack over a connection, byte for byte as they are written, one after the other. */
export class AttackWire implements Disposable {
  readonly #hostname: string
  readonly #port: number
  #socket: Socket | undefined

  /** @param url where the app is served, over plain HTTP. */
  constructor(url: string) {
    const { hostname, port } = new URL(url)
    this.#hostname = hostname.replace(/^\[(.*)\]$/, '$1')
    this.#port = Number(port || 80)
  }

  /** Whether a request can be sent: one with a line break in its lines would be two, and a certificate needs TLS. */
  takes({ method, target, headers, certificate }: AttackRequest): boolean {
    const lines = [method, target, ...headers.flat()]
    return certificate === undefined && !lines.some((line) => /[\r\n]/.test(line))
  }

  /**
   * Sends a request and reads its answer.
   *
   * @param timeout how long the answer may take, in milliseconds.
   * @returns undefined when none came in time, or the connection was closed without one.
   */
  async send(request: AttackRequest, timeout: number): Promise<AttackAnswer | undefined> {
    const kept = this.#socket
    const answer = await this.#exchange(request, timeout)
    // A connection that was kept may have been closed just then.
    return answer === undefined && kept !== undefined && kept.destroyed ? this.#exchange(request, timeout) : answer
  }

  #exchange(request: AttackRequest, timeout: number): Promise<AttackAnswer | undefined> {
    const { promise, resolve } = Promise.withResolvers<AttackAnswer | undefined>()
    const socket = this.#socket ?? connect({ port: this.#port, host: this.#hostname, noDelay: true })
    this.#socket = undefined
    let bytes: Buffer = Buffer.alloc(0)
    let ended = false
    const look = (): void => {
      const read = readAnswer(bytes, request.method, ended)
      if (read === undefined) {
        if (ended) done(undefined, false)
        return
      }
      done(read.answer, read.keep && !ended && !framesItself(request))
    }
    const onData = (chunk: Buffer): void => {
      bytes = Buffer.concat([bytes, chunk])
      look()
    }
    const onEnd = (): void => {
      ended = true
      look()
    }
    const timer = setTimeout(() => done(undefined, false), timeout)
    const done = (answer: AttackAnswer | undefined, keep: boolean): void => {
      clearTimeout(timer)
      socket.off('data', onData).off('end', onEnd).off('close', onEnd)
      if (keep) this.#socket = socket
      else socket.destroy()
      resolve(answer)
    }
    socket.on('data', onData).on('end', onEnd).on('close', onEnd)
    if (socket.listenerCount('error') === 0) socket.on('error', () => {}) // the close that follows says enough
    socket.write(written(request))
    return promise
  }

  [Symbol.dispose](): void {
    this.#socket?.destroy()
    this.#socket = undefined
  }
}

/** Whether a request says itself how long it is: what is left of it is not to be taken for the next one. */
function framesItself({ headers }: AttackRequest): boolean {
  return headers.some(([name]) => /^(?:content-length|transfer-encoding)$/i.test(name))
}

function written(request: AttackRequest): Buffer {
  const { method, target, headers, body } = request
  const lines = headers.map(([name, value]) => `${name}: ${value}`)
  if (!headers.some(([name]) => name.toLowerCase() === 'host')) lines.unshift('Host: localhost')
  const content = Buffer.from(body ?? '')
  const expected = content.length > 0 || !/^(?:GET|HEAD|DELETE|OPTIONS|TRACE|CONNECT)$/i.test(method)
  if (expected && !framesItself(request)) lines.push(`Content-Length: ${content.length}`)
  return Buffer.concat([Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`), content])
}

/** The answer at the start of some bytes; undefined while it is not whole. */
function readAnswer(
  bytes: Buffer,
  method: string,
  ended: boolean,
): { readonly answer: AttackAnswer; readonly keep: boolean } | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n')
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1])
  const rest = bytes.subarray(end + 4)
  if (status < 200) return readAnswer(rest, method, ended) // 100 Continue
  const headers = new Headers()
  for (const line of lines) {
    const colon = line.indexOf(':')
    headers.append(line.slice(0, colon), line.slice(colon + 1).trim())
  }
  const content = contentOf(rest, headers, method, status, ended)
  if (content === undefined) return undefined
  const answer = { status, headers, text: content.bytes.toString('utf8') }
  return { answer, keep: content.whole && headers.get('connection')?.toLowerCase() !== 'close' }
}

/** What of the body has come; undefined while more is to be waited for. */
function contentOf(
  rest: Buffer,
  headers: Headers,
  method: string,
  status: number,
  ended: boolean,
): { readonly bytes: Buffer; readonly whole: boolean } | undefined {
  const nothing = { bytes: Buffer.alloc(0), whole: true }
  if (method === 'HEAD' || status === 204 || status === 304) return nothing
  if (rest.length > MOST_BYTES) return { bytes: rest.subarray(0, MOST_BYTES), whole: false }
  if (headers.get('transfer-encoding') === 'chunked') {
    const chunks: Buffer[] = []
    for (let at = 0; ; ) {
      const line = rest.indexOf('\r\n', at)
      const size = line === -1 ? Number.NaN : Number.parseInt(rest.toString('latin1', at, line), 16)
      if (size === 0 && rest.length >= line + 4) return { bytes: Buffer.concat(chunks), whole: true }
      if (!(size > 0) || rest.length < line + size + 4)
        return ended ? { bytes: Buffer.concat(chunks), whole: false } : undefined
      chunks.push(rest.subarray(line + 2, line + 2 + size))
      at = line + size + 4
    }
  }
  const length = headers.get('content-length')
  if (length !== null && rest.length >= Number(length)) return { bytes: rest.subarray(0, Number(length)), whole: true }
  return ended ? { bytes: rest, whole: false } : undefined
}
