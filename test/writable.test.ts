import { expect, describe as group, test } from 'vitest'
import { z } from 'zod'
import { App } from '../src/app.ts'
import { Body, Query } from '../src/params.ts'
import { describe, type Schema } from '../src/schema.ts'
import { assertWritable } from '../src/writable.ts'

/** A schema that tells how often its JSON Schema was written. */
function counted<S extends Schema<unknown, unknown>>(schema: S): { readonly schema: S; written: number } {
  const { jsonSchema } = schema['~standard']
  const counter = { schema, written: 0 }
  const counting =
    (side: 'input' | 'output') =>
    (options: never): Record<string, unknown> => {
      counter.written++
      return jsonSchema?.[side](options) ?? {}
    }
  const standard = { ...schema['~standard'], jsonSchema: { input: counting('input'), output: counting('output') } }
  Object.defineProperty(schema, '~standard', { value: standard })
  return counter
}

const certain: Readonly<Record<string, () => Schema<unknown, unknown>>> = {
  string: () => z.string().min(1).max(9).regex(/^a/),
  email: () => z.email(),
  'a refined string': () => z.string().refine((text) => text !== ''),
  number: () => z.number().positive(),
  integer: () => z.int().max(100),
  'a coerced number': () => z.coerce.number(),
  boolean: () => z.boolean(),
  null: () => z.null(),
  enum: () => z.enum(['a', 'b']),
  'an empty enum': () => z.enum([]),
  literal: () => z.literal(['a', 1, null, true]),
  array: () => z.array(z.string()).max(3),
  object: () => z.object({ name: z.string(), tags: z.array(z.string()).default([]) }),
  'a strict object': () => z.strictObject({ name: z.string() }),
  'a loose object': () => z.looseObject({ name: z.string() }).catchall(z.int()),
  union: () => z.union([z.string(), z.int()]),
  'a discriminated union': () => z.discriminatedUnion('kind', [z.object({ kind: z.literal('a') })]),
  optional: () => z.string().optional(),
  nullable: () => z.string().nullable(),
  readonly: () => z.array(z.string()).readonly(),
  default: () => z.int().default(7),
}

const uncertain: Readonly<Record<string, () => Schema<unknown, unknown>>> = {
  date: () => z.date(),
  bigint: () => z.bigint(),
  'a map in an object': () => z.object({ all: z.map(z.string(), z.string()) }),
  'a bigint in a list': () => z.array(z.object({ id: z.bigint() })),
  'a literal bigint': () => z.literal(1n),
  'a literal undefined': () => z.literal(undefined),
  'a bigint as default': () => z.any().default(1n as never),
  'a transform': () => z.string().transform(Number),
  custom: () => z.custom<string>(),
  'a multiple of nothing': () => z.number().multipleOf(0),
  'a symbol as key': () => z.object({ [Symbol('key')]: z.string() } as never),
  'a schema with a note': () => z.string().meta({ example: 1n }),
  'a schema made of one with a note': () => z.string().meta({ example: 1n }).min(1),
  'a schema that holds itself': () => {
    const node = z.object({
      get below() {
        return z.array(node)
      },
    })
    return node
  },
  'a schema that writes itself': () => {
    const schema = z.string()
    schema._zod.toJSONSchema = () => ({ type: 'string' })
    return schema
  },
}

group.each(['input', 'output'] as const)('as %s', (side) => {
  test.each(Object.entries(certain))('%s can be written, and is not yet', (_, make) => {
    const counter = counted(make())
    assertWritable(counter.schema, side, 'GET /')
    expect(counter.written).toBe(0)
    expect(describe(counter.schema, side, 'GET /')).toBeTypeOf('object')
  })

  test.each(Object.entries(uncertain))('%s is written to find out', (_, make) => {
    const counter = counted(make())
    const outcome = (check: () => unknown): string => {
      try {
        check()
        return 'fine'
      } catch (error) {
        return String(error)
      }
    }
    const asserted = outcome(() => assertWritable(counter.schema, side, 'GET /'))
    expect(counter.written).toBe(1)
    expect(asserted).toBe(outcome(() => describe(counter.schema, side, 'GET /')))
  })
})

test('an operation writes nothing before its first request or the document, and then once', async () => {
  const limit = counted(z.int().max(100))
  const item = counted(z.object({ name: z.string() }))
  const answer = counted(z.object({ name: z.string() }))
  const app = new App()
  app.post(
    '/items',
    { params: { limit: Query(limit.schema), item: Body(item.schema) }, response: answer.schema },
    ({ item }) => item,
  )
  const written = (): readonly number[] => [limit.written, item.written, answer.written]
  expect(written()).toEqual([0, 0, 0])
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"name":"plumbus"}' }
  expect(await (await app.request('/items?limit=7', init)).json()).toEqual({ name: 'plumbus' })
  expect(await (await app.request('/items?limit=7', init)).json()).toEqual({ name: 'plumbus' })
  expect(written()).toEqual([1, 1, 0])
  app.openapi()
  expect(written()).toEqual([1, 1, 1])
})

test('what cannot be written is refused when it is declared', () => {
  const app = new App()
  expect(() => app.get('/', { params: { q: Query(z.array(z.bigint())) } }, () => '')).toThrow(
    'GET /: q: the zod schema cannot be written as JSON Schema',
  )
  expect(() =>
    app.get('/', { response: z.object({ at: z.map(z.string(), z.string()) }) }, () => ({}) as never),
  ).toThrow('GET /: response: the zod schema cannot be written as JSON Schema')
})
