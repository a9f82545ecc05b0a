import { Incoming } from './incoming.ts'

/** A request as a mounted app sees it: the prefix has moved from its path to its root path. */
export class MountedIncoming extends Incoming {
  readonly #outer: Incoming
  readonly path: string

  constructor(outer: Incoming, prefix: string) {
    super()
    this.#outer = outer
    this.path = outer.path.slice(prefix.length) || '/'
    this.rootPath = outer.rootPath + prefix
    this.limits = outer.limits
  }

  override get method(): string {
    return this.#outer.method
  }
  override get search(): string {
    return this.#outer.search
  }
  override get request(): Request {
    return this.#outer.request
  }
  override get signal(): AbortSignal {
    return this.#outer.signal
  }
  override get clientAddress(): string | undefined {
    return this.#outer.clientAddress
  }
  override header(name: string): string | undefined {
    return this.#outer.header(name)
  }
  override stream(): ReadableStream<Uint8Array> | null {
    return this.#outer.stream()
  }
  override bytes(limit: number): Promise<Uint8Array> {
    return this.#outer.bytes(limit)
  }
}

/** The request with a prefix taken off its path, for a mounted function that knows nothing of prefixes. */
export function requestUnder(request: Request, prefix: string): Request {
  const url = new URL(request.url)
  url.pathname = url.pathname.slice(prefix.length) || '/'
  return new Request(url, request)
}
