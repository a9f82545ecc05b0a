import { type PackageManager, runs } from './package-manager.ts'
import type { Template } from './templates.ts'

/** What was written, and what to type next. */
export interface Written {
  /** The folder as it was given; `.` for the one that we are in. */
  readonly folder: string
  readonly name: string
  readonly template: Template
  readonly packageManager: PackageManager
  /** Whether `.env` is new. */
  readonly environment: boolean
  /** The version of this Node, without a `v`. */
  readonly node: string
}

/** The text at the end. No secret is in it. */
export function nextSteps({ folder, name, template, packageManager, environment, node }: Written): string {
  const commands = [
    ...(folder === '.' ? [] : [`cd ${/^[\w./@~-]+$/.test(folder) ? folder : JSON.stringify(folder)}`]),
    `${packageManager} install`,
    runs(packageManager, 'dev'),
  ]
  const notes = [
    environmentNote(template, environment),
    ...(packageManager === 'npm'
      ? []
      : [`Dockerfile and .github/workflows/ci.yml use npm and its lock file: put ${packageManager} there.`]),
    ...(isOlder(node, template.node)
      ? [`This is Node ${node}; the project needs ${template.node} or later: https://nodejs.org`]
      : []),
  ]
  return `Wrote ${name}: ${template.description}.

${commands.map((command) => `  ${command}\n`).join('')}
Then open http://127.0.0.1:8000/docs; README.md says what to try.
${notes.map((note) => `${note}\n`).join('')}`
}

function environmentNote({ secrets }: Template, written: boolean): string {
  if (!written) return '.env was there, and was left as it is: compare it with .env.example.'
  return secrets.length > 0
    ? '.env has a fresh secret, which only you can read; git ignores it.'
    : '.env has the settings for this machine; git ignores it.'
}

/** Whether a version is lower than another; both are three numbers. */
function isOlder(version: string, than: string): boolean {
  const [a = 0, b = 0, c = 0] = version.split('.').map(Number)
  const [x = 0, y = 0, z = 0] = than.split('.').map(Number)
  return a !== x ? a < x : b !== y ? b < y : c < z
}
