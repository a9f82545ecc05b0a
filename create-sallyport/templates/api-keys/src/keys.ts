import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { APIKeys, SQLiteAPIKeyStore } from 'sallyport/security'

export const SCOPES = { items: 'Read items.', admin: 'Issue, rotate and revoke keys.' }
export type Scope = keyof typeof SCOPES

/** Keys like `app_…`, so that people and scanners of secrets know one when they see it. */
export class Keys extends APIKeys {
  readonly #path: string
  readonly #store: SQLiteAPIKeyStore

  /** @param path the SQLite file, or `:memory:`. It is not touched before {@link open}. */
  constructor(path: string) {
    const store = new SQLiteAPIKeyStore(path)
    super({ prefix: 'app', store, expiresIn: '90d' })
    this.#path = path
    this.#store = store
  }

  open(): void {
    if (this.#path === ':memory:') return
    // SQLite would let everybody on this machine read whose keys there are.
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 })
    closeSync(openSync(this.#path, 'a', 0o600))
  }

  async close(): Promise<void> {
    await this.settled()
    this.#store.close()
  }
}
