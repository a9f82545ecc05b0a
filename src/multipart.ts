import { HTTPException } from './exceptions.ts'
import { bodyTooLarge, refuseAnnounced } from './incoming.ts'
import { parsePart } from './multipart-part.ts'

/** What a `multipart/form-data` body may hold. */
export interface MultipartLimits {
  /** Bytes of the whole body. */
  readonly total: number
  /** Bytes of all its texts together. */
  readonly text: number
  /** Parts: fields and files. */
  readonly fields: number
  /** Bytes of the file in a field. */
  readonly file: (name: string) => number
}

/** Bytes of the headers of one part; a file name of any file system fits. */
const PART_HEADERS = 8 * 1024

const BOUNDARY = /^[\w'()+,./:=? -]{0,69}[\w'()+,./:=?-]$/
const CR = 13
const LF = 10
const DASH = 45
const END_OF_HEADERS = new Uint8Array([CR, LF, CR, LF])
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads `multipart/form-data` as it comes in; a limit holds at the byte that goes over it.
 *
 * Strict where readers differ, as two that see different forms in one body are an attack: the body begins with the boundary
 * (RFC 2046 §5.1.1 would let text stand before it, no browser sends any), nothing but CRLF follows the last one, and lines
 * end with CRLF.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7578.html
 * @see https://www.rfc-editor.org/rfc/rfc2046.html#section-5.1.1
 */
export class MultipartParser {
  readonly #limits: MultipartLimits
  /** What stands in front of every part but the first: CRLF, two hyphens, the boundary. */
  readonly #delimiter: Uint8Array
  readonly #fields = new Map<string, (string | File)[]>()
  readonly #waiting = new ByteQueue()
  #state: 'begin' | 'after-delimiter' | 'headers' | 'content' | 'end' = 'begin'
  #total = 0
  #texts = 0
  #parts = 0
  #name = ''
  /** The file's name and type; undefined in a text. */
  #file: { readonly name: string; readonly type: string } | undefined
  #most = 0
  #content = new ByteQueue()

  /** @throws HTTPException 400 for a boundary that is missing or against RFC 2046 §5.1.1. */
  constructor(boundary: string | undefined, limits: MultipartLimits) {
    if (boundary === undefined || !BOUNDARY.test(boundary)) throw broken()
    this.#delimiter = new TextEncoder().encode(`\r\n--${boundary}`)
    this.#limits = limits
  }

  /** Answers 413 before the first byte, when the announced length is over the limit. */
  announce(contentLength: string | undefined): void {
    refuseAnnounced(contentLength, this.#limits.total)
  }

  /** Takes the next bytes. They are copied, or done with, when it returns. */
  push(chunk: Uint8Array): void {
    this.#total += chunk.byteLength
    if (this.#total > this.#limits.total) throw bodyTooLarge(this.#limits.total)
    const waiting = this.#waiting
    waiting.append(chunk)
    while (this.#step(waiting)) {}
  }

  /** The fields, when the body has ended. */
  finish(): Map<string, (string | File)[]> {
    // One CRLF after the last boundary is common.
    const rest = this.#waiting.view()
    if (this.#state !== 'end' || !(rest.length === 0 || (rest.length === 2 && isLineEnd(rest)))) throw broken()
    return this.#fields
  }

  /** Goes on as far as the bytes that are there allow; false when more are needed. */
  #step(waiting: ByteQueue): boolean {
    const bytes = waiting.view()
    switch (this.#state) {
      case 'begin': {
        const first = this.#delimiter.subarray(2)
        if (!startsWith(bytes, 0, first)) throw broken()
        if (bytes.length < first.length) return false
        waiting.drop(first.length)
        this.#state = 'after-delimiter'
        return true
      }
      case 'after-delimiter':
        if (bytes.length < 2) return false
        if (isLineEnd(bytes)) this.#state = 'headers'
        else if (bytes[0] === DASH && bytes[1] === DASH) this.#state = 'end'
        else throw broken()
        waiting.drop(2)
        return true
      case 'headers': {
        const end = indexOf(bytes, END_OF_HEADERS, waiting.seen)
        if ((end === -1 ? bytes.length : end) > PART_HEADERS) {
          throw tooLarge(`The headers of a part are larger than ${PART_HEADERS} bytes`)
        }
        if (end === -1) {
          waiting.seen = Math.max(0, bytes.length - 3)
          return false
        }
        this.#begin(bytes.subarray(0, end))
        waiting.drop(end + 4)
        this.#state = 'content'
        return true
      }
      case 'content': {
        const end = indexOf(bytes, this.#delimiter, 0)
        if (end === -1) {
          const possible = partialAtEnd(bytes, this.#delimiter)
          this.#take(bytes.subarray(0, possible))
          waiting.drop(possible)
          return false
        }
        this.#take(bytes.subarray(0, end))
        this.#complete()
        waiting.drop(end + this.#delimiter.length)
        this.#state = 'after-delimiter'
        return true
      }
      case 'end':
        if (bytes.length > 2) throw broken()
        return false
    }
  }

  #begin(headers: Uint8Array): void {
    if (++this.#parts > this.#limits.fields) throw tooLarge(`The form has more than ${this.#limits.fields} fields`)
    const { name, file } = parsePart(decode(headers))
    this.#name = name
    this.#file = file
    this.#most = file === undefined ? this.#limits.text - this.#texts : this.#limits.file(name)
  }

  #take(content: Uint8Array): void {
    if (this.#content.length + content.length > this.#most) {
      throw this.#file === undefined
        ? tooLarge(`The texts of the form are larger than ${this.#limits.text} bytes`)
        : tooLarge(`A file is larger than ${this.#most} bytes`)
    }
    if (content.length > 0) this.#content.append(this.#content.length === 0 ? content.slice() : content)
  }

  #complete(): void {
    const content = this.#content.view()
    let value: string | File
    if (this.#file === undefined) {
      this.#texts += content.length
      value = decode(content)
    } else {
      value = new File([content as BlobPart], this.#file.name, { type: this.#file.type })
    }
    this.#content = new ByteQueue()
    const values = this.#fields.get(this.#name)
    if (values === undefined) this.#fields.set(this.#name, [value])
    else values.push(value)
  }
}

/** Bytes that are appended at the end and dropped at the front. Chunks of one byte must not cost an object or a copy of all for each. */
class ByteQueue {
  #bytes: Uint8Array = new Uint8Array()
  /** Whether {@link #bytes} is ours to write into. */
  #own = false
  #start = 0
  #end = 0
  /** How far from the front the bytes have been searched. */
  seen = 0

  get length(): number {
    return this.#end - this.#start
  }

  view(): Uint8Array {
    return this.#bytes.subarray(this.#start, this.#end)
  }

  /** Appends bytes; those given to an empty queue are not copied. */
  append(chunk: Uint8Array): void {
    const { length } = this
    if (length === 0) {
      this.#bytes = chunk
      this.#own = false
      this.#start = 0
      this.#end = chunk.length
      return
    }
    const needed = length + chunk.length
    if (!this.#own || this.#end + chunk.length > this.#bytes.length) {
      const larger = new Uint8Array(needed * 2)
      larger.set(this.view())
      this.#bytes = larger
      this.#own = true
      this.#start = 0
    }
    this.#bytes.set(chunk, this.#start + length)
    this.#end = this.#start + needed
  }

  drop(count: number): void {
    this.#start += count
    this.seen = 0
  }
}

/** Where a pattern that begins with CR, and has no other but in {@link END_OF_HEADERS}, stands whole; -1 when nowhere. */
function indexOf(bytes: Uint8Array, pattern: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(CR, from); at !== -1; at = bytes.indexOf(CR, at + 1)) {
    if (at + pattern.length > bytes.length) return -1
    if (startsWith(bytes, at, pattern)) return at
  }
  return -1
}

/** Where the last bytes may be the beginning of the pattern; the length of the bytes when they are not. */
function partialAtEnd(bytes: Uint8Array, pattern: Uint8Array): number {
  const from = Math.max(0, bytes.length - pattern.length + 1)
  for (let at = bytes.indexOf(CR, from); at !== -1; at = bytes.indexOf(CR, at + 1)) {
    if (startsWith(bytes, at, pattern)) return at
  }
  return bytes.length
}

/** Whether the bytes at a place are the pattern, as far as there are bytes. */
function startsWith(bytes: Uint8Array, at: number, pattern: Uint8Array): boolean {
  const end = Math.min(pattern.length, bytes.length - at)
  for (let i = 0; i < end; i++) if (bytes[at + i] !== pattern[i]) return false
  return true
}

function isLineEnd(bytes: Uint8Array): boolean {
  return bytes[0] === CR && bytes[1] === LF
}

function decode(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes)
  } catch {
    throw broken()
  }
}

function broken(): HTTPException {
  return new HTTPException(400, 'There was an error parsing the body')
}

function tooLarge(detail: string): HTTPException {
  // RFC 9110 §15.5.14: the server may close the connection to keep the client from sending on.
  return new HTTPException(413, detail, { headers: { connection: 'close' } })
}
