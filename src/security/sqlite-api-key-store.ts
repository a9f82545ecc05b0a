import type { APIKeyRecord, APIKeyStore } from './api-key-store.ts'

type SQLite = NonNullable<ReturnType<typeof sqlite>>
type Database = InstanceType<SQLite['DatabaseSync']>
type Statement = ReturnType<Database['prepare']>

interface Row {
  readonly id: string
  readonly digest: string
  readonly subject: string
  readonly scopes: string
  readonly name: string | null
  readonly metadata: string | null
  readonly created_at: number
  readonly expires_at: number | null
  readonly last_used_at: number | null
  readonly revoked_at: number | null
  readonly replaced_by: string | null
}

/** Reached this way so that the module also loads where there is no node:sqlite. */
function sqlite(): ReturnType<typeof process.getBuiltinModule<'node:sqlite'>> | undefined {
  return globalThis.process?.getBuiltinModule?.('node:sqlite')
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS api_keys (
    id TEXT PRIMARY KEY, digest TEXT NOT NULL, subject TEXT NOT NULL, scopes TEXT NOT NULL, name TEXT, metadata TEXT,
    created_at INTEGER NOT NULL, expires_at INTEGER, last_used_at INTEGER, revoked_at INTEGER, replaced_by TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS api_keys_subject ON api_keys (subject, created_at);
`

const SQL = {
  insert: `INSERT INTO api_keys (id, digest, subject, scopes, name, metadata, created_at, expires_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  find: 'SELECT * FROM api_keys WHERE id = ?',
  list: 'SELECT * FROM api_keys WHERE subject = ? ORDER BY created_at, rowid',
  touch: 'UPDATE api_keys SET last_used_at = ? WHERE id = ? AND coalesce(last_used_at, 0) < ?',
  revoke: 'UPDATE api_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL',
  rotate: `UPDATE api_keys SET replaced_by = ?, expires_at = min(coalesce(expires_at, ?), ?)
    WHERE id = ? AND revoked_at IS NULL AND replaced_by IS NULL AND coalesce(expires_at, ?) > ?`,
  prune: 'DELETE FROM api_keys WHERE expires_at < ? OR revoked_at < ?',
} as const

/**
 * Keeps keys in a file, with the SQLite that Node has in it: nothing to install, several processes of one machine may share it.
 *
 * The file is opened with the first use, and made if it is not there. It holds digests, no keys.
 *
 * @example
 * ```ts
 * import { APIKeys, SQLiteAPIKeyStore } from 'sallyport/security'
 *
 * const keys = new APIKeys({ prefix: 'sk', store: new SQLiteAPIKeyStore('data/keys.sqlite') })
 * ```
 * @see https://nodejs.org/api/sqlite.html
 */
export class SQLiteAPIKeyStore implements APIKeyStore, Disposable {
  readonly #path: string
  readonly #statements = new Map<keyof typeof SQL, Statement>()
  #database: Database | undefined

  /**
   * @param path the file, or `:memory:`.
   * @throws TypeError for an empty path, and where the runtime has no node:sqlite: Node before 22.13, and others.
   */
  constructor(path: string) {
    if (typeof path !== 'string' || path === '') throw new TypeError('SQLiteAPIKeyStore: path is the path of a file.')
    if (sqlite() === undefined) {
      throw new TypeError(
        'SQLiteAPIKeyStore needs node:sqlite, which this runtime has not. Take Node 22.13 or later, or give APIKeys a store of your own.',
      )
    }
    this.#path = path
  }

  insert(record: APIKeyRecord): boolean {
    const { id, digest, subject, scopes, name, metadata, createdAt, expiresAt } = record
    const json = metadata === undefined ? null : JSON.stringify(metadata)
    const row = [id, digest, subject, JSON.stringify(scopes), name ?? null, json, createdAt, expiresAt ?? null]
    return this.#run('insert', row) === 1
  }

  find(id: string): APIKeyRecord | undefined {
    const row = this.#prepared('find').get(id)
    return row && recordOf(row as object as Row)
  }

  list(subject: string): APIKeyRecord[] {
    return this.#prepared('list')
      .all(subject)
      .map((row) => recordOf(row as object as Row))
  }

  touch(id: string, at: number): void {
    const database = this.#open()
    // A use that a crash of the machine forgets does no harm, and no request has to wait for the disk.
    database.exec('PRAGMA synchronous = NORMAL')
    try {
      this.#run('touch', [at, id, at])
    } finally {
      database.exec('PRAGMA synchronous = FULL')
    }
  }

  revoke(id: string, at: number): boolean {
    return this.#run('revoke', [at, id]) === 1
  }

  rotate(id: string, next: APIKeyRecord, at: number, until: number): boolean {
    const database = this.#open()
    database.exec('BEGIN IMMEDIATE')
    let done = false
    try {
      // A key without an end counts as one that ends after now.
      done = this.#run('rotate', [next.id, until, until, id, at + 1, at]) === 1 && this.insert(next)
    } finally {
      database.exec(done ? 'COMMIT' : 'ROLLBACK')
    }
    return done
  }

  prune(before: number): number {
    return this.#run('prune', [before, before])
  }

  /** Closes the file; the next use opens it again. */
  close(): void {
    this.#statements.clear()
    this.#database?.close()
    this.#database = undefined
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #run(name: keyof typeof SQL, values: readonly (string | number | null)[]): number {
    return Number(this.#prepared(name).run(...values).changes)
  }

  #prepared(name: keyof typeof SQL): Statement {
    const known = this.#statements.get(name)
    if (known) return known
    const made = this.#open().prepare(SQL[name])
    this.#statements.set(name, made)
    return made
  }

  #open(): Database {
    if (this.#database) return this.#database
    const { DatabaseSync } = sqlite() as SQLite
    const database = new DatabaseSync(this.#path)
    try {
      // Others may write: wait for them. What was revoked stays revoked, whatever crashes.
      database.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
      database.exec(SCHEMA)
    } catch (error) {
      database.close()
      throw error
    }
    this.#database = database
    return database
  }
}

function recordOf(row: Row): APIKeyRecord {
  return {
    id: row.id,
    digest: row.digest,
    subject: row.subject,
    scopes: JSON.parse(row.scopes),
    name: row.name ?? undefined,
    metadata: row.metadata === null ? undefined : JSON.parse(row.metadata),
    createdAt: row.created_at,
    expiresAt: row.expires_at ?? undefined,
    lastUsedAt: row.last_used_at ?? undefined,
    revokedAt: row.revoked_at ?? undefined,
    replacedBy: row.replaced_by ?? undefined,
  }
}
