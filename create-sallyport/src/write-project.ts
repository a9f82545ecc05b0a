import { existsSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { UsageError } from './usage-error.ts'

/** What may be in a folder that counts as empty. */
const NOTHING: ReadonlySet<string> = new Set(['.git', '.DS_Store'])

/**
 * Refuses a folder that a project cannot be written to.
 *
 * @param force whether a folder that has something in it will do.
 * @throws UsageError
 */
export function assertFolder(folder: string, force: boolean): void {
  const found = allowed('The folder cannot be used', () => contentsOf(folder))
  if (found.length === 0 || force) return
  const some = found.slice(0, 3).join(', ') + (found.length > 3 ? `, and ${found.length - 3} more` : '')
  throw new UsageError(
    `${folder} is not empty: ${some}. Name another folder, or add --force, which overwrites files of the same names (.env never).`,
  )
}

/**
 * Writes the files of a project. An existing `.env` is left as it is: what it holds may be nowhere else.
 *
 * @returns whether `.env` was written.
 * @throws UsageError where the system does not let us.
 */
export function writeProject(folder: string, files: ReadonlyMap<string, string>): boolean {
  return allowed('The project could not be written', () => {
    for (const [path, text] of files) {
      const file = join(folder, path)
      mkdirSync(dirname(file), { recursive: true })
      if (path !== '.env') writeFileSync(file, text)
    }
    const environment = join(folder, '.env')
    if (existsSync(environment)) return false
    // Nobody else on this machine may read what it holds, not even for a moment.
    writeFileSync(environment, files.get('.env') ?? '', { mode: 0o600, flag: 'wx' })
    return true
  })
}

function contentsOf(folder: string): string[] {
  // lstat: a link that leads nowhere is there, too.
  // Resolved: the system finds nothing at none/.., which is where the files would go.
  const place = resolve(folder)
  const stats = lstatSync(place, { throwIfNoEntry: false })
  if (stats === undefined) return []
  if (stats.isFile()) throw new UsageError(`${folder} is a file. Name another folder.`)
  return readdirSync(place).filter((name) => !NOTHING.has(name))
}

/** Does what the system may not let us do, and says so in a sentence. */
function allowed<T>(what: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    if (typeof (error as NodeJS.ErrnoException).code !== 'string') throw error
    throw new UsageError(`${what}: ${(error as Error).message}`)
  }
}
