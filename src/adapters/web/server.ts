import type { Application } from '../../reply.ts'
import { ListenError } from '../listen-error.ts'
import { TrustedProxies } from '../proxy.ts'
import { reporter } from '../reporter.ts'
import { closeOnSignals } from '../signals.ts'
import type { Outlet } from './answer.ts'
import { assertTellsCertificates } from './certificates.ts'
import type { CommonOptions, Settings } from './options.ts'
import type { Origin } from './server-incoming.ts'

/** A server that takes requests. */
export interface Server {
  /** Where it is reached from this machine, without a slash at its end; `unix:` and the path of a Unix socket. */
  readonly url: string
  /** The port; undefined over a Unix socket. */
  readonly port: number | undefined
  /** The address that it listens on; undefined over a Unix socket. */
  readonly hostname: string | undefined
  /**
   * Takes no more requests, waits for those that run, for what they left to do and for the application's own stop. After
   * `shutdownTimeout` what still runs is cut off. Later calls give the same promise.
   */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** What a runtime listens with. */
export interface Listening {
  readonly port: number | undefined
  /** Takes no more connections; resolves when the last request has its answer. */
  stop(): Promise<unknown>
  /** Closes all connections. */
  cut(): void
}

/** How a runtime is started. */
export interface Start {
  /** The name of the runtime, for messages. */
  readonly runtime: string
  readonly secure: boolean
  listen(outlet: Outlet, origin: Origin): Listening | Promise<Listening>
}

/**
 * Starts an application and a server for it, and sees to the end of both.
 *
 * @throws TypeError where the app asks for what the runtime cannot tell; {@link ListenError}; what the app's own start throws.
 */
export async function open(
  app: Application,
  options: CommonOptions,
  settings: Settings,
  start: Start,
): Promise<Server> {
  const outlet: Outlet = { running: 0, onIdle: undefined, cuts: new Set(), report: reporter(options.onError) }
  const origin: Origin = {
    url: '',
    unix: settings.unix !== undefined,
    proxies: options.trustProxy && new TrustedProxies('serve: trustProxy', options.trustProxy),
    untold: onlyOnce(() => {
      outlet.report(
        new Error(
          `A scheme asks for the certificate of the TLS connection, which ${start.runtime} does not tell: it refuses everybody. Serve the app with sallyport/node, or take certificates from a proxy with from: 'client-cert'.`,
        ),
      )
    }),
  }
  assertTellsCertificates(app, start.runtime)
  options.signal?.throwIfAborted()

  await app.start()
  let listening: Listening
  try {
    listening = await start.listen(outlet, origin)
  } catch (error) {
    await app.stop()
    throw listenError(error, settings)
  }
  origin.url = urlOf(settings, start.secure, listening.port)

  let closed: Promise<void> | undefined
  const close = (): Promise<void> => {
    closed ??= shutDown(listening, app, settings, outlet).finally(() => {
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
    url: settings.unix === undefined ? origin.url : `unix:${settings.unix}`,
    port: listening.port,
    hostname: settings.unix === undefined ? settings.hostname : undefined,
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

function urlOf({ hostname }: Settings, secure: boolean, port: number | undefined): string {
  const scheme = secure ? 'https' : 'http'
  if (port === undefined) return `${scheme}://localhost`
  const host =
    hostname === '0.0.0.0' || hostname === '::' ? 'localhost' : hostname.includes(':') ? `[${hostname}]` : hostname
  return `${scheme}://${host}:${port}`
}

/** The errors of Deno by their names; Bun's have the codes of the system. */
const CODES: ReadonlyMap<string, string> = new Map([
  ['AddrInUse', 'EADDRINUSE'],
  ['AddrNotAvailable', 'EADDRNOTAVAIL'],
  ['PermissionDenied', 'EACCES'],
])

function listenError(thrown: unknown, { hostname, port, unix }: Settings): unknown {
  const error = thrown as NodeJS.ErrnoException
  const code = error?.code ?? CODES.get(error?.name)
  // What is wrong with a certificate or with the permissions of Deno, the runtime itself says best.
  if (code === undefined || !LISTENING.has(code)) return thrown
  if (unix === undefined)
    return ListenError.from(Object.assign(new Error(error.message, { cause: error }), { code }), hostname, port)
  return ListenError.ofSocket(error, unix, code)
}

const LISTENING: ReadonlySet<string> = new Set(['EADDRINUSE', 'EADDRNOTAVAIL', 'EACCES', 'ENOTFOUND', 'ENOENT'])

async function shutDown(
  listening: Listening,
  app: Application,
  { shutdownTimeout }: Settings,
  outlet: Outlet,
): Promise<void> {
  const stopped = listening.stop()
  const idle = stopped.then(() => {
    if (outlet.running === 0) return undefined
    return new Promise<void>((resolve) => {
      outlet.onIdle = resolve
    })
  })
  let over = false
  await atMost(
    shutdownTimeout,
    idle.then(() => {
      over = true
    }),
  )
  if (!over) listening.cut()
  // What was cut off still closes what it opened, while the app is there; a handler that never ends is not waited for.
  await atMost(Math.min(GRACE, shutdownTimeout), idle)
  await app.stop()
}

/** How long requests that were cut off have to close what they opened, in milliseconds. */
const GRACE = 1000

/** Waits for work, at most so many milliseconds. The timer keeps the process alive: the app's stop is still to come. */
async function atMost(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, milliseconds)
  await Promise.race([work, promise])
  clearTimeout(timer)
}

function onlyOnce(call: () => void): () => void {
  let called = false
  return () => {
    if (called) return
    called = true
    call()
  }
}
