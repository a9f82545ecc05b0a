import type { JSONSchema } from './schema.ts'

/** A schema of a list. */
export interface ListShape {
  /** The schema of its items, after the {@link prefix}; the empty schema when it names none. */
  readonly items: JSONSchema
  /** The schemas of the first items of a tuple; empty for a list. */
  readonly prefix: readonly JSONSchema[]
  /** Whether the schema takes a single value as well, like `string | string[]`. */
  readonly single: boolean
}

/** A schema of an object. */
export interface ObjectShape {
  /** The schema of each property, by its name; without a prototype. */
  readonly properties: Readonly<Record<string, JSONSchema>>
  /** The names that may not be absent. */
  readonly required: readonly string[]
  /** The schema of properties that are not named, when one is written. */
  readonly additional: JSONSchema | undefined
  /** Whether properties that are not named are refused (`additionalProperties: false`). */
  readonly closed: boolean
}

/**
 * What a schema of a list asks of its items; undefined when no member of the schema is a list.
 *
 * It is found behind `$ref`, `allOf` and a union, too, so optional, nullable and defaulted lists count.
 */
export function listShape(schema: JSONSchema, root: JSONSchema = schema): ListShape | undefined {
  const members = [...membersOf(schema, root, new Set())]
  const lists = members.filter((member) => hasType(member, 'array') || 'prefixItems' in member)
  const [list] = lists
  if (list === undefined) return undefined
  const single = members.some((member) => !lists.includes(member) && !isNull(member) && Object.keys(member).length > 0)
  return {
    items: eitherOf(lists.map(({ items }) => items).filter(isObject)),
    prefix: lists.length === 1 && Array.isArray(list.prefixItems) ? list.prefixItems.filter(isObject) : [],
    single: single || (Array.isArray(list.type) && list.type.some((type) => type !== 'array' && type !== 'null')),
  }
}

/**
 * What a schema of an object asks of its properties; undefined when no member of the schema is an object.
 *
 * The parts of an `allOf` are taken together. Of a union the properties of all its objects are given, and those are required
 * that each of them requires.
 */
export function objectShape(schema: JSONSchema, root: JSONSchema = schema): ObjectShape | undefined {
  return shapeOf(schema, root, new Set())
}

function shapeOf(schema: JSONSchema, root: JSONSchema, above: ReadonlySet<JSONSchema>): ObjectShape | undefined {
  if (above.has(schema)) return undefined
  const path = new Set(above).add(schema)
  const all: ObjectShape[] = []
  if (hasType(schema, 'object') || isObject(schema.properties)) {
    const { properties, required, additionalProperties } = schema
    const named = nameless<JSONSchema>()
    for (const [name, property] of Object.entries(isObject(properties) ? properties : {})) {
      if (isObject(property)) named[name] = property
    }
    all.push({
      properties: named,
      required: Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [],
      additional: isObject(additionalProperties)
        ? additionalProperties
        : additionalProperties === true
          ? {}
          : undefined,
      closed: additionalProperties === false,
    })
  }
  const target = resolve(schema, root)
  for (const part of [...(target ? [target] : []), ...schemasOf(schema.allOf)]) {
    const shape = shapeOf(part, root, path)
    if (shape !== undefined) all.push(shape)
  }
  for (const union of [schema.anyOf, schema.oneOf]) {
    const shapes = schemasOf(union)
      .map((member) => shapeOf(member, root, path))
      .filter((shape) => shape !== undefined)
    if (shapes.length > 0) all.push(anyShape(shapes))
  }
  return all.length === 0 ? undefined : everyShape(all)
}

/** The shape of what fits all of the shapes. */
function everyShape(shapes: readonly ObjectShape[]): ObjectShape {
  if (shapes.length === 1) return shapes[0] as ObjectShape
  const properties = nameless<JSONSchema>()
  for (const shape of shapes) {
    for (const [name, schema] of Object.entries(shape.properties)) {
      const other = properties[name]
      properties[name] = other === undefined ? schema : { allOf: [other, schema] }
    }
  }
  return {
    properties,
    required: [...new Set(shapes.flatMap(({ required }) => required))],
    additional: shapes.find(({ additional }) => additional !== undefined)?.additional,
    closed: shapes.some(({ closed }) => closed),
  }
}

/** The shape of what fits one of the shapes. */
function anyShape(shapes: readonly ObjectShape[]): ObjectShape {
  if (shapes.length === 1) return shapes[0] as ObjectShape
  const names = [...new Set(shapes.flatMap(({ properties }) => Object.keys(properties)))]
  const properties = nameless<JSONSchema>()
  for (const name of names) {
    properties[name] = eitherOf(shapes.map((shape) => shape.properties[name]).filter((schema) => schema !== undefined))
  }
  return {
    properties,
    required: names.filter((name) => shapes.every(({ required }) => required.includes(name))),
    additional: shapes.find(({ additional }) => additional !== undefined)?.additional,
    closed: shapes.every(({ closed }) => closed),
  }
}

function nameless<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>
}

function eitherOf(schemas: readonly JSONSchema[]): JSONSchema {
  return schemas.length === 0 ? {} : schemas.length === 1 ? (schemas[0] as JSONSchema) : { anyOf: schemas }
}

/** The schemas that a value may fit: the members of all unions, behind all references. */
function* membersOf(schema: JSONSchema, root: JSONSchema, above: ReadonlySet<JSONSchema>): Generator<JSONSchema> {
  if (above.has(schema)) return
  const path = new Set(above).add(schema)
  const target = resolve(schema, root)
  const inner = [
    ...(target ? [target] : []),
    ...schemasOf(schema.anyOf),
    ...schemasOf(schema.oneOf),
    ...schemasOf(schema.allOf),
  ]
  if (inner.length === 0) yield schema
  else for (const member of inner) yield* membersOf(member, root, path)
}

/** What a `$ref` points at, within the root schema. */
export function resolve(schema: JSONSchema, root: JSONSchema): JSONSchema | undefined {
  const { $ref } = schema
  if (typeof $ref !== 'string' || !$ref.startsWith('#') || /%(?![\dA-Fa-f]{2})/.test($ref)) return undefined
  let target: unknown = root
  for (const part of decodeURIComponent($ref).split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~') // RFC 6901 §4
    if ((!isObject(target) && !Array.isArray(target)) || !Object.hasOwn(target, name)) return undefined
    target = (target as JSONSchema)[name]
  }
  return isObject(target) ? target : undefined
}

function hasType({ type }: JSONSchema, name: string): boolean {
  return type === name || (Array.isArray(type) && type.includes(name))
}

function isNull(schema: JSONSchema): boolean {
  return schema.type === 'null' || ('const' in schema && schema.const === null)
}

/** The schemas in a list of them; none in anything else. */
export function schemasOf(value: unknown): JSONSchema[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

function isObject(value: unknown): value is JSONSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
