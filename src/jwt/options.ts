/** Refuses what is not an options object or has an unknown option: a misspelt check is a check that is not made. */
export function assertOptions(owner: string, options: unknown, allowed: ReadonlySet<string>): void {
  if (typeof options !== 'object' || options === null) throw new TypeError(`${owner}: expected an options object`)
  for (const name of Object.keys(options)) {
    if (!allowed.has(name)) {
      throw new TypeError(`${owner}: unknown option ${name}; the options are ${[...allowed].join(', ')}`)
    }
  }
}

/** Reads an option that is one non-empty text or a non-empty list of them. */
export function textList(option: string, value: string | readonly string[]): readonly string[] {
  const list: readonly unknown[] = typeof value === 'string' ? [value] : value
  if (!Array.isArray(list) || list.length === 0 || list.some((text) => typeof text !== 'string' || text === '')) {
    throw new TypeError(`${option}: expected a non-empty text, or a non-empty list of them`)
  }
  return Object.freeze([...list]) as readonly string[]
}

/** Reads an option that is a whole number of at least `minimum`. */
export function wholeNumber(option: string, value: number, minimum: number): number {
  if (!Number.isSafeInteger(value) || value < minimum) {
    throw new TypeError(`${option}: expected a whole number of at least ${minimum}`)
  }
  return value
}
