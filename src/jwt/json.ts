/** A JSON object as it was parsed; read it with {@link own} or after `Object.hasOwn`. */
export type JSONObject = Readonly<Record<string, unknown>>

/** Objects and arrays inside each other, the outermost counted; claims of real issuers stay under ten. */
export const MAX_DEPTH = 16

/**
 * Parses one JSON object strictly; undefined for anything else.
 *
 * Refused beyond what `JSON.parse` refuses: other values than an object, a name given twice at any depth (RFC 7515
 * section 4 and RFC 7519 section 4 leave the last one or a refusal, and two readers that choose differently are an
 * attack), nesting over {@link MAX_DEPTH}, and the name `__proto__`, which `Object.assign` would make a prototype of.
 */
export function parseJSONObject(text: string): JSONObject | undefined {
  const members = countMembers(text)
  if (members < 0) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return countNames(value) === members ? (value as JSONObject) : undefined
}

/** The object's own member, never one of a prototype. */
export function own(object: JSONObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

/** Freezes a value and the plain objects and arrays in it; other objects, such as a schema's Date, stay as they are. */
export function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== Array.prototype && prototype !== null) return value
  Object.freeze(value)
  for (const name in value) deepFreeze(value[name])
  return value
}

const QUOTE = 0x22
const BACKSLASH = 0x5c

/**
 * How many members the text has, which is the number of colons outside of strings; -1 when it is nested too deep.
 * The text need not be JSON yet: `JSON.parse` judges that afterwards.
 */
function countMembers(text: string): number {
  let members = 0
  let depth = 0
  for (let index = 0; index < text.length; index++) {
    switch (text.charCodeAt(index)) {
      case QUOTE:
        index = endOfString(text, index + 1)
        break
      case 0x3a: // colon
        members++
        break
      case 0x7b: // { and [
      case 0x5b:
        if (++depth > MAX_DEPTH) return -1
        break
      case 0x7d: // } and ]
      case 0x5d:
        depth--
        break
    }
  }
  return members
}

function endOfString(text: string, start: number): number {
  const quote = text.indexOf('"', start)
  if (quote < 0) return text.length
  if (text.charCodeAt(quote - 1) !== BACKSLASH) return quote
  let end = text.indexOf('\\', start)
  while (end < text.length) {
    const character = text.charCodeAt(end)
    if (character === QUOTE) return end
    end += character === BACKSLASH ? 2 : 1
  }
  return end
}

/** How many names the parsed value has; a name given twice is there once, so the counts differ. NaN for `__proto__`. */
function countNames(value: object): number {
  let names = 0
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object' && item !== null) names += countNames(item)
    return names
  }
  for (const name of Object.keys(value)) {
    if (name === '__proto__') return Number.NaN
    names++
    const member = (value as JSONObject)[name]
    if (typeof member === 'object' && member !== null) names += countNames(member)
  }
  return names
}
