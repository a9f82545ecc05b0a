/**
 * Installs the Debian packages that some tests use, if they are missing: `node scripts/debian.ts chromium nginx`.
 *
 * Only as root on Debian and its like, with one `apt-get update` at most. Elsewhere it says what to install and leaves
 * it at that: the tests that need a package are skipped without it.
 */
import { spawnSync } from 'node:child_process'

const names = process.argv.slice(2)
const wrong = names.filter((name) => !/^[a-z0-9][a-z0-9+.-]+$/.test(name))
if (names.length === 0 || wrong.length > 0) {
  console.error(
    `Usage: node scripts/debian.ts <package>...${wrong.length > 0 ? ` (no package: ${wrong.join(' ')})` : ''}`,
  )
  process.exit(2)
}

const missing = names.filter((name) => !isInstalled(name))
if (missing.length > 0) {
  if (process.getuid?.() === 0 && run('apt-get', '--version').status === 0) install(missing)
  else console.log(`Not installed: ${missing.join(' ')}. On Debian: sudo apt-get install --yes ${missing.join(' ')}`)
}

function isInstalled(name: string): boolean {
  return run('dpkg-query', '--status', name).stdout.includes('\nStatus: install ok installed\n')
}

function install(packages: readonly string[]): void {
  console.log(`Installing ${packages.join(' ')} ...`)
  for (const args of [
    ['update', '--quiet=2'],
    ['install', '--quiet=2', '--yes', '--no-install-recommends', ...packages],
  ]) {
    const { status, stdout, stderr } = run('apt-get', ...args)
    if (status === 0) continue
    console.error(`apt-get ${args.join(' ')} failed.\n${stdout}${stderr}`)
    process.exit(1)
  }
}

function run(program: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const env = { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' }
  // A program that isn't there gives no status and null for its output.
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', env })
  return { status, stdout: stdout ?? '', stderr: stderr ?? '' }
}
