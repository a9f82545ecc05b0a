import type { X509Certificate } from 'node:crypto'
import type { CertificateSource, ClientCertificate } from '../../client-certificate.ts'
import type { Application } from '../../reply.ts'
import { ResponseInits } from '../../response-inits.ts'
import { assertNames, readPrefix } from '../option-values.ts'
import { unmapped } from '../proxy.ts'
import { reporter } from '../reporter.ts'
import { answer, type Door } from '../web/answer.ts'
import { ServedIncoming } from '../web/served-incoming.ts'
import { certificateInField } from '../x509.ts'
import { WorkerPlatform } from './bindings.ts'

/** Options of {@link serve}. */
export interface ServeOptions {
  /** The prefix that a proxy in front takes off the path, such as `/api/v1`; empty. A route of a Worker takes nothing off. */
  readonly rootPath?: string
  /** Takes what goes wrong outside of the application's own handlers, such as a stream that fails in the middle; `console.error`. */
  readonly onError?: (error: unknown) => void
}

/** What is used of the context that a Worker gets with each request. */
export interface WorkerContext {
  waitUntil(work: Promise<unknown>): void
}

/** The handler that a Worker exports. */
export interface WorkerHandler {
  fetch(request: Request, env: unknown, context: WorkerContext): Response | Promise<Response>
}

/** What Cloudflare's edge tells of a request. Elsewhere there is none of it, or what `workerd` itself knows. */
interface Edge {
  /** The other end of the connection and its port, which a `workerd` tells that has no edge in front. */
  readonly clientIp?: string
  readonly tlsClientAuth?: {
    readonly certPresented?: string
    readonly certVerified?: string
    readonly certRevoked?: string
    readonly certRFC9440?: string
  }
}

/**
 * The handler of a Worker that answers with an app: its default export.
 *
 * The app starts with its first request, and nothing stops it: Workers end without a word. Work after an answer is kept alive with
 * `waitUntil`, and so is a request whose client went away, so that yield dependencies close what they opened. {@link bindings} gives
 * dependencies the bindings.
 *
 * The client's address is `CF-Connecting-IP`, and its certificate what the edge has verified, and both only where the edge is in front:
 * in a `workerd` of one's own the address is the other end of the connection, where it is told, and there is no certificate. Reading
 * one needs the compatibility flag `nodejs_compat`, which later dates have by default. The runtime takes an absolute target for its
 * path, and cuts fragments off; every other odd target is refused.
 *
 * @param app an `App`.
 * @param options a prefix, and where errors go.
 * @throws TypeError for a wrong option.
 * @example
 * ```ts
 * import { App } from 'sallyport'
 * import { serve } from 'sallyport/workers'
 *
 * const app = new App()
 * app.get('/', () => ({ hello: 'world' }))
 *
 * export default serve(app)
 * ```
 * @see https://developers.cloudflare.com/workers/runtime-apis/handlers/fetch/
 */
export function serve(app: Application, options: ServeOptions = {}): WorkerHandler {
  assertNames('serve', options, new Set(['rootPath', 'onError']))
  const { onError } = options
  if (onError !== undefined && typeof onError !== 'function')
    throw new TypeError('serve: onError is a function that takes an error.')
  const door: Door<WorkerIncoming, WorkerPlatform> = {
    named: false,
    rootPath: readPrefix('serve: rootPath', options.rootPath),
    outlet: { running: 0, onIdle: undefined, cuts: new Set(), report: reporter(onError) },
    inits: new ResponseInits((status, type) => ({ status, headers: new Headers({ 'content-type': type }) })),
    incoming: (request, target, platform) => new WorkerIncoming(request, target, platform),
    afterwards: ({ platform }, work) => {
      // In a turn of its own, so that the answer is on its way first.
      platform.context?.waitUntil(new Promise((resolve) => setTimeout(resolve, 0)).then(work))
    },
  }
  return {
    fetch(request, env, context) {
      const answered = answer(app, request, new WorkerPlatform(env, context), door)
      // A request whose client is gone is ended on the spot, unless somebody waits for it.
      if (answered instanceof Promise) context?.waitUntil(answered)
      return answered
    },
  }
}

/** A request as a Worker has it. */
class WorkerIncoming extends ServedIncoming {
  readonly #platform: WorkerPlatform

  constructor(request: Request, target: string, platform: WorkerPlatform) {
    super(request, target)
    this.#platform = platform
  }

  override get platform(): WorkerPlatform {
    return this.#platform
  }

  protected override get url(): string {
    return this.served.url
  }

  override get clientAddress(): string | undefined {
    const edge = this.#edge
    // The edge writes the header over whatever a client sent; without the edge it is what a client sent.
    if (edge?.clientIp !== undefined) return addressIn(edge.clientIp)
    return edge === undefined ? undefined : this.header('cf-connecting-ip')
  }

  override clientCertificate(from: CertificateSource): ClientCertificate | false | undefined {
    const shown = from === 'socket' ? this.#edge?.tlsClientAuth : undefined
    if (shown?.certPresented !== '1') return undefined
    if (shown.certVerified !== 'SUCCESS' || shown.certRevoked !== '0' || !shown.certRFC9440) return false
    return certificateInField(shown.certRFC9440, certificateClass())
  }

  get #edge(): Edge | undefined {
    return (this.served as { cf?: Edge }).cf
  }
}

/** The address of `127.0.0.1:50000` or `[::1]:50000`; undefined for anything else, such as the path of a socket. */
function addressIn(clientIp: unknown): string | undefined {
  const [, six, four] = /^(?:\[([\da-f:.]+)\]|([\d.]+)):\d+$/i.exec(String(clientIp)) ?? []
  return six === undefined ? four : unmapped(six)
}

function certificateClass(): typeof X509Certificate {
  const crypto = globalThis.process?.getBuiltinModule?.('node:crypto')
  if (crypto?.X509Certificate === undefined)
    throw new Error('Reading the certificate of a client needs the compatibility flag nodejs_compat.')
  return crypto.X509Certificate
}
