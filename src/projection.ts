import { describe, isOpaque, type JSONSchema, type Schema } from './schema.ts'
import { resolve, schemasOf } from './shape.ts'

/** Libraries whose object schemas leave out what they do not name when they validate; others let it through. */
const STRIPPING: ReadonlySet<string> = new Set(['zod', 'valibot'])

/**
 * What makes sure that nothing leaves which a response schema does not name; undefined where the schema's library does it.
 *
 * A field that is said to be anything (`unknown`) leaves as it is: that was written. A pipe without its output was not.
 *
 * @throws TypeError when the schema has no JSON Schema, as then nobody could tell what it names, and when it says nothing of the
 * answer or of a field of it.
 */
export function projectionOf(schema: Schema, where: string): ((value: unknown) => unknown) | undefined {
  if (STRIPPING.has(schema['~standard'].vendor)) return undefined
  const root = describe(schema, 'output', where)
  if (saysNothing(root, root, new Set())) {
    throw new TypeError(
      `${where}: response says nothing of the answer, so everything would be let out. End a pipe with the schema of what comes out of it (in ArkType: .to(…)), or leave response out.`,
    )
  }
  const fields = silentFields(root, root, '', new Set())
  const silent = hasOpenPipe(schema) ? fields : fields.filter(({ opaque }) => opaque)
  if (silent.length > 0) {
    const names = [...new Set(silent.map(({ name }) => name))].join(', ')
    throw new TypeError(
      `${where}: response says nothing of ${names}, so everything in it would be let out. End a pipe with the schema of what comes out of it (in ArkType: .to(…)), and write the fields of an instance.`,
    )
  }
  return (value) => project(value, [root], root)
}

/** Whether a schema, or a member of its union, takes anything: the output of a pipe has no schema of its own. */
function saysNothing(schema: JSONSchema, root: JSONSchema, seen: Set<JSONSchema>): boolean {
  if (seen.has(schema)) return false
  seen.add(schema)
  if (Object.keys(schema).every((keyword) => SILENT.has(keyword))) return true
  const target = resolve(schema, root)
  const unions = [...schemasOf(schema.anyOf), ...schemasOf(schema.oneOf)]
  return [...(target ? [target] : []), ...unions].some((each) => saysNothing(each, root, seen))
}

/** Keywords that say nothing of what a value holds. */
const SILENT: ReadonlySet<string> = new Set([
  '$schema',
  '$defs',
  '$comment',
  'title',
  'description',
  'examples',
  'default',
])

/** A place below the top of which a schema says nothing. */
interface SilentField {
  /** Where it stands: `user`, `users[]`, `byId{}`. */
  readonly name: string
  /** Whether it is an instance of a class, of which the schema knows no fields. */
  readonly opaque: boolean
}

function silentFields(schema: JSONSchema, root: JSONSchema, name: string, seen: Set<JSONSchema>): SilentField[] {
  if (seen.has(schema)) return []
  if (Object.keys(schema).every((keyword) => SILENT.has(keyword))) return [{ name, opaque: isOpaque(schema) }]
  seen.add(schema)
  const below = (each: unknown, inner: string): SilentField[] =>
    isSchema(each) ? silentFields(each, root, inner, seen) : []
  const fields = Object.entries(isSchema(schema.properties) ? schema.properties : {})
  const patterns = isSchema(schema.patternProperties) ? Object.values(schema.patternProperties) : []
  return [
    ...[
      resolve(schema, root),
      ...schemasOf(schema.anyOf),
      ...schemasOf(schema.oneOf),
      ...schemasOf(schema.allOf),
    ].flatMap((each) => below(each, name)),
    ...fields.flatMap(([field, each]) => below(each, name === '' ? field : `${name}.${field}`)),
    ...[...patterns, schema.additionalProperties].flatMap((each) => below(each, `${name}{}`)),
    ...[...schemasOf(schema.prefixItems), schema.items].flatMap((each) => below(each, `${name}[]`)),
  ]
}

/**
 * Whether a schema has a pipe, however deep, that does not say what comes out of it.
 *
 * Only ArkType has such; its JSON Schema of them is that of `unknown`, so the schema itself is asked.
 */
function hasOpenPipe(schema: Schema): boolean {
  if (schema['~standard'].vendor !== 'arktype') return false
  const { select } = schema as { readonly select?: (kind: 'morph') => readonly Pipe[] }
  if (typeof select !== 'function') return true
  return select
    .call(schema, 'morph')
    .some(({ lastMorphIfNode, json }) => lastMorphIfNode === undefined && json?.declaredOut === undefined)
}

/** What is read of a pipe of ArkType's. */
interface Pipe {
  /** The schema that it ends in; undefined where it ends in a function. */
  readonly lastMorphIfNode?: unknown
  readonly json?: { readonly declaredOut?: unknown }
}

/** A value with only those properties that one of the schemas names. */
function project(value: unknown, schemas: readonly JSONSchema[], root: JSONSchema): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  const alternatives = schemas.flatMap((schema) => flatten(schema, value, root, new Set()))
  if (Array.isArray(value)) {
    const lists = alternatives.filter(({ items, prefixItems }) => items !== undefined || prefixItems !== undefined)
    if (lists.length === 0) return alternatives.some((schema) => isOpen(schema) || takesLists(schema)) ? value : []
    return value.map((item, at) =>
      project(
        item,
        lists.flatMap((list) => itemSchemas(list, at)),
        root,
      ),
    )
  }
  if (alternatives.some(isOpen)) return value
  const named: Record<string, unknown> = {}
  for (const [key, below] of Object.entries(value)) {
    const own = alternatives.flatMap((schema) => propertySchemas(schema, key))
    if (own.length > 0 && key !== '__proto__') named[key] = project(below, own, root)
  }
  return named
}

/** The schemas that hold for a value side by side: those of references, and of a union the members that it fits. */
function flatten(schema: JSONSchema, value: unknown, root: JSONSchema, seen: Set<JSONSchema>): JSONSchema[] {
  if (seen.has(schema)) return []
  seen.add(schema)
  const target = resolve(schema, root)
  const unions = [...schemasOf(schema.anyOf), ...schemasOf(schema.oneOf)]
  const parts = [
    ...(target ? [target] : []),
    ...schemasOf(schema.allOf),
    ...unions.filter((member) => fits(value, member, root, 0)),
  ]
  const below = parts.flatMap((part) => flatten(part, value, root, seen))
  const names =
    'properties' in schema || 'additionalProperties' in schema || 'items' in schema || 'prefixItems' in schema
  return (parts.length > 0 || unions.length > 0) && !names ? below : [schema, ...below]
}

const MOST_STEPS = 64

/**
 * Whether a value may be what a schema means: false only where it is certainly not.
 *
 * The names of one member of a union say nothing of a value that is another: a public account must not leave with the hash
 * that only a full one has.
 */
function fits(value: unknown, schema: JSONSchema, root: JSONSchema, step: number): boolean {
  if (step > MOST_STEPS) return true
  const below = (member: JSONSchema, of: unknown = value): boolean => fits(of, member, root, step + 1)
  const target = resolve(schema, root)
  if (target && !below(target)) return false
  if (!schemasOf(schema.allOf).every((part) => below(part))) return false
  for (const union of [schemasOf(schema.anyOf), schemasOf(schema.oneOf)])
    if (union.length > 0 && !union.some((member) => below(member))) return false
  if (isPlain(schema.const) && schema.const !== value) return false
  if (Array.isArray(schema.enum) && schema.enum.every(isPlain) && !schema.enum.includes(value)) return false
  const kind = kindOf(value)
  if (kind !== undefined && schema.type !== undefined) {
    const types = [schema.type].flat()
    if (!types.includes(kind) && !(kind === 'number' && types.includes('integer'))) return false
  }
  if (kind === 'array')
    return !isSchema(schema.items) || (value as unknown[]).every((item) => below(schema.items as JSONSchema, item))
  if (kind !== 'object') return true
  const object = value as Record<string, unknown>
  if (Array.isArray(schema.required) && schema.required.some((name) => object[name] === undefined)) return false
  const properties = isSchema(schema.properties) ? schema.properties : {}
  return Object.entries(properties).every(
    ([name, property]) =>
      !isSchema(property) ||
      !Object.hasOwn(object, name) ||
      object[name] === undefined ||
      below(property, object[name]),
  )
}

function isPlain(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}

/** The JSON type of a value; undefined for what JSON has no type for. */
function kindOf(value: unknown): string | undefined {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'object') return value instanceof Date ? undefined : 'object'
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? typeof value : undefined
}

function isSchema(value: unknown): value is JSONSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A schema that takes any object as it is. */
function isOpen(schema: JSONSchema): boolean {
  if ('properties' in schema || 'patternProperties' in schema) return schema.additionalProperties === true
  if ('additionalProperties' in schema) return schema.additionalProperties === true
  return schema.type === undefined ? Object.keys(schema).length === 0 : schema.type === 'object'
}

function takesLists({ type, const: only, enum: some }: JSONSchema): boolean {
  return [type].flat().includes('array') || typeof only === 'object' || Array.isArray(some)
}

function propertySchemas(schema: JSONSchema, key: string): JSONSchema[] {
  const properties = schema.properties as Record<string, JSONSchema> | undefined
  if (properties && Object.hasOwn(properties, key)) return [properties[key] as JSONSchema]
  const patterns = Object.entries((schema.patternProperties as Record<string, JSONSchema> | undefined) ?? {})
  const matching = patterns.filter(([pattern]) => new RegExp(pattern, 'u').test(key)).map(([, below]) => below)
  if (matching.length > 0) return matching
  const { additionalProperties } = schema
  if (typeof additionalProperties === 'object' && additionalProperties !== null)
    return [additionalProperties as JSONSchema]
  return additionalProperties === true ? [{}] : []
}

function itemSchemas(list: JSONSchema, at: number): JSONSchema[] {
  const { prefixItems, items } = list as { prefixItems?: JSONSchema[]; items?: JSONSchema | boolean }
  const own = prefixItems?.[at]
  if (own) return [own]
  return typeof items === 'object' ? [items] : []
}
