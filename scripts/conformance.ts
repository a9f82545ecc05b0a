/** Runs FastAPI's tutorial apps as data against ours, and ends with the count alone on a line: `N passed, 0 failed`. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'conformance-'))
const report = join(folder, 'report.json')

try {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const { status } = spawnSync(process.execPath, [vitest, 'run', 'test/conformance', ...reporters], {
    cwd: root,
    stdio: 'inherit',
  })
  const { passed, failed } = count(report)
  console.log(`${passed} passed, ${failed} failed`)
  // No test at all is no success either.
  process.exitCode = status === 0 && failed === 0 && passed > 0 ? 0 : 1
} finally {
  rmSync(folder, { recursive: true })
}

/** A file that could not be run has no test that failed, but has failed itself; what is left out has not passed. */
function count(file: string): { passed: number; failed: number } {
  try {
    const { numPassedTests, numTotalTests, testResults } = JSON.parse(readFileSync(file, 'utf8')) as {
      numPassedTests: number
      numTotalTests: number
      testResults: { status: string; assertionResults: unknown[] }[]
    }
    const broken = testResults.filter((each) => each.status === 'failed' && each.assertionResults.length === 0)
    return { passed: numPassedTests, failed: numTotalTests - numPassedTests + broken.length }
  } catch (error) {
    console.error(`There is no report: ${error instanceof Error ? error.message : String(error)}`)
    return { passed: 0, failed: 1 }
  }
}
