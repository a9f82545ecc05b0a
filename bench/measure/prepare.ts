/** Brings along what the benchmark needs: the peers' packages, Debian's, what we build, the compiled NestJS app. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { bun, PEERS, python } from './peers.ts'

const bench = fileURLToPath(new URL('..', import.meta.url))
const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Makes everything ready.
 *
 * @param say is told what is missing, and what follows from it.
 * @returns the peers that have to be left out.
 * @throws Error for what nothing can be measured without.
 */
export function prepare(say: (text: string) => void): string[] {
  const { dependencies } = JSON.parse(readFileSync(`${bench}package.json`, 'utf8')) as { dependencies: object }
  if (!Object.keys(dependencies).every((name) => existsSync(`${bench}node_modules/${name}/package.json`))) {
    say("Installing the peers' packages (npm ci in bench/) ...")
    run('npm', ['ci', '--no-audit', '--no-fund'], bench)
  }
  // `import 'sallyport'` is then what was built, as it is for whoever installs it.
  if (!existsSync(`${bench}node_modules/sallyport`)) symlinkSync('../..', `${bench}node_modules/sallyport`, 'dir')
  run(process.execPath, ['scripts/build.ts', '--if-stale'], root)
  mkdirSync(`${bench}node_modules/.cache`, { recursive: true })
  run(
    `${bench}node_modules/.bin/esbuild`,
    [
      ...['peers/nest/main.ts', '--bundle', '--packages=external', '--format=esm', '--log-level=warning'],
      ...['--tsconfig=tsconfig.json', '--outfile=node_modules/.cache/nest.mjs'],
    ],
    bench,
  )
  const packages = ['wrk', 'python3-fastapi', 'python3-uvicorn', 'python3-jwt', 'python3-uvloop', 'python3-httptools']
  spawnSync(process.execPath, ['scripts/debian.ts', ...packages], { cwd: root, stdio: 'inherit' })
  // wrk knows no --version that succeeds: it prints its usage.
  if (spawnSync('wrk', ['--version']).error) {
    throw new Error('wrk is missing, and without it nothing is measured. On Debian: sudo apt-get install --yes wrk')
  }
  const missing = (program: string): string[] => Object.keys(PEERS).filter((name) => PEERS[name]?.program === program)
  const without: string[] = []
  if (spawnSync(python, ['-c', 'import fastapi, uvicorn, jwt']).status !== 0) {
    say("FastAPI is left out: Debian's packages python3-fastapi, python3-uvicorn and python3-jwt are not installed.")
    without.push(...missing('python'))
  }
  if (spawnSync(bun, ['--version']).status !== 0) {
    say('What runs on Bun is left out: the package bun has no program for this machine.')
    without.push(...missing('bun'))
  }
  return without
}

function run(program: string, args: readonly string[], cwd: string): void {
  const { status, error } = spawnSync(program, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed${error ? `: ${error.message}` : '.'}`)
}
