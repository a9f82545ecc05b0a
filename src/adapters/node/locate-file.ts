import { realpath, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { OpenFile } from './open-file.ts'

/** What a name that comes from outside may reach below a directory. */
export interface Reach {
  /** Whether files and directories whose names begin with a dot are served, such as `.well-known`; false. */
  readonly dotfiles?: boolean
  /** Whether a symbolic link may lead out of the directory; false. Whoever can make a link in it can then read what the process can. */
  readonly allowSymlinksOutside?: boolean
}

/**
 * The real path of what names lead to below a directory; undefined for what is not there or not to be reached.
 *
 * @param names one for each step; none of them can be a path or a step up.
 */
export async function locate(
  directory: string,
  names: readonly string[],
  { dotfiles = false, allowSymlinksOutside = false }: Reach,
): Promise<string | undefined> {
  for (const name of names) {
    if (name === '' || name === '.' || name === '..' || /[/\\\0]/.test(name)) return undefined
    if (!dotfiles && name.startsWith('.')) return undefined
  }
  const found = await orMissing(Promise.all([realpath(directory), realpath(join(directory, ...names))]))
  if (found === undefined) return undefined
  const [root, real] = found
  if (allowSymlinksOutside || real === root) return real
  if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) return undefined
  // A link may lead to a dotfile inside as well.
  if (
    !dotfiles &&
    relative(root, real)
      .split(sep)
      .some((name) => name.startsWith('.'))
  )
    return undefined
  return real
}

/** Whether a path is a directory; false for what is not there. */
export async function isDirectory(path: string): Promise<boolean> {
  return (await orMissing(stat(path)))?.isDirectory() === true
}

/** Opens a file to read; undefined for what is not there or not to be read. */
export function openFound(path: string, options: { readonly followLast: boolean }): Promise<OpenFile | undefined> {
  return orMissing(OpenFile.open(path, options))
}

const MISSING = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'EACCES', 'EPERM', 'EISDIR', 'ENXIO'])

/** Undefined for the errors that mean that there is nothing to be had; what is wrong with the machine is thrown. */
async function orMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (MISSING.has((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}
