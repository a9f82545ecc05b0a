/** The runtimes themselves: found among the packages of this folder, which are installed when they are missing. */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type OutputAsset, type OutputChunk, rolldown } from 'rolldown'
import { installed } from '../cli/installed.ts'
import { Program } from '../cli/program.ts'
import { installLocked, isCurrent } from '../locked-packages.ts'

const here = fileURLToPath(new URL('.', import.meta.url))

/** Where each platform's package has its program. */
const PACKAGES: Readonly<Record<RuntimeName, Readonly<Record<string, string>>>> = {
  bun: {
    'linux-x64': '@oven/bun-linux-x64/bin/bun',
    'linux-arm64': '@oven/bun-linux-aarch64/bin/bun',
  },
  deno: {
    'linux-x64': '@deno/linux-x64-glibc/deno',
  },
  workerd: {
    'linux-x64': '@cloudflare/workerd-linux-64/bin/workerd',
    'linux-arm64': '@cloudflare/workerd-linux-arm64/bin/workerd',
  },
}

export type RuntimeName = 'bun' | 'deno' | 'workerd'

/** A runtime that can be started; or why it cannot. */
export type Runtime = { readonly name: RuntimeName } & (
  | { readonly program: string; readonly version: string; readonly missing?: undefined }
  | { readonly missing: string; readonly program?: undefined }
)

let fetched: string | undefined

/** Finds a runtime; installs all of them first where they are missing. */
export function findRuntime(name: RuntimeName): Runtime {
  const platform = `${process.platform}-${process.arch}`
  const path = PACKAGES[name][platform]
  if (path === undefined)
    return { name, missing: `${name} is not fetched for ${platform}: add its package to test/runtimes/package.json.` }
  const program = join(here, 'node_modules', path)
  if (!existsSync(program) || !isCurrent(here)) fetched ??= installLocked(here)
  if (!existsSync(program))
    return { name, missing: `${name} is not here. Run: npm ci --ignore-scripts --prefix test/runtimes\n${fetched}` }
  const { status, stdout, error } = spawnSync(program, ['--version'], { encoding: 'utf8' })
  // The packages are for glibc; elsewhere, as with musl, the file is there and does not run.
  if (status !== 0)
    return { name, missing: `${name} does not run on this machine (${error?.message ?? `status ${status}`}).` }
  return { name, program, version: /\d+\.\d+\S*|\d{4}-\d\d-\d\d/.exec(stdout)?.[0] ?? '' }
}

/** A folder with the programs, in a project that has the package installed. */
export function programs(): string {
  const folder = join(installed(), 'runtimes')
  mkdirSync(folder, { recursive: true })
  cpSync(join(here, 'programs'), folder, { recursive: true })
  // Bun would look for the paths of the repository's own.
  writeFileSync(join(folder, 'tsconfig.json'), '{}\n')
  return folder
}

/** A program that serves, and where. */
export interface Serving extends AsyncDisposable {
  readonly program: Program
  readonly url: string
  readonly port: number
}

/** Starts the app of the tests in a runtime, on a free port. */
export async function start(runtime: Runtime, options: object = {}): Promise<Serving> {
  if (runtime.program === undefined) throw new Error(runtime.missing)
  const folder = programs()
  if (runtime.name === 'workerd') return startWorker(runtime.program, folder, options)
  const args =
    runtime.name === 'bun'
      ? ['on-bun.ts']
      : ['run', '--allow-all', '--node-modules-dir=manual', '--no-lock', 'on-deno.ts']
  const env = { SERVE_OPTIONS: JSON.stringify(options), DENO_NO_UPDATE_CHECK: '1' }
  const program = new Program(runtime.program, args, { cwd: folder, env })
  const [, url = ''] = await program.until(/^listening on (\S+)$/m)
  return serving(program, url, url.startsWith('unix:') ? 0 : Number(new URL(url).port))
}

function serving(program: Program, url: string, port: number): Serving {
  // workerd waits for requests without end.
  const end = async (): Promise<void> => void (await program.stop('SIGKILL'))
  return { program, url, port, [Symbol.asyncDispose]: end }
}

/** A Worker is one module: what is given is bundled. `cf` is told by the header `cf-blob`, as the edge tells it, unless `edge` is false. */
async function startWorker(workerd: string, folder: string, { edge = true }: { edge?: boolean }): Promise<Serving> {
  const bundle = await rolldown({
    input: join(folder, 'on-workers.ts'),
    platform: 'neutral',
    external: [/^node:/, /^cloudflare:/, /^@node-rs\//],
    resolve: { conditionNames: ['workerd', 'worker', 'import', 'default'] },
    logLevel: 'silent',
  })
  const { output } = await bundle.generate({ format: 'esm', codeSplitting: false })
  await bundle.close()
  const [{ code }] = output as [OutputChunk, ...(OutputChunk | OutputAsset)[]]
  writeFileSync(join(folder, 'worker.js'), code)
  writeFileSync(join(folder, 'config.capnp'), edge ? CONFIG : CONFIG.replace('cfBlobHeader = "cf-blob"', ''))
  // The third descriptor is told the port that the system chose.
  const args = ['-c', `exec "$0" serve config.capnp --socket-addr=http=127.0.0.1:0 --control-fd=1`, workerd]
  const program = new Program('sh', args, { cwd: folder })
  const [, port = ''] = await program.until(/"port": ?(\d+)/)
  return serving(program, `http://127.0.0.1:${port}`, Number(port))
}

const CONFIG = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (cfBlobHeader = "cf-blob"), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2026-10-01",
  compatibilityFlags = ["enable_request_signal"],
    bindings = [(name = "GREETING", text = "hello from a binding")],
);
`
