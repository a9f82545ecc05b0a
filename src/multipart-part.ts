import { HTTPException } from './exceptions.ts'
import { parseMediaType } from './media-type.ts'

/** What the headers of a part of a form say. */
export interface Part {
  readonly name: string
  /** The client's words for a file, without the path that some clients put in front; undefined in a text. */
  readonly file: { readonly name: string; readonly type: string } | undefined
}

const HEADER = /^([\w!#$%&'*+.^`|~-]+):[ \t]*((?:\t|\P{Cc})*)$/u
// Browsers write no backslash escapes but %22, %0D and %0A (https://html.spec.whatwg.org/#multipart-form-data): a backslash is
// itself, and a `\"` of another client ends the string and is refused.
const PARAMETER = /[ \t]*;[ \t]*([\w!#$%&'*+.^`|~-]+)=(?:"([^"]*)"|([\w!#$%&'*+.^`|~-]+))/y

/**
 * Reads the headers of a part: `Content-Disposition`, `Content-Type`; the others count for nothing (RFC 7578 §4.8).
 *
 * @throws HTTPException 400 for headers that are no headers, stand twice or name no field, for a transfer encoding (RFC 7578
 *   §4.7) and a field `__proto__`; 415 for a text in another charset than UTF-8.
 */
export function parsePart(headers: string): Part {
  const known = new Map<string, string>()
  for (const line of headers.split('\r\n')) {
    const match = HEADER.exec(line)
    if (match === null) throw broken()
    const name = (match[1] as string).toLowerCase()
    if (known.has(name)) throw broken()
    known.set(name, (match[2] as string).trimEnd())
  }
  const coding = known.get('content-transfer-encoding')
  if (coding !== undefined && !/^(?:7bit|8bit|binary)$/i.test(coding)) throw broken()

  const parameters = dispositionOf(known.get('content-disposition'))
  const name = parameters.get('name')
  if (name === undefined || name === '__proto__') throw broken()
  const fileName = fileNameOf(parameters)
  const given = known.get('content-type') ?? 'text/plain' // RFC 7578 §4.4
  const type = parseMediaType(given)
  if (fileName !== undefined) return { name, file: { name: fileName, type: type === undefined ? '' : given } }
  const charset = type?.parameters.get('charset')
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) {
    throw new HTTPException(415, 'The texts of the form must be UTF-8')
  }
  return { name, file: undefined }
}

function dispositionOf(header: string | undefined): Map<string, string> {
  const start = header === undefined ? null : /^form-data(?=[ \t]*;)/i.exec(header)
  if (header === undefined || start === null) throw broken()
  const parameters = new Map<string, string>()
  for (let at = start[0].length; at < header.length; at = PARAMETER.lastIndex) {
    PARAMETER.lastIndex = at
    const match = PARAMETER.exec(header)
    if (match === null) throw broken()
    const name = (match[1] as string).toLowerCase()
    if (parameters.has(name)) throw broken()
    parameters.set(name, match[2]?.replace(/%(?:22|0d|0a)/gi, decodeURIComponent) ?? (match[3] as string))
  }
  return parameters
}

/**
 * The name of a file without path; undefined when there is none, empty when nothing is left of it.
 *
 * RFC 7578 §4.2 forbids `filename*`, and there are clients that always send it beside a plain one. It is preferred, as in
 * RFC 6266 §4.3.
 */
function fileNameOf(parameters: ReadonlyMap<string, string>): string | undefined {
  const extended = parameters.get('filename*')
  const given = extended === undefined ? parameters.get('filename') : decodeExtended(extended)
  if (given === undefined) return undefined
  if (/\p{Cc}/u.test(given)) throw broken()
  const name = given.slice(Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\')) + 1)
  return name === '.' || name === '..' ? '' : name
}

/** @see https://www.rfc-editor.org/rfc/rfc8187.html#section-3.2 */
function decodeExtended(value: string): string {
  const match = /^utf-8'[\w-]*'((?:[\w!#$&+.^`|~-]|%[\da-f]{2})*)$/i.exec(value)
  if (match === null) throw broken()
  try {
    return decodeURIComponent(match[1] as string)
  } catch {
    throw broken()
  }
}

function broken(): HTTPException {
  return new HTTPException(400, 'There was an error parsing the body')
}
