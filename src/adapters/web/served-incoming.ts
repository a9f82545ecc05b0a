import type { CertificateSource, ClientCertificate } from '../../client-certificate.ts'
import { Incoming, WebIncoming } from '../../incoming.ts'

/** An {@link Incoming} over the web `Request` that a server of a runtime has made; nothing is read of it before it is asked for. */
export abstract class ServedIncoming extends Incoming {
  readonly method: string
  readonly path: string
  readonly search: string
  /** The request as the runtime made it. */
  protected readonly served: Request
  #request: Request | undefined

  /**
   * @param request what the runtime made.
   * @param target path and query as {@link targetOf} reads them, already validated.
   */
  constructor(request: Request, target: string) {
    super()
    const mark = target.indexOf('?')
    this.method = request.method
    this.path = mark === -1 ? target : target.slice(0, mark)
    this.search = mark === -1 ? '' : target.slice(mark + 1)
    this.served = request
  }

  /** The certificate of the connection or of a proxy, where the runtime can tell. */
  abstract override clientCertificate(from: CertificateSource): ClientCertificate | false | undefined

  /** The URL as the client sees it, where that is not what the runtime says. */
  protected abstract get url(): string

  override header(name: string): string | undefined {
    return this.served.headers.get(name) ?? undefined
  }

  override get request(): Request {
    this.#request ??= this.url === this.served.url ? this.served : this.#at(this.url)
    return this.#request
  }

  override get signal(): AbortSignal {
    return this.served.signal
  }

  /** Called when the answer is made, and a stream at its end: from here on {@link signal} stays as it is. */
  answered(): void {}

  /** Called when the client went away in the middle of a stream. */
  abandoned(): void {}

  override stream(): ReadableStream<Uint8Array> | null {
    return new WebIncoming(this.#holdsBody).stream()
  }

  override bytes(limit: number): Promise<Uint8Array> {
    return new WebIncoming(this.#holdsBody).bytes(limit)
  }

  get #holdsBody(): Request {
    return this.#request ?? this.served
  }

  #at(url: string): Request {
    const { served } = this
    if (!served.bodyUsed) return new Request(url, served)
    return new Request(url, { method: served.method, headers: served.headers, signal: served.signal })
  }
}
