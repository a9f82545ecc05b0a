/** The packages as npm has them: `sallyport` and `create-sallyport` packed, the latter also unpacked. Made anew when a source has changed. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installed } from '../cli/installed.ts'
import { environment } from './script.ts'

export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url))
const output = join(ROOT, 'test-output')

export interface Packed {
  /** The tarball of `sallyport`. */
  readonly sallyport: string
  /** The tarball of `create-sallyport`. */
  readonly create: string
  /** The folder of `create-sallyport`, unpacked. */
  readonly unpacked: string
}

let made: Packed | undefined

export function packed(): Packed {
  made ??= pack()
  return made
}

function pack(): Packed {
  const project = installed()
  const folder = join(output, `packed-${fingerprint(project)}`)
  if (!existsSync(folder)) {
    for (const old of globSync('packed-*', { cwd: output })) rmSync(join(output, old), { recursive: true, force: true })
    const making = mkdtempSync(join(output, 'packing-'))
    const home = join(making, 'sallyport')
    cpSync(join(project, 'node_modules/sallyport'), home, { recursive: true })
    run(home, 'npm', 'pack', '--ignore-scripts', '--silent', '--pack-destination', making)
    rmSync(home, { recursive: true })
    run(join(ROOT, 'create-sallyport'), 'npm', 'pack', '--silent', '--pack-destination', making)
    mkdirSync(join(making, 'create-sallyport'))
    const [tarball = ''] = globSync('create-sallyport-*.tgz', { cwd: making })
    run(making, 'tar', '-xzf', tarball, '--strip-components=1', '-C', 'create-sallyport')
    renameSync(making, folder)
  }
  const tarballs = globSync('*.tgz', { cwd: folder })
  const named = (name: string): string => join(folder, tarballs.find((file) => basename(file).startsWith(name)) ?? '')
  return {
    sallyport: named('sallyport-'),
    create: named('create-sallyport-'),
    unpacked: join(folder, 'create-sallyport'),
  }
}

function fingerprint(project: string): string {
  const hash = createHash('sha256').update(project)
  const patterns = ['create-sallyport/**/*', 'tsconfig.json', 'package.json', 'test/create/packed.ts']
  const files = globSync(patterns, { cwd: ROOT, exclude: ['create-sallyport/dist/**'], withFileTypes: true })
  for (const path of files
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()) {
    const { mtimeMs, size } = statSync(path)
    hash.update(`${path} ${mtimeMs} ${size}\n`)
  }
  return hash.digest('hex').slice(0, 12)
}

function run(cwd: string, program: string, ...args: string[]): void {
  const { status, error, stdout, stderr } = spawnSync(program, args, { cwd, env: environment(), encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed:\n${error?.message ?? ''}${stdout}${stderr}`)
}
