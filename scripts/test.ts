/**
 * Runs every check there is, and ends in one line: `N passed, N failed`.
 *
 *   npm test                        everything: the build, types, style, imports, the package, all tests
 *   npm test -- test/jwt            the tests whose paths hold these texts, and nothing else
 *   npm test -- scripts/some.ts     a program whose last line is such a line itself
 *
 * A check that is no test of Vitest counts as one. What needs a Debian package that is missing and cannot be installed
 * is skipped, and says so.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

interface Count {
  passed: number
  failed: number
  skipped: number
}

interface Check {
  readonly name: string
  readonly command: readonly [program: string, ...args: string[]]
}

const PACKAGES = [
  ...['apache2-utils', 'chromium', 'curl', 'jose', 'nginx', 'openssl'],
  ...['python3-authlib', 'python3-cryptography', 'python3-httpx', 'python3-jwt', 'python3-requests-oauthlib'],
]

/** What the app required when people last looked; `sallyport audit --update` writes it anew. */
const ACCOUNTS_LOCK = 'examples/accounts/sallyport.lock.json'

/** In this order: whatever comes later may use what is built first. */
const CHECKS: readonly Check[] = [
  { name: 'build', command: ['node', 'scripts/build.ts'] },
  { name: 'types', command: ['tsc', '-p', 'tsconfig.json'] },
  { name: 'types of the examples, against what was built', command: ['tsc', '-p', 'tsconfig.examples.json'] },
  { name: 'style', command: ['biome', 'check', '--error-on-warnings', '--colors=off', '.'] },
  { name: 'imports', command: ['node', 'scripts/check-imports.ts'] },
  { name: 'package', command: ['node', 'scripts/check-package.ts'] },
  { name: 'bundle sizes', command: ['node', 'bench/bundle.ts'] },
  { name: 'guide, without a dead link', command: ['node', 'scripts/docs.ts'] },
  {
    name: 'audit of the accounts app',
    command: ['node', 'dist/cli/main.js', 'audit', 'examples/accounts/main.ts', '--frozen', `--lock=${ACCOUNTS_LOCK}`],
  },
]

/** What some tests start is what was built. */
const BEFORE_SOME: readonly Check[] = [{ name: 'build', command: ['node', 'scripts/build.ts', '--if-stale'] }]

/** After which a check has failed: two cores need a quarter of it. */
const LONGEST = 18 * 60_000
const root = fileURLToPath(new URL('..', import.meta.url))
const asked = process.argv.slice(2)
const programs = asked.filter((path) => /^scripts\/.*\.ts$/.test(path))
const filters = asked.filter((path) => !programs.includes(path))
const total: Count = { passed: 0, failed: 0, skipped: 0 }

if (asked.length === 0) install()
for (const check of asked.length === 0 ? CHECKS : BEFORE_SOME) {
  const { ok, output, seconds } = run(check.command)
  report(check.name, { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 }, seconds, ok ? '' : output)
}
for (const program of programs) runProgram(program)
if (filters.length > 0 || programs.length === 0) runTests()

console.log(`\n${line(total)}`)
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0

/** What only some tests need, so that failing to get it fails those tests, or has them skipped, and no others. */
function install(): void {
  const { output } = run(['node', 'scripts/debian.ts', ...PACKAGES])
  if (output.trim() !== '') console.log(output.trim())
}

function runProgram(program: string): void {
  const { ok, output, seconds } = run(['node', program])
  const lines = output.trimEnd().split('\n')
  const [, passed, failed, skipped] = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/.exec(lines.at(-1) ?? '') ?? []
  const count = { passed: Number(passed ?? 0), failed: Number(failed ?? 0), skipped: Number(skipped ?? 0) }
  if (!ok && count.failed === 0) count.failed = 1
  report(program, count, seconds, passed === undefined ? output : lines.slice(0, -1).join('\n'))
}

function runTests(): void {
  const folder = mkdtempSync(join(tmpdir(), 'vitest-'))
  const file = join(folder, 'results.json')
  try {
    const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...filters]
    const { ok, seconds } = run(['vitest', ...args], true)
    const count = countTests(file)
    if (!ok && count.failed === 0) {
      console.log('Vitest failed though no test did; what it says above is the reason.')
      count.failed = 1
    }
    report('tests', count, seconds, '')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Results {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly assertionResults: readonly { readonly status: string }[]
  }[]
}

function countTests(file: string): Count {
  let results: Results
  try {
    results = JSON.parse(readFileSync(file, 'utf8')) as Results
  } catch {
    return { passed: 0, failed: 1, skipped: 0 }
  }
  // A file that could not be loaded has no test that failed.
  const broken = results.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  )
  return {
    passed: results.numPassedTests,
    failed: results.numFailedTests + broken.length,
    skipped: results.numPendingTests + results.numTodoTests,
  }
}

function run([program, ...args]: Check['command'], show = false): { ok: boolean; output: string; seconds: number } {
  const started = performance.now()
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
    stdio: show ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    timeout: LONGEST,
  })
  const output = `${stdout ?? ''}${stderr ?? ''}${error ? `\n${program}: ${error.message}` : ''}`
  return { ok: status === 0, output, seconds: (performance.now() - started) / 1000 }
}

function report(name: string, count: Count, seconds: number, output: string): void {
  if (output.trim() !== '') console.log(output.trimEnd())
  const what = count.passed + count.failed + count.skipped === 1 ? (count.failed ? 'failed' : 'passed') : line(count)
  console.log(`${count.failed > 0 ? '✗' : '✓'} ${name}: ${what} (${seconds.toFixed(1)} s)`)
  total.passed += count.passed
  total.failed += count.failed
  total.skipped += count.skipped
}

function line({ passed, failed, skipped }: Count): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
