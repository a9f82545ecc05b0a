/** Builds what is published: the docs pages' assets, then `dist/` with its declarations. */
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

function run(...command: [string, ...string[]]): void {
  const [program, ...args] = command
  const { status } = spawnSync(program, args, { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true })
run('tsc', '-p', 'tsconfig.build.json')
