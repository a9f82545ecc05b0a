/** Packages that only some tests need: in a folder with a lock file of its own, and installed when they are missing. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

interface LockedPackage {
  readonly version?: string
  /** Of another platform, perhaps: then it is not there. */
  readonly optional?: boolean
}

/** Whether what is installed in a folder is what its lock file has. */
export function isCurrent(folder: string): boolean {
  const hidden = join(folder, 'node_modules/.package-lock.json')
  if (!existsSync(hidden)) return false
  const packagesIn = (file: string): Record<string, LockedPackage> => JSON.parse(readFileSync(file, 'utf8')).packages
  const have = packagesIn(hidden)
  const locked = packagesIn(join(folder, 'package-lock.json'))
  return Object.entries(locked).every(
    ([path, { version, optional }]) => path === '' || (optional && !have[path]) || have[path]?.version === version,
  )
}

/** Installs what a folder's lock file has, without the scripts of the packages; gives what npm says where it fails, or nothing. */
export function installLocked(folder: string): string {
  const { status, stderr, error } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 240_000,
  })
  if (status === 0) return ''
  // Its first errors say what happened; the last ones are general advice.
  return error?.message ?? /(?:^npm error .*\n?){1,3}/m.exec(stderr)?.[0].trim() ?? stderr.trim()
}
