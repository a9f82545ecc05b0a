import type { Plan } from '../plan.ts'
import type { DocumentedResponse, Route } from '../route.ts'
import type { JSONSchema, Schema } from '../schema.ts'
import { isBodyless } from '../status.ts'
import type { Components } from './components.ts'
import { type OperationName, pascalCase } from './operation-id.ts'
import type { Refusals } from './refusals.ts'
import { copyValue } from './schema-copy.ts'
import type { HeaderObject, MediaTypeObject, ResponseObject } from './types.ts'

/**
 * The answers of an operation: the success, 422 where there is something to validate, what its schemes refuse with, and what the
 * app documents itself, which wins: first `responses`, then `openapiExtra`.
 *
 * Not shown, because every operation that reads a body has them: 413 and 415.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html#responses-object
 */
export function responsesOf(
  route: Route,
  plan: Plan,
  components: Components,
  refusals: Refusals,
  operation: OperationName,
): Record<string, ResponseObject> {
  const { options } = route
  const success = options.status ?? 200
  const responses = new Map<number, ResponseObject>()
  responses.set(success, successOf(route, success, components, operation))
  for (const [status, response] of refusals.of(plan)) merge(responses, status, response)
  if (plan.params.length > 0 || plan.body) merge(responses, 422, validationError(components))
  for (const [key, documented] of Object.entries(options.responses ?? {})) {
    const status = Number(key)
    const named = `${operation.prefix}Response${status === success ? '' : status}`
    const own = documentedOf(documented, components, named, `${route.where}: responses: ${key}`)
    merge(responses, status, own)
  }
  // RFC 9110 §9.3.2: an answer to HEAD has no content.
  for (const [status, response] of responses) if (route.method === 'HEAD' || isBodyless(status)) delete response.content
  const { responses: extra } = copyValue({ ...options.openapiExtra })
  const all: Record<string, ResponseObject> = {}
  for (const [status, response] of responses) all[status] = response
  return extra ? Object.assign(all, extra) : all
}

/** Puts a response over the one of its status: what it does not say stays. */
function merge(responses: Map<number, ResponseObject>, status: number, over: ResponseObject): void {
  const there = responses.get(status)
  const headers = { ...there?.headers, ...over.headers }
  responses.set(status, { ...there, ...over, ...(Object.keys(headers).length ? { headers } : {}) })
}

function successOf(route: Route, status: number, components: Components, operation: OperationName): ResponseObject {
  const { response, mediaType, responseDescription: description = 'Successful Response' } = route.options
  if (isBodyless(status)) return { description }
  const name = `${operation.prefix}Response`
  const schema = response ? schemaOf(response, components, name, `${route.where}: response`) : anything(mediaType)
  return { description, content: { [mediaType ?? 'application/json']: { schema } } }
}

function documentedOf(
  { description, schema, mediaType, headers }: DocumentedResponse,
  components: Components,
  name: string,
  where: string,
): ResponseObject {
  const media: MediaTypeObject | undefined = schema
    ? { schema: schemaOf(schema, components, name, where) }
    : mediaType === undefined
      ? undefined
      : { schema: anything(mediaType) }
  const printed = Object.entries(headers ?? {}).map(
    ([header, { description: text, schema: of }]): [string, HeaderObject] => [
      header,
      {
        ...(text === undefined ? {} : { description: text }),
        schema: of ? partOf(of, components, name + pascalCase(header), `${where}: ${header}`) : { type: 'string' },
      },
    ],
  )
  return {
    description,
    ...(printed.length ? { headers: Object.fromEntries(printed) } : {}),
    ...(media ? { content: { [mediaType ?? 'application/json']: media } } : {}),
  }
}

function schemaOf(schema: Schema, components: Components, name: string, where: string): JSONSchema {
  return components.schema({ source: schema, json: components.describe(schema, where), side: 'output', name })
}

function partOf(schema: Schema, components: Components, name: string, where: string): JSONSchema {
  const json = components.describe(schema, where)
  return components.part({ source: schema, json, side: 'output', name }, json)
}

/** What is known of a body without a schema. */
function anything(mediaType: string | undefined): JSONSchema {
  return mediaType !== undefined && /^text\//i.test(mediaType) ? { type: 'string' } : {}
}

const VALIDATION_ERROR: JSONSchema = {
  type: 'object',
  properties: {
    type: { type: 'string', title: 'Error Type' },
    loc: { type: 'array', items: { type: ['string', 'integer'] }, title: 'Location' },
    msg: { type: 'string', title: 'Message' },
  },
  required: ['type', 'loc', 'msg'],
  title: 'ValidationError',
}

function validationError(components: Components): ResponseObject {
  const schema = components.builtIn('HTTPValidationError', () => ({
    type: 'object',
    properties: {
      detail: {
        type: 'array',
        items: components.builtIn('ValidationError', () => structuredClone(VALIDATION_ERROR)),
        title: 'Detail',
      },
    },
    required: ['detail'],
    title: 'HTTPValidationError',
  }))
  return { description: 'Validation Error', content: { 'application/json': { schema } } }
}
