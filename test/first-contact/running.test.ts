/** Mistakes that are told when a request comes: what the log says, whole, and that the client learns nothing of it. */
import { App, cors, dependency, HTTPException } from 'sallyport'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

const User = z.object({ name: z.string(), roles: z.array(z.string()) })

/** Answers `GET /x` with what a handler gives, and keeps what the log is told. */
async function told(declare: (app: App) => void): Promise<{ status: number; body: string; log: unknown[] }> {
  const log: unknown[] = []
  const app = new App({ onError: (error) => log.push(error) })
  declare(app)
  const response = await app.request('/x')
  return { status: response.status, body: await response.text(), log }
}

const returning =
  (value: unknown, options: object = {}) =>
  (app: App): void =>
    app.get('/x', options, () => value as never)

const throwing =
  (value: unknown) =>
  (app: App): void =>
    app.get('/x', () => {
      throw value
    })

const circular: Record<string, unknown> = {}
circular.self = circular

const mistakes: readonly (readonly [mistake: string, declare: (app: App) => void, message: string])[] = [
  [
    'a promise in the answer',
    returning({ user: { name: Promise.resolve('john') } }),
    'GET /x: the answer holds a Promise at user.name: await it before you return it.',
  ],
  [
    'a list of promises, as async callbacks of map() make it',
    returning([1, 2].map(async (id) => ({ id }))),
    'GET /x: the answer holds a Promise at 0: await it before you return it.',
  ],
  [
    'a promise in what a dependency gives',
    (app) => {
      const getUser = dependency(() => ({ name: Promise.resolve('john') }))
      app.get('/x', { params: { user: getUser } }, ({ user }) => user)
    },
    'GET /x: the answer holds a Promise at name: await it before you return it.',
  ],
  [
    'a promise where the response schema wants a value',
    returning({ name: Promise.resolve('john'), roles: [] }, { response: User }),
    "GET /x: the handler's value does not fit the response schema: response.name: Invalid input: expected string, received Promise. It holds a Promise at name: await it before you return it.",
  ],
  [
    'a map',
    returning({ counts: new Map([['a', 1]]) }),
    'GET /x: the answer holds a Map at counts: JSON has none. Send Object.fromEntries(map).',
  ],
  ['a set', returning(new Set([1])), 'GET /x: the answer holds a Set: JSON has none. Send [...set].'],
  [
    'a BigInt',
    returning({ n: 1n }),
    'GET /x: the answer cannot be written as JSON: Do not know how to serialize a BigInt. Leave it out, or make a text of it.',
  ],
  [
    'an object that holds itself',
    returning(circular),
    'GET /x: the answer cannot be written as JSON: Converting circular structure to JSON. Leave it out, or make a text of it.',
  ],
  ['a function', returning(() => 1), "GET /x: the handler's value is a function, which has no JSON."],
  [
    'no return where a response is declared',
    returning(undefined, { response: User }),
    "GET /x: the handler's value does not fit the response schema: response: Field required. The handler returned nothing: is there a return?",
  ],
  [
    'a value that does not fit: the place in it, and not the value',
    returning({ name: 'john', roles: ['admin', { password: 'hunter2' }] }, { response: User }),
    "GET /x: the handler's value does not fit the response schema: response.roles.1: Invalid input: expected string, received object",
  ],
  [
    'an exception that is returned',
    returning(new HTTPException(404, 'Not here')),
    'GET /x: the handler returned an error. Throw it: throw new HTTPException(…).',
  ],
  [
    'a text that is thrown',
    throwing('hunter2'),
    "GET /x: what was thrown is no Error (string). Throw new HTTPException(404, 'Not here') for an answer, new Error(…) for a failure.",
  ],
  [
    'an object that is thrown',
    throwing({ status: 404 }),
    "GET /x: what was thrown is no Error (object). Throw new HTTPException(404, 'Not here') for an answer, new Error(…) for a failure.",
  ],
  ['a Response that is thrown', throwing(new Response('x')), 'GET /x: a Response was thrown. Return it.'],
  [
    'a middleware without return',
    (app) => {
      app.use((async (request: Request, next: (request: Request) => Promise<Response>) => {
        await next(request)
      }) as never)
      app.get('/x', () => 1)
    },
    'A middleware gives a Response: return next(request), or a Response of your own.',
  ],
  [
    'a middleware that was not made',
    (app) => {
      app.use(cors as never)
      app.get('/x', () => 1)
    },
    'A middleware gave a function. What makes a middleware is called: app.use(cors()), not app.use(cors).',
  ],
  [
    'a stream where a response is declared',
    returning(new ReadableStream(), { response: User }),
    'GET /x: a stream cannot be checked against the response schema. Return a Response, or leave the schema out.',
  ],
]

test.each(mistakes)('%s', async (_, declare, message) => {
  const { status, body, log } = await told(declare)
  expect([status, body]).toEqual([500, 'Internal Server Error'])
  expect(log.map((error) => (error as Error).message)).toEqual([message])
})

describe('what is no mistake', () => {
  test.each([
    ['empty objects', { a: {}, b: [{}], c: '{}' }],
    ['what says itself how it is written', { at: new Date(0), url: new URL('http://localhost/'), a: {} }],
    ['a Response beside a response schema: it is sent as it is', Response.json({ own: true })],
  ])('%s', async (_, value) => {
    const { status, log } = await told(returning(value, value instanceof Response ? { response: User } : {}))
    expect([status, log]).toEqual([200, []])
  })

  test('a map that has a toJSON', async () => {
    const map = Object.assign(new Map([['a', 1]]), { toJSON: () => ({ a: 1 }) })
    const { status, log } = await told(returning({ map, empty: {} }))
    expect([status, log.map(String)]).toEqual([200, []])
  })
})

test('what was thrown is the cause, for the log alone', async () => {
  const { log } = await told(throwing('hunter2'))
  expect((log[0] as Error).cause).toBe('hunter2')
})
