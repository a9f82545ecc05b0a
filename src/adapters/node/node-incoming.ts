import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TLSSocket } from 'node:tls'
import type { CertificateSource, ClientCertificate } from '../../client-certificate.ts'
import { HTTPException } from '../../exceptions.ts'
import { Incoming, refuseAnnounced } from '../../incoming.ts'
import { certificateIn, certificateOf } from '../certificate.ts'
import { type TrustedProxies, UNIX_PEER, unmapped } from '../proxy.ts'
import { collectBody, streamBody } from './node-body.ts'

/** What all requests of one server have in common. */
export interface Origin {
  /** Stands in for the Host of an HTTP/1.0 request that has none. */
  authority: string
  /** Whether connections come over a Unix socket. */
  readonly unix: boolean
  readonly proxies: TrustedProxies | undefined
}

const EMPTY: Promise<Uint8Array> = Promise.resolve(new Uint8Array())

/** An {@link Incoming} over `node:http`; nothing is copied, and a web `Request` is made only when asked for. */
export class NodeIncoming extends Incoming {
  readonly method: string
  readonly path: string
  readonly search: string
  readonly #req: IncomingMessage
  readonly #res: ServerResponse
  readonly #origin: Origin
  #awaitsContinue: boolean
  #bodyTaken = false
  #abort: AbortController | undefined
  #request: Request | undefined

  /**
   * @param target path and query, already validated.
   * @param awaitsContinue whether the client waits for `100 Continue` before it sends the body.
   */
  constructor(req: IncomingMessage, res: ServerResponse, target: string, origin: Origin, awaitsContinue = false) {
    super()
    const mark = target.indexOf('?')
    this.method = req.method as string
    this.path = mark === -1 ? target : target.slice(0, mark)
    this.search = mark === -1 ? '' : target.slice(mark + 1)
    this.#req = req
    this.#res = res
    this.#origin = origin
    this.#awaitsContinue = awaitsContinue
  }

  override header(name: string): string | undefined {
    // The record has a prototype: a name such as `constructor` finds something that is no header.
    const value: unknown = this.#req.headers[name]
    if (typeof value === 'string') return value
    return Array.isArray(value) ? value.join(', ') : undefined
  }

  override get clientAddress(): string | undefined {
    const peer = this.#peer
    const { proxies } = this.#origin
    const client = proxies === undefined ? peer : proxies.clientOf(peer, this.header('x-forwarded-for'))
    return client === UNIX_PEER ? undefined : client
  }

  /** The other end of the connection; undefined when it is gone. A socket of the network has no address either when it is gone. */
  get #peer(): string | undefined {
    if (this.#origin.unix) return UNIX_PEER
    const { remoteAddress } = this.#req.socket
    return remoteAddress === undefined ? undefined : unmapped(remoteAddress)
  }

  override clientCertificate(from: CertificateSource): ClientCertificate | false | undefined {
    if (from === 'socket') return certificateOf(this.#req.socket as Partial<TLSSocket>)
    // RFC 9440 §4: from anybody but a proxy that takes the client's own header off, it proves nothing.
    const header = this.#peerIsProxy ? this.header('client-cert') : undefined
    return header === undefined ? undefined : certificateIn(header)
  }

  override get signal(): AbortSignal {
    if (this.#abort === undefined) {
      const abort = new AbortController()
      const res = this.#res
      const aborted = (): void => {
        if (!res.writableFinished) abort.abort()
      }
      if (res.destroyed) aborted()
      else res.once('close', aborted)
      this.#abort = abort
    }
    return this.#abort.signal
  }

  override get request(): Request {
    this.#request ??= this.#makeRequest()
    return this.#request
  }

  /** Whether the request has a body, an empty one set aside. */
  get hasBody(): boolean {
    const { headers } = this.#req
    const length = headers['content-length']
    return length === undefined ? headers['transfer-encoding'] !== undefined : length !== '0'
  }

  /** Whether somebody began to read the body. */
  get bodyTaken(): boolean {
    return this.#bodyTaken
  }

  override stream(): ReadableStream<Uint8Array> | null {
    return this.hasBody ? streamBody(this.#req, () => this.#takeBody()) : null
  }

  override bytes(limit: number): Promise<Uint8Array> {
    if (!this.hasBody) return EMPTY
    try {
      refuseAnnounced(this.#req.headers['content-length'], limit)
      this.#takeBody()
    } catch (error) {
      return Promise.reject(error)
    }
    return collectBody(this.#req, limit)
  }

  #takeBody(): void {
    if (this.#bodyTaken || this.#req.readableDidRead) {
      throw new TypeError(
        'The body of the request was read before. Mount the app in front of what reads bodies, such as express.json().',
      )
    }
    this.#bodyTaken = true
    if (this.#awaitsContinue) {
      this.#awaitsContinue = false
      this.#res.writeContinue()
    }
  }

  #makeRequest(): Request {
    const req = this.#req
    const { method } = this
    // The Fetch standard has no Request for these.
    if (method === 'TRACE' || method === 'CONNECT') throw new HTTPException(501)
    const headers = new Headers()
    const raw = req.rawHeaders
    for (let i = 0; i < raw.length; i += 2) headers.append(raw[i] as string, raw[i + 1] as string)
    const body = method === 'GET' || method === 'HEAD' ? null : this.stream()
    // Express takes the prefix that it mounts at off `url`.
    const { originalUrl = req.url as string } = req as { originalUrl?: string }
    const init: RequestInit & { duplex: 'half' } = { method, headers, body, signal: this.signal, duplex: 'half' }
    return new Request(`${this.scheme}://${req.headers.host ?? this.#origin.authority}${originalUrl}`, init)
  }

  override get scheme(): 'http' | 'https' {
    if (this.#peerIsProxy) {
      // The last one was written by the proxy that is nearest to us.
      const scheme = this.header('x-forwarded-proto')?.split(',').at(-1)?.trim().toLowerCase()
      if (scheme === 'https' || scheme === 'http') return scheme
    }
    return (this.#req.socket as Partial<TLSSocket>).encrypted ? 'https' : 'http'
  }

  /** Whether the other end of the connection is a proxy of ours. */
  get #peerIsProxy(): boolean {
    return this.#origin.proxies?.trusts(this.#peer) === true
  }
}
