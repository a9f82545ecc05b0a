import type { Plan } from '../plan.ts'
import { PROBLEM_JSON } from '../problem-details.ts'
import type { DocumentedResponse, Route } from '../route.ts'
import type { JSONSchema, Schema } from '../schema.ts'
import { isBodyless } from '../status.ts'
import type { Components } from './components.ts'
import { type OperationName, pascalCase } from './operation-id.ts'
import { validationProblemSchema } from './problems.ts'
import type { Refusals } from './refusals.ts'
import { copyValue } from './schema-copy.ts'
import type { HeaderObject, ResponseObject } from './types.ts'

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
  const { options, method } = route
  const success = options.status ?? 200
  const { responses: extra = {} } = copyValue({ ...options.openapiExtra })
  const documented = new Map(Object.entries(options.responses ?? {}).map(([key, own]) => [Number(key), own]))
  const isEmpty = (status: number): boolean => method === 'HEAD' || isBodyless(status) // RFC 9110 §9.3.2, §6.4.1
  // What the app shows of an answer is not made twice: a schema of ours that nobody refers to would stay in the document.
  const isOurs = (status: number): boolean => {
    const own = documented.get(status)
    return !isEmpty(status) && !own?.schema && !own?.mediaType && !Object.hasOwn(extra, status)
  }
  const responses = new Map<number, ResponseObject>()
  responses.set(success, successOf(route, isOurs(success), components, operation))
  for (const [status, response] of refusals.of(plan, isOurs, route)) merge(responses, status, response)
  if (plan.params.length > 0 || plan.body)
    merge(responses, 422, validationError(isOurs(422), components, refusals.problems !== undefined))
  for (const [status, own] of documented) {
    const name = `${operation.prefix}Response${status === success ? '' : status}`
    const where = `${route.where}: responses: ${status}`
    merge(responses, status, documentedOf(own, !isEmpty(status), components, name, where))
  }
  const all: Record<string, ResponseObject> = {}
  for (const [status, response] of responses) all[status] = response
  return Object.assign(all, extra)
}

/** Puts a response over the one of its status: what it does not say stays. */
function merge(responses: Map<number, ResponseObject>, status: number, over: ResponseObject): void {
  const there = responses.get(status)
  const headers = { ...there?.headers, ...over.headers }
  responses.set(status, { ...there, ...over, ...(Object.keys(headers).length ? { headers } : {}) })
}

function successOf(
  route: Route,
  withContent: boolean,
  components: Components,
  operation: OperationName,
): ResponseObject {
  const { response, mediaType, responseDescription: description = 'Successful Response' } = route.options
  if (!withContent) return { description }
  const name = `${operation.prefix}Response`
  const schema = response ? schemaOf(response, components, name, `${route.where}: response`) : anything(mediaType)
  return { description, content: { [mediaType ?? 'application/json']: { schema } } }
}

function documentedOf(
  { description, schema, mediaType, headers }: DocumentedResponse,
  withContent: boolean,
  components: Components,
  name: string,
  where: string,
): ResponseObject {
  const shown = !withContent
    ? undefined
    : schema
      ? schemaOf(schema, components, name, where)
      : mediaType === undefined
        ? undefined
        : anything(mediaType)
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
    ...(shown ? { content: { [mediaType ?? 'application/json']: { schema: shown } } } : {}),
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

function validationError(withContent: boolean, components: Components, isProblem: boolean): ResponseObject {
  const description = 'Validation Error'
  if (!withContent) return { description }
  if (isProblem) return { description, content: { [PROBLEM_JSON]: { schema: validationProblemSchema(components) } } }
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
  return { description, content: { 'application/json': { schema } } }
}
