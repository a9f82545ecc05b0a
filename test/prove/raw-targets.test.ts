/** 100,000 spellings of targets, raw over sockets and as web requests: never a handler without its dependencies. */
import { App, anyOf, CurrentIncoming, dependency, type Incoming, Path, Query, Router, Security } from 'sallyport'
import { serve } from 'sallyport/node'
import { APIKeyHeader, HTTPBearer } from 'sallyport/security'
import { beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { randomOf, spell } from './targets.ts'
import { sendAll, type WireRequest } from './wire.ts'

const TARGETS = Number(process.env.PROVE_TARGETS ?? 100_000)
const SEED = Number(process.env.PROVE_SEED ?? 20_260_501)

// ---- An app whose every operation is secured -------------------------------------------------------------------------------------

/** Requests whose security has run, with whom it found. */
const known = new WeakMap<Incoming, string>()
const holes: string[] = []
let handled = 0

const bearer = new HTTPBearer({
  scopes: { a: 'A.' },
  verify: ({ credentials }) => (/^t\d+$/.test(credentials) ? { subject: credentials, scopes: ['a'] } : undefined),
})
const guard = dependency({ incoming: CurrentIncoming, user: Security(bearer, ['a']) }, ({ incoming, user }) => {
  known.set(incoming, user.subject)
  return user
})
const slowGuard = dependency({ incoming: CurrentIncoming, user: bearer }, async function* ({ incoming, user }) {
  await null
  known.set(incoming, user.subject)
  yield user
})
const either = dependency(
  { incoming: CurrentIncoming, user: anyOf(new APIKeyHeader({ name: 'x-never' }), bearer) },
  ({ incoming, user }) => {
    if (typeof user === 'string') throw bearer.makeNotAuthenticatedError()
    known.set(incoming, user.subject)
  },
)

/** Says for whom it ran, as security has found; a handler that security has not seen is a hole. */
function answer({ incoming }: { incoming: Incoming }): { caller: string } {
  handled++
  const caller = known.get(incoming)
  if (caller === undefined) holes.push(`${incoming.method} ${incoming.path}: the handler ran, security did not`)
  return { caller: caller ?? 'nobody' }
}

/** @param hole whether one operation is left open, for the test of this test. */
function makeApp(hole = false): App {
  const app = new App({
    docsUrl: null,
    redocUrl: null,
    openapiUrl: null,
    onError: (error) => holes.push(String(error)),
  })
  const incoming = CurrentIncoming
  const id = Path(z.string())
  const [listed, slow, or] = [{ dependencies: [guard] }, { dependencies: [slowGuard] }, { dependencies: [either] }]
  app.get('/', { params: { incoming }, ...listed }, answer)
  app.get('/users/me', { params: { incoming, user: guard } }, answer)
  app.get('/users/{id}', { params: { incoming, id }, ...slow }, answer)
  app.delete('/users/{id}', { params: { incoming, id }, ...listed }, answer)
  app.post('/users', { params: { incoming }, ...or }, answer)
  app.get('/users/', { params: { incoming }, ...slow }, answer)
  app.get('/users/{id}/posts/{post}', { params: { incoming, id, post: Path(z.int()) }, ...or }, answer)
  app.get('/users/{id}.json', { params: { incoming, id }, ...listed }, answer)
  app.head('/status', { params: { incoming }, ...listed }, answer)
  app.options('/status', { params: { incoming }, ...listed }, answer)
  app.get('/status', { params: { incoming, q: Query(z.string().optional()) }, ...slow }, answer)
  app.get('/a-b/é', { params: { incoming }, ...listed }, answer)
  app.get('/a%2Fb', { params: { incoming }, ...listed }, answer)
  app.get('/files/{rest:path}', { params: { incoming, rest: Path(z.string()) }, ...slow }, answer)
  if (hole) app.get('/open', { params: { incoming } }, answer)
  const router = new Router({ prefix: '/admin', dependencies: [guard] })
  router.get('/', { params: { incoming } }, answer)
  router.put('/panel', { params: { incoming } }, answer)
  router.get('/panel/{rest:path}', { params: { incoming, rest: Path(z.string()) } }, answer)
  app.include(router)
  const inner = new App({ dependencies: [guard], docsUrl: null, redocUrl: null, openapiUrl: null })
  inner.get('/', { params: { incoming } }, answer)
  inner.get('/rows/{id}', { params: { incoming, id } }, answer)
  app.mount('/inner', inner)
  return app
}

const PATHS = [
  ...['/', '/users/me', '/users/me', '/users/7', '/users', '/users/', '/users/7/posts/3', '/users/7.json', '/status'],
  ...['/a-b/%C3%A9', '/a%2Fb', '/files/', '/files/a/b', '/files/a%2Fb', '/admin/', '/admin/panel', '/admin/panel/a/b'],
  ...['/inner', '/inner/', '/inner/rows/7', '/status?q=1', '/users/me/', '/open', '/nothing'],
]

interface Tried extends WireRequest {
  readonly target: string
  /** The caller whose token it has; undefined for none, and for what is none. */
  readonly caller: string | undefined
  readonly authorization: string | undefined
}

const METHODS = [
  'GET',
  'GET',
  'GET',
  'GET',
  'GET',
  'GET',
  'GET',
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'OPTIONS',
  'PATCH',
]
const WRONG = [
  'Bearer',
  'Bearer x',
  'Basic dDE6dDE=',
  'bearer  t',
  'Bearer t1, Bearer t2',
  't1',
  'Bearer "t1"',
  'Bearer t1x',
]

function makeRequests(count: number, seed: number): Tried[] {
  const random = randomOf(seed)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  return Array.from({ length: count }, (_, at): Tried => {
    const target = spell(PATHS, random)
    const method = pick(METHODS)
    const kind = random()
    const caller = kind < 0.3 ? `t${at}` : undefined
    const authorization = caller ? `Bearer ${caller}` : kind < 0.5 ? pick(WRONG) : undefined
    const extra =
      random() < 0.1
        ? `${pick(['X-Original-URL: /open', 'X-Forwarded-For: 127.0.0.1', 'X-Forwarded-Prefix: /open', 'Upgrade: h2c', 'X-HTTP-Method-Override: GET'])}\r\n`
        : ''
    const body = method === 'POST' || method === 'PUT' || method === 'PATCH'
    const framing = !body
      ? '\r\n'
      : random() < 0.5
        ? 'Content-Length: 2\r\n\r\n{}'
        : 'Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n'
    const lines = `Host: 127.0.0.1\r\n${authorization ? `Authorization: ${authorization}\r\n` : ''}${extra}`
    return { method, target, caller, authorization, text: `${method} ${target} HTTP/1.1\r\n${lines}${framing}` }
  })
}

const REFUSALS: ReadonlySet<number> = new Set([307, 400, 401, 403, 404, 405, 414, 422, 426, 431])

class Verdicts {
  readonly wrong: string[] = []
  readonly statuses = new Map<number | undefined, number>()

  take({ method, target, caller }: Tried, status: number | undefined, body: string): void {
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1)
    const where = `${method} ${JSON.stringify(target)} as ${caller ?? 'nobody'}`
    if (status === 200) {
      // The caller of this request, not of another on the connection.
      const found = method === 'HEAD' ? caller : (JSON.parse(body) as { caller?: string }).caller
      if (caller === undefined || found !== caller) this.wrong.push(`${where}: 200 for ${found ?? 'nobody'}`)
    } else if (status !== undefined && !REFUSALS.has(status)) this.wrong.push(`${where}: ${status}`)
  }

  get(status: number | undefined): number {
    return this.statuses.get(status) ?? 0
  }
}

beforeEach(() => {
  holes.length = 0
  handled = 0
})

async function overSockets(app: App, requests: readonly Tried[]): Promise<{ verdicts: Verdicts; answered: number }> {
  await using server = await serve(app, { port: 0, installSignalHandlers: false })
  const verdicts = new Verdicts()
  const CONNECTIONS = 8
  let answered = 0
  const size = Math.ceil(requests.length / CONNECTIONS)
  await Promise.all(
    Array.from({ length: CONNECTIONS }, (_, lane) => {
      const own = requests.slice(lane * size, (lane + 1) * size)
      return sendAll(
        server.port,
        own,
        (at, got) => {
          answered++
          verdicts.take(own[at] as Tried, got?.status, got?.body ?? '')
        },
        // One at a time, a few, and many in one segment.
        [1, 2, 4, 8, 16, 32, 48, 60][lane] as number,
      )
    }),
  )
  return { verdicts, answered }
}

test('an operation that was left open is found', async () => {
  const { verdicts } = await overSockets(makeApp(true), makeRequests(500, SEED))
  expect(holes[0]).toMatch(/\/open: the handler ran, security did not$/)
  expect(verdicts.wrong[0]).toMatch(/: 200 for nobody$/)
})

test(`${TARGETS} spellings, raw over sockets, kept alive and pipelined`, async () => {
  const { verdicts, answered } = await overSockets(makeApp(), makeRequests(TARGETS, SEED))
  expect(holes).toEqual([])
  expect(verdicts.wrong).toEqual([])
  expect(answered).toBe(TARGETS)
  expect(verdicts.get(undefined)).toBe(0)
  // They came near: many matched, many were refused for want of a caller, and handlers ran for no others than those answered.
  expect(verdicts.get(200)).toBeGreaterThan(TARGETS * 0.05)
  expect(verdicts.get(401)).toBeGreaterThan(TARGETS * 0.12)
  expect(handled).toBeGreaterThanOrEqual(verdicts.get(200))
}, 300_000)

test(`${TARGETS} spellings as web requests, as far as a URL can hold them`, async () => {
  const app = makeApp()
  const verdicts = new Verdicts()
  let sent = 0
  for (const tried of makeRequests(TARGETS, SEED + 1)) {
    let request: Request
    try {
      request = new Request(`http://127.0.0.1${tried.target.startsWith('/') ? '' : '/'}${tried.target}`, {
        method: tried.method,
        headers: tried.authorization ? { authorization: tried.authorization } : {},
      })
    } catch {
      continue
    }
    sent++
    const response = await app.fetch(request)
    const body = response.status === 200 ? await response.text() : ''
    verdicts.take(tried, response.status, body)
  }
  expect(holes).toEqual([])
  expect(verdicts.wrong).toEqual([])
  expect(sent).toBeGreaterThan(TARGETS * 0.9)
  expect(verdicts.get(200)).toBeGreaterThan(TARGETS * 0.05)
  expect(verdicts.get(401)).toBeGreaterThan(TARGETS * 0.12)
  expect(handled).toBe(verdicts.get(200))
}, 300_000)
