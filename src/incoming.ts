import type { CertificateSource, ClientCertificate } from './client-certificate.ts'
import { HTTPException } from './exceptions.ts'
import { isHost } from './host.ts'
import { DEFAULT_LIMITS, type Limits } from './limits.ts'
import type { Observed } from './observer.ts'
import { refuseTarget } from './target.ts'

/**
 * What the framework asks of a request, whatever brought it here.
 *
 * An adapter gives its own, over what its runtime has, so that a web `Request` is made only when somebody asks for one.
 */
export abstract class Incoming {
  /** The method, in capitals, as the route table has it. */
  abstract readonly method: string
  /** The path as it was sent: still percent-encoded, without the query. */
  abstract readonly path: string
  /** The query as it was sent, without the `?`; empty when there is none. */
  abstract readonly search: string
  /** The mount prefix in front of {@link path}: no slash at its end, empty at the root. */
  rootPath = ''
  /** Limits that hold for this request; the app that answers sets its own. */
  limits: Limits = DEFAULT_LIMITS
  /** What observers will be told; undefined while nobody observes. */
  observed: Observed | undefined

  #query: Map<string, string[]> | undefined
  #cookies: Map<string, string> | undefined

  /** A header's value by its lower-case name; several lines of one name are joined with `, `. */
  abstract header(name: string): string | undefined

  /** The web `Request`, made when first asked for. */
  abstract get request(): Request

  /** Aborted when the client goes away before its answer is complete. */
  abstract get signal(): AbortSignal

  /** `https` where the client sees it, as far as a trusted proxy tells. The base class asks the web `Request`. */
  get scheme(): 'http' | 'https' {
    return this.request.url.startsWith('https:') ? 'https' : 'http'
  }

  /** The address of the client's end of the connection, where the runtime tells. */
  abstract get clientAddress(): string | undefined

  /**
   * The certificate with which the client proved who it is, where the adapter can tell: undefined where there is none, false where one
   * is there that was not accepted. The base class knows of none.
   *
   * @param _from where to look. What one place has is never taken for the other's.
   */
  clientCertificate(_from: CertificateSource): ClientCertificate | false | undefined {
    return undefined
  }

  /** What the runtime handed over beside the request, such as the bindings of a Worker; undefined where there is nothing. */
  get platform(): unknown {
    return undefined
  }

  /** The body's bytes as they come; null when the request has no body. */
  abstract stream(): ReadableStream<Uint8Array> | null

  /**
   * The whole body.
   *
   * @param limit most bytes to take; a longer body is answered with 413, at once when its length was announced.
   */
  abstract bytes(limit: number): Promise<Uint8Array>

  /** All values of a query parameter, in order; undefined when it is absent. Strictly decoded: broken percent-encoding is 400. */
  queryAll(name: string): readonly string[] | undefined {
    this.#query ??= parseQuery(this.search, this.limits.queryParameters)
    return this.#query.get(name)
  }

  /** The last value of a query parameter. */
  query(name: string): string | undefined {
    return this.queryAll(name)?.at(-1)
  }

  /** The names of all query parameters. */
  queryNames(): Iterable<string> {
    this.#query ??= parseQuery(this.search, this.limits.queryParameters)
    return this.#query.keys()
  }

  /** A cookie's value; the last of several with one name, unquoted. */
  cookie(name: string): string | undefined {
    this.#cookies ??= parseCookies(this.header('cookie'), this.limits.cookies)
    return this.#cookies.get(name)
  }

  /** The names of all cookies. */
  cookieNames(): Iterable<string> {
    this.#cookies ??= parseCookies(this.header('cookie'), this.limits.cookies)
    return this.#cookies.keys()
  }
}

/** An {@link Incoming} over a web `Request`. */
export class WebIncoming extends Incoming {
  readonly request: Request
  readonly method: string
  readonly path: string
  readonly search: string
  readonly clientAddress: string | undefined
  readonly #over: Incoming | undefined

  /**
   * @param request the request; its body is read at most once.
   * @param clientAddress where the connection comes from, when the runtime tells.
   * @param over the request in whose place it stands, which came over the same connection; none.
   */
  constructor(request: Request, clientAddress?: string, over?: Incoming) {
    super()
    this.#over = over
    this.request = request
    this.method = request.method
    this.clientAddress = clientAddress
    // An absolute URL by the Fetch standard: scheme://authority/path?query#fragment, already normalised. Bun gives the target alone
    // where a request names no host, or none that is one.
    const { url } = request
    const start = url.startsWith('/') ? 0 : url.indexOf('/', url.indexOf('://') + 3)
    const hash = url.indexOf('#', start)
    const end = hash === -1 ? url.length : hash
    const mark = url.indexOf('?', start)
    const hasQuery = mark !== -1 && mark < end
    this.path = start === -1 ? '/' : url.slice(start, hasQuery ? mark : end)
    this.search = hasQuery ? url.slice(mark + 1, end) : ''
  }

  /** Why it is refused with 400, when it is: its target is odd, or its `Host`, with which the runtime has made the URL. */
  refuse(): string | undefined {
    const host = this.request.headers.get('host')
    if (host !== null && !isHost(host)) return 'Invalid Host header'
    return refuseTarget(this.search ? `${this.path}?${this.search}` : this.path)
  }

  override header(name: string): string | undefined {
    return this.request.headers.get(name) ?? undefined
  }

  override get signal(): AbortSignal {
    return this.request.signal
  }

  override clientCertificate(from: CertificateSource): ClientCertificate | false | undefined {
    return this.#over?.clientCertificate(from)
  }

  override get platform(): unknown {
    return this.#over?.platform
  }

  override stream(): ReadableStream<Uint8Array> | null {
    const { body } = this.request
    if (body === null) return null
    const reader = body.getReader()
    const source: UnderlyingDefaultSource<Uint8Array> = {
      async pull(controller) {
        const { done, value } = await nextOf(reader)
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel: (reason) => (this.#mayCancel ? reader.cancel(reason) : undefined),
    }
    return new ReadableStream(source, { highWaterMark: 0 })
  }

  override async bytes(limit: number): Promise<Uint8Array> {
    refuseAnnounced(this.header('content-length'), limit)
    const { body } = this.request
    return body === null ? new Uint8Array() : collect(body, limit, this.#mayCancel)
  }

  /** In Node the body that a `FormData` becomes writes on when it is cancelled, and that ends the process. No server has such a body, tests do. */
  get #mayCancel(): boolean {
    return this.header('content-type')?.includes('boundary=----formdata-undici-') !== true
  }
}

/** Answers 413 when the announced length of a body is over the limit, before a byte of it is read. */
export function refuseAnnounced(contentLength: string | undefined, limit: number): void {
  if (contentLength === undefined) return
  if (!/^\d{1,15}$/.test(contentLength)) throw new HTTPException(400, 'Invalid Content-Length')
  if (Number(contentLength) > limit) throw bodyTooLarge(limit)
}

/** The answer to a body over its limit. */
export function bodyTooLarge(limit: number): HTTPException {
  // RFC 9110 §15.5.14: the server may close the connection to keep the client from sending on.
  return new HTTPException(413, `The body is larger than ${limit} bytes`, { headers: { connection: 'close' } })
}

async function collect(body: ReadableStream<Uint8Array>, limit: number, mayCancel: boolean): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = body.getReader()
  for (;;) {
    const { done, value } = await nextOf(reader)
    if (done) break
    length += value.byteLength
    if (length > limit) {
      if (mayCancel) reader.cancel().catch(() => {}) // the answer does not wait for the client to stop
      throw bodyTooLarge(limit)
    }
    chunks.push(value)
  }
  if (chunks.length === 1) return chunks[0] as Uint8Array
  const whole = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    whole.set(chunk, offset)
    offset += chunk.byteLength
  }
  return whole
}

/**
 * The next piece of a body.
 *
 * @throws HTTPException 400 when the client went away in the middle; the answer is for the log, nobody is there to read it.
 */
async function nextOf(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<ReadableStreamReadResult<Uint8Array>> {
  try {
    return await reader.read()
  } catch (cause) {
    throw new HTTPException(400, 'The body ended too early', { cause })
  }
}

/**
 * The fields of `application/x-www-form-urlencoded` text, strictly decoded.
 *
 * @throws HTTPException 400 for broken percent-encoding, bytes that are not UTF-8, `__proto__` and more fields than `max`.
 * @see https://url.spec.whatwg.org/#urlencoded-parsing (which is lenient where this is not)
 */
export function parseQuery(text: string, max: number, what = 'query'): Map<string, string[]> {
  const fields = new Map<string, string[]>()
  if (text === '') return fields
  let count = 0
  for (let start = 0; start <= text.length; ) {
    let end = text.indexOf('&', start)
    if (end === -1) end = text.length
    if (end > start) {
      if (++count > max)
        throw new HTTPException(what === 'query' ? 400 : 413, `The ${what} has more than ${max} fields`)
      const equals = text.indexOf('=', start)
      const split = equals === -1 || equals > end ? end : equals
      const name = decodeField(text.slice(start, split), what)
      if (name === '__proto__') throw new HTTPException(400, `The ${what} has a field that is not allowed`)
      const value = decodeField(text.slice(split + 1, end), what)
      const values = fields.get(name)
      if (values === undefined) fields.set(name, [value])
      else values.push(value)
    }
    start = end + 1
  }
  return fields
}

function decodeField(text: string, what: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    throw new HTTPException(400, `The ${what} has broken percent-encoding`)
  }
}

/**
 * The cookies of a `Cookie` header; of several with one name the last one counts, and quotes around a value are taken off.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6265.html#section-5.4
 */
function parseCookies(header: string | undefined, max: number): Map<string, string> {
  const cookies = new Map<string, string>()
  if (header === undefined || header === '') return cookies
  let count = 0
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=')
    if (equals === -1) continue
    if (++count > max) throw new HTTPException(400, `The request has more than ${max} cookies`)
    const name = pair.slice(0, equals).trim()
    if (name === '__proto__') throw new HTTPException(400, 'The request has a cookie that is not allowed')
    const value = pair.slice(equals + 1).trim()
    cookies.set(name, value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value)
  }
  return cookies
}
