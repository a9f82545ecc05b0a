/**
 * What we ask of a schema: Standard Schema to validate, Standard JSON Schema to document.
 *
 * The shapes are copied from https://standardschema.dev, as its authors intend; there is no dependency behind them.
 */

/** A JSON Schema of draft 2020-12, the dialect that OpenAPI 3.1 is written in. */
export interface JSONSchema {
  [keyword: string]: unknown
}

/** Why a value does not fit a schema. */
export interface SchemaIssue {
  readonly message: string
  readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }> | undefined
}

/** What validating a value gives: the value that the schema makes of it, or the issues. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] }

/** How a library is asked for a JSON Schema. */
export interface JSONSchemaOptions {
  readonly target: 'draft-2020-12'
  /** Options of the library's own. */
  readonly libraryOptions?: Record<string, unknown> | undefined
}

/**
 * Any schema of a library that implements Standard Schema: Zod, ArkType, Valibot and others.
 *
 * @see https://standardschema.dev
 */
export interface Schema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
    readonly jsonSchema?:
      | {
          readonly input: (options: JSONSchemaOptions) => Record<string, unknown>
          readonly output: (options: JSONSchemaOptions) => Record<string, unknown>
        }
      | undefined
  }
}

/** Whether a value is a Standard Schema. */
export function isSchema(value: unknown): value is Schema {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false
  // Zod makes what stands there when it is read: a schema of a thousand declared ones may never be used.
  if ('_zod' in value && '~standard' in value) return true
  const standard = (value as { '~standard'?: unknown })['~standard']
  return typeof standard === 'object' && standard !== null && 'validate' in standard
}

const described: Readonly<Record<'input' | 'output', WeakMap<Schema, JSONSchema>>> = {
  input: new WeakMap(),
  output: new WeakMap(),
}

/**
 * The JSON Schema of what a schema takes in (`input`) or gives out (`output`); written once for each schema.
 *
 * @throws TypeError when the library cannot describe the schema; the message says what to do.
 */
export function describe(schema: Schema, side: 'input' | 'output', where: string): JSONSchema {
  const known = described[side].get(schema)
  if (known) return known
  const { jsonSchema, vendor } = schema['~standard']
  const beside = side === 'input' ? ', or give the option { jsonSchema: { … } } beside it' : ''
  if (!jsonSchema) {
    const other =
      vendor === 'valibot'
        ? "Wrap it with toStandardJsonSchema() of '@valibot/to-json-schema'"
        : 'Use a schema that implements Standard JSON Schema'
    throw new TypeError(
      `${where}: the ${vendor} schema has no JSON Schema, so it cannot be documented. ${other}${beside}.`,
    )
  }
  try {
    const libraryOptions = LIBRARY_OPTIONS[side].get(vendor)
    const options: JSONSchemaOptions = libraryOptions ? { target: TARGET, libraryOptions } : { target: TARGET }
    const { $schema: _, ...written } = jsonSchema[side](options)
    const rest = vendor === 'arktype' ? withoutImpossible(written) : written
    const custom = customsSeen ? customIn(rest) : undefined
    customsSeen = false
    if (custom !== undefined)
      throw new Error(`the custom schema${custom} does not say what it holds, as .meta({ type: 'string' }) would`)
    described[side].set(schema, rest)
    return rest
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const instead = vendor === 'zod' && reason.startsWith('Date ') ? ', such as z.iso.datetime()' : ''
    throw new TypeError(
      `${where}: the ${vendor} schema cannot be written as JSON Schema (${reason}). Use one that JSON has a type for${instead}${beside}.`,
      { cause },
    )
  }
}

const TARGET: JSONSchemaOptions['target'] = 'draft-2020-12'

/** A date goes out as the text that JSON.stringify makes of it; what has no JSON is refused as before. */
const ZOD_OUTPUT = {
  unrepresentable: 'any',
  override: ({
    zodSchema,
    jsonSchema,
  }: {
    zodSchema: { _zod: { def: { type: string }; bag?: { Class?: unknown } } }
    jsonSchema: JSONSchema
  }): void => {
    const { def, bag } = zodSchema._zod
    const { type } = def
    if (type === 'date') Object.assign(jsonSchema, { type: 'string', format: 'date-time' })
    if (NOT_JSON.has(type)) throw new Error(`${type} cannot be represented in JSON Schema`)
    if (type !== 'custom' && !(CUSTOM in jsonSchema)) return
    // Its type may name a user's fields, but nothing in it would keep the others in.
    const says = SAYS.some((keyword) => keyword in jsonSchema) || writesItself(bag?.Class)
    if (says) delete jsonSchema[CUSTOM]
    else jsonSchema[CUSTOM] = customsSeen = true
  },
}

/** Marks a custom schema until all is written: its `.meta()` comes after it, as a schema of its own. */
const CUSTOM = '~custom'

/** Only where there was one is it looked for. */
let customsSeen = false

/** Keywords that say what a value is; a custom schema has none but those of its `.meta()`. */
const SAYS = ['type', 'enum', 'const', '$ref', 'properties', 'anyOf', 'oneOf', 'allOf']

/** Where a custom schema is left that does not say what it holds: ` at properties.user`. */
function customIn(schema: unknown, path = ''): string | undefined {
  if (typeof schema !== 'object' || schema === null) return undefined
  if ((schema as JSONSchema)[CUSTOM] === true) return path && ` at ${path}`
  for (const [key, each] of Object.entries(schema)) {
    const found = customIn(each, path === '' ? key : `${path}.${key}`)
    if (found !== undefined) return found
  }
  return undefined
}

/** Whether instances of a class say themselves what goes out of them, like those of `URL`. */
function writesItself(of: unknown): boolean {
  return typeof of === 'function' && typeof (of.prototype as { toJSON?: unknown } | undefined)?.toJSON === 'function'
}

/** Marks what JSON has no value for. ArkType would write `{}`, which in a union takes all that there is. */
const impossible: unique symbol = Symbol('impossible')

const orImpossible = ({ base }: { readonly base: JSONSchema }): JSONSchema =>
  Object.keys(base).length === 0 ? { [impossible]: true } : base

/** Marks an instance of a class, of whose fields ArkType says nothing. */
const opaque: unique symbol = Symbol('opaque')

const orOpaque = ({ base, proto }: { readonly base: JSONSchema; readonly proto?: unknown }): JSONSchema =>
  Object.keys(base).length > 0 ? base : { [impossible]: true, [opaque]: !writesItself(proto) }
const ARKTYPE = { unit: orImpossible, domain: orImpossible, proto: orOpaque }
const ARKTYPE_OUTPUT = { ...ARKTYPE, date: (): JSONSchema => ({ type: 'string', format: 'date-time' }) }

const LIBRARY_OPTIONS: Readonly<Record<'input' | 'output', ReadonlyMap<string, Record<string, unknown>>>> = {
  input: new Map([['arktype', { fallback: ARKTYPE }]]),
  output: new Map<string, Record<string, unknown>>([
    ['arktype', { fallback: ARKTYPE_OUTPUT }],
    ['zod', ZOD_OUTPUT],
  ]),
}

/** A schema whose unions are without what JSON has no value for: of `User | undefined`, a `User` is what can be sent. */
function withoutImpossible<T>(value: T): T
function withoutImpossible(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => withoutImpossible(each))
  if (!isPlainObject(value)) return value
  const copy: JSONSchema & { [opaque]?: true } = Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, withoutImpossible(each)]),
  )
  if (isOpaque(value)) copy[opaque] = true
  if (!Array.isArray(value.anyOf) || !value.anyOf.some(isImpossible)) return copy
  const { anyOf, ...rest } = copy
  const possible = (anyOf as JSONSchema[]).filter((_, at) => !isImpossible((value.anyOf as unknown[])[at]))
  if (possible.length > 1) return { ...rest, anyOf: possible }
  return { ...possible[0], ...rest }
}

function isImpossible(value: unknown): boolean {
  return isPlainObject(value) && impossible in value
}

/** Whether a schema stands for the instances of a class, and says nothing of their fields. */
export function isOpaque(schema: JSONSchema): boolean {
  return (schema as { readonly [opaque]?: boolean })[opaque] === true
}

function isPlainObject(value: unknown): value is JSONSchema {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

const NOT_JSON: ReadonlySet<string> = new Set(['bigint', 'symbol', 'map', 'set', 'nan', 'function', 'promise'])

/** The names between an issue's start and its place, as plain keys. */
export function issuePath(issue: SchemaIssue): readonly PropertyKey[] {
  // Not path.map(): ArkType's path is an array of a class of its own, which that would make an element of.
  return Array.from(issue.path ?? [], (key) => (typeof key === 'object' ? key.key : key))
}
