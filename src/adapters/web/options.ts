import { assertNames, assertSocket, milliseconds, readPrefix, whole } from '../option-values.ts'
import type { Server } from './server.ts'

/** What the servers of Bun and Deno both take. Every time is in seconds. */
export interface CommonOptions {
  /** The port; 8000. With 0 the system chooses a free one, and `Server.port` tells it. */
  readonly port?: number
  /**
   * The address to listen on; `127.0.0.1`, so that nobody else reaches a program that was only tried out. In a container it is
   * `0.0.0.0` or `::`.
   */
  readonly hostname?: string
  /** The path of a Unix socket to listen on, in the place of `port` and `hostname`. */
  readonly unix?: string
  /** Closes the server, as {@link Server.close} does, when it is aborted. */
  readonly signal?: AbortSignal
  /** Seconds that {@link Server.close} waits for running requests before it cuts them off; 10. */
  readonly shutdownTimeout?: number
  /** Whether SIGTERM and SIGINT close the server; true. A second one ends the process at once. */
  readonly installSignalHandlers?: boolean
  /**
   * Proxies in front: addresses, CIDR ranges, `loopback`, or `unix` for whoever connects over the Unix socket; none. From a
   * connection that one of them makes, the client's address is taken out of `X-Forwarded-For` and the scheme of `Request.url` out of
   * `X-Forwarded-Proto`. From anybody else these headers are what a client chose to write.
   */
  readonly trustProxy?: readonly string[]
  /** The prefix that a proxy in front takes off the path, such as `/api/v1`; empty. */
  readonly rootPath?: string
  /** Called when the server takes requests. */
  readonly onListen?: (server: Server) => void
  /** Takes what goes wrong outside of the application's own handlers, such as a stream that fails in the middle; `console.error`. */
  readonly onError?: (error: unknown) => void
}

/** {@link CommonOptions} with every default in its place; times in milliseconds. */
export interface Settings {
  readonly port: number
  readonly hostname: string
  readonly unix: string | undefined
  readonly shutdownTimeout: number
  readonly rootPath: string
}

const COMMON: readonly (keyof CommonOptions)[] = [
  'port',
  'hostname',
  'unix',
  'signal',
  'shutdownTimeout',
  'installSignalHandlers',
  'trustProxy',
  'rootPath',
  'onListen',
  'onError',
]

/**
 * Reads the options that both take.
 *
 * @param own the names of those that only one takes.
 * @throws TypeError for an option that does not exist or is of the wrong kind, RangeError for a number out of its range.
 */
export function readOptions(options: CommonOptions, own: readonly string[]): Settings {
  assertNames('serve', options, new Set<string>([...COMMON, ...own]))
  const { unix, hostname = '127.0.0.1' } = options
  assertSocket(options)
  if (typeof hostname !== 'string' || hostname === '')
    throw new TypeError("serve: hostname is an address such as '127.0.0.1' or '0.0.0.0'.")
  return {
    port: whole('serve: port', options.port, 8000, 0, 65_535),
    hostname,
    unix,
    shutdownTimeout: milliseconds('shutdownTimeout', options.shutdownTimeout, 10),
    rootPath: readPrefix('serve: rootPath', options.rootPath),
  }
}

/**
 * Refuses `tls` without a key or a certificate: a runtime may take that for a wish to serve without TLS.
 *
 * @throws TypeError
 */
export function assertKeyAndCertificate(tls: { readonly key?: unknown; readonly cert?: unknown } | undefined): void {
  if (tls === undefined) return
  for (const name of ['key', 'cert'] as const) {
    if (tls[name] === undefined || tls[name] === '')
      throw new TypeError(`serve: tls has no ${name}. It needs key and cert, both as PEM text.`)
  }
}
