import { afterAll, beforeAll, describe } from 'vitest'
import { findRuntime, type RuntimeName, type Serving, start } from './runtimes.ts'

/** A runtime that serves the app while the tests of a block run. */
export interface Served {
  readonly name: RuntimeName
  /** Filled in before the first test. */
  serving: Serving
}

/** Runs a block of tests in each runtime; where one is missing they are skipped, and their title says why. */
export function inEachRuntime(
  tests: (served: Served) => void,
  names: readonly RuntimeName[] = ['bun', 'deno', 'workerd'],
): void {
  for (const name of names) {
    const runtime = findRuntime(name)
    const title = runtime.missing === undefined ? `${name} ${runtime.version}` : `${name}: ${runtime.missing}`
    describe.skipIf(runtime.missing !== undefined)(title, () => {
      const served = { name } as Served
      beforeAll(async () => {
        served.serving = await start(runtime)
      })
      afterAll(() => served.serving?.[Symbol.asyncDispose]())
      tests(served)
    })
  }
}
