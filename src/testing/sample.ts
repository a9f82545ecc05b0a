import type { JSONSchema } from '../schema.ts'

/**
 * A value that fits a JSON Schema in the common cases: its example, default or constant, otherwise the smallest of its type.
 *
 * It is a guess: patterns and conditions are not solved.
 *
 * @param schema the schema.
 * @param root where `#/…` references lead; the schema itself.
 */
export function sampleOf(schema: JSONSchema | boolean, root: JSONSchema = schema as JSONSchema, depth = 0): unknown {
  if (typeof schema === 'boolean' || depth > 8) return 'sample'
  if (typeof schema.$ref === 'string') return sampleOf(resolve(schema.$ref, root), root, depth + 1)
  if ('const' in schema) return schema.const
  for (const list of [schema.examples, schema.enum]) if (Array.isArray(list) && list.length > 0) return list[0]
  if ('example' in schema) return schema.example
  if (schema.default !== undefined && schema.default !== null) return schema.default
  for (const choice of [schema.anyOf, schema.oneOf]) {
    if (Array.isArray(choice) && choice.length > 0) return sampleOf(choice[0] as JSONSchema, root, depth + 1)
  }
  if (Array.isArray(schema.allOf)) {
    const all = schema.allOf.map((part) => sampleOf(part as JSONSchema, root, depth + 1))
    return all.every(isRecord) ? Object.assign({}, ...all, objectOf(schema, root, depth)) : all[0]
  }
  return ofType(schema, root, depth)
}

function ofType(schema: JSONSchema, root: JSONSchema, depth: number): unknown {
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type
  switch (type) {
    case 'integer':
    case 'number':
      return numberOf(schema)
    case 'boolean':
      return true
    case 'null':
      return null
    case 'array': {
      const count = typeof schema.minItems === 'number' ? Math.min(schema.minItems, 16) : 0
      const item = (): unknown => sampleOf((schema.items ?? {}) as JSONSchema, root, depth + 1)
      return Array.from({ length: count }, item)
    }
    case 'object':
      return objectOf(schema, root, depth)
    default:
      return schema.properties ? objectOf(schema, root, depth) : textOf(schema)
  }
}

function numberOf({ minimum, exclusiveMinimum, maximum, multipleOf }: JSONSchema): number {
  if (typeof multipleOf === 'number') return multipleOf
  if (typeof exclusiveMinimum === 'number') return Math.floor(exclusiveMinimum) + 1
  if (typeof minimum === 'number' && minimum > 1) return Math.ceil(minimum)
  return typeof maximum === 'number' && maximum < 1 ? Math.floor(maximum) : 1
}

const FORMATS: ReadonlyMap<unknown, string> = new Map([
  ['email', 'sample@example.com'],
  ['uuid', '3f2504e0-4f89-41d3-9a0c-0305e82c3301'],
  ['date-time', '2026-01-01T00:00:00Z'],
  ['date', '2026-01-01'],
  ['time', '00:00:00Z'],
  ['duration', 'PT1H'],
  ['uri', 'https://example.com/'],
  ['ipv4', '192.0.2.1'],
  ['ipv6', '2001:db8::1'],
  ['hostname', 'example.com'],
])

function textOf({ format, minLength, maxLength }: JSONSchema): string {
  const known = FORMATS.get(format)
  if (known !== undefined) return known
  const text = typeof minLength === 'number' ? 'sample'.padEnd(Math.min(minLength, 4096), 'e') : 'sample'
  return typeof maxLength === 'number' ? text.slice(0, maxLength) : text
}

function objectOf(schema: JSONSchema, root: JSONSchema, depth: number): Record<string, unknown> {
  const properties = isRecord(schema.properties) ? schema.properties : {}
  const required = Array.isArray(schema.required) ? schema.required : []
  return Object.fromEntries(
    required
      .filter((name): name is string => typeof name === 'string')
      .map((name) => [name, sampleOf((properties[name] ?? {}) as JSONSchema, root, depth + 1)]),
  )
}

function resolve(reference: string, root: JSONSchema): JSONSchema {
  let found: unknown = root
  for (const part of reference.replace(/^#\/?/, '').split('/')) {
    const name = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')
    if (name !== '') found = isRecord(found) && Object.hasOwn(found, name) ? found[name] : undefined
  }
  return isRecord(found) ? found : {}
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
