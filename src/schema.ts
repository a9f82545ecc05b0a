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
          readonly input: (options: { readonly target: 'draft-2020-12' }) => Record<string, unknown>
          readonly output: (options: { readonly target: 'draft-2020-12' }) => Record<string, unknown>
        }
      | undefined
  }
}

/** Whether a value is a Standard Schema. */
export function isSchema(value: unknown): value is Schema {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false
  const standard = (value as { '~standard'?: unknown })['~standard']
  return typeof standard === 'object' && standard !== null && 'validate' in standard
}

/**
 * The JSON Schema of what a schema takes in (`input`) or gives out (`output`).
 *
 * @throws TypeError when the library cannot describe the schema; the message says what to do.
 */
export function describe(schema: Schema, side: 'input' | 'output', where: string): JSONSchema {
  const { jsonSchema, vendor } = schema['~standard']
  if (!jsonSchema) {
    throw new TypeError(
      `${where}: the ${vendor} schema has no JSON Schema, so it cannot be documented. ${
        vendor === 'valibot'
          ? "Wrap it with toStandardJsonSchema() of '@valibot/to-json-schema'"
          : 'Use a schema that implements Standard JSON Schema'
      }, or give the option { jsonSchema: { … } } beside it.`,
    )
  }
  try {
    const { $schema: _, ...rest } = jsonSchema[side]({ target: 'draft-2020-12' })
    return rest
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new TypeError(
      `${where}: the ${vendor} schema cannot be written as JSON Schema (${reason}). Give the option { jsonSchema: { … } } beside it.`,
      { cause },
    )
  }
}

/** The names between an issue's start and its place, as plain keys. */
export function issuePath(issue: SchemaIssue): readonly PropertyKey[] {
  return issue.path?.map((key) => (typeof key === 'object' ? key.key : key)) ?? []
}
