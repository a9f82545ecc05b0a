/**
 * What checking the types of 200 secured operations costs, beside Hono's zod-openapi, Elysia and tRPC.
 *
 *     npm run bench:types                     the table
 *     npm run bench:types -- --json FILE      and the numbers
 *
 * Each framework gets the same API in its own words: 40 resources with five operations each (a list with a page of query
 * parameters, one by its id, create, replace, delete), in modules of four resources, as an app would have them. Every operation
 * has a user who was found by a token, is active, and has a scope; bodies and answers have Zod schemas; every handler uses what
 * it is given, so that nothing is left uninferred. The program is checked with the compiler that checks Sallyport itself, once
 * whole and once with nothing but its imports, and the difference is what the operations cost. Instantiations and types are
 * exact and the same on every machine; times are medians of some runs.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { count, install, table, tsc, versionOf } from './installed.ts'
import { type Program, programs } from './types-programs.ts'

const RESOURCES = 40
const OPERATIONS = RESOURCES * 5
/** The most of Hono's instantiations that ours may be. */
const MOST = 0.1

const OPTIONS = {
  target: 'ES2024',
  lib: ['ES2024', 'DOM', 'DOM.Iterable', 'ESNext.Disposable'],
  module: 'NodeNext',
  types: ['node'],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  noEmit: true,
  allowImportingTsExtensions: true,
  rootDir: '.',
}

interface Cost {
  readonly instantiations: number
  readonly types: number
  readonly seconds: number
  readonly megabytes: number
}

interface Result {
  readonly name: string
  readonly version: string
  readonly base: Cost
  readonly whole: Cost
  /** The errors of the compiler; empty for a program that was checked. */
  readonly errors: string
}

const { values } = parseArgs({
  options: { json: { type: 'string' }, runs: { type: 'string', default: '5' }, keep: { type: 'boolean' } },
})
const installed = await install({ peers: true })
try {
  const results = programs.map((program) => measure(program, Number(values.runs)))
  print(results)
  if (values.json) writeFileSync(values.json, `${JSON.stringify(asData(results), undefined, 2)}\n`)
  const [ours, hono] = ['sallyport', 'hono'].map((name) => results.find((each) => each.name === name))
  if (results.some(({ name, errors }) => name === 'sallyport' && errors)) process.exitCode = 1
  if (ours && hono && added(ours).instantiations > MOST * added(hono).instantiations) {
    console.error(`\nSallyport's instantiations are more than ${MOST} of Hono's.`)
    process.exitCode = 1
  }
} finally {
  if (values.keep) console.log(`\nThe programs: ${installed.folder}`)
  else installed.remove()
}

function measure(program: Program, runs: number): Result {
  const whole = check(program, program.files(RESOURCES), 'whole', runs)
  const base = check(program, { 'app.ts': program.imports }, 'base', runs)
  return {
    name: program.name,
    version: versionOfProgram(program),
    base: base.cost,
    whole: whole.cost,
    errors: whole.errors + base.errors,
  }
}

function versionOfProgram({ name, packages: [first = ''] }: Program): string {
  return name === 'sallyport' ? installed.manifest.version : versionOf(first)
}

function check(
  program: Program,
  files: Readonly<Record<string, string>>,
  part: string,
  runs: number,
): { cost: Cost; errors: string } {
  const folder = join(installed.folder, program.name, part)
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: OPTIONS, include: ['*.ts'] }))
  const costs: Cost[] = []
  let errors = ''
  for (let run = 0; run < runs; run++) {
    // One checker, so that the count does not depend on how files were shared out among several.
    const args = ['-p', folder, '--extendedDiagnostics', '--singleThreaded', '--pretty', 'false']
    const { stdout } = spawnSync(tsc, args, { encoding: 'utf8', cwd: installed.folder })
    errors = stdout
      .split('\n')
      .filter((line) => line.includes('error TS'))
      .join('\n')
    costs.push(costOf(stdout))
  }
  return { cost: medians(costs), errors }
}

function costOf(diagnostics: string): Cost {
  const value = (label: string): number => {
    const found = new RegExp(`^${label}:\\s+([\\d.]+)`, 'm').exec(diagnostics)
    if (!found) throw new Error(`The compiler's diagnostics have no "${label}":\n${diagnostics}`)
    return Number(found[1])
  }
  return {
    instantiations: value('Instantiations'),
    types: value('Types'),
    seconds: value('Check time'),
    megabytes: value('Memory used') / 1024,
  }
}

function medians(costs: readonly Cost[]): Cost {
  const middle = (key: keyof Cost): number =>
    costs.map((each) => each[key]).sort((a, b) => a - b)[costs.length >> 1] ?? 0
  return {
    instantiations: middle('instantiations'),
    types: middle('types'),
    seconds: middle('seconds'),
    megabytes: middle('megabytes'),
  }
}

/** What the operations cost, over the imports. */
function added({ base, whole }: Result): Cost {
  return {
    instantiations: whole.instantiations - base.instantiations,
    types: whole.types - base.types,
    seconds: whole.seconds - base.seconds,
    megabytes: whole.megabytes - base.megabytes,
  }
}

function print(results: readonly Result[]): void {
  const [ours] = results
  const rows = results.map((result) => {
    const own = added(result)
    const ratio = ours ? own.instantiations / added(ours).instantiations : 1
    return [
      `${result.name} ${result.version}`,
      count(own.instantiations),
      count(own.instantiations / OPERATIONS),
      ratio.toFixed(2),
      count(own.types),
      own.seconds.toFixed(3),
      own.megabytes.toFixed(1),
      count(result.base.instantiations),
      result.errors ? `no: ${count(result.errors.split('\n').length)} errors` : 'yes',
    ]
  })
  const head = [
    '200 operations',
    'instantiations',
    'for each',
    'ratio to ours',
    'types',
    'check s',
    'MB',
    'imports alone',
    'checked',
  ]
  console.log(`TypeScript ${versionOf('typescript', 'root')}, zod ${versionOf('zod')}\n\n${table(head, rows)}`)
  for (const { name, errors } of results) if (errors) console.log(`\n${name}:\n${errors.slice(0, 2000)}`)
}

function asData(results: readonly Result[]): object {
  return Object.fromEntries(results.map((result) => [result.name, { ...result, added: added(result) }]))
}
