/** A handler's value to an answer: the response schema's filter, status, headers, streams. */
import type { CurrentResponse } from './current-response.ts'
import { ResponseValidationError } from './exceptions.ts'
import { projectionOf } from './projection.ts'
import type { Reply } from './reply.ts'
import type { Schema, SchemaResult } from './schema.ts'
import { secretsWritten } from './secret.ts'
import { isPromise, type Solving } from './solving.ts'
import { isBodyless } from './status.ts'
import { adviceOn, unwrittenIn } from './unwritten.ts'
import { issueOf } from './validation.ts'
import { assertWritable } from './writable.ts'

/** What of an operation decides how its value is sent. */
export interface ResponseOptions {
  readonly where: string
  readonly status: number
  readonly response: Schema | undefined
  /** The media type of what is no JSON; undefined sends JSON. */
  readonly mediaType: string | undefined
}

/** Makes an answer of a handler's value; a promise where the response schema is asynchronous. */
export type Responder = (value: unknown, solving: Solving, after: Reply['after']) => Reply | Promise<Reply>

const JSON_HEADERS: readonly string[] = Object.freeze(['content-type', 'application/json'])
const JSON_TYPE = /^application\/json(?:;|$)|\+json(?:;|$)/i
const NO_HEADERS: readonly string[] = Object.freeze([])

/** Makes the responder of an operation: done once, when declared. */
export function responderOf(options: ResponseOptions): Responder {
  const { where, status, response, mediaType } = options
  if (response) assertWritable(response, 'output', `${where}: response`) // what cannot be documented is refused when declared
  const project = response && projectionOf(response, where)
  const validate = response?.['~standard'].validate

  const send = (value: unknown, solving: Solving, after: Reply['after']): Reply => {
    const { touched } = solving
    const final = touched?.status ?? status
    if (!Number.isInteger(final) || final < 200 || final > 599) {
      discard(value)
      throw new TypeError(`${where}: the status of CurrentResponse is a whole number from 200 to 599.`)
    }
    const body = isBodyless(final) ? nothingOf(value) : bodyOf(value, mediaType, where)
    return { status: final, headers: withOwn(body.headers, touched), body: body.body, after }
  }
  const accept = (result: SchemaResult<unknown>, value: unknown): unknown => {
    if (result.issues) {
      throw new ResponseValidationError(
        where,
        result.issues.map((issue) => issueOf(issue, value, ['response'])),
        hintOf(value),
      )
    }
    return project ? project(result.value) : result.value
  }

  return (value, solving, after) => {
    if (!isData(value)) {
      if (value instanceof Response) return fromResponse(value, solving.touched, after)
      if (value instanceof Error)
        throw new TypeError(`${where}: the handler returned an error. Throw it: throw new HTTPException(…).`)
    }
    if (validate === undefined) return send(value, solving, after)
    if (isStream(value)) {
      discard(value)
      throw new TypeError(
        `${where}: a stream cannot be checked against the response schema. Return a Response, or leave the schema out.`,
      )
    }
    const result = validate(value)
    if (isPromise(result))
      return Promise.resolve(result).then((settled) => send(accept(settled, value), solving, after))
    return send(accept(result, value), solving, after)
  }
}

/**
 * Whether a value is of no class: data, as nearly all is that handlers give.
 *
 * It is not held against the web's classes then. Node loads those when one of them is first named, and that takes longer than the
 * whole of a first answer.
 */
function isData(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === Array.prototype
}

interface Content {
  readonly headers: readonly string[]
  readonly body: Reply['body']
}

const EMPTY: Content = { headers: NO_HEADERS, body: null }

function nothingOf(value: unknown): Content {
  discard(value)
  return EMPTY
}

function bodyOf(value: unknown, mediaType: string | undefined, where: string): Content {
  if (isStream(value)) {
    const body = value instanceof ReadableStream ? value : streamOf(value)
    return { headers: ['content-type', contentType(mediaType ?? 'application/octet-stream')], body }
  }
  if (!isData(value) && value instanceof Blob) {
    return { headers: ['content-type', value.type || (mediaType ?? 'application/octet-stream')], body: value.stream() }
  }
  if (value instanceof Uint8Array || value instanceof ArrayBuffer) {
    const body = value instanceof Uint8Array ? value : new Uint8Array(value)
    return { headers: ['content-type', contentType(mediaType ?? 'application/octet-stream')], body }
  }
  if (mediaType !== undefined && typeof value === 'string')
    return { headers: ['content-type', contentType(mediaType)], body: value }
  // What a text in an object means is not escaped for HTML and the like.
  if (mediaType !== undefined && !JSON_TYPE.test(mediaType))
    throw new TypeError(`${where}: an answer of ${mediaType} is text, bytes or a stream.`)
  const text = value === undefined ? 'null' : jsonText(value, where)
  if (text === undefined) throw new TypeError(`${where}: the handler's value is a ${typeof value}, which has no JSON.`)
  return { headers: mediaType === undefined ? JSON_HEADERS : ['content-type', contentType(mediaType)], body: text }
}

/** The JSON of a value; a secret in it is refused, not printed as `[redacted]`: somebody would take that for the value. */
function jsonText(value: unknown, where?: string): string {
  const before = secretsWritten()
  const text = textOf(value, where)
  // Only where there is one is it looked for.
  const unwritten = text?.includes('{}') ? unwrittenIn(value) : undefined
  if (unwritten) throw new TypeError(`${theAnswer(where)} holds ${adviceOn(unwritten)}.`)
  if (secretsWritten() !== before)
    throw new TypeError(`${theAnswer(where)} holds a Secret. Reveal it, or leave it out.`)
  return text
}

function theAnswer(where: string | undefined): string {
  return where === undefined ? 'The answer' : `${where}: the answer`
}

function textOf(value: unknown, where: string | undefined): string {
  try {
    return JSON.stringify(value)
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause // of a toJSON of the app's own
    const reason = cause.message.split('\n')[0]
    throw new TypeError(
      `${theAnswer(where)} cannot be written as JSON: ${reason}. Leave it out, or make a text of it.`,
      {
        cause,
      },
    )
  }
}

/** What is often the reason when a value does not fit the response schema. */
function hintOf(value: unknown): string | undefined {
  if (value === undefined) return 'The handler returned nothing: is there a return?'
  const unwritten = unwrittenIn(value)
  return unwritten && `It holds ${adviceOn(unwritten)}.`
}

function contentType(mediaType: string): string {
  return /^text\/[^;]*$/i.test(mediaType) ? `${mediaType}; charset=utf-8` : mediaType
}

function withOwn(headers: readonly string[], touched: CurrentResponse | undefined): readonly string[] {
  if (touched === undefined) return headers
  const all: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    if (!touched.headers.has(headers[i] as string)) all.push(headers[i] as string, headers[i + 1] as string)
  }
  for (const [name, value] of touched.headers) all.push(name, value)
  return all
}

/**
 * A web `Response` as an answer; headers that were set beside it are added where it has none, cookies always.
 *
 * @throws TypeError for a response whose body was read: one that is kept and given twice, for example.
 */
export function fromResponse(response: Response, touched?: CurrentResponse, after?: Reply['after']): Reply {
  if (response.bodyUsed || response.body?.locked)
    throw new TypeError('The body of the Response was used before. Make a Response for each request, or clone() it.')
  const headers: string[] = []
  for (const [name, value] of response.headers) headers.push(name, value)
  for (const [name, value] of touched?.headers ?? []) {
    if (name === 'set-cookie' || !response.headers.has(name)) headers.push(name, value)
  }
  return { status: response.status, headers, body: response.body, after }
}

/** A JSON answer with headers. */
export function jsonReply(status: number, value: unknown, headers: readonly string[] = NO_HEADERS): Reply {
  if (isBodyless(status)) return { status, headers, body: null, after: undefined }
  const all = headers.length === 0 ? JSON_HEADERS : hasType(headers) ? headers : [...JSON_HEADERS, ...headers]
  return { status, headers: all, body: jsonText(value), after: undefined }
}

function hasType(headers: readonly string[]): boolean {
  return headers.some((text, at) => at % 2 === 0 && text === 'content-type')
}

// ---- Streams -------------------------------------------------------------------------------------------------------------------

type Chunks = AsyncIterable<unknown>

function isStream(value: unknown): value is ReadableStream<Uint8Array> | Chunks {
  if (typeof value !== 'object' || value === null) return false
  return Symbol.asyncIterator in value || (!isData(value) && value instanceof ReadableStream)
}

/** Ends a stream that is not sent, so that what it holds is let go. */
function discard(value: unknown): void {
  if (!isStream(value)) return
  if (value instanceof ReadableStream) {
    if (!value.locked) value.cancel().catch(() => {})
  } else {
    const iterator = value[Symbol.asyncIterator]()
    Promise.resolve(iterator.return?.()).catch(() => {})
  }
}

/** Chunks of text or bytes as a stream of bytes; ends the iterator when the client goes away. */
function streamOf(chunks: Chunks): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]()
  const encoder = new TextEncoder()
  const source: UnderlyingDefaultSource<Uint8Array> = {
    async pull(controller) {
      const { done, value } = await iterator.next()
      if (done) controller.close()
      else if (typeof value === 'string') controller.enqueue(encoder.encode(value))
      else if (value instanceof Uint8Array) controller.enqueue(value)
      else {
        await iterator.return?.()
        throw new TypeError('A streaming handler yields text or bytes')
      }
    },
    async cancel() {
      await iterator.return?.()
    },
  }
  return new ReadableStream(source, { highWaterMark: 0 }) // nothing is made before it is asked for
}
