import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS users (
    name TEXT PRIMARY KEY,
    hashed_password TEXT NOT NULL,
    disabled INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE IF NOT EXISTS notes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    owner TEXT NOT NULL REFERENCES users (name),
    text TEXT NOT NULL
  ) STRICT;
`

/** An SQLite file, with the SQLite that Node has in it. */
export class Database {
  readonly #path: string
  #open: DatabaseSync | undefined

  /** @param path the file, or `:memory:`. It is not touched before {@link open}. */
  constructor(path: string) {
    this.#path = path
  }

  open(): void {
    if (this.#path !== ':memory:') {
      // SQLite would let everybody on this machine read the hashes.
      mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 })
      closeSync(openSync(this.#path, 'a', 0o600))
    }
    this.#open = new DatabaseSync(this.#path)
    this.#open.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON;')
    this.#open.exec(SCHEMA)
  }

  close(): void {
    this.#open?.close()
    this.#open = undefined
  }

  get sql(): DatabaseSync {
    if (!this.#open) throw new Error('The database is not open.')
    return this.#open
  }
}
