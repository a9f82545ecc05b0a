import type { JSONSchema } from './schema.ts'
import { type ListShape, resolve, schemasOf } from './shape.ts'

export { type ListShape, listShape, type ObjectShape, objectShape } from './shape.ts'

/**
 * One way to read a text: the value, or undefined when the text is none of its kind. A `string` reader says with the text
 * itself that the schema takes it as it stands.
 */
interface Reader {
  readonly kind: 'string' | 'number' | 'boolean' | 'null'
  readonly read: (text: string) => unknown
}

/**
 * How a text on the wire becomes the JSON value that a schema asks for; undefined when the schema takes strings as they are.
 *
 * A text that does not fit is left as it is, so that validating it says what is wrong. The decisions:
 *
 * - A number is written as in JSON (RFC 8259 §6): no white space, `+`, leading zeros, hexadecimal, `Infinity`. It must be
 *   finite, and one that is written as an integer must be a safe one, so that two ids can never be read as one. An integer may be
 *   written `3.0`, not `3e0`. `-0` is 0.
 * - A boolean is written in one of Pydantic's ways, in any case: true, t, yes, y, on, 1; false, f, no, n, off, 0.
 * - `null` is null where the schema takes it.
 * - `const` and `enum` give their own values only.
 * - A union is read as in Pydantic's smart mode: a text that one of its strings takes stays a text (`pattern`, `minLength`,
 *   `maxLength`, `const` and `enum` are asked, and formats such as `uuid` take no number); else the first member that can read
 *   it does. So `int | string` is always a text and `int | 'all'` is a number or `all`.
 *
 * @param schema what {@link compileCoercer} reads by.
 * @param root the schema that `$ref` points into, when it is not `schema`.
 */
export function compileCoercer(schema: JSONSchema, root: JSONSchema = schema): ((text: string) => unknown) | undefined {
  const readers = readersOf(schema, root, new Set())
  if (readers === undefined || readers.every(isStringReader)) return undefined
  const [only] = readers
  if (readers.length === 1 && only !== undefined) {
    const { read } = only
    return (text) => {
      const value = read(text)
      return value === undefined ? text : value
    }
  }
  const ordered = [...readers.filter(isStringReader), ...readers.filter((reader) => !isStringReader(reader))]
  return (text) => {
    for (const { read } of ordered) {
      const value = read(text)
      if (value !== undefined) return value
    }
    return text
  }
}

/** How the texts of a repeated name become the items of a list. */
export function compileListCoercer(shape: ListShape, root: JSONSchema): (texts: readonly string[]) => unknown[] {
  const item = compileCoercer(shape.items, root)
  const prefix = shape.prefix.map((schema) => compileCoercer(schema, root))
  if (item === undefined && prefix.every((coerce) => coerce === undefined)) return (texts) => [...texts]
  return (texts) =>
    texts.map((text, index) => {
      const coerce = index < prefix.length ? prefix[index] : item
      return coerce === undefined ? text : coerce(text)
    })
}

/** The ways to read a text for a schema; undefined when the schema says nothing about it. */
function readersOf(
  schema: JSONSchema,
  root: JSONSchema,
  above: ReadonlySet<JSONSchema>,
): readonly Reader[] | undefined {
  if (above.has(schema)) return undefined
  const path = new Set(above).add(schema)
  const parts: (readonly Reader[] | undefined)[] = []
  if ('const' in schema) parts.push(valueReaders([schema.const]))
  if (Array.isArray(schema.enum)) parts.push(valueReaders(schema.enum))
  if (schema.type !== undefined) {
    parts.push([schema.type].flat().flatMap((type) => (typeof type === 'string' ? typeReaders(type, schema) : [])))
  }
  const target = resolve(schema, root)
  if (target) parts.push(readersOf(target, root, path))
  for (const part of schemasOf(schema.allOf)) parts.push(readersOf(part, root, path))
  for (const union of [schema.anyOf, schema.oneOf]) {
    // The empty schema in a union stands for what JSON Schema cannot say, such as undefined: it says nothing of texts.
    const members = schemasOf(union)
      .map((member) => readersOf(member, root, path))
      .filter((member) => member !== undefined)
    if (members.length > 0) parts.push(members.flat())
  }
  return parts.filter((part) => part !== undefined).reduce<readonly Reader[] | undefined>(both, undefined)
}

/** The readers of what fits both: each pair of one kind, where the two agree. */
function both(left: readonly Reader[] | undefined, right: readonly Reader[]): readonly Reader[] {
  if (left === undefined) return right
  return left.flatMap((one) =>
    right
      .filter((other) => other.kind === one.kind)
      .map((other) => ({
        kind: one.kind,
        read: (text: string) => {
          const value = one.read(text)
          return value !== undefined && value === other.read(text) ? value : undefined
        },
      })),
  )
}

function typeReaders(type: string, schema: JSONSchema): Reader[] {
  if (type === 'string') return [{ kind: 'string', read: stringReader(schema) }]
  if (type === 'integer') return [{ kind: 'number', read: readInteger }]
  if (type === 'number') return [{ kind: 'number', read: readNumber }]
  if (type === 'boolean')
    return [{ kind: 'boolean', read: (text) => BOOLEANS.get(text) ?? BOOLEANS.get(text.toLowerCase()) }]
  if (type === 'null') return [{ kind: 'null', read: (text) => (text === 'null' ? null : undefined) }]
  return [] // arrays and objects: no single text is one
}

function valueReaders(values: readonly unknown[]): Reader[] {
  return values.flatMap((value) => {
    const type = value === null ? 'null' : typeof value
    return typeReaders(type, {}).map(({ kind, read }) => ({
      kind,
      read: (text: string) => (read(text) === value ? value : undefined),
    }))
  })
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['true', 't', 'yes', 'y', 'on', '1'].map((text) => [text, true] as const),
  ...['false', 'f', 'no', 'n', 'off', '0'].map((text) => [text, false] as const),
])

// RFC 8259 §6
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/
const INTEGER = /^-?(?:0|[1-9]\d*)(?:\.0+)?$/
const WRITTEN_AS_INTEGER = /^-?\d+$/

function readNumber(text: string): number | undefined {
  if (!NUMBER.test(text)) return undefined
  const value = Number(text)
  if (!Number.isFinite(value)) return undefined
  if (!Number.isSafeInteger(value) && WRITTEN_AS_INTEGER.test(text)) return undefined
  return value === 0 ? 0 : value // no -0
}

function readInteger(text: string): number | undefined {
  if (!INTEGER.test(text)) return undefined
  const value = Number(text)
  return Number.isSafeInteger(value) ? value + 0 : undefined // -0 + 0 is 0
}

/** Formats that no text has which can be read as a number, a boolean or null. */
const APART = new Set([
  'date-time',
  'date',
  'time',
  'duration',
  'email',
  'idn-email',
  'ipv4',
  'ipv6',
  'uri',
  'iri',
  'uuid',
])

/** Whether the schema takes a text as a string, as far as its keywords say without validating. */
function stringReader(schema: JSONSchema): Reader['read'] {
  const { format, minLength, maxLength } = schema
  if (typeof format === 'string' && APART.has(format)) return () => undefined
  const least = typeof minLength === 'number' ? minLength : 0
  const most = typeof maxLength === 'number' ? maxLength : Number.POSITIVE_INFINITY
  const pattern = typeof schema.pattern === 'string' ? toRegExp(schema.pattern) : undefined
  return (text) =>
    text.length >= least && text.length <= most && (pattern === undefined || pattern.test(text)) ? text : undefined
}

function toRegExp(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, 'u')
  } catch {
    return undefined // a dialect of its own: the text stays a text
  }
}

function isStringReader({ kind }: Reader): boolean {
  return kind === 'string'
}
