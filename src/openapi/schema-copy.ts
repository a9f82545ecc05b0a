/** Copies of JSON Schemas for the document, in which every reference is a link that gets its name later. */
import type { JSONSchema } from '../schema.ts'

/** A reference in a copy. Its `$ref` is written when the component that it points at has its name. */
export interface Link<To> {
  /** The copied schema that holds the `$ref`. */
  readonly at: JSONSchema
  readonly to: To
  /** What stands behind the component in the pointer, like `/properties/name`; mostly empty. */
  readonly rest: string
}

const SCHEMAS: ReadonlySet<string> = new Set([
  'items',
  'contains',
  'additionalItems',
  'unevaluatedItems',
  'additionalProperties',
  'unevaluatedProperties',
  'propertyNames',
  'not',
  'if',
  'then',
  'else',
  'contentSchema',
])
const LISTS: ReadonlySet<string> = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems', 'items'])
const MAPS: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  'dependentSchemas',
  '$defs',
  'definitions',
])

/** Called for each `$ref`: the copied schema that holds it, the pointer, and the properties on the way to it. */
export type OnReference = (at: JSONSchema, pointer: string, path: readonly string[]) => void

/** Called for each schema below the top; gives what stands in its place, or undefined where it is copied. */
export type OnNested = (schema: JSONSchema, path: readonly string[]) => JSONSchema | undefined

/**
 * A copy of a schema that shares nothing with it.
 *
 * `$schema` is left out, as the document has one dialect; `$id` (and `id`, its spelling in other libraries), as the references
 * below it would count from it and no longer from the document. What is no schema (defaults, examples, constants) is copied as it
 * is, whatever it looks like.
 */
export function copySchema(
  schema: JSONSchema,
  onReference: OnReference,
  onNested: OnNested,
  path: readonly string[] = [],
): JSONSchema {
  const copy: JSONSchema = {}
  for (const keyword of Object.keys(schema)) {
    const value = schema[keyword]
    if (value === undefined || keyword === '$schema' || keyword === '$id' || keyword === '__proto__') continue
    if (keyword === 'id' && typeof value === 'string') continue
    copy[keyword] = copyKeyword(keyword, value, onReference, onNested, path)
  }
  if (typeof schema.$ref === 'string') onReference(copy, schema.$ref, path)
  return copy
}

function copyKeyword(
  keyword: string,
  value: unknown,
  onReference: OnReference,
  onNested: OnNested,
  path: readonly string[],
): unknown {
  if (typeof value !== 'object' || value === null) return value
  const below = (each: unknown, inner: readonly string[]): unknown =>
    isRecord(each) ? (onNested(each, inner) ?? copySchema(each, onReference, onNested, inner)) : copyValue(each)
  if (MAPS.has(keyword) && isRecord(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, below(each, [...path, name])]))
  }
  if (Array.isArray(value)) return LISTS.has(keyword) ? value.map((each) => below(each, path)) : copyValue(value)
  return SCHEMAS.has(keyword) ? below(value, path) : copyValue(value)
}

/** A copy of a JSON value; what is neither a list nor a plain object stays what it is. */
export function copyValue<T>(value: T): T {
  if (Array.isArray(value)) return value.map((each) => copyValue(each)) as T
  if (!isRecord(value)) return value
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .map(([name, each]) => [name, copyValue(each)]),
  ) as T
}

/** Whether a value is an object and no list. */
export function isRecord(value: unknown): value is JSONSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether a schema is one of objects with names of their own: what a reader would call a model. */
export function isModel(schema: JSONSchema): boolean {
  if (isRecord(schema.properties)) return true
  return [schema.anyOf, schema.oneOf, schema.allOf].some(
    (list) => Array.isArray(list) && list.some((each) => isRecord(each) && isModel(each)),
  )
}

/**
 * Whether two copies say the same, but that the narrow one closes objects (`additionalProperties: false`) which the wide one
 * leaves open. So differ what a library takes and what it gives back without the properties that it does not know.
 *
 * @param same whether two linked components say the same in that way.
 */
export function isSameButOpen<To>(
  wide: unknown,
  narrow: unknown,
  links: ReadonlyMap<unknown, Link<To>>,
  same: (wide: To, narrow: To) => boolean,
): boolean {
  if (Array.isArray(wide)) {
    return (
      Array.isArray(narrow) &&
      wide.length === narrow.length &&
      wide.every((each, at) => isSameButOpen(each, narrow[at], links, same))
    )
  }
  if (!isRecord(wide) || !isRecord(narrow)) return Object.is(wide, narrow)
  const a = links.get(wide)
  const b = links.get(narrow)
  if (a || b) {
    if (!a || !b || a.rest !== b.rest || !same(a.to, b.to)) return false
  }
  const closes = narrow.type === 'object' && narrow.additionalProperties === false && !('additionalProperties' in wide)
  const names = Object.keys(narrow).filter((name) => !(closes && name === 'additionalProperties'))
  return (
    names.length === Object.keys(wide).length &&
    names.every(
      (name) =>
        Object.hasOwn(wide, name) && ((a && name === '$ref') || isSameButOpen(wide[name], narrow[name], links, same)),
    )
  )
}
