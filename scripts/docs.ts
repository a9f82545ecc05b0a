/**
 * Builds the site of the guide and the reference, and checks it. Its last line is `N pages, N links, 0 dead`.
 *
 *   npm run docs                 into docs/.vitepress/dist, for DOCS_BASE (`/`)
 *   npm run docs:dev             serves it, and shows changes at once; the reference is made once
 */
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkSite } from './docs-links.ts'
import { makeReference } from './docs-reference.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const site = join(root, 'docs/.vitepress')

install()
console.log(`${makeReference()} pages of reference`)
if (process.argv.includes('--dev')) run(process.execPath, 'node_modules/vitepress/bin/vitepress.js', 'dev', '..')
else {
  run(process.execPath, 'node_modules/vitepress/bin/vitepress.js', 'build', '..')
  const { pages, links, problems } = checkSite(join(site, 'dist'), process.env.DOCS_BASE ?? '/')
  for (const problem of problems) console.error(problem)
  console.log(`${pages} pages, ${links} links, ${problems.length} dead`)
  if (problems.length > 0) process.exitCode = 1
}

/** The site's own packages, which users and tests need not have; again when their lock is younger. */
function install(): void {
  const installed = join(site, 'node_modules/.package-lock.json')
  const lock = join(site, 'package-lock.json')
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return
  run('npm', 'ci', '--no-audit', '--no-fund')
}

function run(program: string, ...args: string[]): void {
  const { status, error } = spawnSync(program, args, { cwd: site, stdio: 'inherit' })
  if (error) console.error(`${program} could not be started: ${error.message}`)
  if (status !== 0) process.exit(status ?? 1)
}
