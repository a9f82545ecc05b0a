/** Documents in a few words, in which it makes no difference how a library writes the same thing. */
import type { OpenAPIObject } from '../../src/openapi/types.ts'
import type { JSONSchema } from '../../src/schema.ts'

/** What an operation takes and gives: `'query limit': 'integer 1..100 = 10'`, `'201': 'Order'`. */
export type OperationShape = Readonly<Record<string, string>>

/** The operations of a document; a schema that has a name is told by it. */
export function operationShapes(document: OpenAPIObject): Record<string, OperationShape> {
  const shapes: Record<string, OperationShape> = {}
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of ['get', 'post'] as const) {
      const operation = item[method]
      if (!operation) continue
      const shape: Record<string, string> = {}
      for (const parameter of operation.parameters ?? []) {
        const { name, in: where, required, schema } = parameter
        shape[`${where} ${name}`] = `${nameOf(document, schema ?? {})}${required === true ? ', required' : ''}`
      }
      for (const [type, { schema }] of Object.entries(contentOf(operation.requestBody)))
        shape[type] = nameOf(document, schema)
      for (const [status, response] of Object.entries(operation.responses))
        shape[status] = nameOf(document, contentOf(response)['application/json']?.schema ?? {})
      shapes[`${method.toUpperCase()} ${path}`] = shape
    }
  }
  return shapes
}

/** The components of a document, each with all that it holds. */
export function componentShapes(document: OpenAPIObject): Record<string, string> {
  const schemas = Object.entries(document.components?.schemas ?? {})
  return Object.fromEntries(schemas.map(([name, schema]) => [name, inWords(document, schema as JSONSchema)]))
}

function contentOf(holder: unknown): Record<string, { schema: JSONSchema }> {
  return (holder as { content?: Record<string, { schema: JSONSchema }> } | undefined)?.content ?? {}
}

function nameOf(document: OpenAPIObject, schema: JSONSchema): string {
  const [, name] = /^#\/components\/schemas\/(.+)$/.exec(String(schema.$ref)) ?? []
  return name ?? inWords(document, schema)
}

function inWords(document: OpenAPIObject, schema: JSONSchema): string {
  const { $ref, anyOf, type, properties, items, enum: values, pattern } = schema
  if (typeof $ref === 'string') {
    const name = nameOf(document, schema)
    return inWords(document, document.components?.schemas?.[name] as JSONSchema)
  }
  const fallback = 'default' in schema ? ` = ${JSON.stringify(schema.default)}` : ''
  if (Array.isArray(anyOf)) return anyOf.map((each) => inWords(document, each)).join(' | ') + fallback
  if (Array.isArray(type)) return type.map((each) => inWords(document, { ...schema, type: each })).join(' | ')
  if ('const' in schema) return JSON.stringify(schema.const) + fallback
  if (Array.isArray(values)) return values.map((each) => JSON.stringify(each)).join(' | ') + fallback
  if (properties !== undefined) {
    const required = (schema.required ?? []) as string[]
    const members = Object.entries(properties as Record<string, JSONSchema>).map(
      ([name, each]) => `${name}${required.includes(name) ? '' : '?'}: ${inWords(document, each)}`,
    )
    return `{ ${members.sort().join('; ')} }`
  }
  const of = items === undefined ? '' : `(${inWords(document, items as JSONSchema)})`
  const matching = pattern === undefined ? '' : ` ${pattern}`
  return `${type ?? 'anything'}${of}${range(schema)}${matching}${fallback}`
}

function range(schema: JSONSchema): string {
  // Zod says of each integer that it is a safe one.
  const limit = (...names: string[]): string => {
    const found = names.map((name) => schema[name]).find((value) => value !== undefined)
    return found === undefined || Math.abs(Number(found)) === Number.MAX_SAFE_INTEGER ? '' : String(found)
  }
  const least = limit('minimum', 'minLength', 'minItems')
  const most = limit('maximum', 'maxLength', 'maxItems')
  const above = limit('exclusiveMinimum')
  return (least || most ? ` ${least}..${most}` : '') + (above && ` > ${above}`)
}
