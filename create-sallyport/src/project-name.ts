import { isBuiltin } from 'node:module'
import { DEPENDENCIES } from './manifest.ts'
import { UsageError } from './usage-error.ts'

/** npm takes 214; up to this one, the lines that hold the name are still formatted as Biome wants them. */
const LONGEST = 100
const NAME = /^(?:@[a-z0-9][a-z0-9._~-]*\/)?[a-z0-9][a-z0-9._~-]*$/

/**
 * Refuses a name that package.json cannot have, or with which nothing could be installed.
 *
 * @param from where it comes from, for the message: `--name`, or the folder.
 * @throws UsageError that says why, with a name that would do.
 * @see https://docs.npmjs.com/cli/configuring-npm/package-json#name
 */
export function assertProjectName(name: string, from: '--name' | 'folder'): void {
  const why = whyNot(name)
  if (why === undefined) return
  const better = suggestion(name)
  const next =
    from === 'folder'
      ? `Take another folder, or name the package beside it: --name ${better}`
      : `A name that would do: ${better}`
  throw new UsageError(`${JSON.stringify(name)} cannot be the name of a package: ${why}. ${next}`)
}

/** A title for people: `my-app` is `My app`. */
export function titleOf(name: string): string {
  const words = name.replace(/^@[^/]*\//, '').split(/[-._~]+/)
  const title = words.filter((word) => word !== '').join(' ')
  return title.charAt(0).toUpperCase() + title.slice(1)
}

function whyNot(name: string): string | undefined {
  if (name === '') return 'it is empty'
  if (name.length > LONGEST) return `it is longer than ${LONGEST} characters`
  if (name !== name.toLowerCase()) return 'it has capital letters'
  if (!NAME.test(name)) return 'it is made of a-z, 0-9, - . _ and ~, and begins with a letter or a digit'
  if (name === 'node_modules' || name === 'favicon.ico') return 'npm keeps it for itself'
  if (isBuiltin(name)) return 'a module of Node has it'
  if (DEPENDENCIES.includes(name)) return 'the project has a dependency of that name'
  return undefined
}

function suggestion(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, LONGEST)
  if (whyNot(plain) === undefined) return plain
  return whyNot(`${plain}-app`) === undefined ? `${plain}-app` : 'my-app'
}
