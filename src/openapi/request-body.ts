import type { PlannedBody, PlannedParam } from '../planned-param.ts'
import type { JSONSchema } from '../schema.ts'
import type { Components } from './components.ts'
import type { OperationName } from './operation-id.ts'
import { examplesOf, useOf } from './parameters.ts'
import { copyValue } from './schema-copy.ts'
import type { MediaTypeObject, RequestBodyObject } from './types.ts'

/**
 * The body of an operation; undefined where the document shows nothing of it.
 *
 * A form is shown as urlencoded, or where it has files as multipart. That a form without files is taken as multipart, too, is not
 * shown: one form for each operation is what the docs page and generated clients make the most of.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html#request-body-object
 */
export function requestBodyOf(
  body: PlannedBody,
  components: Components,
  operation: OperationName,
): RequestBodyObject | undefined {
  const shown = body.params.filter(({ declared }) => declared.options.includeInSchema !== false)
  const [first] = shown
  if (first === undefined) return undefined
  const whole = shown.length === 1 && body.params.length === 1 && isWhole(first, body)
  const { description } = first.declared.options
  const media = whole
    ? { schema: wholeOf(first, body, components, operation), ...examplesOf(first.declared.options) }
    : partsOf(shown, components, operation)
  return {
    ...(whole && description !== undefined ? { description } : {}),
    content: { [body.mediaType]: media },
    ...(body.required ? { required: true } : {}),
  }
}

/** Whether one declaration is all of the body, and not one field in it. */
function isWhole(param: PlannedParam, { kind }: PlannedBody): boolean {
  return kind === 'form' ? param.fields !== undefined : kind !== 'embed'
}

function wholeOf(
  param: PlannedParam,
  { kind }: PlannedBody,
  components: Components,
  operation: OperationName,
): JSONSchema {
  if (kind !== 'form') return components.schema(useOf(param, operation, 'Body'))
  return components.schema({ ...useOf(param, operation), name: `Body_${operation.id}`, always: true })
}

/** An object of all parts: the fields of a form, or embedded bodies. */
function partsOf(params: readonly PlannedParam[], components: Components, operation: OperationName): MediaTypeObject {
  const properties: [string, JSONSchema][] = []
  const required = new Set<string>()
  const encoding: [string, { contentType: string }][] = []
  for (const param of params) {
    const { options } = param.declared
    const use = useOf(param, operation)
    const fields = param.place === 'form' && param.fields ? param.fields : [param]
    for (const field of fields) {
      const schema =
        field === param && param.place === 'body' ? components.schema(use) : components.part(use, field.json)
      properties.push([field.name, field === param ? withDocumentation(schema, options) : schema])
      if (field.required) required.add(field.name)
    }
    if (options.mediaTypes) encoding.push([param.name, { contentType: options.mediaTypes.join(', ') }])
  }
  const schema: JSONSchema = {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.size ? { required: [...required] } : {}),
  }
  return {
    schema: components.add(`Body_${operation.id}`, schema),
    ...(encoding.length ? { encoding: Object.fromEntries(encoding) } : {}),
  }
}

/** What was said of a part stands beside its schema's own keywords. */
function withDocumentation(schema: JSONSchema, options: PlannedParam['declared']['options']): JSONSchema {
  const { description, deprecated, example, examples } = options
  const values = [
    ...(example === undefined ? [] : [example]),
    ...Object.values(examples ?? {}).map(({ value }) => value),
  ]
  if (description !== undefined) schema.description = description
  if (deprecated) schema.deprecated = true
  if (values.length) schema.examples = copyValue(values)
  return schema
}
