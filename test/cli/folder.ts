import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder that is removed, with all that is in it, when its scope is left. */
export class Folder implements Disposable {
  readonly path: string

  /** @param parent where it is made; by default where the system has such things. */
  constructor(parent: string = tmpdir()) {
    this.path = mkdtempSync(join(parent, 'sallyport-'))
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}
