/** Which schemas can certainly be written as JSON Schema, told without writing it: that is done when somebody first needs it. */
import { describe, type Schema } from './schema.ts'

/**
 * Refuses a schema that cannot be documented.
 *
 * @throws TypeError as {@link describe} does, which is asked wherever it is not certain.
 */
export function assertWritable(schema: Schema, side: 'input' | 'output', where: string): void {
  if (!isSurelyWritable(schema)) describe(schema, side, where)
}

/** What is read of a Zod schema. */
interface ZodSchema {
  readonly _zod?: {
    readonly def: ZodDefinition
    /** The schema that this one was made of by `.min()` and the like. */
    readonly parent?: unknown
    readonly toJSONSchema?: unknown
  }
}

interface ZodDefinition {
  readonly type: string
  readonly [part: string]: unknown
}

/** Where Zod keeps what `.meta()` and `.describe()` say of a schema: any value, so that it may be none of JSON's. */
interface ZodRegistry {
  has(schema: unknown): boolean
}

/** Kinds of Zod's that have a JSON Schema whatever they hold, with the parts of their definition that must have one, too. */
const KINDS: ReadonlyMap<string, (definition: ZodDefinition) => readonly unknown[] | false> = new Map<
  string,
  (definition: ZodDefinition) => readonly unknown[] | false
>([
  ['string', () => []],
  ['number', ({ checks }) => (dividesIn(checks) ? false : [])],
  ['boolean', () => []],
  ['null', () => []],
  ['enum', () => []],
  ['literal', ({ values }) => (values as readonly unknown[]).every(isPlain) && []],
  ['array', ({ element }) => [element]],
  ['object', ({ shape, catchall }) => partsOf(shape as object, catchall)],
  ['union', ({ options }) => options as readonly unknown[]],
  ['optional', ({ innerType }) => [innerType]],
  ['nullable', ({ innerType }) => [innerType]],
  ['readonly', ({ innerType }) => [innerType]],
  ['default', ({ innerType, defaultValue }) => (isPlain(defaultValue) || isEmptyList(defaultValue)) && [innerType]],
])

/** What was found of schemas with parts; false while one is looked at, so that one that holds itself is not certain. */
const known = new WeakMap<object, boolean>()

/** Whether a schema is of Zod, and of kinds that always have a JSON Schema. */
export function isSurelyWritable(schema: unknown): boolean {
  const { _zod: zod } = schema as ZodSchema
  const registry = (globalThis as { __zod_globalRegistry?: ZodRegistry }).__zod_globalRegistry
  if (zod === undefined || zod.toJSONSchema !== undefined || registry?.has(schema) !== false) return false
  if (zod.parent !== undefined && !isSurelyWritable(zod.parent)) return false
  const found = known.get(schema as object)
  if (found !== undefined) return found
  try {
    const parts = KINDS.get(zod.def.type)?.(zod.def)
    if (!parts || parts.length === 0) return parts !== undefined && parts !== false
    known.set(schema as object, false)
    const surely = parts.every(isSurelyWritable)
    if (surely) known.set(schema as object, true)
    return surely
  } catch {
    return false // a getter that names what is not there yet
  }
}

function partsOf(shape: object, catchall: unknown): readonly unknown[] | false {
  if (Object.getOwnPropertySymbols(shape).length > 0) return false
  const parts: unknown[] = Object.values(shape)
  // What strict objects have in the place of others is written as `false`.
  if (catchall !== undefined && (catchall as ZodSchema)._zod?.def.type !== 'never') parts.push(catchall)
  return parts
}

/** Whether a number has to be a multiple of something: of nothing can it be written. */
function dividesIn(checks: unknown): boolean {
  return ((checks ?? []) as readonly ZodSchema[]).some(({ _zod }) => _zod?.def.check === 'multiple_of')
}

function isPlain(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}
