import { type FSWatcher, watch } from 'node:fs'
import { dirname, join } from 'node:path'

/** How long the files must have been quiet, in milliseconds: an editor that saves, and a tool that rewrites many, change more than once. */
const QUIET = 50

/**
 * The files of a program, and word of their changes.
 *
 * Folders are watched, not files: many editors write a new file and put it in the place of the old one, and who watches the old one
 * sees nothing more. It is why Node's own `--watch` loses a file after the first such save.
 */
export class WatchedFiles {
  readonly #files = new Set<string>()
  readonly #folders = new Map<string, FSWatcher>()
  readonly #onChange: (path: string, isKnown: boolean) => void
  #quiet: NodeJS.Timeout | undefined
  /** What has changed since it was last quiet. */
  #seen: string | undefined

  /** @param onChange is told of a change of one of the files, and of a change of any other file beside them. */
  constructor(onChange: (path: string, isKnown: boolean) => void) {
    this.#onChange = onChange
  }

  /** @param path an absolute path. Files of installed packages are left out: they change with a restart of the user's own. */
  add(path: string): void {
    if (this.#files.has(path) || /[\\/]node_modules[\\/]/.test(path)) return
    this.#files.add(path)
    const folder = dirname(path)
    if (this.#folders.has(folder)) return
    const watcher = watch(folder, (_, name) => {
      if (name !== null) this.#changed(join(folder, name))
    })
    // A folder that is gone: it is watched again with the next file that is loaded from it.
    watcher.on('error', () => this.#leave(folder))
    this.#folders.set(folder, watcher)
  }

  /** Ends the watching. */
  close(): void {
    clearTimeout(this.#quiet)
    for (const folder of [...this.#folders.keys()]) this.#leave(folder)
  }

  #changed(path: string): void {
    // Between two files of its own an editor may touch others.
    if (this.#seen === undefined || !this.#files.has(this.#seen)) this.#seen = path
    clearTimeout(this.#quiet)
    this.#quiet = setTimeout(() => {
      const seen = this.#seen as string
      this.#seen = undefined
      this.#onChange(seen, this.#files.has(seen))
    }, QUIET)
  }

  #leave(folder: string): void {
    this.#folders.get(folder)?.close()
    this.#folders.delete(folder)
    for (const file of this.#files) if (dirname(file) === folder) this.#files.delete(file)
  }
}
