import type { Application } from '../../reply.ts'
import { ResponseInits } from '../../response-inits.ts'
import { unmapped } from '../proxy.ts'
import { answer, type Door } from '../web/answer.ts'
import { assertKeyAndCertificate, type CommonOptions, readOptions } from '../web/options.ts'
import { open, type Server } from '../web/server.ts'
import { type Origin, ServerIncoming } from '../web/server-incoming.ts'

/** What `Deno.serve` needs for HTTPS, as PEM. */
export interface DenoTLS {
  readonly key: string | Uint8Array
  readonly cert: string | Uint8Array
}

/** Options of {@link serve}. Every time is in seconds. */
export interface ServeOptions extends CommonOptions {
  /** Serves HTTPS, with HTTP/2 where the client takes it. Deno asks no client for a certificate. */
  readonly tls?: DenoTLS
}

/** What is used of Deno. */
interface DenoInfo {
  readonly remoteAddr: { readonly hostname?: string }
  /** Settled when the answer is out, or cannot be sent. */
  readonly completed: Promise<void>
}
interface DenoServer {
  readonly addr: { readonly port?: number }
  shutdown(): Promise<void>
}
interface Deno {
  serve(options: object, handler: (request: Request, info: DenoInfo) => Response | Promise<Response>): DenoServer
}

/**
 * Serves an app on Deno, with `Deno.serve`.
 *
 * The promises are those of `sallyport/node`, as far as Deno lets anybody keep them. Refused are all odd targets but one: an absolute
 * target whose authority is that of `Host` cannot be told from its path. Deno has no time-outs, and limits of its own: 100 header
 * lines; slow clients are a matter for a proxy in front. It asks clients for no certificates. Needs `--allow-net`, with a Unix socket
 * also `--allow-read` and `--allow-write`.
 *
 * @param app an `App`.
 * @param options where to listen. Every time is in seconds.
 * @returns the server once it takes requests and the app has started.
 * @throws TypeError or RangeError for a wrong option, outside of Deno, and for an app that asks for the certificate of the connection;
 * ListenError when the port is in use or not to be had; what the app's own start throws.
 * @example
 * ```ts
 * import { App } from 'sallyport'
 * import { serve } from 'sallyport/deno'
 *
 * const app = new App()
 * app.get('/', () => ({ hello: 'world' }))
 *
 * const server = await serve(app, { port: 8000 })
 * console.log(`Listening on ${server.url}`)
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc9112.html#section-3.2
 */
export async function serve(app: Application, options: ServeOptions = {}): Promise<Server> {
  const { Deno: deno } = globalThis as { Deno?: Deno }
  if (deno === undefined)
    throw new TypeError('serve of sallyport/deno runs on Deno. On Node it is that of sallyport/node.')
  const settings = readOptions(options, ['tls'])
  assertKeyAndCertificate(options.tls)
  return open(app, options, settings, {
    runtime: 'Deno',
    secure: options.tls !== undefined,
    listen: (outlet, origin) => {
      const door: Door<DenoIncoming, DenoInfo> = {
        named: true,
        rootPath: settings.rootPath,
        outlet,
        // Deno reads a plain object twice as fast as Headers.
        inits: new ResponseInits((status, type) => ({ status, headers: { 'content-type': type } })),
        incoming: (request, target, info) => new DenoIncoming(request, target, origin, info),
        afterwards: (incoming, work, streamed) => {
          // Asked for when a stream is over, the promise may never be settled.
          if (streamed) work()
          else incoming.info.completed.then(work, work)
        },
      }
      const { unix, port, hostname } = settings
      const server = deno.serve(
        {
          ...(unix === undefined ? { port, hostname } : { path: unix }),
          ...(options.tls === undefined ? {} : { key: textOf(options.tls.key), cert: textOf(options.tls.cert) }),
          onListen: () => {},
          onError: (error: unknown) => {
            outlet.report(error)
            return Response.json({ detail: 'Internal Server Error' }, { status: 500 })
          },
        },
        (request, info) => {
          const answered = answer(app, request, info, door)
          if (!(answered instanceof Promise)) return answered
          info.completed // asked for when it is over, it is never settled
          return cuttable(answered, outlet.cuts)
        },
      )
      return {
        port: server.addr.port,
        stop: () => server.shutdown(),
        cut: () => {
          for (const cut of outlet.cuts) cut()
        },
      }
    },
  })
}

/**
 * An answer that can be given up: Deno closes no connection of a server that is shutting down, and its process does not end before the
 * last one has its answer.
 */
function cuttable(answered: Promise<Response>, cuts: Set<() => void>): Promise<Response> {
  return new Promise((resolve) => {
    const cut = (): void => {
      cuts.delete(cut)
      resolve(Response.json({ detail: 'Service Unavailable' }, { status: 503, headers: { connection: 'close' } }))
    }
    cuts.add(cut)
    answered.then((response) => {
      if (cuts.delete(cut)) resolve(response)
      else response.body?.cancel().catch(() => {}) // nobody takes it any more
    })
  })
}

function textOf(pem: string | Uint8Array): string {
  return typeof pem === 'string' ? pem : new TextDecoder().decode(pem)
}

/** A request as Deno has it. */
class DenoIncoming extends ServerIncoming {
  readonly info: DenoInfo
  #abort: AbortController | undefined

  constructor(request: Request, target: string, origin: Origin, info: DenoInfo) {
    super(request, target, origin)
    this.info = info
  }

  protected override get address(): string | undefined {
    const { hostname } = this.info.remoteAddr
    return hostname && unmapped(hostname)
  }

  /** Deno aborts the signal of a request also when its answer is out. */
  override get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController()
      const { signal } = this.served
      if (signal.aborted) this.#abort.abort()
      else signal.addEventListener('abort', this.#onAbort)
    }
    return this.#abort.signal
  }

  override answered(): void {
    if (this.#abort !== undefined) this.served.signal.removeEventListener('abort', this.#onAbort)
  }

  override abandoned(): void {
    this.#abort?.abort()
  }

  readonly #onAbort = (): void => this.#abort?.abort()
}
