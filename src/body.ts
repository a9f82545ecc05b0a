import { HTTPException } from './exceptions.ts'
import { type Incoming, parseQuery } from './incoming.ts'
import { parseJSON, wrong } from './json.ts'
import { isJSON, type MediaType, parseMediaType } from './media-type.ts'

/** Options of {@link readForm}. */
export interface FormReading {
  /** Whether the form has files: then it must be multipart, and may be as long as `limits.multipartBody`; else `limits.body`. */
  readonly files: boolean
  /** Most bytes of a file, for all fields or by the field's name; a field without its own has `limits.file`. */
  readonly maxFileSize?: number | ReadonlyMap<string, number> | undefined
}

/**
 * The parsed JSON of a body; undefined when there is no body.
 *
 * A body without a content type is refused, as one of the wrong type is: a browser sends such a request to any site without
 * asking it first (CORS), so reading it as JSON would open the door to forged requests.
 *
 * @param mediaType the type that the body must have. For `application/json` any `+json` does as well.
 * @throws HTTPException, by rejecting: 415 for another media type, charset or coding, 413 over `limits.body`.
 * @throws RequestValidationError, by rejecting, for what is no JSON, see {@link parseJSON}.
 */
export function readJSON(incoming: Incoming, mediaType = 'application/json'): Promise<unknown> {
  try {
    const given = acceptedType(incoming, mediaType === 'application/json' ? isJSON : isOf(mediaType))
    if (given === undefined) return refuseUnlessEmpty(incoming, mediaType)
  } catch (error) {
    return Promise.reject(error)
  }
  const { body, jsonDepth } = incoming.limits
  return incoming.bytes(body).then((bytes) => jsonOf(bytes, jsonDepth))
}

function jsonOf(bytes: Uint8Array, maxDepth: number): unknown {
  if (bytes.byteLength === 0) return undefined
  let text: string
  try {
    text = UTF8.decode(bytes)
  } catch {
    throw wrong('json_invalid', 'The body is not UTF-8')
  }
  return parseJSON(text, maxDepth)
}

/**
 * A body as text; undefined when there is no body. A byte order mark stays in it.
 *
 * @param mediaType the type that the body must have, such as `text/plain` or `text/*`.
 * @throws HTTPException 415 for another media type, charset or coding, 413 over `limits.body`, 400 for what is not UTF-8.
 */
export async function readText(incoming: Incoming, mediaType = 'text/plain'): Promise<string | undefined> {
  if (acceptedType(incoming, isOf(mediaType)) === undefined) return refuseUnlessEmpty(incoming, mediaType)
  const bytes = await incoming.bytes(incoming.limits.body)
  return bytes.byteLength === 0 ? undefined : decodeText(bytes)
}

/**
 * A body as bytes; undefined when there is no body.
 *
 * @param mediaType the type that the body must have, such as `image/png` or `image/*`. With `*` + `/*` it may have none at all.
 * @throws HTTPException 415 for another media type or a coding, 413 over `limits.body`.
 */
export async function readBytes(incoming: Incoming, mediaType = '*/*'): Promise<Uint8Array | undefined> {
  // The charset of what is not read as text is the application's matter.
  const untyped = mediaType === '*/*' && incoming.header('content-type') === undefined
  if (untyped) refuseCoded(incoming)
  else if (acceptedType(incoming, isOf(mediaType), false) === undefined) return refuseUnlessEmpty(incoming, mediaType)
  const bytes = await incoming.bytes(incoming.limits.body)
  return bytes.byteLength === 0 ? undefined : bytes
}

/**
 * The fields of a form by their names, in the order in which they came; undefined when there is no body.
 *
 * @throws HTTPException 415 for another media type, charset or coding, 413 over a limit, 400 for a form that is broken or has
 *   a field `__proto__`.
 * @see https://www.rfc-editor.org/rfc/rfc7578.html
 */
export async function readForm(
  incoming: Incoming,
  reading: FormReading,
): Promise<Map<string, (string | File)[]> | undefined> {
  const given = acceptedType(incoming, reading.files ? isMultipart : isForm)
  if (given === undefined) {
    return refuseUnlessEmpty(incoming, reading.files ? MULTIPART : `${URLENCODED}, ${MULTIPART}`)
  }
  if (isMultipart(given)) return readMultipart(incoming, given, reading)
  const bytes = await incoming.bytes(incoming.limits.body)
  if (bytes.byteLength === 0) return undefined
  try {
    return parseQuery(decodeText(bytes), incoming.limits.fields, 'form')
  } catch (cause) {
    throw cause instanceof HTTPException && cause.status !== 400 ? cause : brokenBody(cause)
  }
}

const URLENCODED = 'application/x-www-form-urlencoded'
const MULTIPART = 'multipart/form-data'

// With `ignoreBOM` a byte order mark is not taken off.
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

async function readMultipart(
  incoming: Incoming,
  { parameters }: MediaType,
  { files, maxFileSize }: FormReading,
): Promise<Map<string, (string | File)[]> | undefined> {
  const { limits } = incoming
  const { MultipartParser } = await import('./multipart.ts') // few apps take any
  const parser = new MultipartParser(parameters.get('boundary'), {
    total: files ? limits.multipartBody : limits.body,
    text: limits.body,
    fields: limits.fields,
    file:
      typeof maxFileSize === 'object'
        ? (name) => maxFileSize.get(name) ?? limits.file
        : () => maxFileSize ?? limits.file,
  })
  parser.announce(incoming.header('content-length'))
  const reader = incoming.stream()?.getReader()
  if (reader === undefined) return undefined
  let empty = true
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    if (value.byteLength === 0) continue
    empty = false
    try {
      parser.push(value)
    } catch (error) {
      reader.cancel().catch(() => {}) // the answer does not wait for the client to stop
      throw error
    }
  }
  return empty ? undefined : parser.finish()
}

/** The media type, when it is accepted; undefined when there is none, and when it is another. */
function acceptedType(incoming: Incoming, accept: (type: MediaType) => boolean, isText = true): MediaType | undefined {
  refuseCoded(incoming)
  const header = incoming.header('content-type')
  const type = header === undefined ? undefined : parseMediaType(header)
  if (type === undefined || !accept(type)) return undefined
  const charset = isText ? type.parameters.get('charset') : undefined
  return charset === undefined || /^utf-?8$/i.test(charset) ? type : undefined
}

/** A body that is compressed is refused rather than read as what it is not; see RFC 9110 §15.5.16 for the header. */
function refuseCoded(incoming: Incoming): void {
  const coding = incoming.header('content-encoding')
  if (coding === undefined || coding.toLowerCase() === 'identity') return
  throw new HTTPException(415, 'The body must not be compressed', { headers: { 'accept-encoding': 'identity' } })
}

function isOf(wanted: string): (type: MediaType) => boolean {
  const lower = wanted.toLowerCase()
  if (lower === '*/*') return () => true
  return lower.endsWith('/*') ? ({ type }) => type.startsWith(lower.slice(0, -1)) : ({ type }) => type === lower
}

function isForm({ type }: MediaType): boolean {
  return type === URLENCODED || type === MULTIPART
}

function isMultipart({ type }: MediaType): boolean {
  return type === MULTIPART
}

/** A request without a body has no type to be wrong: it misses its body, and the solver says so. */
async function refuseUnlessEmpty(incoming: Incoming, wanted: string): Promise<undefined> {
  if (await isEmpty(incoming)) return undefined
  throw new HTTPException(415, `The body must be ${wanted.replace(', ', ' or ')}`, { headers: { accept: wanted } })
}

async function isEmpty(incoming: Incoming): Promise<boolean> {
  const length = incoming.header('content-length')
  if (length !== undefined) return /^0+$/.test(length)
  if (incoming.header('transfer-encoding') !== undefined) return false
  // A web Request does not always tell: at most one chunk of it is read.
  const reader = incoming.stream()?.getReader()
  if (reader === undefined) return true
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return true
    if (value.byteLength > 0) {
      reader.cancel().catch(() => {})
      return false
    }
  }
}

function decodeText(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes)
  } catch (cause) {
    throw brokenBody(cause)
  }
}

function brokenBody(cause: unknown): HTTPException {
  return new HTTPException(400, 'There was an error parsing the body', { cause })
}
