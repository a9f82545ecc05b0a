import fc from 'fast-check'
import { expect, test } from 'vitest'
import { deepFreeze, own, parseJSONObject } from '../../src/jwt/json.ts'

const withoutProto = (text: string): boolean => !text.includes('__proto__')

test('every object that is written without duplicates is read as JSON.parse reads it', () => {
  const objects = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 }), { noNullPrototype: true })
  fc.assert(
    fc.property(objects, fc.constantFrom(undefined, 2, '\t'), (object, indent) => {
      const text = JSON.stringify(object, null, indent)
      fc.pre(withoutProto(text))
      expect(parseJSONObject(text)).toEqual(JSON.parse(text))
    }),
  )
})

test('a name given twice is refused wherever it stands and however it is escaped', () => {
  const escaped = (name: string): string =>
    `"${[...name].map((unit) => [...Array(unit.length).keys()].map((at) => `\\u${unit.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')).join('')}"`
  fc.assert(
    fc.property(fc.string(), fc.jsonValue({ maxDepth: 2 }), fc.integer({ min: 0, max: 8 }), (name, value, depth) => {
      const twice = `{${JSON.stringify(name)}:${JSON.stringify(value)},${escaped(name)}:1}`
      const text = `${'{"a":['.repeat(depth)}${twice}${']}'.repeat(depth)}`
      expect(() => JSON.parse(text)).not.toThrow()
      expect(parseJSONObject(text)).toBeUndefined()
    }),
  )
})

test('any text: never more than JSON.parse takes, and it never throws', () => {
  const texts = fc
    .array(fc.constantFrom(...'{}[]":,\\ \n0a-.e', 'null', '"a"', '\\u0061', '\ufeff', '\u2028'))
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(fc.oneof(texts, fc.string()), (text) => {
      if (parseJSONObject(text) !== undefined) expect(typeof JSON.parse(text)).toBe('object')
    }),
    { numRuns: 2000 },
  )
})

test('nesting of 16 is taken, of 17 not, and brackets in texts do not count', () => {
  const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
  expect(parseJSONObject(nested(16))).toBeDefined()
  expect(parseJSONObject(nested(17))).toBeUndefined()
  expect(parseJSONObject(`{"a":"${'['.repeat(99)}\\"${'{'.repeat(99)}"}`)).toBeDefined()
})

test('own members only', () => {
  const object = parseJSONObject('{"a":1,"constructor":2}') ?? {}
  expect([own(object, 'a'), own(object, 'constructor'), own(object, 'toString')]).toEqual([1, 2, undefined])
})

test('freezing stops at what is not plain', () => {
  const date = new Date(0)
  const frozen = deepFreeze({ list: [{ a: 1 }], date, bare: Object.assign(Object.create(null), { b: {} }) })
  expect([frozen, frozen.list, frozen.list[0], frozen.bare, frozen.bare.b].every(Object.isFrozen)).toBe(true)
  expect(Object.isFrozen(date)).toBe(false)
})
