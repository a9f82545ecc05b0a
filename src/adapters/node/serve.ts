import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http'
import { type AddressInfo, isIPv6, type Socket } from 'node:net'
import type { Application } from '../../reply.ts'
import { ListenError } from '../listen-error.ts'
import { TrustedProxies } from '../proxy.ts'
import { reporter } from '../reporter.ts'
import { closeOnSignals } from '../signals.ts'
import { answer } from './answer.ts'
import { assertApp } from './assert-app.ts'
import { answerClientError, refuseConnect } from './client-error.ts'
import { NodeIncoming, type Origin } from './node-incoming.ts'
import { readOptions, type ServeOptions, type Settings } from './options.ts'
import { inTurn, isFirst } from './pipeline.ts'
import { answerRefusal, type Refusal, refuseRequest } from './refusal.ts'
import type { Outlet } from './write-reply.ts'

/** A server that takes requests. */
export interface Server {
  /** Where it is reached from this machine, without a slash at its end; `unix:` and the path of a Unix socket. */
  readonly url: string
  /** The port; 0 on a Unix socket, which has none. */
  readonly port: number
  /** The address; empty on a Unix socket. */
  readonly hostname: string
  /**
   * Takes no more requests, waits for those that run, for what they left to do and for the application's own stop. Idle connections are
   * closed at once, and after `shutdownTimeout` the others as well. Later calls give the same promise.
   */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Serves an app on Node, on `node:http` directly.
 *
 * @param app an `App`.
 * @param options where to listen, limits and time-outs. Every time is in seconds.
 * @returns the server once it takes requests and the app has started.
 * @throws TypeError or RangeError for a wrong option; {@link ListenError} when the port or socket is in use or not to be had; what
 * the app's own start throws.
 * @example
 * ```ts
 * import { App } from 'sallyport'
 * import { serve } from 'sallyport/node'
 *
 * const app = new App()
 * app.get('/', {}, () => ({ hello: 'world' }))
 *
 * const server = await serve(app, { port: 8000 })
 * console.log(`Listening on ${server.url}`)
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc9112.html
 */
export async function serve(app: Application, options: ServeOptions = {}): Promise<Server> {
  assertApp(app, 'serve(app, { port: 8000 })')
  const settings = readOptions(options)
  const origin: Origin = {
    authority: 'localhost',
    unix: settings.unix !== undefined,
    proxies: options.trustProxy && new TrustedProxies('serve: trustProxy', options.trustProxy),
  }
  const outlet: Outlet = {
    closing: false,
    running: 0,
    onIdle: undefined,
    writeTimeout: settings.writeTimeout,
    report: reporter(options.onError),
  }
  options.signal?.throwIfAborted()
  const http = makeServer(settings, options.tls)
  const connections = connect(http, app, settings, origin, outlet)

  await app.start()
  try {
    await listen(http, settings, outlet.report)
  } catch (error) {
    await app.stop()
    throw error
  }

  const bound = http.address() as AddressInfo | string
  if (typeof bound !== 'string') origin.authority = authorityOf(bound)

  let closed: Promise<void> | undefined
  const close = (): Promise<void> => {
    closed ??= shutDown(http, connections, app, settings, outlet).finally(() => {
      options.signal?.removeEventListener('abort', onAbort)
      releaseSignals?.()
    })
    return closed
  }
  const onAbort = (): void => {
    close().catch(outlet.report)
  }
  options.signal?.addEventListener('abort', onAbort, { once: true })
  const releaseSignals = options.installSignalHandlers === false ? undefined : closeOnSignals(close, outlet.report)

  const server: Server = {
    url:
      settings.unix === undefined ? `${options.tls ? 'https' : 'http'}://${origin.authority}` : `unix:${settings.unix}`,
    port: typeof bound === 'string' ? 0 : bound.port,
    hostname: settings.unix === undefined ? settings.hostname : '',
    close,
    [Symbol.asyncDispose]: close,
  }
  try {
    options.onListen?.(server)
  } catch (error) {
    await close()
    throw error
  }
  return server
}

function authorityOf({ address, port }: AddressInfo): string {
  const host = address === '0.0.0.0' || address === '::' ? 'localhost' : isIPv6(address) ? `[${address}]` : address
  return `${host}:${port}`
}

function makeServer(settings: Settings, tls: ServeOptions['tls']): HttpServer {
  const limits = {
    headersTimeout: settings.headersTimeout,
    requestTimeout: settings.requestTimeout,
    keepAliveTimeout: settings.keepAliveTimeout,
    // How often the two time-outs above are looked after: Node's 30 seconds would make 40 of a headersTimeout of 10.
    connectionsCheckingInterval: Math.min(2000, Math.ceil(settings.headersTimeout / 2)),
    maxHeaderSize: settings.maxHeaderSize,
    // Not to be turned on by a flag of the process either.
    insecureHTTPParser: false,
    // Ours tells more, and also holds for an empty one.
    requireHostHeader: false,
    // Most requests have no body: their streams need no life of their own.
    optimizeEmptyRequests: true,
  }
  // An import of node:http reads all that it exports, and so loads Node's fetch, http2 and workers; node:https loads tls.
  const http: HttpServer =
    tls === undefined
      ? process.getBuiltinModule('node:http').createServer(limits)
      : process
          .getBuiltinModule('node:https')
          .createServer({ ...tls, ...limits, handshakeTimeout: settings.headersTimeout })
  // One more than allowed, so that one too many is seen: over its own limit the parser of Node 22 and 24 drops lines in silence.
  http.maxHeadersCount = settings.maxHeadersCount + 1
  http.maxRequestsPerSocket = settings.maxRequestsPerSocket
  if (settings.maxConnections !== undefined) http.maxConnections = settings.maxConnections
  return http
}

/** Connects the server with the application; gives the set of open connections. */
function connect(
  http: HttpServer,
  app: Application,
  settings: Settings,
  origin: Origin,
  outlet: Outlet,
): ReadonlySet<Socket> {
  const { maxHeadersCount, rootPath } = settings
  const handle = (req: IncomingMessage, res: ServerResponse, awaitsContinue: boolean): void => {
    const refusal = refuseRequest(req, maxHeadersCount)
    if (refusal !== undefined) {
      answerRefusal(req, res, refusal)
      return
    }
    const incoming = new NodeIncoming(req, res, req.url as string, origin, awaitsContinue)
    incoming.rootPath = rootPath
    answer(app, incoming, req, res, outlet)
  }
  http.on('request', (req, res) => {
    // As inTurn() does, without a closure for each request.
    if (isFirst(req, res)) handle(req, res, false)
    else inTurn(req, res, () => handle(req, res, false))
  })
  http.on('checkContinue', (req, res) => inTurn(req, res, () => handle(req, res, true)))
  http.on('checkExpectation', (req, res) => inTurn(req, res, () => answerRefusal(req, res, EXPECTATION_FAILED)))
  http.on('clientError', answerClientError)
  http.on('connect', refuseConnect)

  const sockets = new Set<Socket>()
  http.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return sockets
}

/** RFC 9110 §10.1.1: the only expectation there is is 100-continue. */
const EXPECTATION_FAILED: Refusal = { status: 417, detail: 'Expectation Failed' }

function listen(http: HttpServer, { port, hostname, unix }: Settings, report: Outlet['report']): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void =>
      reject(unix === undefined ? ListenError.from(error, hostname, port) : ListenError.ofSocket(error, unix))
    http.once('error', onError)
    http.listen(unix === undefined ? { port, host: hostname } : { path: unix }, () => {
      http.off('error', onError)
      // From here on an error is one connection that could not be accepted.
      http.on('error', report)
      resolve()
    })
  })
}

async function shutDown(
  http: HttpServer,
  sockets: ReadonlySet<Socket>,
  app: Application,
  { shutdownTimeout }: Settings,
  outlet: Outlet,
): Promise<void> {
  outlet.closing = true
  const ended = new Promise<void>((resolve) => http.close(() => resolve()))
  // A connection on which no byte came yet is not idle in the eyes of Node 22: it counts as a request that is late.
  for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
  const idle = ended.then(() => {
    if (outlet.running === 0) return undefined
    return new Promise<void>((resolve) => {
      outlet.onIdle = resolve
    })
  })
  await atMost(shutdownTimeout, idle)
  http.closeAllConnections()
  // On a secure server a connection in its handshake is none of the above.
  for (const socket of sockets) socket.destroy()
  // What was cut off still closes what it opened, while the app is there; a handler that never ends is not waited for.
  await atMost(Math.min(GRACE, shutdownTimeout), idle)
  await app.stop()
}

/** How long requests that were cut off have to close what they opened, in milliseconds. */
const GRACE = 1000

/** Waits for work, at most so many milliseconds. The timer keeps the process alive: the app's stop is still to come. */
async function atMost(milliseconds: number, work: Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, milliseconds)
  await Promise.race([work, promise])
  clearTimeout(timer)
}
