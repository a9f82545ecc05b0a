import {
  type Attributes,
  context,
  type Histogram,
  type MeterProvider,
  metrics,
  propagation,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  type TracerProvider,
  trace,
} from '@opentelemetry/api'
import { HTTPException } from '../exceptions.ts'
import type { Incoming } from '../incoming.ts'
import { nameOf } from '../logged-error.ts'
import type { Answered, Observer } from '../observer.ts'
import { assertOptions } from '../params.ts'

/** Options of {@link openTelemetry}. */
export interface OpenTelemetryOptions {
  /** Makes spans; default: the one that is registered with `@opentelemetry/api`. */
  readonly tracerProvider?: TracerProvider
  /** Makes the histogram; default: the one that is registered. */
  readonly meterProvider?: MeterProvider
  /**
   * Whether a span continues the trace of the request's `traceparent`; true. False behind no proxy of yours: then anybody may say to
   * which trace a request belongs, and whether it is sampled.
   */
  readonly continueTrace?: boolean
  /** Whether a span has `client.address`, which is personal data in many places; false. */
  readonly clientAddress?: boolean
  /** Leaves requests out, by method and path as they came: `({ path }) => path === '/health'`; none. */
  readonly skip?: (incoming: Incoming) => boolean
}

/** The methods that the conventions know; every other is `_OTHER`, so that no client makes up the names of time series. */
const METHODS: ReadonlySet<string> = new Set([
  'CONNECT',
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'POST',
  'PUT',
  'QUERY',
  'TRACE',
])

/** The boundaries of the histogram that the conventions ask for, in seconds. */
const BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

const HEADERS: TextMapGetter<Incoming> = {
  get: (incoming, name) => incoming.header(name.toLowerCase()),
  keys: () => ['traceparent', 'tracestate', 'baggage'], // those of W3C; propagators ask for theirs by name
}

/**
 * An observer that makes a server span and a duration of each request, by the semantic conventions for HTTP.
 *
 * The handler and its dependencies run in the span's context, so that spans of database clients stand below it. A span has the method,
 * the declared path, the status, scheme and host of the request, and no header, query, path as it was sent, nor what an error says: of
 * the attributes that the conventions require, `url.path` and `url.query` are left out on purpose.
 *
 * It needs `@opentelemetry/api`, and does nothing until an SDK is registered there.
 *
 * @throws TypeError for an option that is unknown or cannot be what was meant.
 * @example
 * ```ts
 * import { App } from 'sallyport'
 * import { openTelemetry } from 'sallyport/opentelemetry'
 *
 * const app = new App()
 * app.observe(openTelemetry({ skip: ({ path }) => path === '/health' }))
 * ```
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-span
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-metrics/#metric-httpserverrequestduration
 */
export function openTelemetry(options: OpenTelemetryOptions = {}): Observer {
  assertOptions(options, ['tracerProvider', 'meterProvider', 'continueTrace', 'clientAddress', 'skip'], 'openTelemetry')
  const { tracerProvider = trace, meterProvider, continueTrace = true, clientAddress = false, skip } = options
  const tracer = tracerProvider.getTracer('sallyport')
  // A meter of a provider that is registered later would never measure: it is asked for with the first request.
  let duration: Histogram | undefined

  return (incoming) => {
    if (skip?.(incoming)) return undefined
    duration ??= durationOf(meterProvider ?? metrics.getMeterProvider())
    const { method: sent, scheme } = incoming
    const method = METHODS.has(sent) ? sent : '_OTHER'
    const around = continueTrace ? propagation.extract(context.active(), incoming, HEADERS) : context.active()
    const attributes: Attributes = {
      'http.request.method': method,
      'url.scheme': scheme,
      ...serverOf(incoming.header('host'), scheme),
      ...(clientAddress && incoming.clientAddress !== undefined ? { 'client.address': incoming.clientAddress } : {}),
    }
    const span = tracer.startSpan(nameOfSpan(method), { kind: SpanKind.SERVER, attributes }, around)
    const within = trace.setSpan(around, span)
    return {
      around: (answer) => context.with(within, answer),
      end(answered) {
        const { route, status, milliseconds } = answered
        const error = errorOf(answered)
        const outcome: Attributes = {
          'http.response.status_code': status,
          ...(route === undefined ? {} : { 'http.route': route }),
          ...(error === undefined ? {} : { 'error.type': error }),
        }
        if (route !== undefined) span.updateName(nameOfSpan(method, route))
        span.setAttributes(outcome)
        if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR })
        span.end()
        duration?.record(
          milliseconds / 1000,
          { 'http.request.method': method, 'url.scheme': scheme, ...outcome },
          within,
        )
      },
    }
  }
}

function durationOf(provider: MeterProvider): Histogram {
  return provider.getMeter('sallyport').createHistogram('http.server.request.duration', {
    description: 'Duration of HTTP server requests.',
    unit: 's',
    advice: { explicitBucketBoundaries: BOUNDARIES },
  })
}

/** `GET /items/{id}`; the method alone where the path is nobody's, since a client can make up as many of them as it likes. */
function nameOfSpan(method: string, route?: string): string {
  const name = method === '_OTHER' ? 'HTTP' : method
  return route === undefined ? name : `${name} ${route}`
}

/** What went wrong on our side: a status under 500 is none of our errors, whatever was thrown to make it. */
function errorOf({ status, error, aborted }: Answered): string | undefined {
  const name = error instanceof Error && !(error instanceof HTTPException) ? nameOf(error) : undefined
  if (status >= 500) return name ?? String(status)
  return status < 400 && error !== undefined && !aborted ? (name ?? 'Error') : undefined // a stream that broke
}

/** The host and port that the client addressed; text that is neither is left out. */
function serverOf(host: string | undefined, scheme: string): Attributes {
  const [, name, port] = /^([a-z\d.-]{1,253}|\[[\da-f:.]{2,45}\])(?::(\d{1,5}))?$/i.exec(host ?? '') ?? []
  if (name === undefined) return {}
  return {
    'server.address': name.toLowerCase().replace(/^\[|\]$/g, ''),
    'server.port': port === undefined ? (scheme === 'https' ? 443 : 80) : Number(port),
  }
}
