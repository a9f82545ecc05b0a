import type { Field, PlannedParam } from '../planned-param.ts'
import type { JSONSchema } from '../schema.ts'
import type { Components, SchemaUse } from './components.ts'
import { type OperationName, pascalCase } from './operation-id.ts'
import { copyValue, isRecord } from './schema-copy.ts'
import type { ExampleObject, ParameterObject } from './types.ts'

type In = ParameterObject['in']

const PLACES: readonly In[] = ['path', 'query', 'header', 'cookie']

/** Headers that a document must not describe as parameters: content, accept and security say what they are. */
const UNSHOWN: ReadonlySet<string> = new Set(['accept', 'content-type', 'authorization'])

/**
 * The parameters of an operation, in FastAPI's order: path, query, header, cookie. An object gives one for each of its fields.
 *
 * @param rename what the document calls the names between the braces of the path.
 * @see https://spec.openapis.org/oas/v3.1.1.html#parameter-object
 */
export function parametersOf(
  params: readonly PlannedParam[],
  components: Components,
  operation: OperationName,
  rename: ReadonlyMap<string, string>,
): ParameterObject[] {
  const shown = new Map<string, ParameterObject>()
  for (const param of params) {
    if (param.declared.options.includeInSchema === false) continue
    for (const parameter of printed(param, components, operation)) {
      if (parameter.in === 'path') parameter.name = rename.get(parameter.name) ?? parameter.name
      const folded = parameter.in === 'header' ? parameter.name.toLowerCase() : parameter.name
      if (parameter.in === 'header' && UNSHOWN.has(folded)) continue
      const there = shown.get(`${parameter.in} ${folded}`)
      if (there === undefined) shown.set(`${parameter.in} ${folded}`, parameter)
      else if (parameter.required) there.required = true
    }
  }
  return PLACES.flatMap((place) => [...shown.values()].filter((parameter) => parameter.in === place))
}

function printed(param: PlannedParam, components: Components, operation: OperationName): ParameterObject[] {
  const { options } = param.declared
  const place = param.place as In
  const use = useOf(param, operation)
  if (param.fields === undefined) {
    const name = place === 'header' ? (options.alias ?? param.name) : param.name
    const documented = { description: options.description, deprecated: options.deprecated }
    return [
      {
        ...parameter(place, name, param, components.part(use, param.json), documented),
        ...examplesOf(options),
      },
    ]
  }
  return param.fields.map((field) => ({
    ...parameter(place, field.name, field, components.part(use, field.json), { deprecated: options.deprecated }),
    ...(isRecord(options.example) && Object.hasOwn(options.example, field.key)
      ? { example: copyValue(options.example[field.key]) }
      : {}),
  }))
}

function parameter(
  place: In,
  name: string,
  { json, required }: Field,
  schema: JSONSchema,
  documented: { readonly description?: string | undefined; readonly deprecated?: boolean | undefined },
): ParameterObject {
  const description = documented.description ?? (typeof json.description === 'string' ? json.description : undefined)
  const deprecated = documented.deprecated ?? json.deprecated === true
  return {
    name,
    in: place,
    ...(description === undefined ? {} : { description }),
    ...(place === 'path' || required ? { required: true } : {}),
    ...(deprecated ? { deprecated } : {}),
    schema,
  }
}

/** What a parameter's schema is to the shared ones. */
export function useOf(param: PlannedParam, operation: OperationName, name: string = pascalCase(param.key)): SchemaUse {
  const { options, schema } = param.declared
  return {
    source: options.jsonSchema ?? schema ?? param.declared,
    json: param.json,
    side: 'input',
    name: operation.prefix + name,
  }
}

/** The example or the examples, of which a document may have only one kind. */
export function examplesOf(options: {
  readonly example?: unknown
  readonly examples?: Readonly<Record<string, ExampleObject>>
}): { example?: unknown; examples?: Record<string, ExampleObject> } {
  const { example, examples } = options
  if (examples === undefined) return example === undefined ? {} : { example: copyValue(example) }
  return { examples: copyValue({ ...(example === undefined ? {} : { example: { value: example } }), ...examples }) }
}
