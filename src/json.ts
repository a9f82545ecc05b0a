import { RequestValidationError } from './exceptions.ts'

/**
 * Parses the JSON text of a request, more strictly than `JSON.parse`: what two readers could understand in two ways is refused.
 *
 * Its cost is one look at each character outside of strings and one walk over the value. Members are counted in the text and
 * in the value: where the value has fewer, two had one name and one of them is gone.
 *
 * A byte order mark is refused, as RFC 8259 §8.1 forbids to send one and only allows to ignore it. A lone surrogate is refused,
 * too (RFC 7493 §2.1): encoded as UTF-8, different strings would become one.
 *
 * @param text the text; it is never repeated in an error.
 * @param maxDepth how deep arrays and objects may be nested.
 * @throws RequestValidationError with one issue: `json_invalid` (with the offset of the character where the text stops being
 *   JSON), `json_too_deep`, `json_duplicate_name`, or `json_forbidden_name` for a member `__proto__`.
 * @see https://www.rfc-editor.org/rfc/rfc8259.html#section-4 (names should be unique)
 */
export function parseJSON(text: string, maxDepth: number): unknown {
  const members = countMembers(text, maxDepth)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw wrong('json_invalid', 'JSON decode error', errorOffset(text))
  }
  if (members > 0 && countKeys(value) !== members) throw wrong('json_duplicate_name', 'Two members have one name')
  if (text.includes('\\') && SURROGATE.test(text) && !isWellFormed(value))
    throw wrong('json_invalid', 'A string has a lone surrogate')
  return value
}

/** The refusal of a body that is no JSON. */
export function wrong(type: string, msg: string, offset?: number): RequestValidationError {
  return new RequestValidationError([{ type, loc: offset === undefined ? ['body'] : ['body', offset], msg }])
}

const QUOTE = 0x22
const COLON = 0x3a
const BACKSLASH = 0x5c
const COMMA = 0x2c
const OPEN_LIST = 0x5b
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const SURROGATE = /\\u[dD][89a-fA-F]/

/** How many members the objects of a text have; in a text that is no JSON, any number. */
function countMembers(text: string, maxDepth: number): number {
  let depth = 0
  let members = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === QUOTE) {
      i = stringEnd(text, i)
      if (i === -1) return members
    } else if (code === COLON) {
      members++
    } else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      if (++depth > maxDepth) throw wrong('json_too_deep', `Arrays and objects are nested more than ${maxDepth} deep`)
    } else if (code === OPEN_LIST + 2 || code === CLOSE_OBJECT) {
      depth--
    }
  }
  return members
}

/** The place of the quote that ends a string; -1 when there is none. */
function stringEnd(text: string, start: number): number {
  const quote = text.indexOf('"', start + 1)
  if (quote === -1 || text.charCodeAt(quote - 1) !== BACKSLASH) return quote
  for (let i = text.indexOf('\\', start + 1); i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === QUOTE) return i
    if (code === BACKSLASH) i++
  }
  return -1
}

/** How many members the objects in a parsed value have. Its depth is known to be within the limit. */
function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  let count = 0
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const item: unknown = value[i]
      if (typeof item === 'object' && item !== null) count += countKeys(item)
    }
    return count
  }
  // In a third of the time of Object.keys(); a prototype that somebody has added to is passed over.
  for (const name in value) {
    if (!Object.hasOwn(value, name)) continue
    count++
    // JSON.parse makes it a property like any other; whoever copies the object with `=` changes its prototype.
    if (name === '__proto__') throw wrong('json_forbidden_name', 'A member has a name that is not allowed')
    const item = (value as Record<string, unknown>)[name]
    if (typeof item === 'object' && item !== null) count += countKeys(item)
  }
  return count
}

function isWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed()
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([name, item]) => name.isWellFormed() && isWellFormed(item))
}

const LITERAL = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y
const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y

/** What may come next: a value, perhaps the end of what has just begun, a name, a colon, or what follows a value. */
type Expected = 'value' | 'first-item' | 'first-name' | 'name' | 'colon' | 'next'

/**
 * Where a text stops being JSON, for the `loc` of the refusal: engines say it each in their own words, and with the text in
 * them. Runs only for a text that was refused.
 */
function errorOffset(text: string): number {
  const open: number[] = []
  let state = 'value' as Expected
  let i = 0
  for (;;) {
    i = afterSpace(text, i)
    const code = text.charCodeAt(i) // NaN at the end, which is nothing that is expected
    if (state === 'next') {
      const closer = open.at(-1)
      if (code === COMMA && closer !== undefined) state = closer === CLOSE_OBJECT ? 'name' : 'value'
      else if (code === closer) open.pop()
      else return i
      i++
    } else if (state === 'colon') {
      if (code !== COLON) return i
      state = 'value'
      i++
    } else if (code === QUOTE) {
      const end = afterString(text, i)
      if (end < 0) return -end
      i = end
      state = state === 'name' || state === 'first-name' ? 'colon' : 'next'
    } else if ((state === 'first-item' || state === 'first-name') && code === open.at(-1)) {
      open.pop()
      state = 'next'
      i++
    } else if (state === 'name' || state === 'first-name') {
      return i
    } else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      open.push(code + 2) // ] is two after [, as } is after {
      state = code === OPEN_LIST ? 'first-item' : 'first-name'
      i++
    } else {
      LITERAL.lastIndex = i
      if (!LITERAL.test(text)) return i
      i = LITERAL.lastIndex
      state = 'next'
    }
  }
}

function afterSpace(text: string, start: number): number {
  for (let i = start; ; i++) {
    const code = text.charCodeAt(i)
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return i
  }
}

/** The place after a string; when it is broken, the place where it is, negated. */
function afterString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === QUOTE) return i + 1
    if (code < 0x20) return -i
    if (code === BACKSLASH) {
      ESCAPE.lastIndex = i
      if (!ESCAPE.test(text)) return -i
      i = ESCAPE.lastIndex - 1
    }
  }
  return -text.length
}
