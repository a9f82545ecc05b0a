import { parseArgs } from 'node:util'

/** What the benchmark was asked for. */
export interface Arguments {
  /** The scenarios to run, in their order; all of them where none is named. */
  readonly scenarios: readonly string[]
  readonly rounds: number
  /** Of each run, in seconds. */
  readonly seconds: number
  /** Of scenario 11. */
  readonly requests: number
  /** Where the results go as JSON. */
  readonly json: string | undefined
  /** Whether RESULTS.md and the chart are written. */
  readonly write: boolean
  /** The peers to leave out, and to measure alone. */
  readonly without: readonly string[]
}

/** How it is called. */
export const USAGE = `Usage: npm run bench -- [scenario...] [--rounds 5] [--seconds 4] [--requests 1000000] [--json FILE] [--write]
                     [--without PEER]...

  scenario    1 to 11; all of them where none is named
  --rounds    how often each server is measured, in turns; the medians count
  --seconds   how long each time
  --requests  how many requests scenario 11 sends
  --json      writes the medians and the ratios to a file
  --write     writes bench/RESULTS.md, bench/results/http.json and bench/results/http.svg; scenarios that were not run keep their figures
  --without   leaves a peer out, such as fastapi; may be given several times`

/**
 * Reads the arguments.
 *
 * @param known the scenarios that there are.
 * @throws TypeError which says what is wrong, in a sentence for the terminal.
 */
export function parseArguments(args: readonly string[], known: readonly string[]): Arguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '4' },
      requests: { type: 'string', default: '1000000' },
      json: { type: 'string' },
      write: { type: 'boolean', default: false },
      without: { type: 'string', multiple: true, default: [] },
    },
  })
  const strange = positionals.filter((name) => !known.includes(name))
  if (strange.length > 0) throw new TypeError(`No scenario ${strange.join(', ')}: there are ${known.join(', ')}.`)
  return {
    scenarios: positionals.length === 0 ? known : known.filter((name) => positionals.includes(name)),
    rounds: wholeNumber('rounds', values.rounds),
    seconds: wholeNumber('seconds', values.seconds),
    requests: wholeNumber('requests', values.requests),
    json: values.json,
    write: values.write,
    without: values.without,
  }
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text)
  if (Number.isSafeInteger(number) && number >= 1) return number
  throw new TypeError(`--${name} is a whole number from 1, not ${text}.`)
}
