import { describe, type JSONSchema, type Schema } from './schema.ts'

/** Libraries whose object schemas leave out what they do not name when they validate; others let it through. */
const STRIPPING: ReadonlySet<string> = new Set(['zod', 'valibot'])

/**
 * What makes sure that nothing leaves which a response schema does not name; undefined where the schema's library does it.
 *
 * @throws TypeError when the schema has no JSON Schema, as then nobody could tell what it names.
 */
export function projectionOf(schema: Schema, where: string): ((value: unknown) => unknown) | undefined {
  if (STRIPPING.has(schema['~standard'].vendor)) return undefined
  const root = describe(schema, 'output', where)
  return (value) => project(value, [root], root)
}

/** A value with only those properties that one of the schemas names. */
function project(value: unknown, schemas: readonly JSONSchema[], root: JSONSchema): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  const alternatives = schemas.flatMap((schema) => flatten(schema, root, new Set()))
  if (Array.isArray(value)) {
    const lists = alternatives.filter(({ items, prefixItems }) => items !== undefined || prefixItems !== undefined)
    if (lists.length === 0) return value
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

/** The schemas that stand side by side in one: those of its references and combinations. */
function flatten(schema: JSONSchema, root: JSONSchema, seen: Set<JSONSchema>): JSONSchema[] {
  if (seen.has(schema)) return []
  seen.add(schema)
  const { $ref, anyOf, oneOf, allOf } = schema as {
    $ref?: unknown
    anyOf?: JSONSchema[]
    oneOf?: JSONSchema[]
    allOf?: JSONSchema[]
  }
  const parts = [...(anyOf ?? []), ...(oneOf ?? []), ...(allOf ?? [])]
  if (typeof $ref === 'string') {
    const target =
      $ref === '#' ? root : (root.$defs as Record<string, JSONSchema> | undefined)?.[$ref.replace('#/$defs/', '')]
    if (target) parts.push(target)
  }
  const below = parts.flatMap((part) => flatten(part, root, seen))
  const names =
    'properties' in schema || 'additionalProperties' in schema || 'items' in schema || 'prefixItems' in schema
  return parts.length > 0 && !names ? below : [schema, ...below]
}

/** A schema that takes any object as it is. */
function isOpen(schema: JSONSchema): boolean {
  if ('properties' in schema || 'patternProperties' in schema) return schema.additionalProperties === true
  if ('additionalProperties' in schema) return schema.additionalProperties === true
  return schema.type === undefined ? Object.keys(schema).length === 0 : schema.type === 'object'
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
