/** The generators of clients: found among the packages of this folder, which are installed when they are missing. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { NODE } from '../cli/installed.ts'
import { installLocked, isCurrent } from '../locked-packages.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const packages = join(here, 'node_modules')

/** Strict, without `exactOptionalPropertyTypes`: the client that @hey-api/openapi-ts copies beside its types does not compile with it. */
const COMPILER_OPTIONS = {
  target: 'ES2024',
  lib: ['ES2024', 'DOM', 'DOM.Iterable'],
  module: 'ESNext',
  moduleResolution: 'bundler',
  types: [],
  strict: true,
  noUncheckedIndexedAccess: true,
  noUnusedLocals: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  noUncheckedSideEffectImports: true,
  moduleDetection: 'force',
  skipLibCheck: true,
  noEmit: true,
}

/** Installs the packages where they are missing; says why they are not here, or nothing. */
export function whyMissing(): string | undefined {
  if (isCurrent(here)) return undefined
  const said = installLocked(here)
  if (said === '' && isCurrent(here)) return undefined
  return `The generators are not here. Run: npm ci --ignore-scripts --prefix test/generated-clients\n${said}`
}

/** A project in a folder: the programs, and what they import, made of an app that is served. */
export async function writeClients(folder: string, origin: string): Promise<void> {
  const generated = join(folder, 'generated')
  mkdirSync(generated)
  cpSync(join(here, 'programs'), folder, { recursive: true })
  symlinkSync(packages, join(folder, 'node_modules'), 'dir')
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }\n')
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: COMPILER_OPTIONS }))
  writeFileSync(join(folder, 'openapi.json'), await (await fetch(`${origin}/openapi.json`)).text())
  const orval = {
    input: './openapi.json',
    output: { target: './generated/orval.ts', mode: 'single', client: 'fetch', baseUrl: origin },
  }
  writeFileSync(join(folder, 'orval.config.mjs'), `export default ${JSON.stringify({ accounts: orval })}\n`)

  run(folder, 'openapi-typescript/bin/cli.js', 'openapi.json', '--output', 'generated/openapi-typescript.ts')
  const heyApi = ['--input', 'openapi.json', '--output', 'generated/hey-api', '--client', '@hey-api/client-fetch']
  run(folder, '@hey-api/openapi-ts/bin/run.js', ...heyApi, '--no-log-file')
  run(folder, 'orval/dist/bin/orval.mjs', '--config', 'orval.config.mjs')
}

/** What the compiler says of the project; nothing when it compiles. */
export function problemsIn(folder: string): string {
  const { stdout, stderr } = spawnSync(NODE, [join(packages, 'typescript/bin/tsc'), '--pretty', 'false'], {
    cwd: folder,
    encoding: 'utf8',
  })
  return stdout + stderr
}

function run(cwd: string, program: string, ...args: string[]): void {
  const { status, stdout, stderr } = spawnSync(NODE, [join(packages, program), ...args], { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`)
}
