/** Fields of an answer of which its schema says nothing: what nobody wrote does not leave, what was written does. */
import { toStandardJsonSchema } from '@valibot/to-json-schema'
import { scope, type } from 'arktype'
import { App, type Schema } from 'sallyport'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { SECRET } from './store.ts'

const stored = { name: 'johndoe', hash: SECRET }

class Account {
  readonly name = 'johndoe'
  readonly hash = SECRET
}

class Amount {
  readonly cents = 250
  toJSON(): string {
    return '2.50'
  }
}

const declare = (response: unknown): (() => void) => {
  return () => new App().get('/me', { response: response as Schema }, () => null)
}

async function sent(schema: unknown, value: unknown): Promise<unknown> {
  const app = new App({ onError: () => {} })
  app.get('/', { response: schema as Schema }, () => value as object)
  const answer = await app.request('/')
  const text = await answer.text()
  expect(answer.status, text).toBe(200)
  return JSON.parse(text)
}

describe('ArkType: a pipe without its output, and an instance, below the top', () => {
  const User = type({ name: 'string' })
  const open = User.pipe((user) => user)
  const refused = (name: string): string =>
    `GET /me: response says nothing of ${name}, so everything in it would be let out. End a pipe with the schema of what comes out of it (in ArkType: .to(…)), and write the fields of an instance.`
  const Node = scope({ node: { 'children?': 'node[]', user: open } } as never).export() as never as { node: unknown }

  test.each<[string, unknown, string]>([
    ['a field', type({ user: open }), 'user'],
    ['an optional field', type({ 'user?': open }), 'user'],
    ['a field of a field', type({ page: { user: open } }), 'page.user'],
    ['a described field', type({ user: open.describe('who') }), 'user'],
    ['a union in a field', type({ user: open.or('string') }), 'user'],
    ['a nullable field', type({ user: open.or('null') }), 'user'],
    ['the items of a list', open.array(), '[]'],
    ['the items of a list in a field', type({ users: open.array() }), 'users[]'],
    ['the first of a tuple', type([open, 'string']), '[]'],
    ['the rest of a tuple', type(['string', '...', open.array()]), '[]'],
    ['a record', type({ '[string]': open }), '{}'],
    ['a record in a field', type({ byId: { '[string]': open } }), 'byId{}'],
    ['a member of a union', type({ kind: "'a'", user: open }).or({ kind: "'b'" }), 'user'],
    ['an intersection', type({ user: open }).and({ more: 'string' }), 'user'],
    ['a recursive type', Node.node, 'user'],
    ['two fields', type({ a: open, b: { c: open } }), 'a, b.c'],
    ['an instance', type({ user: type.instanceOf(Account) }), 'user'],
    ['a list of instances', type({ users: type.instanceOf(Account).array() }), 'users[]'],
  ])('%s is refused when declared', (_, schema, name) => {
    expect(declare(schema)).toThrow(new TypeError(refused(name)))
  })

  test('a pipe that says its output is filtered by it', async () => {
    const closed = User.pipe((user) => user).to(User)
    expect(await sent(type({ user: closed }), { user: stored })).toEqual({ user: { name: 'johndoe' } })
    expect(await sent(closed.array(), [stored])).toEqual([{ name: 'johndoe' }])
    expect(
      await sent(type({ n: 'string.numeric.parse', at: 'string.date.parse' }), { n: '1', at: '2030-01-01' }),
    ).toEqual({ n: 1, at: '2030-01-01T00:00:00.000Z' })
  })

  test('what is written to be anything leaves as it is', async () => {
    const closed = User.pipe((user) => user).to(User)
    expect(await sent(type({ user: 'unknown' }), { user: stored })).toEqual({ user: stored })
    expect(await sent(type({ extra: 'unknown', user: closed }), { extra: stored, user: stored })).toEqual({
      extra: stored,
      user: { name: 'johndoe' },
    })
    expect(await sent(type({ user: User.pipe((user) => user).to('unknown') }), { user: stored })).toEqual({
      user: stored,
    })
    expect(await sent(type({ users: 'unknown[]' }), { users: [stored] })).toEqual({ users: [stored] })
    expect(await sent(type({ user: 'object' }), { user: [stored] })).toEqual({ user: [stored] })
  })

  test('an instance that writes itself leaves so', async () => {
    expect(await sent(type({ at: 'URL' }), { at: new URL('https://a.example/') })).toEqual({ at: 'https://a.example/' })
    expect(await sent(type({ price: type.instanceOf(Amount) }), { price: new Amount() })).toEqual({ price: '2.50' })
  })

  test('a list does not leave where only an object is named', async () => {
    const Sized = type({ length: 'number' })
    expect(await sent(Sized, [stored])).toEqual([])
    expect(await sent(type({ tags: "'a'[]" }), { tags: ['a'] })).toEqual({ tags: ['a'] })
  })
})

describe('Zod', () => {
  const User = z.object({ name: z.string() })

  test('a transform is given the named fields only; a pipe after it filters again', async () => {
    const seen: unknown[] = []
    const shown = User.transform((user) => {
      seen.push(user)
      return { ...user, shown: true }
    })
    expect(await sent(z.object({ users: z.array(shown) }), { users: [stored] })).toEqual({
      users: [{ name: 'johndoe', shown: true }],
    })
    expect(seen).toEqual([{ name: 'johndoe' }])
    expect(
      await sent(
        z.object({
          user: z
            .any()
            .transform((): { name: string } => stored)
            .pipe(User),
        }),
        { user: 1 },
      ),
    ).toEqual({
      user: { name: 'johndoe' },
    })
    expect(await sent(z.object({ user: z.preprocess((value) => value, User) }), { user: stored })).toEqual({
      user: { name: 'johndoe' },
    })
    const coded = z.codec(z.string(), User, { decode: (): { name: string } => stored, encode: ({ name }) => name })
    expect(await sent(z.object({ user: coded }), { user: 'johndoe' })).toEqual({ user: { name: 'johndoe' } })
  })

  test('what is written to be anything leaves as it is', async () => {
    expect(await sent(z.object({ a: z.unknown(), b: z.any() }), { a: stored, b: stored })).toEqual({
      a: stored,
      b: stored,
    })
    expect(await sent(z.object({ user: z.lazy(() => z.unknown()) }), { user: stored })).toEqual({ user: stored })
    expect(await sent(z.record(z.string(), z.unknown()), { a: stored })).toEqual({ a: stored })
  })

  const says = (where: string): string =>
    `GET /me: response: the zod schema cannot be written as JSON Schema (the custom schema${where} does not say what it holds, as .meta({ type: 'string' }) would). Use one that JSON has a type for.`

  test.each<[string, z.ZodType, string]>([
    ['at the top', z.custom<{ name: string }>(), ''],
    ['in a field', z.object({ user: z.custom<{ name: string }>() }), ' at properties.user'],
    ['in a list', z.object({ users: z.array(z.instanceof(Account)) }), ' at properties.users.items'],
    ['optional', z.object({ user: z.instanceof(Account).optional() }), ' at properties.user'],
    ['lazy', z.object({ user: z.lazy(() => z.custom()) }), ' at properties.user'],
  ])('a custom schema or an instance %s is refused when declared', (_, schema, where) => {
    expect(declare(schema)).toThrow(says(where))
  })

  test('unless it says what it is, or the instance writes itself', async () => {
    const price = z.custom<`${number}`>().meta({ type: 'string' })
    expect(await sent(z.object({ price }), { price: '1' })).toEqual({ price: '1' })
    expect(await sent(z.object({ price: z.instanceof(Amount) }), { price: new Amount() })).toEqual({ price: '2.50' })
    expect(await sent(z.object({ price: z.instanceof(Amount).optional() }), {})).toEqual({})
    expect(declare(z.object({ price, other: z.custom() }))).toThrow(says(' at properties.other'))
    expect(await sent(z.object({ price: z.custom().pipe(z.string()) }), { price: '1' })).toEqual({ price: '1' })
  })
})

describe('Valibot', () => {
  const User = v.object({ name: v.string() })
  const cannot = (kind: string): RegExp =>
    new RegExp(`^GET /me: response: the valibot schema cannot be written as JSON Schema \\(The "${kind}" .*`)

  test.each<[string, v.GenericSchema]>([
    [
      'transform',
      v.object({
        user: v.pipe(
          User,
          v.transform((user) => user),
        ),
      }),
    ],
    [
      'raw_transform',
      v.array(
        v.pipe(
          User,
          v.rawTransform(({ dataset }) => dataset.value),
        ),
      ),
    ],
    ['custom', v.object({ user: v.optional(v.custom<{ name: string }>(() => true)) })],
    ['instance', v.record(v.string(), v.instance(Account))],
    ['custom', v.object({ user: v.lazy(() => v.custom(() => true)) })],
  ])('%s without a schema after it is refused when declared', (kind, schema) => {
    expect(declare(toStandardJsonSchema(schema))).toThrow(cannot(kind))
  })

  test('what comes out of a transform is filtered by the schema after it; anything leaves where it is written', async () => {
    const piped = v.object({
      user: v.pipe(
        v.any(),
        v.transform(() => stored),
        User,
      ),
      more: v.unknown(),
    })
    expect(await sent(toStandardJsonSchema(piped), { user: 1, more: stored })).toEqual({
      user: { name: 'johndoe' },
      more: stored,
    })
  })
})
