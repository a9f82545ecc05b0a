/** Reads one declared parameter from a request: its text, the type that its schema asks for, and then the schema's word. */
import { readBytes, readForm, readJSON, readText } from './body.ts'
import { HTTPException, RequestValidationError } from './exceptions.ts'
import type { Incoming } from './incoming.ts'
import { absenceOf, type Field, type PlannedBody, type PlannedParam } from './planned-param.ts'
import type { Schema, SchemaResult } from './schema.ts'
import { FAILED, isPromise, type Solving } from './solving.ts'
import { issueOf, missing } from './validation.ts'

/** Gives a parameter's value, or FAILED after saying why; or a promise of it, when the schema is asynchronous. */
export type Reader = (solving: Solving) => unknown

type FormFields = ReadonlyMap<string, readonly (string | File)[]>

/**
 * Makes the reader of a parameter: done once, when declared.
 *
 * @param body the slot that holds the body, for what stands in it.
 */
export function readerOf(param: PlannedParam, body: number): Reader {
  switch (param.place) {
    case 'path':
      return single(param, (solving) => solving.path[param.name])
    case 'query':
      return param.fields ? ofFields(param, QUERY) : field(param, QUERY)
    case 'header':
      return param.fields ? ofFields(param, HEADER) : field(param, HEADER)
    case 'cookie':
      return param.fields ? ofFields(param, COOKIE) : field(param, COOKIE)
    case 'body':
      return ofBody(param, body)
    case 'form':
      return ofForm(param, body)
    case 'file':
      return ofFile(param, body)
  }
}

// ---- Places of text -----------------------------------------------------------------------------------------------------------------

/** How a place is read: the last value of a name, all values, all names. */
interface Source {
  readonly last: (incoming: Incoming, name: string) => string | undefined
  readonly all: (incoming: Incoming, name: string) => readonly string[] | undefined
  readonly names: (incoming: Incoming) => Iterable<string>
}

const QUERY: Source = {
  last: (incoming, name) => incoming.query(name),
  all: (incoming, name) => incoming.queryAll(name),
  names: (incoming) => incoming.queryNames(),
}

// RFC 9110 §5.3: lines of one name are one list, joined with commas.
const HEADER: Source = {
  last: (incoming, name) => incoming.header(name),
  all: (incoming, name) =>
    incoming
      .header(name)
      ?.split(',')
      .map((part) => part.trim()),
  names: () => [],
}

const COOKIE: Source = {
  last: (incoming, name) => incoming.cookie(name),
  all: (incoming, name) => {
    const value = incoming.cookie(name)
    return value === undefined ? undefined : [value]
  },
  names: (incoming) => incoming.cookieNames(),
}

function field(param: PlannedParam, source: Source): Reader {
  const { name, coerce, list } = param
  if (list) {
    return single(param, ({ incoming }) => {
      const all = source.all(incoming, name)
      return all && list(all)
    })
  }
  const { last } = source
  return single(
    param,
    coerce ? ({ incoming }) => mapped(last(incoming, name), coerce) : ({ incoming }) => last(incoming, name),
  )
}

function mapped(text: string | undefined, coerce: (text: string) => unknown): unknown {
  return text === undefined ? undefined : coerce(text)
}

function single(param: PlannedParam, raw: (solving: Solving) => unknown, coerced = param.place !== 'path'): Reader {
  const { loc } = param
  const schema = param.schema as Schema
  const coerce = coerced ? undefined : param.coerce
  const absence = absenceOf(schema)
  return (solving) => {
    const text = raw(solving)
    if (text === undefined) {
      if (absence === 'missing') return solving.fail(missing(loc))
      return absence === 'undefined' ? undefined : validate(solving, schema, undefined, loc)
    }
    return validate(solving, schema, coerce ? coerce(text as string) : text, loc)
  }
}

function ofFields(param: PlannedParam, source: Source): Reader {
  const { loc, closed } = param
  const fields = param.fields as readonly Field[]
  const schema = param.schema as Schema
  const known = new Set(fields.map(({ name }) => name))
  const wire: Wire | undefined =
    param.place === 'header' ? new Map(fields.map(({ key, name }) => [key, name])) : undefined
  return (solving) => {
    const { incoming } = solving
    const value: Record<string, unknown> = {}
    for (const { name, key, list, coerce } of fields) {
      const texts = list && source.all(incoming, name)
      if (list) {
        if (texts) value[key] = list(texts)
        continue
      }
      const text = source.last(incoming, name)
      if (text !== undefined) value[key] = coerce ? coerce(text) : text
    }
    if (closed)
      for (const name of source.names(incoming)) if (!known.has(name)) value[name] = source.last(incoming, name)
    return validate(solving, schema, value, loc, wire)
  }
}

// ---- The body --------------------------------------------------------------------------------------------------------------------------

/** Reads and parses the body. What is wrong with it is collected with what else is wrong; a wrong type or size ends the request. */
export function readBody(solving: Solving, body: PlannedBody): Promise<unknown> {
  return bodyOf(solving.incoming, body).then(undefined, (error: unknown) => {
    if (!(error instanceof RequestValidationError)) throw error
    for (const issue of error.issues) solving.fail(issue)
    return FAILED
  })
}

function bodyOf(incoming: Incoming, body: PlannedBody): Promise<unknown> {
  switch (body.kind) {
    case 'json':
    case 'embed':
      return readJSON(incoming, body.mediaType)
    case 'form':
      return readForm(incoming, { files: body.files, maxFileSize: body.maxFileSize })
    case 'text':
      return readText(incoming, body.mediaType)
    case 'bytes':
      return readBytes(incoming, body.mediaType)
  }
}

function ofBody(param: PlannedParam, slot: number): Reader {
  const { loc, required, name } = param
  const schema = param.schema as Schema
  const { embed } = param.declared.options
  return (solving) => {
    const body = solving.values[slot]
    if (body === FAILED) return FAILED
    const isRecord = typeof body === 'object' && body !== null && !Array.isArray(body)
    const value = !embed
      ? body
      : isRecord && Object.hasOwn(body, name)
        ? (body as Record<string, unknown>)[name]
        : undefined
    if (value === undefined && required) return solving.fail(missing(loc))
    return validate(solving, schema, value, loc)
  }
}

function ofForm(param: PlannedParam, slot: number): Reader {
  const { loc, required, closed } = param
  const schema = param.schema as Schema
  const fields = param.fields
  if (!fields) {
    return (solving) => {
      const form = solving.values[slot]
      if (form === FAILED) return FAILED
      const value = formValue(solving, form as FormFields | undefined, param, loc)
      if (value === FAILED) return FAILED
      if (value === undefined && required) return solving.fail(missing(loc))
      return validate(solving, schema, value, loc)
    }
  }
  const known = new Set(fields.map(({ name }) => name))
  return (solving) => {
    const form = solving.values[slot]
    if (form === FAILED) return FAILED
    const given = form as FormFields | undefined
    const value: Record<string, unknown> = {}
    let failed = false
    for (const below of fields) {
      const part = formValue(solving, given, below, [...loc, below.name])
      if (part === FAILED) failed = true
      else if (part !== undefined) value[below.key] = part
    }
    if (closed && given) for (const name of given.keys()) if (!known.has(name)) value[name] = given.get(name)
    return failed ? FAILED : validate(solving, schema, value, loc)
  }
}

/** A field's text or texts; empty text is absent, as browsers send what was not filled in. */
function formValue(
  solving: Solving,
  form: FormFields | undefined,
  of: Field,
  loc: readonly (string | number)[],
): unknown {
  const values = form?.get(of.name)?.filter((value) => value !== '')
  if (values === undefined || values.length === 0) return undefined
  for (const value of values) {
    if (typeof value !== 'string') return solving.fail({ type: 'text_expected', loc, msg: 'Expected text, not a file' })
  }
  const { coerce, list } = of
  if (list) return list(values as string[])
  // RFC 6749 §3.2 for the login form; elsewhere two readers that pick different ones are an attack (parameter pollution).
  if (values.length > 1) return solving.fail({ type: 'duplicate', loc, msg: 'The field was sent more than once' })
  return coerce ? coerce(values[0] as string) : values[0]
}

function ofFile(param: PlannedParam, slot: number): Reader {
  const { loc, name, required } = param
  const { maxSize, mediaTypes, multiple } = param.declared.options
  return (solving) => {
    const form = solving.values[slot]
    if (form === FAILED) return FAILED
    const files: File[] = []
    for (const value of (form as FormFields | undefined)?.get(name) ?? []) {
      if (typeof value === 'string') {
        if (value === '') continue
        return solving.fail({ type: 'file_expected', loc, msg: 'Expected a file' })
      }
      if (value.name === '' && value.size === 0) continue // a file input that nothing was chosen in
      if (maxSize !== undefined && value.size > maxSize)
        throw new HTTPException(413, `The file ${name} is larger than ${maxSize} bytes`)
      if (mediaTypes && !mediaTypes.some((type) => matches(value.type, type))) {
        throw new HTTPException(415, `The file ${name} is none of ${mediaTypes.join(', ')}`)
      }
      files.push(value)
    }
    if (files.length === 0 && required) return solving.fail(missing(loc))
    if (multiple) return files
    if (files.length > 1) return solving.fail({ type: 'duplicate', loc, msg: 'The file was sent more than once' })
    return files[0]
  }
}

function matches(given: string, wanted: string): boolean {
  const type = given.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  return wanted.endsWith('/*') ? type.startsWith(wanted.slice(0, -1).toLowerCase()) : type === wanted.toLowerCase()
}

// ---- The schema's word ---------------------------------------------------------------------------------------------------------------

type Loc = readonly (string | number)[]
/** The names on the wire of an object's properties, where they differ. */
type Wire = ReadonlyMap<string | number | undefined, string>

function validate(solving: Solving, schema: Schema, value: unknown, loc: Loc, wire?: Wire): unknown {
  const result = schema['~standard'].validate(value)
  // A promise of another kind must not pass for a result without issues.
  if (isPromise(result)) return Promise.resolve(result).then((settled) => accept(solving, settled, value, loc, wire))
  return accept(solving, result, value, loc, wire)
}

function accept(solving: Solving, result: SchemaResult<unknown>, value: unknown, loc: Loc, wire?: Wire): unknown {
  if (!result.issues) return result.value
  for (const each of result.issues) {
    const issue = issueOf(each, value, loc)
    const name = wire?.get(issue.loc[loc.length])
    solving.fail(name === undefined ? issue : { ...issue, loc: issue.loc.with(loc.length, name) })
  }
  return FAILED
}
