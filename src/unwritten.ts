/** Values that JSON.stringify turns into `{}` without a word: what was meant is lost, and nobody is told. */

/** Such a value, and the names that lead to it. */
export interface Unwritten {
  readonly kind: 'Promise' | 'Map' | 'Set'
  readonly path: readonly string[]
}

/** The first promise, map or set in a value; undefined for none. Values with `toJSON` say themselves what they are. */
export function unwrittenIn(value: unknown): Unwritten | undefined {
  return search(value, [], new Set())
}

/** What to do about it, as the end of a sentence. */
export function adviceOn({ kind, path }: Unwritten): string {
  const place = path.length === 0 ? '' : ` at ${path.join('.')}`
  if (kind === 'Promise') return `a Promise${place}: await it before you return it`
  return `a ${kind}${place}: JSON has none. Send ${kind === 'Map' ? 'Object.fromEntries(map)' : '[...set]'}`
}

function search(value: unknown, path: readonly string[], seen: Set<object>): Unwritten | undefined {
  if (typeof value !== 'object' || value === null || seen.has(value)) return undefined
  seen.add(value)
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') return undefined
  const kind = kindOf(value)
  if (kind !== undefined) return { kind, path }
  for (const [name, each] of Object.entries(value)) {
    const found = search(each, [...path, name], seen)
    if (found) return found
  }
  return undefined
}

function kindOf(value: object): Unwritten['kind'] | undefined {
  if (value instanceof Promise) return 'Promise'
  if (value instanceof Map) return 'Map'
  return value instanceof Set ? 'Set' : undefined
}
