import type { ValidationIssue } from './exceptions.ts'
import { issuePath, type SchemaIssue } from './schema.ts'

/** What is wrong when a required value is absent. */
export function missing(loc: readonly (string | number)[]): ValidationIssue {
  return { type: 'missing', loc, msg: 'Field required' }
}

/**
 * A schema library's issue as ours.
 *
 * What the client sent is never repeated: some libraries put the value into the message, passwords too, and such a message is
 * replaced by what was expected.
 *
 * @param issue what the library says.
 * @param value what was validated.
 * @param loc where the value stands.
 */
export function issueOf(issue: SchemaIssue, value: unknown, loc: readonly (string | number)[]): ValidationIssue {
  const path = issuePath(issue)
  const where = [...loc, ...path.map((key) => (typeof key === 'number' ? key : String(key)))]
  const at = valueAt(value, path)
  if (at === undefined) return missing(where)
  const { code, type, kind, expected } = issue as { code?: unknown; type?: unknown; kind?: unknown; expected?: unknown }
  // Zod and ArkType have a code; Valibot has a kind (schema, validation) and a type (string, email, …).
  const word =
    typeof code === 'string' ? code : kind === 'schema' || kind === 'validation' ? String(type) : 'value_error'
  if (code === 'unrecognized_keys') return { type: word, loc: where, msg: 'Unrecognized key' }
  const isSafe = (text: string): boolean => !repeats(text, at) && !names(text, path)
  const msg = isSafe(issue.message)
    ? issue.message
    : typeof expected === 'string' && isSafe(expected)
      ? `Expected ${expected}`
      : 'Invalid value'
  return { type: word, loc: where, msg }
}

/** Whether a message begins with a name of the path, or has it in quotes: the client may have chosen the name. */
function names(message: string, path: readonly PropertyKey[]): boolean {
  return path.some(
    (key) =>
      typeof key === 'string' &&
      (message.startsWith(key) || message.includes(JSON.stringify(key)) || message.includes(`"${key}"`)),
  )
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined
    at = (at as Record<PropertyKey, unknown>)[key]
  }
  return at
}

/** Whether a message holds a value that the client sent: the value itself, or one of the first hundred in it. */
function repeats(message: string, value: unknown): boolean {
  let left = 100
  const found = (part: unknown): boolean => {
    if (left-- <= 0) return false
    if (typeof part === 'string')
      return part.length > 0 && (message.includes(part) || message.includes(JSON.stringify(part).slice(1, -1)))
    if (typeof part === 'number' || typeof part === 'bigint') return isWordIn(message, String(part))
    if (typeof part === 'object' && part !== null) return Object.values(part).some(found)
    return false
  }
  return found(value)
}

/** A number stands for itself only as a word of its own: the 1 of "at most 10" repeats nothing. */
function isWordIn(message: string, word: string): boolean {
  return message.split(/[^\w.+-]+/).includes(word)
}
