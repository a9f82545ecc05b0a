/** Unions with what JSON has no value for: ArkType would write a schema of anything for it, in the document and as what may leave. */
import { type } from 'arktype'
import { App, Body, Query, type Schema } from 'sallyport'
import { describe, expect, test } from 'vitest'
import { componentShapes, operationShapes } from './shape.ts'
import { SECRET } from './store.ts'

const User = type({ name: 'string' })
const stored = { name: 'johndoe', hash: SECRET }

/** What is sent of a value, as the schema of an answer lets it out. */
async function sent(schema: unknown, value: unknown): Promise<unknown> {
  const app = new App({ onError: () => {} })
  app.get('/', { response: schema as Schema }, () => value as object)
  const answer = await app.request('/')
  const text = await answer.text()
  expect(answer.status, text).toBe(200)
  return text === '' ? undefined : JSON.parse(text)
}

class Held {
  readonly held = true
}

test.each<[string, unknown]>([
  ['undefined', User.or('undefined')],
  ['a bigint', User.or('bigint')],
  ['a symbol', User.or('symbol')],
  ['an instance', User.or(type.instanceOf(Held))],
  ['a date', User.or('Date')],
])('a stored hash does not leave beside %s', async (_, schema) => {
  expect(await sent(schema, stored)).toEqual({ name: 'johndoe' })
})

test('nor from inside of an object, a list or a union in a union', async () => {
  const inner = User.or('undefined')
  expect(await sent(type({ 'user?': inner }), { user: stored, hash: SECRET })).toEqual({ user: { name: 'johndoe' } })
  expect(await sent(inner.array(), [stored])).toEqual([{ name: 'johndoe' }])
  expect(await sent(User.array().or(inner), [stored])).toEqual([{ name: 'johndoe' }])
  expect(await sent(type({ held: inner }).or('undefined'), { held: stored })).toEqual({ held: { name: 'johndoe' } })
})

test('what does fit still leaves', async () => {
  const at = new Date('2030-01-01T00:00:00Z')
  expect(await sent(User.or('Date'), at)).toBe(at.toISOString())
  expect(await sent(type({ at: 'Date | null', 'by?': 'string | undefined' }), { at, by: 'me' })).toEqual({
    at: at.toISOString(),
    by: 'me',
  })
  expect(await sent(type({ value: 'unknown' }), { value: stored })).toEqual({ value: stored })
})

test('the document does not say that anything will do', () => {
  const app = new App()
  const Change = type({ 'name?': 'string | undefined', 'anyOf?': "'a' | 'b' | undefined", 'more?': 'unknown' })
  app.post(
    '/users',
    {
      params: {
        text: Query(type('string <= 20 | undefined')),
        count: Query(type('number.integer >= 1 | undefined')),
        change: Body(Change),
      },
      response: type({ at: 'Date | null', user: User.or('undefined') }),
    },
    () => ({ at: null, user: undefined }),
  )
  const document = app.openapi()
  expect(operationShapes(document)['POST /users']).toMatchObject({
    'query text': 'string ..20',
    'query count': 'integer 1..',
  })
  const { parameters } = document.paths['/users']?.post ?? {}
  expect(parameters?.map(({ schema }) => schema)).toEqual([
    { type: 'string', maxLength: 20 },
    { type: 'integer', minimum: 1 },
  ])
  expect({ ...operationShapes(document)['POST /users'], ...componentShapes(document) }).toMatchObject({
    'application/json': '{ anyOf?: "a" | "b"; more?: anything; name?: string }',
    200: '{ at: string | null; user: { name: string } }',
  })
})

describe('a response that says nothing', () => {
  const user = type({ name: 'string' })
  const declare = (response: unknown) => () =>
    new App().get('/', { response } as never, (() => ({ name: 'a', hash: 'H' })) as never)
  const refused = /^GET \/: response says nothing of the answer, so everything would be let out\..*\.to\(…\)/

  test.each([
    ['a pipe without its output', user.pipe((each) => each)],
    ['a union with such a pipe', user.or(type('string').pipe((each) => each))],
    ['unknown', type('unknown')],
  ])('%s is refused when declared', (_, response) => {
    expect(declare(response)).toThrow(refused)
  })

  test('a pipe whose output is said is filtered by it', async () => {
    const app = new App()
    app.get('/', { response: user.pipe((each) => each).to(user) } as never, (() => ({ name: 'a', hash: 'H' })) as never)
    expect(await (await app.request('/')).json()).toEqual({ name: 'a' })
  })
})
