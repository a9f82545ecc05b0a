import { keepCaller } from './caller.ts'
import type { CertificateSource, ClientCertificate } from './client-certificate.ts'
import { Incoming, WebIncoming } from './incoming.ts'
import { normalizePath } from './target.ts'

/** A request as a mounted app sees it: the prefix has moved from its path to its root path. */
export class MountedIncoming extends Incoming {
  readonly #outer: Incoming
  readonly path: string

  /** @param path what {@link pathUnder} gives. */
  constructor(outer: Incoming, path: string, rootPath: string) {
    super()
    this.#outer = outer
    this.path = path
    this.rootPath = rootPath
    this.limits = outer.limits
    this.observed = outer.observed
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
  override get scheme(): 'http' | 'https' {
    return this.#outer.scheme
  }
  override get clientAddress(): string | undefined {
    return this.#outer.clientAddress
  }
  override clientCertificate(from: CertificateSource): ClientCertificate | false | undefined {
    return this.#outer.clientCertificate(from)
  }
  override get platform(): unknown {
    return this.#outer.platform
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

/** What of a path stands behind a prefix; undefined when it does not begin with it, in any spelling. */
export function pathUnder(path: string, prefix: string): string | undefined {
  const known = path.startsWith(prefix) ? path : normalizePath(path)
  if (!known.startsWith(prefix)) return undefined
  if (known.length === prefix.length) return '/'
  return known[prefix.length] === '/' ? known.slice(prefix.length) : undefined
}

/** The request at another path, for a mounted function that knows nothing of prefixes. */
export function requestAt(request: Request, path: string): Request {
  const url = new URL(request.url)
  url.pathname = path
  const moved = new Request(url, request)
  keepCaller(request, moved)
  return moved
}

/**
 * Another request in the place of one: what a middleware hands on.
 *
 * The URL that the middleware sees is whole. Where a server or an app took a prefix off the path, it is taken off here, too.
 */
export function handedOn(from: Incoming, request: Request): Incoming {
  const web = new WebIncoming(request, from.clientAddress, from)
  const whole = normalizePath(new WebIncoming(from.request).path)
  const own = normalizePath(from.path)
  const prefix = whole.endsWith(own) ? whole.slice(0, whole.length - own.length) : own === '/' ? whole : ''
  const incoming =
    prefix === '' ? web : new MountedIncoming(web, pathUnder(web.path, prefix) ?? web.path, from.rootPath)
  incoming.rootPath = from.rootPath
  incoming.limits = from.limits
  incoming.observed = from.observed
  keepCaller(from.request, request)
  return incoming
}
