import { toStandardJsonSchema } from '@valibot/to-json-schema'
import { type } from 'arktype'
import * as v from 'valibot'
import { expect, describe as group, test } from 'vitest'
import { z } from 'zod'
import { compileCoercer, compileListCoercer } from '../src/coerce.ts'
import { describe, type JSONSchema, type Schema } from '../src/schema.ts'
import { listShape, objectShape } from '../src/shape.ts'

const json = (schema: unknown): JSONSchema => describe(schema as Schema, 'input', 'test')
const vali = (schema: v.GenericSchema): JSONSchema => json(toStandardJsonSchema(schema))
const ark = (definition: string | object): JSONSchema => json(type(definition as never))
const read = (schema: JSONSchema, text: string): unknown => (compileCoercer(schema) ?? ((same: string) => same))(text)
const optional = z.int().optional()

const integers: [string, JSONSchema][] = [
  ['zod', json(z.int())],
  ['zod optional', json(optional)],
  ['zod default', json(z.int().default(1))],
  ['zod nullable', json(z.int().nullable())],
  ['zod nullish', json(z.int().nullish())],
  ['zod prefault', json(z.int().prefault(1))],
  ['zod with an id', json(z.int().meta({ id: 'CoerceAge' }))],
  ['zod preprocess', json(z.preprocess((value) => value, z.int()))],
  ['valibot', vali(v.pipe(v.number(), v.integer()))],
  ['valibot optional', vali(v.optional(v.pipe(v.number(), v.integer())))],
  ['valibot default', vali(v.optional(v.pipe(v.number(), v.integer()), 3))],
  ['valibot nullish', vali(v.nullish(v.pipe(v.number(), v.integer())))],
  ['valibot lazy', vali(v.lazy(() => v.pipe(v.number(), v.integer())))],
  ['arktype', ark('number.integer')],
  ['arktype constrained', ark('number.integer > -100')],
  ['arktype or null', ark('number.integer | null')],
  ['arktype or undefined', ark('number.integer | undefined')],
]

test.each(integers)('an integer of %s', (_, schema) => {
  expect(read(schema, '42')).toBe(42)
  expect(read(schema, '-7')).toBe(-7)
  expect(read(schema, '-0')).toBe(0)
  expect(read(schema, '3.0')).toBe(3)
  expect(read(schema, '9007199254740991')).toBe(9007199254740991)
  for (const text of [
    ...[
      '',
      ' 1',
      '1 ',
      '+1',
      '01',
      '-01',
      '1.5',
      '1e3',
      '0x10',
      '0b1',
      '1_000',
      'NaN',
      'Infinity',
      '१',
      '1\n',
      '--1',
      '1.',
      '.0',
    ],
    ...['9007199254740992', '9007199254740993', '-9007199254740992', '9'.repeat(400), 'true', 'one'],
  ]) {
    expect(read(schema, text), text).toBe(text)
  }
})

const numbers: [string, JSONSchema][] = [
  ['zod', json(z.number())],
  ['zod coerce', json(z.coerce.number())],
  ['valibot', vali(v.number())],
  ['valibot in an object', objectShape(vali(v.object({ n: v.exactOptional(v.number()) })))?.properties.n ?? {}],
  ['arktype', ark('number')],
]

test.each(numbers)('a number of %s', (_, schema) => {
  for (const text of ['0', '-1', '1.5', '-0.25', '1e3', '1E-7', '2.5e+2', '1e300']) {
    expect(read(schema, text), text).toBe(JSON.parse(text))
  }
  expect(Object.is(read(schema, '-0'), 0)).toBe(true)
  expect(Object.is(read(schema, '-0.0'), 0)).toBe(true)
  for (const text of [
    '',
    '.5',
    '1.',
    '1e',
    '1e999',
    '-1e999',
    'Infinity',
    'NaN',
    '1,5',
    '0x1',
    ' 1',
    '00',
    '1.5.2',
    '9007199254740993',
  ]) {
    expect(read(schema, text), text).toBe(text)
  }
})

const booleans: [string, JSONSchema][] = [
  ['zod', json(z.boolean())],
  ['zod default', json(z.boolean().default(false))],
  ['zod nullable', json(z.boolean().nullable())],
  ['valibot', vali(v.boolean())],
  ['arktype', ark('boolean')],
]

test.each(booleans)('a boolean of %s', (_, schema) => {
  for (const text of ['true', 'TRUE', 'True', 't', 'yes', 'YES', 'y', 'on', 'On', '1'])
    expect(read(schema, text), text).toBe(true)
  for (const text of ['false', 'FALSE', 'f', 'no', 'N', 'off', 'OFF', '0']) expect(read(schema, text), text).toBe(false)
  for (const text of ['', 'truee', '2', '1.0', ' true', 'ja', 'ſ', 'constructor'])
    expect(read(schema, text), text).toBe(text)
})

test('strings need no coercer', () => {
  for (const schema of [
    ...[
      json(z.string()),
      json(z.email().optional()),
      json(z.enum(['a', 'b'])),
      json(z.stringbool()),
      json(z.literal('1')),
    ],
    ...[json(z.any()), json(z.unknown()), json(z.never()), json(z.string().transform(Number)), json(z.array(z.int()))],
    ...[vali(v.string()), vali(v.any()), vali(v.picklist(['a', 'b'])), vali(v.literal('true'))],
    ...[ark('string'), ark('"a" | "b"'), ark('unknown'), ark('string.numeric.parse')],
  ]) {
    expect(compileCoercer(schema), JSON.stringify(schema)).toBeUndefined()
  }
})

test('null is read where the schema takes it, and only there', () => {
  expect(read(json(z.int().nullable()), 'null')).toBe(null)
  expect(read(vali(v.nullable(v.boolean())), 'null')).toBe(null)
  expect(read(ark('number | null'), 'null')).toBe(null)
  expect(read(json(z.enum(['a', 'b']).nullable()), 'null')).toBe(null)
  expect(read(json(z.literal([null, 1])), 'null')).toBe(null)
  expect(read(json(z.string().nullable()), 'null')).toBe('null')
  expect(read(json(z.int().nullable()), '')).toBe('')
  expect(read(json(z.int().nullable()), 'NULL')).toBe('NULL')
  expect(read(json(z.int()), 'null')).toBe('null')
})

group('const and enum give their own values', () => {
  const mixed: [string, JSONSchema][] = [
    ['zod', json(z.literal([1, 'a', true]))],
    ['valibot', vali(v.union([v.literal(1), v.literal('a'), v.literal(true)]))],
    ['arktype', ark('1 | "a" | true')],
  ]
  test.each(mixed)('%s', (_, schema) => {
    expect(read(schema, '1')).toBe(1)
    expect(read(schema, 'a')).toBe('a')
    expect(read(schema, 'true')).toBe(true)
    expect(read(schema, 'YES')).toBe(true)
    for (const text of ['2', 'false', '0', 'b', '01']) expect(read(schema, text), text).toBe(text)
  })

  test('beside a type', () => {
    expect(read(json(z.literal(1)), '1')).toBe(1)
    expect(read(json(z.literal(1)), '2')).toBe('2')
    expect(read(vali(v.picklist([1, 2, 'a'])), '2')).toBe(2)
    expect(read(vali(v.picklist([1, 2, 'a'])), '3')).toBe('3')
    expect(read(vali(v.enum({ A: 1, B: 2 })), '2')).toBe(2)
    expect(read(ark('true'), 'on')).toBe(true)
    expect(read(ark('true'), 'off')).toBe('off')
    expect(read({ enum: ['1', 1] }, '1')).toBe('1')
    expect(read({ enum: ['01', 1] }, '1')).toBe(1)
    expect(read({ enum: [{}, [], 1] }, '1')).toBe(1)
  })
})

group('unions are read as in smart mode', () => {
  test('a string that takes the text wins', () => {
    for (const schema of [
      json(z.union([z.int(), z.string()])),
      vali(v.union([v.number(), v.string()])),
      ark('number | string'),
    ]) {
      expect(read(schema, '1')).toBe('1')
    }
    expect(read(ark('string | boolean'), 'true')).toBe('true')
    expect(read({ type: ['integer', 'string'] }, '1')).toBe('1')
  })

  test('a string that does not take it leaves it to the others', () => {
    expect(read(ark('number | "all"'), '3')).toBe(3)
    expect(read(ark('number | "all"'), 'all')).toBe('all')
    expect(read(json(z.union([z.int(), z.uuid()])), '3')).toBe(3)
    expect(read(vali(v.union([v.boolean(), v.pipe(v.string(), v.email())])), '1')).toBe(true)
    expect(read(json(z.union([z.string().min(3), z.int()])), '12')).toBe(12)
    expect(read(json(z.union([z.string().min(3), z.int()])), '123')).toBe('123')
    expect(read(json(z.union([z.string().max(1), z.int()])), '12')).toBe(12)
    expect(read(json(z.union([z.string().regex(/^v\d+$/), z.int()])), 'v1')).toBe('v1')
    expect(read(json(z.union([z.string().regex(/^v\d+$/), z.int()])), '1')).toBe(1)
    expect(read({ anyOf: [{ type: 'string', pattern: '(?<' }, { type: 'integer' }] }, '1')).toBe('1')
  })

  test('else the first that reads it', () => {
    expect(read(json(z.union([z.boolean(), z.int()])), '1')).toBe(true)
    expect(read(json(z.union([z.int(), z.boolean()])), '1')).toBe(1)
    expect(read(json(z.union([z.int(), z.boolean()])), 'on')).toBe(true)
    expect(read({ oneOf: [{ type: 'integer' }, { type: 'boolean' }] }, '5')).toBe(5)
    expect(read({ type: ['integer', 'null'] }, 'null')).toBe(null)
    expect(read(json(z.union([z.int(), z.any()])), '5')).toBe(5)
  })

  test('allOf takes what all of its parts take', () => {
    expect(read({ allOf: [{ type: 'number' }, { minimum: 3 }, { type: 'integer' }] }, '4')).toBe(4)
    expect(read({ allOf: [{ type: 'number' }, { type: 'integer' }] }, '4.5')).toBe('4.5')
    expect(compileCoercer({ allOf: [{ type: ['string', 'integer'] }, { type: 'string' }] })).toBeUndefined()
    expect(read(vali(v.intersect([v.number(), v.pipe(v.number(), v.minValue(2))])), '4')).toBe(4)
  })
})

test('references are followed, also in circles and into nothing', () => {
  const root: JSONSchema = {
    $defs: {
      'a/b~c': { type: 'integer' },
      loop: { $ref: '#/$defs/loop' },
      more: { anyOf: [{ $ref: '#/$defs/more' }, { type: 'boolean' }] },
    },
  }
  const read = (schema: JSONSchema, text: string): unknown => compileCoercer(schema, root)?.(text)
  expect(read({ $ref: '#/$defs/a~1b~0c' }, '1')).toBe(1)
  expect(read({ $ref: '#/%24defs/a~1b~0c' }, '1')).toBe(1)
  expect(read({ $ref: '#/$defs/more' }, 'yes')).toBe(true)
  for (const $ref of [
    '#/$defs/loop',
    '#/$defs/none',
    '#/constructor',
    '#/$defs/__proto__',
    'https://x.example/',
    '#',
    '#/%ZZ',
  ]) {
    expect(compileCoercer({ $ref }, root), $ref).toBeUndefined()
  }
})

group('lists', () => {
  const lists: [string, JSONSchema][] = [
    ['zod', json(z.array(z.int()))],
    ['zod optional', json(z.array(z.int()).optional())],
    ['zod default', json(z.array(z.int()).default([]))],
    ['zod nullable', json(z.array(z.int()).nullable())],
    [
      'zod with ids',
      json(
        z
          .array(z.int().meta({ id: 'CoerceItem' }))
          .meta({ id: 'CoerceList' })
          .optional(),
      ),
    ],
    ['zod readonly', json(z.array(z.int()).readonly())],
    ['valibot', vali(v.array(v.pipe(v.number(), v.integer())))],
    ['valibot default', vali(v.optional(v.array(v.pipe(v.number(), v.integer())), []))],
    ['valibot nullish', vali(v.nullish(v.array(v.pipe(v.number(), v.integer()))))],
    ['arktype', ark('number.integer[]')],
    ['arktype or null', ark('number.integer[] | null')],
    ['arktype default', objectShape(ark({ d: 'number.integer[] = []' }))?.properties.d ?? {}],
  ]
  test.each(lists)('%s', (_, schema) => {
    const shape = listShape(schema)
    expect(shape).toMatchObject({ prefix: [], single: false })
    expect(shape && compileListCoercer(shape, schema)(['1', 'x', '3'])).toEqual([1, 'x', 3])
  })

  test('strings are copied', () => {
    const shape = listShape(json(z.array(z.string())))
    const texts = ['1', '2']
    const read = shape && compileListCoercer(shape, {})(texts)
    expect(read).toEqual(texts)
    expect(read).not.toBe(texts)
  })

  test('tuples read each item by its own schema', () => {
    const schema = json(z.tuple([z.int(), z.string()], z.boolean()))
    const shape = listShape(schema)
    expect(shape && compileListCoercer(shape, schema)(['1', '2', 'yes', 'no'])).toEqual([1, '2', true, false])
    expect(listShape(ark(['number', 'string'] as never))?.prefix).toHaveLength(2)
    expect(listShape(vali(v.tuple([v.number()])))?.prefix).toEqual([{ type: 'number' }])
  })

  test('a union with something else takes a single value, too', () => {
    expect(listShape(ark('string[] | string'))).toMatchObject({ items: { type: 'string' }, single: true })
    expect(listShape(json(z.union([z.array(z.string()), z.string(), z.null()])))?.single).toBe(true)
    expect(listShape({ type: ['array', 'string'] })?.single).toBe(true)
    expect(listShape({ type: ['array', 'null'], items: { type: 'integer' } })).toEqual({
      items: { type: 'integer' },
      prefix: [],
      single: false,
    })
    expect(listShape(json(z.union([z.array(z.int()), z.array(z.boolean())])))?.items).toEqual({
      anyOf: [expect.objectContaining({ type: 'integer' }), { type: 'boolean' }],
    })
  })

  test('no list', () => {
    for (const schema of [json(z.int()), json(z.object({ a: z.array(z.int()) })), json(z.any()), { $ref: '#' }]) {
      expect(listShape(schema)).toBeUndefined()
    }
  })
})

group('objects', () => {
  const objects: [string, JSONSchema][] = [
    ['zod', json(z.object({ a: z.int(), b: z.string().optional(), c: z.array(z.string()).default([]) }))],
    [
      'zod optional',
      json(z.object({ a: z.int(), b: z.string().optional(), c: z.array(z.string()).default([]) }).optional()),
    ],
    [
      'zod nullable',
      json(z.object({ a: z.int(), b: z.string().optional(), c: z.array(z.string()).default([]) }).nullable()),
    ],
    [
      'zod with an id',
      json(
        z.object({ a: z.int(), b: z.string().optional(), c: z.array(z.string()).default([]) }).meta({ id: 'CoerceO' }),
      ),
    ],
    ['valibot', vali(v.object({ a: v.number(), b: v.optional(v.string()), c: v.optional(v.array(v.string()), []) }))],
    [
      'valibot intersect',
      vali(
        v.intersect([
          v.object({ a: v.number() }),
          v.object({ b: v.optional(v.string()), c: v.optional(v.array(v.string())) }),
        ]),
      ),
    ],
    ['arktype', ark({ a: 'number', 'b?': 'string', c: 'string[] = []' })],
    ['arktype and', json(type({ a: 'number' }).and({ 'b?': 'string', 'c?': 'string[]' }))],
  ]
  test.each(objects)('%s', (_, schema) => {
    const shape = objectShape(schema)
    expect(Object.keys(shape?.properties ?? {}).sort()).toEqual(['a', 'b', 'c'])
    expect(shape?.required).toEqual(['a'])
    expect(shape).toMatchObject({ closed: false, additional: undefined })
    expect(compileCoercer(shape?.properties.a ?? {}, schema)?.('1')).toBe(1)
    expect(listShape(shape?.properties.c ?? {}, schema)?.items).toEqual({ type: 'string' })
  })

  test('whether more is refused or taken', () => {
    for (const schema of [
      json(z.strictObject({ a: z.int() })),
      vali(v.strictObject({ a: v.number() })),
      ark({ '+': 'reject', a: 'number' }),
    ]) {
      expect(objectShape(schema)?.closed).toBe(true)
    }
    expect(objectShape(json(z.looseObject({})))).toMatchObject({ closed: false, additional: {} })
    expect(objectShape(json(z.record(z.string(), z.boolean())))?.additional).toEqual({ type: 'boolean' })
    expect(objectShape(vali(v.objectWithRest({ a: v.number() }, v.boolean())))?.additional).toEqual({ type: 'boolean' })
    expect(objectShape({ type: 'object', additionalProperties: true })?.additional).toEqual({})
  })

  test('a union has the properties of all, and requires what all require', () => {
    for (const schema of [
      json(z.discriminatedUnion('t', [z.object({ t: z.literal('a'), x: z.int() }), z.object({ t: z.literal('b') })])),
      vali(v.variant('t', [v.object({ t: v.literal('a'), x: v.number() }), v.object({ t: v.literal('b') })])),
      json(type({ t: '"a"', x: 'number' }).or({ t: '"b"' })),
    ]) {
      const shape = objectShape(schema)
      expect(Object.keys(shape?.properties ?? {})).toEqual(['t', 'x'])
      expect(shape?.required).toEqual(['t'])
      expect(compileCoercer(shape?.properties.x ?? {})?.('1')).toBe(1)
    }
    expect(
      objectShape({
        allOf: [{ properties: { a: { type: 'integer' } } }, { properties: { a: { minimum: 1 } } }],
      })?.properties.a,
    ).toEqual({
      allOf: [{ type: 'integer' }, { minimum: 1 }],
    })
  })

  test('no object, and circles', () => {
    for (const schema of [json(z.int()), json(z.array(z.object({}))), json(z.any()), { $ref: '#' }])
      expect(objectShape(schema)).toBeUndefined()
    const Tree = z.object({
      n: z.int(),
      get children() {
        return z.array(Tree)
      },
    })
    const schema = json(Tree)
    expect(Object.keys(objectShape(schema)?.properties ?? {})).toEqual(['n', 'children'])
    expect(listShape(objectShape(schema)?.properties.children ?? {}, schema)?.items).toEqual({ $ref: '#' })
  })

  test('properties by odd names are only properties', () => {
    const shape = objectShape(
      JSON.parse('{"type":"object","properties":{"__proto__":{"type":"integer"}},"required":["__proto__",1]}'),
    )
    expect(Object.entries(shape?.properties ?? {})).toEqual([['__proto__', { type: 'integer' }]])
    expect(shape?.properties.constructor).toBeUndefined()
    expect(shape?.required).toEqual(['__proto__'])
  })
})
