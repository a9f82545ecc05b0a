/**
 * Builds what is published: `dist/` from `src/`, because Node strips no types below `node_modules`, and in it `versions.json`.
 *
 * The versions that a new project gets are read from the repository's own package.json: a template never has one that we do not test.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

interface Manifest {
  readonly version: string
  readonly devDependencies: Readonly<Record<string, string>>
}

const here = import.meta.dirname
const { version, devDependencies } = JSON.parse(readFileSync(join(here, '../package.json'), 'utf8')) as Manifest
const NAMES = ['@biomejs/biome', '@types/node', 'node', 'typescript', 'zod']

rmSync(join(here, 'dist'), { recursive: true, force: true })
const { status, error } = spawnSync('tsc', ['-p', 'tsconfig.build.json'], {
  cwd: here,
  stdio: 'inherit',
  // A program of npm is a script there, which only the shell starts.
  shell: process.platform === 'win32',
})
if (error) console.error(`tsc could not be started; run this as npm run prepack. (${error.message})`)
if (status === 0) {
  const versions = { sallyport: version, ...Object.fromEntries(NAMES.map((name) => [name, devDependencies[name]])) }
  writeFileSync(join(here, 'dist/versions.json'), `${JSON.stringify(versions, null, 2)}\n`)
}
process.exitCode = status ?? 1
