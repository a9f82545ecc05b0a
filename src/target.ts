import { HTTPException } from './exceptions.ts'

/**
 * Why a request target is refused with 400; undefined when it is sound.
 *
 * Sound is the origin-form (RFC 9112 §3.2.1) in the characters that a browser sends. Refused is what two readers of the path,
 * such as a proxy with rules and the router behind it, could take for different paths: another form, `//` in front, a fragment,
 * white space, controls, anything but ASCII; in the path a backslash, a `.` or `..` segment however it is spelled, broken
 * percent-encoding, an encoded NUL. Query values are decoded, strictly, by who reads them.
 *
 * How long a target may be is a limit of the app, and its answer 414: that is the caller's matter.
 *
 * @param target path and query as they were sent.
 * @see https://www.rfc-editor.org/rfc/rfc3986.html#section-6.2.2.3
 */
export function refuseTarget(target: string): string | undefined {
  if (target.charCodeAt(0) !== SLASH) return 'The request target must be a path'
  if (target.charCodeAt(1) === SLASH) return 'The request target must not begin with //'
  const { length } = target
  let i = 0
  for (; i < length; i++) {
    const code = target.charCodeAt(i)
    if (code === SLASH) {
      // The next character decides whether it can be a dot segment at all.
      const next = target.charCodeAt(i + 1)
      if ((next === DOT || next === PERCENT) && isDotSegment(target, i + 1)) {
        return 'The path must not have segments . and ..'
      }
    } else if (code === PERCENT) {
      const high = hexValue(target.charCodeAt(i + 1))
      const low = hexValue(target.charCodeAt(i + 2))
      if (high < 0 || low < 0) return 'The path has broken percent-encoding'
      if (high + low === 0) return 'The path has an encoded NUL'
      i += 2
    } else if (code === QUESTION) {
      break
    } else if (code === BACKSLASH) {
      return 'The path has a backslash'
    } else if (code <= SPACE || code === HASH || code >= DELETE) {
      return FORBIDDEN
    }
  }
  for (; i < length; i++) {
    const code = target.charCodeAt(i)
    if (code <= SPACE || code === HASH || code >= DELETE) return FORBIDDEN
  }
  return undefined
}

/**
 * A path in its one spelling: percent-encoded letters, digits, `-`, `.`, `_` and `~` are decoded, and the hexadecimal digits of
 * the others are capitals. So `/%75sers/%e2%82%ac` is `/users/%E2%82%AC`, and `%2F` stays what it is.
 *
 * @param path a path that {@link refuseTarget} did not refuse.
 * @see https://www.rfc-editor.org/rfc/rfc3986.html#section-6.2.2
 */
export function normalizePath(path: string): string {
  return path.includes('%') && ODD_TRIPLET.test(path) ? path.replace(TRIPLET, normalizeTriplet) : path
}

/**
 * The text of a segment of a path, decoded once and strictly.
 *
 * @throws HTTPException 400 for broken percent-encoding, bytes that are not UTF-8, and an encoded NUL.
 */
export function decodeSegment(segment: string): string {
  if (!segment.includes('%')) return segment
  let text: string
  try {
    text = decodeURIComponent(segment)
  } catch (cause) {
    throw new HTTPException(400, 'The path has broken percent-encoding', { cause })
  }
  if (text.includes('\0')) throw new HTTPException(400, 'The path has an encoded NUL')
  return text
}

const FORBIDDEN = 'The request target has a character that is not allowed'
const SPACE = 0x20
const HASH = 0x23
const PERCENT = 0x25
const DOT = 0x2e
const SLASH = 0x2f
const QUESTION = 0x3f
const BACKSLASH = 0x5c
const DELETE = 0x7f

const DOT_SEGMENT = /(?:\.|%2[eE]){1,2}(?:[/?]|$)/y
const TRIPLET = /%[\da-fA-F]{2}/g
// With a small letter, or of an unreserved character: - . 0-9 A-O a-o P-Z p-z _ ~
const ODD_TRIPLET = /%(?:[a-f]|.[a-f]|2[DE]|3\d|[46][1-9A-F]|[57][\dA]|5F|7E)/
const UNRESERVED = /[\w.~-]/

function isDotSegment(target: string, start: number): boolean {
  DOT_SEGMENT.lastIndex = start
  return DOT_SEGMENT.test(target)
}

function hexValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const letter = code | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}

function normalizeTriplet(triplet: string): string {
  const char = String.fromCharCode(Number.parseInt(triplet.slice(1), 16))
  return UNRESERVED.test(char) ? char : triplet.toUpperCase()
}
