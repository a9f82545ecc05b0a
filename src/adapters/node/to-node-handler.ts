import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Application } from '../../reply.ts'
import { assertNames, readPrefix, whole } from '../option-values.ts'
import { TrustedProxies } from '../proxy.ts'
import { reporter } from '../reporter.ts'
import { answer } from './answer.ts'
import { assertApp } from './assert-app.ts'
import { NodeIncoming, type Origin } from './node-incoming.ts'
import { answerRefusal, type Refusal, refuseRequest } from './refusal.ts'
import type { Outlet } from './write-reply.ts'

/** Options of {@link toNodeHandler}. */
export interface NodeHandlerOptions {
  /**
   * The path that the app is mounted at, where it stands in the URL of each request, as in plain `node:http` and Fastify; empty.
   * A request outside of it is 404. Express takes its own off the URL, and it is found without this option.
   */
  readonly mountPath?: string
  /** The prefix that a proxy in front takes off the path, in front of {@link mountPath}; empty. */
  readonly rootPath?: string
  /** Header lines of a request; 100. Over it the answer is 431. */
  readonly maxHeadersCount?: number
  /** Addresses of proxies in front, as in `serve`; none. */
  readonly trustProxy?: readonly string[]
  /** Takes what goes wrong outside of the application's own handlers; `console.error`. */
  readonly onError?: (error: unknown) => void
}

/** What `node:http`, Express and Fastify call with a request. */
export type NodeHandler = (req: IncomingMessage, res: ServerResponse) => void

const NAMES: ReadonlySet<string> = new Set<keyof NodeHandlerOptions>([
  'mountPath',
  'rootPath',
  'maxHeadersCount',
  'trustProxy',
  'onError',
])

const OUTSIDE: Refusal = { status: 404, detail: 'Not Found' }

/**
 * An app as a request listener of `node:http`, to be mounted in a server that is there already.
 *
 * The app is started before its first request. Its stop, time-outs, limits on connections and shutdown are that server's. What reads bodies, such
 * as `express.json()`, belongs behind the app: a body that was read before it is an error, answered with 500.
 *
 * @param app an `App`.
 * @throws TypeError for a wrong option.
 * @example
 * ```ts
 * import { createServer } from 'node:http'
 * import { App } from 'sallyport'
 * import { toNodeHandler } from 'sallyport/node'
 *
 * const app = new App()
 * app.get('/hello', {}, () => ({ hello: 'world' }))
 *
 * createServer(toNodeHandler(app, { mountPath: '/api' })).listen(8000, '127.0.0.1')
 * ```
 * @see https://expressjs.com/en/5x/api.html#app.use
 */
export function toNodeHandler(app: Application, options: NodeHandlerOptions = {}): NodeHandler {
  assertApp(app, 'toNodeHandler(app)')
  assertNames('toNodeHandler', options, NAMES)
  const mountPath = readPrefix('toNodeHandler: mountPath', options.mountPath)
  const rootPath = readPrefix('toNodeHandler: rootPath', options.rootPath)
  const maxHeadersCount = whole('toNodeHandler: maxHeadersCount', options.maxHeadersCount, 100, 1, 10_000)
  const { trustProxy } = options
  const origin: Origin = {
    authority: 'localhost',
    unix: false,
    proxies: trustProxy && new TrustedProxies('toNodeHandler: trustProxy', trustProxy),
  }
  const outlet: Outlet = {
    closing: false,
    running: 0,
    onIdle: undefined,
    // The other server's to decide.
    writeTimeout: 0,
    report: reporter(options.onError),
  }

  const handle = (req: IncomingMessage & Mounted, res: ServerResponse): void => {
    const refusal = refuseRequest(req, maxHeadersCount)
    if (refusal !== undefined) {
      answerRefusal(req, res, refusal)
      return
    }
    const target = targetUnder(mountPath, req.url as string)
    if (target === undefined) {
      answerRefusal(req, res, OUTSIDE)
      return
    }
    const incoming = new NodeIncoming(req, res, target, origin)
    incoming.rootPath = rootPath + (req.baseUrl ?? '') + mountPath
    answer(app, incoming, req, res, outlet)
  }

  let started = false
  let starting: Promise<void> | undefined
  return (req, res) => {
    if (started) {
      handle(req, res)
      return
    }
    starting ??= app.start().then(() => {
      started = true
    })
    starting.then(
      () => handle(req, res),
      (error: unknown) => {
        // The next request tries again.
        starting = undefined
        outlet.report(error)
        answerRefusal(req, res, { status: 503, detail: 'Service Unavailable' })
      },
    )
  }
}

/** What Express adds to a request: the prefix that it took off its URL, and the URL as it was. */
interface Mounted {
  readonly baseUrl?: string
  readonly originalUrl?: string
}

/** The part of a target behind the mount path; undefined outside of it. */
function targetUnder(mountPath: string, target: string): string | undefined {
  if (mountPath === '') return target
  if (!target.startsWith(mountPath)) return undefined
  const rest = target.slice(mountPath.length)
  if (rest === '') return '/'
  if (rest.startsWith('?')) return `/${rest}`
  return rest.startsWith('/') ? rest : undefined
}
