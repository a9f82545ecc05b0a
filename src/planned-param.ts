import { compileCoercer, compileListCoercer, listShape, objectShape } from './coerce.ts'
import type { Param, Place } from './params.ts'
import { describe, type JSONSchema, type Schema } from './schema.ts'

/** How a value on the wire becomes the JSON value that its schema asks for. */
export interface Field {
  /** The name on the wire. */
  readonly name: string
  /** The name in the value: differs from {@link name} in an object of headers only. */
  readonly key: string
  /** Makes the list of every value of a repeated name; undefined where one value is asked for. */
  readonly list: ((texts: readonly string[]) => unknown[]) | undefined
  /** Text to a number, a boolean …; undefined leaves it as it is. */
  readonly coerce: ((text: string) => unknown) | undefined
  readonly json: JSONSchema
  readonly required: boolean
}

/** A parameter that was looked at when declared. */
export interface PlannedParam extends Field {
  readonly place: Place
  readonly slot: number
  readonly declared: Param<unknown>
  readonly schema: Schema | undefined
  /** Where an error in it is: the place and the name. */
  readonly loc: readonly string[]
  /** The fields of an object that is read from several parameters; undefined for a single one. */
  readonly fields: readonly Field[] | undefined
  /** Whether an object refuses other fields, so that they must be shown to it. */
  readonly closed: boolean
}

/** How a body is read. */
export type BodyKind = 'json' | 'embed' | 'form' | 'text' | 'bytes'

/** The body of an operation: everything declared in it, and how it is read. */
export interface PlannedBody {
  readonly kind: BodyKind
  readonly slot: number
  readonly mediaType: string
  readonly params: readonly PlannedParam[]
  readonly required: boolean
  /** Whether it has files, and so must be multipart. */
  readonly files: boolean
  /** Most bytes of a file by the name of its field, where the field says so. */
  readonly maxFileSize: ReadonlyMap<string, number>
}

type Looked = Omit<PlannedParam, 'slot'>

/** A declaration is frozen, so what was seen in it holds wherever it stands under the same name. */
const looked = new WeakMap<Param<unknown>, Map<string, Looked>>()

/** Looks at one declared parameter. */
export function planParam(declared: Param<unknown>, key: string, slot: number, where: string): PlannedParam {
  const names = looked.get(declared) ?? new Map<string, Looked>()
  const known = names.get(key) ?? lookAt(declared, key, where)
  looked.set(declared, names.set(key, known))
  return { ...known, slot }
}

function lookAt(declared: Param<unknown>, key: string, where: string): Looked {
  const { in: place, options, schema } = declared
  const name = options.alias ?? (place === 'header' ? headerName(key) : key)
  const wire = place === 'header' ? name.toLowerCase() : name
  const what = `${where}: ${key}`
  const json = options.jsonSchema ?? (schema ? describe(schema, 'input', what) : fileSchema(options.multiple === true))
  const shape = place === 'path' || place === 'body' || place === 'file' ? undefined : objectShape(json, json)
  const fields =
    shape &&
    Object.entries(shape.properties).map(([property, below]) =>
      planField(
        property,
        place === 'header' ? headerName(property).toLowerCase() : property,
        below,
        json,
        shape.required.includes(property),
      ),
    )
  return {
    ...planField(key, wire, json, json, schema ? isRequired(schema, json) : options.optional !== true),
    place,
    declared,
    schema,
    fields,
    closed: shape?.closed ?? false,
    loc: fields ? [locOf(place)] : place === 'body' && !options.embed ? ['body'] : [locOf(place), wire],
  }
}

function planField(key: string, name: string, json: JSONSchema, root: JSONSchema, required: boolean): Field {
  const shape = listShape(json, root)
  if (shape) return { key, name, json, required, list: compileListCoercer(shape, root), coerce: undefined }
  return { key, name, json, required, list: undefined, coerce: compileCoercer(json, root) }
}

/** `userAgent` and `user_agent` are `user-agent`. */
function headerName(key: string): string {
  return key.replace(/_/g, '-').replace(/[A-Z]/g, (capital, at: number) => (at ? '-' : '') + capital.toLowerCase())
}

function locOf(place: Place): string {
  return place === 'form' || place === 'file' ? 'body' : place
}

function fileSchema(multiple: boolean): JSONSchema {
  const one = { type: 'string', format: 'binary' }
  return multiple ? { type: 'array', items: one } : one
}

/** A value may be absent when its schema takes undefined; where only a promise could tell, when it has a default. */
function isRequired(schema: Schema, json: JSONSchema): boolean {
  const absence = absenceOf(schema)
  return absence === 'missing' || (absence === 'unknown' && !('default' in json))
}

/**
 * What a schema makes of an absent value: an error, undefined, a default; unknown where only a promise could tell.
 *
 * A schema that throws is not written for what is absent.
 */
export function absenceOf(schema: Schema): 'missing' | 'undefined' | 'default' | 'unknown' {
  let result: ReturnType<Schema['~standard']['validate']>
  try {
    result = schema['~standard'].validate(undefined)
  } catch {
    return 'missing'
  }
  if ('then' in result) {
    Promise.resolve(result).catch(() => {}) // asked for its kind alone: nobody waits for it
    return 'unknown'
  }
  return result.issues ? 'missing' : result.value === undefined ? 'undefined' : 'default'
}

/**
 * Puts together what is declared in the body.
 *
 * @throws TypeError for two bodies, a body beside a form, and a media type that says nothing.
 */
export function planBody(params: readonly PlannedParam[], where: string, slot: number): PlannedBody | undefined {
  const [first] = params
  if (first === undefined) return undefined
  const bodies = params.filter(({ place }) => place === 'body')
  const forms = params.filter(({ place }) => place !== 'body')
  const required = params.some((param) => param.required || param.fields?.some((field) => field.required))
  if (forms.length === 0) {
    const embed = bodies.every(({ declared }) => declared.options.embed)
    if (bodies.length > 1 && !embed) {
      throw new TypeError(
        `${where} declares two bodies: ${bodies.map(({ key }) => key).join(' and ')}. Give each the option { embed: true } to read both from one object, or make them one schema.`,
      )
    }
    const mediaType = first.declared.options.mediaType ?? 'application/json'
    const kind = embed ? 'embed' : kindOf(mediaType, where)
    return { kind, slot, mediaType, params, required, files: false, maxFileSize: new Map() }
  }
  if (bodies.length > 0) {
    throw new TypeError(
      `${where} declares two bodies: ${bodies[0]?.key} is a Body() and ${forms[0]?.key} stands in a form.`,
    )
  }
  const files = forms.filter(({ place }) => place === 'file')
  return {
    kind: 'form',
    slot,
    mediaType: files.length ? 'multipart/form-data' : 'application/x-www-form-urlencoded',
    params,
    required,
    files: files.length > 0,
    maxFileSize: new Map(
      files.flatMap(({ name, declared }) =>
        declared.options.maxSize ? [[name, declared.options.maxSize] as const] : [],
      ),
    ),
  }
}

function kindOf(mediaType: string, where: string): BodyKind {
  if (!/^[\w!#$&^.+-]+\/[\w!#$&^.+*-]+$/.test(mediaType)) {
    throw new TypeError(`${where}: mediaType is a media type without parameters, like application/json.`)
  }
  if (/^application\/json$|\+json$/i.test(mediaType)) return 'json'
  return /^text\//i.test(mediaType) ? 'text' : 'bytes'
}
