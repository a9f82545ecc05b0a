import { HTTPException } from '../../exceptions.ts'
import { refuseAnnounced } from '../../incoming.ts'
import type { Application } from '../../reply.ts'
import { ResponseInits } from '../../response-inits.ts'
import { whole } from '../option-values.ts'
import { unmapped } from '../proxy.ts'
import { answer, type Door } from '../web/answer.ts'
import { assertKeyAndCertificate, type CommonOptions, readOptions, type Settings } from '../web/options.ts'
import { type Listening, open, type Server } from '../web/server.ts'
import { type Origin, ServerIncoming } from '../web/server-incoming.ts'

/** What `Bun.serve` needs for HTTPS: https://bun.com/docs/api/http#tls. Texts are PEM. */
export interface BunTLS {
  readonly key: string | Uint8Array
  readonly cert: string | Uint8Array
  /** Of the key, where it has one. */
  readonly passphrase?: string
  /** The authorities whose certificates are taken from clients. */
  readonly ca?: string | Uint8Array | readonly (string | Uint8Array)[]
  /**
   * Whether clients are asked for a certificate; false. Bun lets nobody without one in where `rejectUnauthorized` is true, but does
   * not tell whose it is: `MutualTLS` needs `sallyport/node` or a proxy in front.
   */
  readonly requestCert?: boolean
  readonly rejectUnauthorized?: boolean
  readonly serverName?: string
  readonly dhParamsFile?: string
  readonly lowMemoryMode?: boolean
  readonly secureOptions?: number
}

/** Options of {@link serve}. Every time is in seconds. */
export interface ServeOptions extends CommonOptions {
  /** Serves HTTPS. */
  readonly tls?: BunTLS
  /**
   * Seconds that a connection may carry no byte in either direction; 30, at most 255. It is the only time-out that Bun has: it holds
   * between requests, while a request comes in, while a handler works, and while a stream waits. A stream that may be quiet for
   * longer sends a comment now and then.
   */
  readonly idleTimeout?: number
  /**
   * Bytes of a body that Bun itself takes; 128 MiB. Over it Bun answers 413 before the app is asked. The limits of the app hold below
   * it: raise this where they are higher.
   */
  readonly maxRequestBodySize?: number
}

/** What is used of Bun. */
interface BunServer {
  readonly port: number | undefined
  requestIP(request: Request): { readonly address: string } | null
  stop(closeActiveConnections?: boolean): Promise<void> | undefined
  closeIdleConnections?(): void
}
interface Bun {
  serve(options: object): BunServer
}

const OWN = ['tls', 'idleTimeout', 'maxRequestBodySize']

/**
 * Serves an app on Bun, with `Bun.serve`.
 *
 * The promises are those of `sallyport/node`, as far as Bun lets anybody keep them. Bun resolves `.` and `..` segments and backslashes
 * before it shows a target, takes an absolute target for its path, and does not tell the certificates of clients: a proxy in front
 * that has rules for paths has to refuse such targets itself. Refused here are a `Host` that is none, `//`, fragments, white space and
 * controls, broken percent-encoding, and what stands encoded. Bun has one time-out, and limits of its own: 16 KiB of headers, 413 for
 * what is over `maxRequestBodySize`.
 *
 * @param app an `App`.
 * @param options where to listen, limits and time-outs. Every time is in seconds.
 * @returns the server once it takes requests and the app has started.
 * @throws TypeError or RangeError for a wrong option, outside of Bun, and for an app that asks for the certificate of the connection;
 * ListenError when the port is in use or not to be had; what the app's own start throws.
 * @example
 * ```ts
 * import { App } from 'sallyport'
 * import { serve } from 'sallyport/bun'
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
  const { Bun: bun } = globalThis as { Bun?: Bun }
  if (bun === undefined)
    throw new TypeError('serve of sallyport/bun runs on Bun. On Node it is that of sallyport/node.')
  const settings = readOptions(options, OWN)
  const idleTimeout = whole('serve: idleTimeout', options.idleTimeout, 30, 1, 255)
  const maxRequestBodySize = whole('serve: maxRequestBodySize', options.maxRequestBodySize, 2 ** 27, 1, 2 ** 40)
  assertKeyAndCertificate(options.tls)
  return open(app, options, settings, {
    runtime: 'Bun',
    secure: options.tls !== undefined,
    listen: (outlet, origin) => {
      const door: Door<BunIncoming, undefined> = {
        named: false,
        rootPath: settings.rootPath,
        outlet,
        // Of a Response, Bun copies status and headers without looking at them as JavaScript.
        inits: new ResponseInits((status, type) => new Response(null, { status, headers: { 'content-type': type } })),
        incoming: (request, target) => new BunIncoming(request, target, origin, server),
        // Bun tells no one when an answer is out; it has written it, or as much as the client takes, before the next turn.
        afterwards: (_, work) => setImmediate(work),
      }
      const server: BunServer = bun.serve({
        ...placeOf(settings),
        idleTimeout,
        maxRequestBodySize,
        development: false,
        // Outside of development Bun would share the port with whoever has it.
        reusePort: false,
        ...(options.tls === undefined ? {} : { tls: options.tls }),
        fetch: (request: Request) => answer(app, request, undefined, door),
        error: (error: unknown) => {
          outlet.report(error)
          return Response.json({ detail: 'Internal Server Error' }, { status: 500 })
        },
      })
      return listeningOf(server, settings)
    },
  })
}

function placeOf({ unix, port, hostname }: Settings): object {
  return unix === undefined ? { port, hostname } : { unix }
}

function listeningOf(server: BunServer, { unix }: Settings): Listening {
  return {
    port: unix === undefined ? server.port : undefined,
    stop: async () => {
      const stopped = server.stop()
      server.closeIdleConnections?.()
      await stopped
    },
    cut: () => {
      server.stop(true)
    },
  }
}

/** A request as Bun has it. */
class BunIncoming extends ServerIncoming {
  readonly #server: BunServer

  constructor(request: Request, target: string, origin: Origin, server: BunServer) {
    super(request, target, origin)
    this.#server = server
  }

  protected override get address(): string | undefined {
    const peer = this.#server.requestIP(this.served)
    return peer === null ? undefined : unmapped(peer.address)
  }

  /** A body of an announced length can be no longer, and Bun reads it faster in one piece. */
  override async bytes(limit: number): Promise<Uint8Array> {
    const announced = this.header('content-length')
    if (announced === undefined || this.served.bodyUsed || this.request !== this.served) return super.bytes(limit)
    refuseAnnounced(announced, limit)
    try {
      return new Uint8Array(await this.served.arrayBuffer())
    } catch (cause) {
      throw new HTTPException(400, 'The body ended too early', { cause })
    }
  }
}
