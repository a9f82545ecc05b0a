/**
 * The part of Standard Schema v1 that is used here, written out so that the types need no package: zod, Valibot, ArkType
 * and others have it.
 *
 * @see {@link https://standardschema.dev Standard Schema}
 */
export interface ClaimsSchema<Claims> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => SchemaResult<Claims> | Promise<SchemaResult<Claims>>
    readonly types?: { readonly input: unknown; readonly output: Claims } | undefined
  }
}

/** What a schema answers: the value, or what is wrong with it. */
export type SchemaResult<Claims> =
  | { readonly value: Claims; readonly issues?: undefined }
  | {
      readonly issues: ReadonlyArray<{
        readonly message: string
        readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }> | undefined
      }>
    }
