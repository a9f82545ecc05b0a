import type { Settings } from '../measure/compare.ts'
import type { Result } from '../measure/figures.ts'

/** What a scenario is run with. */
export interface Context extends Settings {
  /** Of scenario 11. */
  readonly requests: number
  /** A file with tokens of which each is sent once. */
  readonly tokens: () => string
}

/** One of the scenarios: gives its results by their keys, such as `1` and `1-bun`. */
export interface Scenario {
  readonly number: string
  readonly title: string
  run(context: Context): Promise<Record<string, Result>>
}
