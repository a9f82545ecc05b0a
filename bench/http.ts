/**
 * Sallyport beside its peers, over HTTP: requests a second of the same work, each server on one core, wrk on the other.
 *
 *     npm run bench
 *     npm run bench -- 1 4 --rounds 3 --seconds 2 --json results.json
 *
 * It installs what it needs (the peers' packages, Debian's where it may), asks all servers the same questions first, measures in turns,
 * and says after each scenario whether what was to be reached is. `--write` keeps the figures in RESULTS.md.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Arguments, parseArguments, USAGE } from './measure/arguments.ts'
import { chartOf } from './measure/chart.ts'
import type { Result, Results } from './measure/figures.ts'
import { machineOf } from './measure/machine.ts'
import { pinSelf, pins } from './measure/pin.ts'
import { prepare } from './measure/prepare.ts'
import { sentenceOf, verdictsOf } from './measure/reach.ts'
import { panelsOf, reportOf } from './measure/report.ts'
import { alignedTable, figure, rowsOf } from './measure/table.ts'
import { writeTokens } from './measure/tokens.ts'
import { SCENARIOS } from './scenarios/index.ts'

const COLD_TOKENS = 200_000

if (process.argv.includes('--help')) console.log(USAGE)
else await main(readArguments())

function readArguments(): Arguments {
  try {
    return parseArguments(
      process.argv.slice(2),
      SCENARIOS.map(({ number }) => number),
    )
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`)
    process.exit(2)
  }
}

async function main({ scenarios, rounds, seconds, requests, json, write, without }: Arguments): Promise<void> {
  const missing = prepare((text) => console.log(text))
  if (pins) pinSelf()
  else console.log('Servers and load share all cores: there are no two of them, or taskset (util-linux) is missing.')

  const folder = mkdtempSync(join(tmpdir(), 'sallyport-http-'))
  const tokens = (): string => {
    const path = join(folder, 'tokens.txt')
    if (!existsSync(path)) writeTokens(path, COLD_TOKENS)
    return path
  }
  const say = process.stderr.isTTY
    ? (text: string): void => void process.stderr.write(`\r\u001b[K${text}`)
    : (text: string): void => void process.stderr.write(`${text}\n`)
  const results: Record<string, Result> = {}
  const date = new Date().toISOString().slice(0, 10)
  try {
    for (const scenario of SCENARIOS.filter(({ number }) => scenarios.includes(number))) {
      console.log(`\n${scenario.number}. ${scenario.title}`)
      const context = { rounds, seconds, requests, folder, tokens, say, without: [...without, ...missing] }
      const found = await scenario.run(context)
      if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
      for (const [key, result] of Object.entries(found)) {
        results[key] = { ...result, date }
        console.log(`\n${key}. ${result.title}\n${alignedTable(rowsOf(result))}`)
        for (const [name, value] of Object.entries(result.facts ?? {})) console.log(`${name}: ${figure(value)}`)
      }
      const verdicts = verdictsOf(results, scenario.number).map(sentenceOf)
      console.log(`\n${verdicts.join('\n') || 'No figure is to be reached here.'}`)
      if (json !== undefined) writeFileSync(json, `${JSON.stringify({ scenarios: results }, null, 2)}\n`)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  if (write) keep(results)
}

/** Keeps the figures: those of scenarios that were not run stay as they were. */
function keep(fresh: Results): void {
  const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
  const kept = path('results/http.json')
  const before = existsSync(kept) ? (JSON.parse(readFileSync(kept, 'utf8')) as { scenarios: Results }).scenarios : {}
  const all = Object.fromEntries(
    Object.entries({ ...before, ...fresh }).toSorted(([a], [b]) => a.localeCompare(b, 'en', { numeric: true })),
  )
  writeFileSync(kept, `${JSON.stringify({ scenarios: all }, null, 2)}\n`)
  writeFileSync(path('RESULTS.md'), reportOf(all, { machine: machineOf() }))
  writeFileSync(path('results/http.svg'), chartOf('Requests per second on one core', panelsOf(all)))
  console.log('\nWritten: bench/RESULTS.md, bench/results/http.json, bench/results/http.svg')
}
