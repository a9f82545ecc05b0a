import { compileCoercer, compileListCoercer, listShape, objectShape } from './coerce.ts'
import type { Param, Place } from './params.ts'
import { describe, type JSONSchema, type Schema } from './schema.ts'
import type { ObjectShape } from './shape.ts'
import { assertWritable } from './writable.ts'

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

/** A parameter, as its declaration says it. */
export interface PlannedParam extends Field {
  readonly place: Place
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

/** A declaration is frozen, so what was seen in it holds wherever it stands under the same name. */
const looked = new WeakMap<Param<unknown>, readonly PlannedParam[]>()

/**
 * Looks at one declared parameter.
 *
 * @throws TypeError when it cannot be documented.
 */
export function planParam(declared: Param<unknown>, key: string, where: string): PlannedParam {
  const there = looked.get(declared) ?? []
  const known = there.find((param) => param.key === key)
  if (known) return known
  const param = new LookedAt(declared, key, where)
  looked.set(declared, [...there, param])
  return param
}

/** What of a parameter follows from its JSON Schema: found when it is first asked for, by a request or the document. */
interface Seen extends Omit<Field, 'name' | 'key'> {
  readonly fields: readonly Field[] | undefined
  readonly closed: boolean
  readonly loc: readonly string[]
}

class LookedAt implements PlannedParam {
  readonly place: Place
  readonly key: string
  readonly name: string
  readonly declared: Param<unknown>
  readonly schema: Schema | undefined
  readonly #where: string
  #found: Seen | undefined

  constructor(declared: Param<unknown>, key: string, where: string) {
    const { in: place, options, schema } = declared
    const name = options.alias ?? (place === 'header' ? headerName(key) : key)
    this.place = place
    this.key = key
    this.name = place === 'header' ? name.toLowerCase() : name
    this.declared = declared
    this.schema = schema
    this.#where = where
    if (schema && !options.jsonSchema) assertWritable(schema, 'input', `${where}: ${key}`)
  }

  get list(): Field['list'] {
    return this.#seen.list
  }

  get coerce(): Field['coerce'] {
    return this.#seen.coerce
  }

  get json(): JSONSchema {
    return this.#seen.json
  }

  get required(): boolean {
    return this.#seen.required
  }

  get fields(): PlannedParam['fields'] {
    return this.#seen.fields
  }

  get closed(): boolean {
    return this.#seen.closed
  }

  get loc(): readonly string[] {
    return this.#seen.loc
  }

  get #seen(): Seen {
    this.#found ??= this.#see()
    return this.#found
  }

  #see(): Seen {
    const { place, key, name, schema } = this
    const { options } = this.declared
    const json =
      options.jsonSchema ??
      (schema ? describe(schema, 'input', `${this.#where}: ${key}`) : fileSchema(options.multiple === true))
    const shape = place === 'path' || place === 'body' || place === 'file' ? undefined : objectShape(json, json)
    return {
      ...readingOf(json, json),
      json,
      required: schema ? isRequired(schema, json) : options.optional !== true,
      fields: shape && fieldsOf(shape, place, json),
      closed: shape?.closed ?? false,
      loc: shape ? [locOf(place)] : place === 'body' && !options.embed ? ['body'] : [locOf(place), name],
    }
  }
}

function fieldsOf({ properties, required }: ObjectShape, place: Place, root: JSONSchema): readonly Field[] {
  return Object.entries(properties).map(([key, json]) => ({
    key,
    name: place === 'header' ? headerName(key).toLowerCase() : key,
    json,
    required: required.includes(key),
    ...readingOf(json, root),
  }))
}

function readingOf(json: JSONSchema, root: JSONSchema): Pick<Field, 'list' | 'coerce'> {
  const shape = listShape(json, root)
  if (shape) return { list: compileListCoercer(shape, root), coerce: undefined }
  return { list: undefined, coerce: compileCoercer(json, root) }
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
  if (forms.length === 0) {
    const embed = bodies.every(({ declared }) => declared.options.embed)
    if (bodies.length > 1 && !embed) {
      throw new TypeError(
        `${where} declares two bodies: ${bodies.map(({ key }) => key).join(' and ')}. Give each the option { embed: true } to read both from one object, or make them one schema.`,
      )
    }
    const mediaType = first.declared.options.mediaType ?? 'application/json'
    return new WholeBody(params, slot, embed ? 'embed' : kindOf(mediaType, where), mediaType)
  }
  if (bodies.length > 0) {
    throw new TypeError(
      `${where} declares two bodies: ${bodies[0]?.key} is a Body() and ${forms[0]?.key} stands in a form.`,
    )
  }
  const files = params.some(({ place }) => place === 'file')
  return new WholeBody(params, slot, 'form', files ? 'multipart/form-data' : 'application/x-www-form-urlencoded')
}

const NO_SIZES: ReadonlyMap<string, number> = new Map()

class WholeBody implements PlannedBody {
  readonly params: readonly PlannedParam[]
  readonly slot: number
  readonly kind: BodyKind
  readonly mediaType: string
  readonly files: boolean
  readonly maxFileSize: ReadonlyMap<string, number>

  constructor(params: readonly PlannedParam[], slot: number, kind: BodyKind, mediaType: string) {
    this.params = params
    this.slot = slot
    this.kind = kind
    this.mediaType = mediaType
    const files = params.filter(({ place }) => place === 'file')
    this.files = files.length > 0
    this.maxFileSize = this.files ? sizesOf(files) : NO_SIZES
  }

  get required(): boolean {
    return this.params.some((param) => param.required || param.fields?.some((field) => field.required))
  }
}

function sizesOf(files: readonly PlannedParam[]): ReadonlyMap<string, number> {
  return new Map(
    files.flatMap(({ name, declared }) =>
      declared.options.maxSize ? [[name, declared.options.maxSize] as const] : [],
    ),
  )
}

function kindOf(mediaType: string, where: string): BodyKind {
  if (!/^[\w!#$&^.+-]+\/[\w!#$&^.+*-]+$/.test(mediaType)) {
    throw new TypeError(`${where}: mediaType is a media type without parameters, like application/json.`)
  }
  if (/^application\/json$|\+json$/i.test(mediaType)) return 'json'
  return /^text\//i.test(mediaType) ? 'text' : 'bytes'
}
