/**
 * Builds what is published: the docs pages' assets, then `dist/` with its declarations.
 *
 * `node scripts/build.ts --if-stale` does nothing while no source is younger than the last build.
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, globSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compile } from './compile.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
// Not in dist/, which is published; a failed build leaves no stamp.
const stamp = join(root, 'node_modules/.cache/sallyport/built')
const sources = [
  'src/**/*',
  'scripts/assets.ts',
  'scripts/build.ts',
  'scripts/compile.ts',
  'tsconfig*.json',
  'package-lock.json',
]

if (!(process.argv.includes('--if-stale') && isFresh())) await build()

async function build(): Promise<void> {
  rmSync(stamp, { force: true })
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  run('node', 'scripts/assets.ts')
  try {
    await compile(join(root, 'dist'))
  } catch (error) {
    console.error((error as Error).message)
    process.exit(1)
  }
  for (const file of globSync('**/*', { cwd: join(root, 'src'), exclude: ['**/*.ts', 'docs/assets/stamp.txt'] })) {
    if (statSync(join(root, 'src', file)).isFile()) cpSync(join(root, 'src', file), join(root, 'dist', file))
  }
  const program = join(root, 'dist/cli/main.js')
  if (existsSync(program)) chmodSync(program, 0o755)
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, '')
}

function isFresh(): boolean {
  if (!existsSync(stamp) || !existsSync(join(root, 'dist/index.js'))) return false
  const built = statSync(stamp).mtimeMs
  return globSync(sources, { cwd: root }).every((file) => statSync(join(root, file)).mtimeMs <= built)
}

function run(program: string, ...args: string[]): void {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: 'inherit' })
  if (error) console.error(`${program} could not be started; run this as npm run build. (${error.message})`)
  if (status !== 0) process.exit(status ?? 1)
}
