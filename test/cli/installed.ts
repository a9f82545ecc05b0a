/**
 * The package as its users have it: built, in the `node_modules` of a project beside `examples/`.
 *
 * It is made anew when a source has changed, so a test never runs yesterday's build, and nobody's build of `dist/` gets in its way.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const output = join(root, 'test-output')

/** The Node that the repository pins, whatever runs the tests. */
export const NODE: string = join(root, 'node_modules/.bin/node')

let made: string | undefined

/** The folder of a project that has the package installed; its parents' `node_modules` have what that needs. */
export function installed(): string {
  made ??= install()
  return made
}

function install(): string {
  const assets = join(root, 'src/docs/assets')
  if (!existsSync(assets)) run(NODE, join(root, 'scripts/assets.ts'))
  const project = join(output, `project-${fingerprint()}`)
  if (existsSync(project)) return project
  removeOld()
  const making = mkdtempSync(join(output, 'making-'))
  const home = join(making, 'node_modules/sallyport')
  run(join(root, 'node_modules/.bin/tsc'), '-p', join(root, 'tsconfig.build.json'), '--outDir', join(home, 'dist'))
  cpSync(join(root, 'package.json'), join(home, 'package.json'))
  cpSync(join(root, 'examples'), join(making, 'examples'), {
    recursive: true,
    filter: (source) => !source.endsWith('.data'),
  })
  // Without a manifest of its own the project would be taken for a part of the package.
  writeFileSync(join(making, 'package.json'), '{ "type": "module", "private": true }\n')
  try {
    renameSync(making, project)
  } catch (error) {
    // Another test file was faster, with the same.
    rmSync(making, { recursive: true })
    if (!existsSync(project)) throw error
  }
  return project
}

function fingerprint(): string {
  const hash = createHash('sha256')
  const patterns = ['src/**/*', 'examples/**/*', 'tsconfig*.json', 'package.json', 'test/cli/installed.ts']
  for (const file of globSync(patterns, { cwd: root, exclude: (name) => String(name).endsWith('.data') }).sort()) {
    const { mtimeMs, size } = statSync(join(root, file))
    hash.update(`${file} ${mtimeMs} ${size}\n`)
  }
  return hash.digest('hex').slice(0, 12)
}

/** What was made from older sources, unless a test of another run may still use it. */
function removeOld(): void {
  mkdirSync(output, { recursive: true })
  for (const name of globSync(['project-*', 'making-*'], { cwd: output })) {
    const folder = join(output, name)
    const { mtimeMs } = statSync(folder, { throwIfNoEntry: false }) ?? { mtimeMs: Number.POSITIVE_INFINITY }
    if (Date.now() - mtimeMs > 3_600_000) rmSync(folder, { recursive: true, force: true })
  }
}

function run(program: string, ...args: string[]): void {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: root, encoding: 'utf8' })
  // The compiler writes what it can; whether the types are right is the question of another check.
  if (status !== 0 && !program.endsWith('tsc')) throw new Error(`${program} ${args[0]} failed:\n${stdout}${stderr}`)
}
