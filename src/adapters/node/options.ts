import type { ServerOptions as TlsOptions } from 'node:https'
import { assertNames, assertSocket, milliseconds, readPrefix, whole } from '../option-values.ts'
import type { Server } from './serve.ts'

/** Options of {@link serve}. Every time is in seconds. */
export interface ServeOptions {
  /** The port; 8000. With 0 the system chooses a free one, and `Server.port` tells it. */
  readonly port?: number
  /**
   * The address to listen on; `127.0.0.1`, so that nobody else reaches a program that was only tried out. In a container it is
   * `0.0.0.0` or `::`.
   */
  readonly hostname?: string
  /**
   * The path of a Unix socket to listen on, in the place of `port` and `hostname`. Who may connect is for the permissions of the file
   * and its folder to say. Whoever does is `unix` in `trustProxy`, and has no address of its own: without a proxy that is trusted,
   * `clientAddress` is undefined, and throttles count by name alone.
   */
  readonly unix?: string
  /** Closes the server, as {@link Server.close} does, when it is aborted. */
  readonly signal?: AbortSignal
  /**
   * Serves HTTPS with what `node:https` needs: `key` and `cert` at least. `requestCert` wants `ca`, the CA of the clients: without
   * it Node takes the certificates of all public CAs.
   */
  readonly tls?: TlsOptions
  /**
   * Seconds for the head of a request to arrive; 10. A client that sends one byte a minute holds a connection otherwise
   * (Slowloris); `node:http` waits 60.
   */
  readonly headersTimeout?: number
  /** Seconds for a whole request to arrive, its body included; 120. Large uploads over slow lines need more; `node:http` waits 300. */
  readonly requestTimeout?: number
  /**
   * Seconds that a connection is kept without a request; 5. Behind a load balancer it is to be longer than the balancer keeps
   * its idle connections, or now and then a request meets a connection that is just being closed.
   */
  readonly keepAliveTimeout?: number
  /** Seconds that a client may read nothing of an answer that waits for it; 60. `node:http` waits for ever. */
  readonly writeTimeout?: number
  /** Bytes of the head of a request: the target and all headers; 16,384. Over it the answer is 431. */
  readonly maxHeaderSize?: number
  /** Header lines of a request; 100. Over it the answer is 431, where `node:http` of Node 22 drops lines over its limit in silence. */
  readonly maxHeadersCount?: number
  /** Connections at a time; any number. What is over it is closed at once. */
  readonly maxConnections?: number
  /** Requests on one connection; any number. The answer to the last one closes it. */
  readonly maxRequestsPerSocket?: number
  /** Seconds that {@link Server.close} waits for running requests before it cuts them off; 10. */
  readonly shutdownTimeout?: number
  /** Whether SIGTERM and SIGINT close the server; true. A second one ends the process at once. */
  readonly installSignalHandlers?: boolean
  /**
   * Proxies in front: addresses, CIDR ranges, `loopback`, or `unix` for whoever connects over the Unix socket; none. From a
   * connection that one of them makes, the client's address is taken out of `X-Forwarded-For` and the scheme of `Request.url` out of `X-Forwarded-Proto`. From anybody
   * else these headers are what a client chose to write.
   */
  readonly trustProxy?: readonly string[]
  /** The prefix that a proxy in front takes off the path, such as `/api/v1`; empty. */
  readonly rootPath?: string
  /** Called when the server takes requests. */
  readonly onListen?: (server: Server) => void
  /** Takes what goes wrong outside of the application's own handlers, such as a stream that fails in the middle; `console.error`. */
  readonly onError?: (error: unknown) => void
}

/** {@link ServeOptions} with every default in its place; times in milliseconds, as Node wants them. */
export interface Settings {
  readonly port: number
  readonly hostname: string
  readonly unix: string | undefined
  readonly headersTimeout: number
  readonly requestTimeout: number
  readonly keepAliveTimeout: number
  readonly writeTimeout: number
  readonly maxHeaderSize: number
  readonly maxHeadersCount: number
  readonly maxConnections: number | undefined
  readonly maxRequestsPerSocket: number
  readonly shutdownTimeout: number
  readonly rootPath: string
}

const NAMES: ReadonlySet<string> = new Set<keyof ServeOptions>([
  'port',
  'hostname',
  'unix',
  'signal',
  'tls',
  'headersTimeout',
  'requestTimeout',
  'keepAliveTimeout',
  'writeTimeout',
  'maxHeaderSize',
  'maxHeadersCount',
  'maxConnections',
  'maxRequestsPerSocket',
  'shutdownTimeout',
  'installSignalHandlers',
  'trustProxy',
  'rootPath',
  'onListen',
  'onError',
])

/**
 * Reads the options of {@link serve}.
 *
 * @throws TypeError for an option that does not exist or is of the wrong kind, RangeError for a number out of its range.
 */
export function readOptions(options: ServeOptions): Settings {
  assertNames('serve', options, NAMES)
  assertSocket(options)
  const headersTimeout = milliseconds('headersTimeout', options.headersTimeout, 10)
  const requestTimeout = milliseconds('requestTimeout', options.requestTimeout, 120)
  if (headersTimeout > requestTimeout) {
    throw new RangeError(
      'serve: headersTimeout is a part of requestTimeout and can not be longer. Raise requestTimeout.',
    )
  }
  const { maxConnections, tls } = options
  if (tls?.requestCert && tls.ca === undefined && tls.pfx === undefined && tls.secureContext === undefined) {
    throw new TypeError(
      'serve: tls.requestCert without tls.ca would let in whoever has a certificate of any public CA. Set ca to the CA of your clients.',
    )
  }
  return {
    port: whole('serve: port', options.port, 8000, 0, 65_535),
    hostname: options.hostname ?? '127.0.0.1',
    unix: options.unix,
    headersTimeout,
    requestTimeout,
    keepAliveTimeout: milliseconds('keepAliveTimeout', options.keepAliveTimeout, 5),
    writeTimeout: milliseconds('writeTimeout', options.writeTimeout, 60),
    maxHeaderSize: whole('serve: maxHeaderSize', options.maxHeaderSize, 16_384, 1024, 1_048_576),
    maxHeadersCount: whole('serve: maxHeadersCount', options.maxHeadersCount, 100, 1, 10_000),
    maxConnections:
      maxConnections === undefined ? undefined : whole('serve: maxConnections', maxConnections, 0, 1, 2 ** 31),
    maxRequestsPerSocket: whole('serve: maxRequestsPerSocket', options.maxRequestsPerSocket, 0, 0, 2 ** 31),
    shutdownTimeout: milliseconds('shutdownTimeout', options.shutdownTimeout, 10),
    rootPath: readPrefix('serve: rootPath', options.rootPath),
  }
}
