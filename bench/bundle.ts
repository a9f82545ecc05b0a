/**
 * The size of each subpath, and of small apps, as a bundler would ship them; over its ceiling, a size fails the run.
 *
 *     npm run bench:bundle
 *     npm run bench:bundle -- --json FILE
 *     npm run bench:bundle -- --modules "App, HTTPBearer"     what is in one of them, the largest modules first
 *
 * What is published is built, bundled with its dependencies (jose, rou3) and minified by Rolldown. Zod and the optional peers are
 * left out. `start` is what is loaded when the program starts, and what the ceilings are for; `later` is what is imported only
 * when it is needed, such as jose where a key is generated. The files of the docs pages (Swagger UI, ReDoc) are left out of both.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { type OutputChunk, rolldown } from 'rolldown'
import { count, install, table, versionOf } from './installed.ts'

/** The most bytes that may be loaded at start, compressed with gzip -9: what there was on the day and a twentieth more. */
const CEILINGS: Readonly<Record<string, number>> = {
  sallyport: 54_500,
  'sallyport/security': 38_000,
  'sallyport/jwt': 15_000,
  'sallyport/password': 11_500,
  'sallyport/testing': 29_000,
  'sallyport/docs': 7_700,
  'sallyport/opentelemetry': 3_000,
  'sallyport/node': 14_000,
  'sallyport/bun': 9_600,
  'sallyport/deno': 9_600,
  'sallyport/workers': 7_500,
  App: 52_000,
  'App, HTTPBearer': 61_500,
  'App, OAuth2PasswordBearer, JWT': 73_500,
}

/** What the core with one scheme shall come down to. */
const REACH = { name: 'App, HTTPBearer', gzip: 25_000 }

const APPS: Readonly<Record<string, string>> = {
  App: `
import { App } from 'sallyport'
export default new App()`,
  'App, HTTPBearer': `
import { App } from 'sallyport'
import { HTTPBearer } from 'sallyport/security'
const app = new App()
app.get('/', { params: { credentials: new HTTPBearer() } }, ({ credentials }) => credentials.scheme)
export default app`,
  'App, OAuth2PasswordBearer, JWT': `
import { App } from 'sallyport'
import { JWT } from 'sallyport/jwt'
import { OAuth2PasswordBearer } from 'sallyport/security'
const verify = new JWT({ secret: globalThis.process?.env.SECRET ?? '', expiresIn: '30m' })
const app = new App()
app.get('/', { params: { user: new OAuth2PasswordBearer({ tokenUrl: 'token', verify }) } }, ({ user }) => user.subject)
export default app`,
}

const ASSETS = /\/docs\/assets\/(?!manifest)|\/chunks\/(?:redoc-bundle|swagger-ui-|licenses|favicon)/

interface Size {
  readonly minified: number
  readonly gzip: number
  readonly brotli: number
}

interface Result {
  readonly name: string
  readonly start: Size
  readonly later: Size
  /** The modules that are loaded at start, with the bytes that are left of them before minifying. */
  readonly modules: readonly (readonly [bytes: number, path: string])[]
}

const { values } = parseArgs({ options: { json: { type: 'string' }, modules: { type: 'string' } } })
const installed = await install({ peers: false })
const optional = Object.keys(installed.manifest.peerDependencies)
try {
  const results: Result[] = []
  for (const [name, code] of Object.entries(programs())) results.push(await measure(name, code))
  print(results)
  const shown = results.find(({ name }) => name === values.modules)
  if (shown)
    console.log(
      `\n${table(
        ['module', 'bytes'],
        shown.modules.map(([bytes, path]) => [path, count(bytes)]),
      )}`,
    )
  if (values.json) writeFileSync(values.json, `${JSON.stringify(results, undefined, 2)}\n`)
  const core = results.find(({ name }) => name === REACH.name)
  console.log(`\nThe core with one scheme shall be ${count(REACH.gzip)}: it is ${count(core?.start.gzip ?? 0)}.`)
  const over = results.flatMap(problemOf)
  for (const problem of over) console.error(problem)
  if (over.length > 0) process.exitCode = 1
} finally {
  installed.remove()
}

/** Every subpath that is published, whole, and the small apps. */
function programs(): Readonly<Record<string, string>> {
  const subpaths = Object.entries(installed.manifest.exports).filter(([, target]) => typeof target !== 'string')
  const whole = subpaths.map(([subpath]) => `sallyport${subpath.slice(1)}`)
  return { ...Object.fromEntries(whole.map((name) => [name, `export * from '${name}'`])), ...APPS }
}

async function measure(name: string, code: string): Promise<Result> {
  const input = join(installed.folder, 'program.js')
  writeFileSync(input, code)
  const bundle = await rolldown({ input, platform: 'node', external: [/^node:/, ...optional] })
  const { output } = await bundle.generate({ format: 'esm', minify: true })
  await bundle.close()
  const chunks = output.filter((each) => each.type === 'chunk')
  const atStart = reached(chunks)
  const assets = chunks.filter(({ moduleIds }) => moduleIds.some((id) => ASSETS.test(id)))
  const later = chunks.filter((chunk) => !atStart.includes(chunk) && !assets.includes(chunk))
  const modules = atStart
    .flatMap((chunk) => Object.entries(chunk.modules))
    .map(([path, { renderedLength }]) => [renderedLength, path.replace(/^.*\/node_modules\//, '')] as const)
  return {
    name,
    start: sizeOf(atStart),
    later: sizeOf(later),
    modules: modules.sort(([a], [b]) => b - a),
  }
}

/** The entry, and what it imports without waiting for a use. */
function reached(chunks: readonly OutputChunk[]): OutputChunk[] {
  const all = chunks.filter(({ isEntry }) => isEntry)
  for (const chunk of all) {
    for (const name of chunk.imports) {
      const imported = chunks.find(({ fileName }) => fileName === name)
      if (imported && !all.includes(imported)) all.push(imported)
    }
  }
  return all
}

/** Files are compressed one by one, as they are served. */
function sizeOf(chunks: readonly OutputChunk[]): Size {
  const sum = (size: (code: string) => number): number => chunks.reduce((total, { code }) => total + size(code), 0)
  return {
    minified: sum((code) => Buffer.byteLength(code)),
    gzip: sum((code) => gzipSync(code, { level: 9 }).length),
    brotli: sum((code) => brotliCompressSync(code).length),
  }
}

function print(results: readonly Result[]): void {
  const rows = results.map(({ name, start, later }) => [
    name,
    count(start.minified),
    count(start.gzip),
    count(start.brotli),
    count(CEILINGS[name] ?? 0),
    count(later.gzip),
  ])
  const head = ['bytes', 'minified', 'gzip', 'brotli', 'ceiling (gzip)', 'later (gzip)']
  const versions = ['rolldown', 'jose', 'rou3'].map((name) => `${name} ${versionOf(name, 'root')}`).join(', ')
  console.log(`sallyport ${installed.manifest.version}, ${versions}\n\n${table(head, rows)}`)
}

/** A sentence for a size over its ceiling, and for one that has none. */
function problemOf({ name, start: { gzip } }: Result): string[] {
  const ceiling = CEILINGS[name]
  if (ceiling === undefined)
    return [`${name} has no ceiling: it is ${count(gzip)} bytes; write one into bench/bundle.ts.`]
  if (gzip <= ceiling) return []
  return [`${name} is ${count(gzip - ceiling)} bytes over its ceiling of ${count(ceiling)}: ${count(gzip)}.`]
}
