/** What tells one state of a file from another. */
export interface Validators {
  /** A strong entity tag, quotes included. */
  readonly etag: string
  /** Milliseconds since 1970, in whole seconds: a HTTP date has no more. */
  readonly lastModified: number
}

/** Reads a header of a request by its lower-case name. */
export type ReadHeader = (name: string) => string | undefined

/**
 * What the conditions of a GET or HEAD request come to: 412, 304, or undefined to go on.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110.html#section-13.2.2
 */
export function checkConditions(header: ReadHeader, { etag, lastModified }: Validators): 304 | 412 | undefined {
  const match = header('if-match')
  if (match !== undefined) {
    // Strong comparison: a weak tag never matches.
    if (match.trim() !== '*' && !tagsOf(match).includes(etag)) return 412
  } else {
    const since = parseHttpDate(header('if-unmodified-since'))
    if (since !== undefined && lastModified > since) return 412
  }
  const none = header('if-none-match')
  if (none !== undefined) {
    return none.trim() === '*' || tagsOf(none).some((tag) => tag.replace(/^W\//, '') === etag) ? 304 : undefined
  }
  const since = parseHttpDate(header('if-modified-since'))
  return since !== undefined && lastModified <= since ? 304 : undefined
}

/** A part of a file: both ends are included. */
export interface ByteRange {
  readonly first: number
  readonly last: number
}

/**
 * The part that a request asks for; undefined for all of it, `unsatisfiable` for what the file does not have.
 *
 * A range that is broken, of another unit or of several parts is ignored, as RFC 9110 allows: many small or overlapping parts
 * cost a server more than the file.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110.html#section-14.2
 */
export function rangeOf(
  header: ReadHeader,
  size: number,
  validators: Validators,
): ByteRange | 'unsatisfiable' | undefined {
  const range = header('range')
  if (range === undefined || !stillSame(header('if-range'), validators)) return undefined
  const [, first = '', last = ''] = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i.exec(range) ?? []
  if (first === '') {
    if (last === '') return undefined
    const length = Math.min(Number(last), size)
    return length === 0 ? 'unsatisfiable' : { first: size - length, last: size - 1 }
  }
  if (last !== '' && Number(last) < Number(first)) return undefined
  if (Number(first) >= size) return 'unsatisfiable'
  return { first: Number(first), last: last === '' ? size - 1 : Math.min(Number(last), size - 1) }
}

/** RFC 9110 §13.1.5: a part of another state of the file than the client has would be put together to nonsense. */
function stillSame(condition: string | undefined, { etag, lastModified }: Validators): boolean {
  if (condition === undefined) return true
  const text = condition.trim()
  return text.includes('"') ? text === etag : parseHttpDate(text) === lastModified
}

function tagsOf(list: string): string[] {
  return list.match(/(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g) ?? []
}

const FORMATS = [
  /^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^\w{6,9}, \d{2}-\w{3}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
]
const ASCTIME = /^\w{3} \w{3} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/

/** A date in one of the three forms of RFC 9110 §5.6.7, in milliseconds; undefined for anything else. */
export function parseHttpDate(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const date = text.trim()
  let time = Number.NaN
  if (FORMATS.some((format) => format.test(date))) time = Date.parse(date)
  else if (ASCTIME.test(date)) time = Date.parse(`${date} GMT`)
  return Number.isNaN(time) ? undefined : time
}
