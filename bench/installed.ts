/**
 * Sallyport as a user has it: built from this tree as it is published, in a `node_modules` of its own in a temporary folder.
 *
 * What is measured is never an older build, and a run does not disturb `dist/`. Programs that are written into the folder
 * import `sallyport/...` by name, and with `peers` also what `bench/node_modules` holds.
 */
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compile } from '../scripts/compile.ts'

/** The repository. */
export const root: string = fileURLToPath(new URL('..', import.meta.url))
const peersFolder = join(root, 'bench/node_modules')

/** What of a `package.json` is read here. */
export interface Manifest {
  readonly version: string
  readonly type: string
  readonly sideEffects: boolean
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly peerDependencies: Readonly<Record<string, string>>
}

/** A temporary folder with `sallyport` in its `node_modules`. */
export interface Installed {
  readonly folder: string
  readonly manifest: Manifest
  /** Takes the folder away. */
  remove(): void
}

/**
 * Builds and lays out the folder.
 *
 * @param peers whether the packages of `bench/node_modules` are there, too; without them only what Sallyport depends on.
 * @throws Error when the sources do not compile, or the peers are not installed.
 */
export async function install({ peers }: { readonly peers: boolean }): Promise<Installed> {
  if (peers && !existsSync(join(peersFolder, 'zod')))
    throw new Error('The peers are not installed: run "npm ci" in bench/ first.')
  run(process.execPath, join(root, 'scripts/assets.ts'))
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'))
  const modules = join(folder, 'node_modules')
  const own = join(modules, 'sallyport')
  mkdirSync(own, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
  const text = readFileSync(join(root, 'package.json'), 'utf8')
  const manifest = JSON.parse(text) as Manifest
  writeFileSync(join(own, 'package.json'), text)
  await compile(join(own, 'dist'))
  for (const name of Object.keys(manifest.dependencies))
    link(join(root, 'node_modules', name), join(own, 'node_modules', name))
  if (peers) for (const name of packagesIn(peersFolder)) link(join(peersFolder, name), join(modules, name))
  return { folder, manifest, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** The compiler of the repository. */
export const tsc: string = join(root, 'node_modules/.bin/tsc')

/** The version of a package that is installed for the peers, or of one that the repository itself has. */
export function versionOf(name: string, from: 'peers' | 'root' = 'peers'): string {
  const folder = from === 'peers' ? peersFolder : join(root, 'node_modules')
  return (JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8')) as Manifest).version
}

/** A table in Markdown: the first column is text, the others are numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, at) => (at === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n')
}

/** A number with commas, as the results have it. */
export function count(value: number, digits = 0): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

function packagesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.') && name !== 'sallyport')
    .flatMap((name) => (name.startsWith('@') ? readdirSync(join(folder, name)).map((each) => `${name}/${each}`) : name))
}

function link(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true })
  symlinkSync(from, to)
}

function run(program: string, ...args: string[]): void {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed.\n${stdout}${stderr}${error?.message ?? ''}`)
}
