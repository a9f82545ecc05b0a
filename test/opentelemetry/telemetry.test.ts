/** Spans and durations as an SDK in memory gets them: compared whole, so that nothing more can be in them. */
import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import {
  AggregationTemporality,
  type DataPoint,
  type Histogram,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { App, dependency, HTTPException, Path } from 'sallyport'
import { serve } from 'sallyport/node'
import { type OpenTelemetryOptions, openTelemetry } from 'sallyport/opentelemetry'
import { HTTPBearer } from 'sallyport/security'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'

const spans = new InMemorySpanExporter()
const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spans })] })
const figures = new InMemoryMetricExporter(AggregationTemporality.DELTA)
const reader = new PeriodicExportingMetricReader({ exporter: figures, exportIntervalMillis: 3_600_000 })
const meterProvider = new MeterProvider({ readers: [reader] })

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())
})
afterAll(async () => {
  context.disable()
  propagation.disable()
  await meterProvider.shutdown()
})
beforeEach(async () => {
  await reader.forceFlush() // what an earlier test left
  spans.reset()
  figures.reset()
})

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const PARENT = 'b7ad6b7169203331'
const CONTINUED = { traceparent: `00-${TRACE}-${PARENT}-01` }

function observed(options: OpenTelemetryOptions = {}): App {
  const app = new App({ onError: () => {} })
  app.observe(openTelemetry({ tracerProvider, meterProvider, ...options }))
  app.get('/items/{id}', { params: { id: Path(z.int()) } }, ({ id }) => ({ id }))
  app.get('/me', { params: { token: new HTTPBearer() } }, () => 1)
  app.get('/boom', () => {
    throw new RangeError('hunter2')
  })
  app.get('/gateway', () => {
    throw new HTTPException(502)
  })
  return app
}

const seen = () =>
  spans.getFinishedSpans().map(({ name, kind, attributes, status, events, links }) => ({
    name,
    kind,
    attributes: { ...attributes },
    status,
    events,
    links,
  }))

const span = (name: string, attributes: object, status: object = { code: SpanStatusCode.UNSET }) => ({
  name,
  kind: SpanKind.SERVER,
  attributes: {
    'http.request.method': 'GET',
    'url.scheme': 'http',
    'server.address': 'localhost',
    'server.port': 80,
    ...attributes,
  },
  status,
  events: [],
  links: [],
})

const HOST = { host: 'localhost' }
const failed = { code: SpanStatusCode.ERROR }

describe('a span', () => {
  test.each([
    [
      '/items/7?token=secret',
      span('GET /items/{id}', { 'http.route': '/items/{id}', 'http.response.status_code': 200 }),
    ],
    ['/items/x', span('GET /items/{id}', { 'http.route': '/items/{id}', 'http.response.status_code': 422 })],
    ['/me', span('GET /me', { 'http.route': '/me', 'http.response.status_code': 401 })],
    ['/nope', span('GET', { 'http.response.status_code': 404 })],
    [
      '/boom',
      span(
        'GET /boom',
        { 'http.route': '/boom', 'http.response.status_code': 500, 'error.type': 'RangeError' },
        failed,
      ),
    ],
    [
      '/gateway',
      span('GET /gateway', { 'http.route': '/gateway', 'http.response.status_code': 502, 'error.type': '502' }, failed),
    ],
  ])('of %s', async (path, expected) => {
    await observed().request(path, { headers: { ...HOST, authorization: 'Basic secret', cookie: 'a=secret' } })
    expect(seen()).toEqual([expected])
  })

  test('of a method that the conventions do not know', async () => {
    await observed().request('/x', { method: 'HUNTER2', headers: HOST })
    expect(seen()).toEqual([span('HTTP', { 'http.request.method': '_OTHER', 'http.response.status_code': 404 })])
  })

  test('of a stream ends with it, in error where it breaks', async () => {
    const app = observed()
    app.get('/stream', async function* () {
      yield 'one'
      throw new RangeError('hunter2')
    } as never)
    const response = await app.request('/stream', { headers: HOST })
    expect(seen()).toEqual([])
    await response.text().catch(() => {})
    const attributes = { 'http.route': '/stream', 'http.response.status_code': 200, 'error.type': 'RangeError' }
    await vi.waitFor(() => expect(seen()).toEqual([span('GET /stream', attributes, failed)]))
  })

  test('has a client address only where that is asked for, and no host that is none', async () => {
    const app = observed({ clientAddress: true })
    await app.request('/nope', { headers: { host: 'a b' } }, { clientAddress: '192.0.2.7' })
    await observed().request('/nope', { headers: { host: '[::1]:8443' } }, { clientAddress: '192.0.2.7' })
    expect(seen().map(({ attributes }) => attributes)).toEqual([
      {
        'http.request.method': 'GET',
        'url.scheme': 'http',
        'client.address': '192.0.2.7',
        'http.response.status_code': 400,
      },
      {
        'http.request.method': 'GET',
        'url.scheme': 'http',
        'server.address': '::1',
        'server.port': 8443,
        'http.response.status_code': 404,
      },
    ])
  })

  test('of a mounted app has the whole path', async () => {
    const app = new App().observe(openTelemetry({ tracerProvider, meterProvider }))
    const inner = new App()
    inner.get('/x', () => 1)
    app.mount('/inner', inner)
    await app.request('/inner/x', { headers: HOST })
    expect(seen()).toEqual([span('GET /inner/x', { 'http.route': '/inner/x', 'http.response.status_code': 200 })])
  })
})

describe('the context', () => {
  test('continues the trace of the request, and holds for handler and dependencies', async () => {
    const app = observed()
    const inDependency = dependency(() => trace.getActiveSpan()?.spanContext().spanId)
    app.get('/within', { params: { early: inDependency } }, async ({ early }) => {
      await Promise.resolve()
      tracerProvider.getTracer('test').startSpan('query').end()
      return early
    })
    const early = await (await app.request('/within', { headers: { ...HOST, ...CONTINUED } })).json()
    const [query, server] = spans.getFinishedSpans()
    expect(server?.spanContext()).toMatchObject({ traceId: TRACE, spanId: early })
    expect(server?.parentSpanContext?.spanId).toBe(PARENT)
    expect(query?.parentSpanContext?.spanId).toBe(early)
  })

  test('is one of its own with continueTrace: false, and where traceparent is none', async () => {
    await observed({ continueTrace: false }).request('/nope', { headers: CONTINUED })
    await observed().request('/nope', { headers: { traceparent: 'secret' } })
    for (const { parentSpanContext } of spans.getFinishedSpans()) expect(parentSpanContext).toBeUndefined()
    expect(spans.getFinishedSpans()).toHaveLength(2)
  })
})

test('the duration, in seconds, by method, path, status and error', async () => {
  const app = observed()
  for (const path of ['/items/7', '/items/8', '/boom', '/nope/1', '/nope/2']) await app.request(path, { headers: HOST })
  await reader.forceFlush()
  const [metric] = figures.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
  expect(metric?.descriptor).toMatchObject({ name: 'http.server.request.duration', unit: 's' })
  const points = metric?.dataPoints as DataPoint<Histogram>[]
  const common = { 'http.request.method': 'GET', 'url.scheme': 'http' }
  expect(points.map(({ attributes, value }) => [attributes, value.count])).toEqual([
    [{ ...common, 'http.route': '/items/{id}', 'http.response.status_code': 200 }, 2],
    [{ ...common, 'http.route': '/boom', 'http.response.status_code': 500, 'error.type': 'RangeError' }, 1],
    [{ ...common, 'http.response.status_code': 404 }, 2],
  ])
  expect(points[0]?.value.buckets.boundaries).toEqual([
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
  ])
  expect(points[0]?.value.sum).toBeLessThan(60) // seconds, not milliseconds
})

test('on Node: one span for each request, with the port of the server', async () => {
  const app = observed({ skip: ({ path }) => path === '/items/1' })
  await using server = await serve(app, { port: 0, installSignalHandlers: false })
  await (await fetch(`${server.url}/items/1`)).text()
  await (await fetch(`${server.url}/items/2`, { headers: CONTINUED })).text()
  const attributes = {
    'http.route': '/items/{id}',
    'http.response.status_code': 200,
    'server.address': '127.0.0.1',
    'server.port': server.port,
  }
  await vi.waitFor(() => expect(seen()).toEqual([span('GET /items/{id}', attributes)]))
  expect(spans.getFinishedSpans()[0]?.spanContext().traceId).toBe(TRACE)
})

test('without an SDK nothing is kept, and requests are answered', async () => {
  const app = new App().observe(openTelemetry())
  app.get('/x', () => 1)
  expect((await app.request('/x')).status).toBe(200)
})

test('an SDK that is registered after the app was made is used', async () => {
  const app = new App().observe(openTelemetry())
  trace.setGlobalTracerProvider(tracerProvider)
  try {
    await app.request('/x', { headers: HOST })
  } finally {
    trace.disable()
  }
  expect(seen()).toEqual([span('GET', { 'http.response.status_code': 404 })])
})

test('an option that is none is refused', () => {
  expect(() => openTelemetry({ tracer: 1 } as never)).toThrow(/^openTelemetry has no option tracer\./)
})
