/**
 * Checks what would be published: packs the built package, lints it, resolves its types, and uses it as its users do.
 *
 *   node scripts/check-package.ts                  everything
 *   node scripts/check-package.ts --node <program> only the use, on another Node
 *
 * Every check looks at the packed file, unpacked into a folder of its own beside the declared dependencies alone.
 */
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>
  name: string
  exports: Record<string, unknown>
  bin: Record<string, string>
  dependencies: Record<string, string>
}

const root = fileURLToPath(new URL('..', import.meta.url))
const { values } = parseArgs({ options: { node: { type: 'string' } } })
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest
const folder = mkdtempSync(join(tmpdir(), 'package-'))
const problems: string[] = []

try {
  const tarball = pack()
  const installed = install(tarball)
  if (values.node === undefined) {
    checkFiles(installed)
    await lint(tarball)
    resolveTypes(tarball)
    compileUse()
  }
  use(values.node ?? process.execPath)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1

function pack(): string {
  if (!existsSync(join(root, 'dist/index.js'))) throw new Error('There is no dist/ to pack: npm run build makes it.')
  // The scripts would build again, under the feet of whoever uses dist/ now.
  const packed = run(root, 'npm', 'pack', '--ignore-scripts', '--silent', '--pack-destination', folder)
  const [name] = readdirSync(folder).filter((file) => file.endsWith('.tgz'))
  if (packed.status !== 0 || name === undefined) throw new Error(`npm pack failed.\n${packed.output}`)
  return join(folder, name)
}

function install(tarball: string): string {
  const modules = join(folder, 'node_modules')
  const installed = join(modules, manifest.name)
  mkdirSync(installed, { recursive: true })
  const unpacked = run(folder, 'tar', '-xzf', tarball, '--strip-components=1', '-C', installed)
  if (unpacked.status !== 0) throw new Error(`The packed file could not be unpacked.\n${unpacked.output}`)
  for (const name of Object.keys(manifest.dependencies)) link(modules, name)
  // The optional peer without which sallyport/opentelemetry alone is of no use.
  link(modules, '@opentelemetry/api')
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }\n')
  return installed
}

function link(modules: string, name: string): void {
  mkdirSync(dirname(join(modules, name)), { recursive: true })
  symlinkSync(join(root, 'node_modules', name), join(modules, name))
}

/** Every path that package.json names is there, with what a stranger looks for first; nothing that was only ours is. */
function checkFiles(installed: string): void {
  const named = [...paths(manifest.exports), ...Object.values(manifest.bin), 'README.md', 'LICENSE']
  for (const path of named) {
    if (!existsSync(join(installed, path))) problems.push(`package.json names ${path}, which is not in the package.`)
  }
  // npm warns whoever installs a package with one of these; the build of the repository is in others.
  for (const script of ['preinstall', 'install', 'postinstall', 'prepare']) {
    if (Object.hasOwn(manifest.scripts, script)) problems.push(`package.json has the script ${script}; use prepublish.`)
  }
  for (const path of readdirSync(installed)) {
    if (!['dist', 'src', 'package.json', 'README.md', 'LICENSE', 'CHANGELOG.md'].includes(path)) {
      problems.push(`${path} is in the package; leave it out with "files" in package.json.`)
    }
  }
}

function paths(exported: unknown): string[] {
  return typeof exported === 'string'
    ? [exported]
    : Object.values(exported as Record<string, unknown>).flatMap((inner) => paths(inner))
}

async function lint(tarball: string): Promise<void> {
  const content = readFileSync(tarball)
  const packed = content.buffer.slice(content.byteOffset, content.byteOffset + content.byteLength) as ArrayBuffer
  const { messages, pkg } = await publint({ pack: { tarball: packed }, strict: true })
  for (const message of messages) problems.push(`publint: ${formatMessage(message, pkg, { color: false })}`)
}

function resolveTypes(tarball: string): void {
  const { status, output } = run(root, 'attw', tarball, '--profile', 'esm-only', '--format', 'ascii', '--no-emoji')
  if (status !== 0) problems.push(`arethetypeswrong:\n${output}`)
}

/** The declarations compile for a user who is strict and skips no library. */
function compileUse(): void {
  const modules = join(folder, 'node_modules')
  for (const name of ['@types/node', 'undici-types']) link(modules, name)
  const subpaths = Object.keys(manifest.exports).filter((subpath) => subpath !== './package.json')
  const names = subpaths.map((subpath) => `${manifest.name}${subpath.slice(1)}`)
  writeFileSync(
    join(folder, 'use.ts'),
    names.map((name, index) => `import * as all${index} from '${name}'\nvoid all${index}\n`).join(''),
  )
  const options = {
    ...{ target: 'ES2024', lib: ['ES2024', 'ESNext.Disposable'] },
    ...{ module: 'NodeNext', types: ['node'], strict: true, skipLibCheck: false, noEmit: true },
    exactOptionalPropertyTypes: true,
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['use.ts'] }))
  const { status, output } = run(folder, 'tsc', '-p', folder)
  if (status !== 0) problems.push(`The declarations do not compile for a strict user:\n${output}`)
}

function use(node: string): void {
  const version = run(folder, node, '--version').output.trim()
  const [major = 0, minor = 0] = version.slice(1).split('.').map(Number)
  // Before 24.7 node:crypto has no Argon2, and the optional peer stands in.
  if (major < 24 || (major === 24 && minor < 7)) link(join(folder, 'node_modules'), '@node-rs/argon2')
  cpSync(join(root, 'test/package/smoke.mjs'), join(folder, 'smoke.mjs'))
  const { status, output } = run(folder, node, 'smoke.mjs')
  if (status === 0) console.log(output.trim())
  else problems.push(`The package does not work on Node ${version}:\n${output}`)
}

function run(cwd: string, program: string, ...args: string[]): { status: number; output: string } {
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined }
  const { status, error, stdout, stderr } = spawnSync(program, args, { cwd, env, encoding: 'utf8', stdio: 'pipe' })
  return { status: status ?? 1, output: error ? error.message : `${stdout}${stderr}` }
}
