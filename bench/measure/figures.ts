/** Figures of a scenario, and the sums on them. */

/** What a scenario gives: what `--json` writes. */
export interface Result {
  readonly title: string
  /** What the medians are: `requests/s` where it isn't said. */
  readonly unit?: string
  /** By name; ours is `sallyport`, or `sallyport-` and a word. */
  readonly medians: Readonly<Record<string, number>>
  /** Ours to each peer's. */
  readonly ratios: Readonly<Record<string, number>>
  /** Microseconds of CPU for a request: holds also on a machine that is busy with other things. */
  readonly cpu?: Readonly<Record<string, number>>
  /** Every round, so that the spread can be seen. */
  readonly rounds?: Readonly<Record<string, readonly number[]>>
  /** What else was found out, by name. */
  readonly facts?: Readonly<Record<string, number>>
  /** When it was measured: a day, such as 2026-11-22. */
  readonly date?: string
}

/** Results by scenario: `1`, `1-bun`, `2` and so on. */
export type Results = Readonly<Record<string, Result>>

/** The middle one; of an even number the mean of the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  if (sorted.length % 2 === 1) return sorted[middle] as number
  return sorted.length === 0 ? Number.NaN : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}

/** Ours to each of the others, three digits after the point. */
export function ratiosOf(medians: Readonly<Record<string, number>>, ours: string): Record<string, number> {
  const own = medians[ours]
  if (own === undefined) return {}
  return Object.fromEntries(
    Object.entries(medians).flatMap(([name, value]) => (name === ours ? [] : [[name, rounded(own / value, 3)]])),
  )
}

export function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}

/** Each name's values as one. */
export function mapValues<Value, Made>(
  record: Readonly<Record<string, Value>>,
  make: (value: Value, name: string) => Made,
): Record<string, Made> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, make(value, name)]))
}
