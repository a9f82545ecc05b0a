import { isSchema, type JSONSchema, type Schema } from './schema.ts'
import { didYouMean } from './suggestion.ts'

/** Where a value of a request stands. */
export type Place = 'path' | 'query' | 'header' | 'cookie' | 'body' | 'form' | 'file'

/** What a declaration gives to its handler. Every declaration carries it in this one place. */
export interface Declares<T> {
  readonly '~declares': string
  readonly '~value'?: T
}

/** A value that is read from the request and validated with a schema. */
export interface Param<T, In extends Place = Place> extends Declares<T> {
  readonly '~declares': 'param'
  readonly in: In
  /** Absent for a `File`, which has no schema of its own. */
  readonly schema: Schema<unknown, T> | undefined
  readonly options: ParamOptions & BodyOptions & FileOptions
}

/** Options of a parameter. */
export interface ParamOptions {
  /** The name on the wire, when it is not the name in the record. */
  readonly alias?: string
  /** Text for the document; Markdown is allowed. */
  readonly description?: string
  /** Marks the parameter as deprecated in the document. */
  readonly deprecated?: boolean
  /** An example for the document. */
  readonly example?: unknown
  /** Named examples for the document. */
  readonly examples?: Readonly<Record<string, { summary?: string; description?: string; value: unknown }>>
  /** Whether the document shows it; true. */
  readonly includeInSchema?: boolean
  /** The JSON Schema to document and to read by, for a schema whose library cannot write one. */
  readonly jsonSchema?: JSONSchema
}

/** Options of a body. */
export interface BodyOptions extends ParamOptions {
  /** The media type that the body must have; `application/json`. JSON is parsed, `text/*` is text, anything else is bytes. */
  readonly mediaType?: string
  /** Expects an object with this body under its name, so that several bodies fit into one; false. */
  readonly embed?: boolean
}

/** Options of an uploaded file. */
export interface FileOptions extends ParamOptions {
  /** Takes all files of the field, as a list; false. */
  readonly multiple?: boolean
  /** Whether the field may be absent; false. */
  readonly optional?: boolean
  /** Most bytes of the file; the app's `limits.file`. Over it the answer is 413. */
  readonly maxSize?: number
  /** The media types that are taken, like `image/png` or `image/*`; all. The client's word for it: never proof of the content. */
  readonly mediaTypes?: readonly string[]
}

const COMMON = ['description', 'deprecated', 'example', 'examples', 'includeInSchema', 'jsonSchema']

const OPTIONS: Readonly<Record<Place, readonly string[]>> = {
  path: COMMON,
  query: [...COMMON, 'alias'],
  header: [...COMMON, 'alias'],
  cookie: [...COMMON, 'alias'],
  body: [...COMMON, 'alias', 'mediaType', 'embed'],
  form: [...COMMON, 'alias'],
  file: [...COMMON, 'alias', 'multiple', 'optional', 'maxSize', 'mediaTypes'],
}

function declare<T, In extends Place>(
  place: In,
  name: string,
  schema: Schema<unknown, T> | undefined,
  options: ParamOptions & BodyOptions & FileOptions = {},
): Param<T, In> {
  if (place !== 'file' && !isSchema(schema)) {
    throw new TypeError(`${name}(): the first argument is a schema, for example ${name}(z.string()).`)
  }
  assertOptions(options, OPTIONS[place], `${name}()`)
  return Object.freeze({ '~declares': 'param' as const, in: place, schema, options: Object.freeze({ ...options }) })
}

/**
 * Refuses an option that does not exist, so that a misspelt one cannot pass for the default.
 *
 * @throws TypeError
 */
export function assertOptions(options: object, known: readonly string[], where: string): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue
    throw new TypeError(`${where} has no option ${name}.${didYouMean(name, known)} It has ${known.join(', ')}.`)
  }
}

/**
 * Declares a segment of the path: `'/items/{id}'` needs `id: Path(…)`; `{rest:path}` takes the slashes, too.
 *
 * A value that does not fit is answered with 422.
 *
 * @param schema any Standard Schema; text is turned into the number or boolean that it asks for.
 * @example
 * ```ts
 * import { App, Path } from 'sallyport'
 * import { z } from 'zod'
 *
 * new App().get('/items/{id}', { params: { id: Path(z.int()) } }, ({ id }) => ({ id }))
 * ```
 */
export function Path<T>(schema: Schema<unknown, T>, options?: Omit<ParamOptions, 'alias'>): Param<T, 'path'> {
  return declare('path', 'Path', schema, options)
}

/**
 * Declares a query parameter. A schema of a list takes every value of a repeated name; a schema of an object takes each of its
 * properties as a parameter of its own.
 *
 * An absent value that the schema does not make optional, and one that does not fit, are answered with 422. Of a repeated
 * name that is no list, the last value counts.
 *
 * @example
 * ```ts
 * import { App, Query } from 'sallyport'
 * import { z } from 'zod'
 *
 * const page = { limit: Query(z.int().max(100).default(10)), tag: Query(z.array(z.string()).default([])) }
 * new App().get('/items', { params: page }, ({ limit, tag }) => ({ limit, tag }))
 * ```
 */
export function Query<T>(schema: Schema<unknown, T>, options?: ParamOptions): Param<T, 'query'> {
  return declare('query', 'Query', schema, options)
}

/**
 * Declares a header. `userAgent: Header(…)` reads `user-agent`: the capitals of the name become hyphens, `alias` says otherwise.
 *
 * @example
 * ```ts
 * import { App, Header } from 'sallyport'
 * import { z } from 'zod'
 *
 * new App().get('/', { params: { userAgent: Header(z.string().optional()) } }, ({ userAgent }) => ({ userAgent }))
 * ```
 */
export function Header<T>(schema: Schema<unknown, T>, options?: ParamOptions): Param<T, 'header'> {
  return declare('header', 'Header', schema, options)
}

/**
 * Declares a cookie. Its name is the name in the record, or `alias`.
 *
 * @example
 * ```ts
 * import { App, Cookie } from 'sallyport'
 * import { z } from 'zod'
 *
 * new App().get('/', { params: { theme: Cookie(z.enum(['light', 'dark']).default('light')) } }, ({ theme }) => theme)
 * ```
 */
export function Cookie<T>(schema: Schema<unknown, T>, options?: ParamOptions): Param<T, 'cookie'> {
  return declare('cookie', 'Cookie', schema, options)
}

/**
 * Declares the body. It is read after security, and only when its media type is the declared one.
 *
 * Answers: 415 for another media type, 413 over `limits.body`, 422 for malformed JSON and for a value that does not fit.
 *
 * @example
 * ```ts
 * import { App, Body } from 'sallyport'
 * import { z } from 'zod'
 *
 * const Item = z.object({ name: z.string(), price: z.number().positive() })
 * new App().post('/items', { params: { item: Body(Item) }, status: 201 }, ({ item }) => item)
 * ```
 */
export function Body<T>(schema: Schema<unknown, T>, options?: BodyOptions): Param<T, 'body'> {
  return declare('body', 'Body', schema, options)
}

/**
 * Declares a field of a form, or with a schema of an object the whole form: urlencoded, or multipart.
 *
 * A field that is sent twice but is no list is answered with 422.
 *
 * @example
 * ```ts
 * import { App, Form } from 'sallyport'
 * import { z } from 'zod'
 *
 * new App().post('/contact', { params: { email: Form(z.email()), text: Form(z.string()) } }, ({ email }) => ({ email }))
 * ```
 */
export function Form<T>(schema: Schema<unknown, T>, options?: ParamOptions): Param<T, 'form'> {
  return declare('form', 'Form', schema, options)
}

/**
 * Declares an uploaded file, a field of a `multipart/form-data` body; its value is the web's `File`, or a list of them.
 *
 * Answers: 413 over `maxSize` or a limit of the app, 415 for a media type that is not taken, 422 when it is missing.
 *
 * @example
 * ```ts
 * import { App, File } from 'sallyport'
 *
 * new App().post('/pictures', { params: { picture: File({ mediaTypes: ['image/png'] }) } }, async ({ picture }) => ({
 *   name: picture.name,
 *   size: picture.size,
 * }))
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc7578.html
 */
export function File<const Options extends FileOptions = Record<never, never>>(
  options?: Options,
): Param<FileOf<Options>, 'file'> {
  return declare<FileOf<Options>, 'file'>('file', 'File', undefined, options ?? {})
}

/** What a `File` with these options gives. */
export type FileOf<Options extends FileOptions> = Options extends { readonly multiple: true }
  ? readonly globalThis.File[]
  : Options extends { readonly optional: true }
    ? globalThis.File | undefined
    : globalThis.File
