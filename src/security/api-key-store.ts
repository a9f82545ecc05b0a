import { deepFreeze } from '../jwt/json.ts'

/** What is stored of a key. Times are milliseconds since 1970. */
export interface APIKeyRecord {
  /** The part of the key by which it is found; not secret. */
  readonly id: string
  /** SHA-256 of the whole key, in hexadecimal digits. */
  readonly digest: string
  /** Whose key it is. */
  readonly subject: string
  /** What it grants. */
  readonly scopes: readonly string[]
  /** What its owner calls it. */
  readonly name?: string | undefined
  /** What the application keeps with it: a value that JSON can hold. */
  readonly metadata?: unknown
  /** When it was issued. */
  readonly createdAt: number
  /** When it ends; undefined: never. */
  readonly expiresAt?: number | undefined
  /** When it was last used, to within the interval in which that is written; undefined: never. */
  readonly lastUsedAt?: number | undefined
  /** When it was revoked; undefined: it was not. */
  readonly revokedAt?: number | undefined
  /** The id of the key that has taken its place. */
  readonly replacedBy?: string | undefined
}

type Awaitable<T> = T | Promise<T>

/**
 * Where {@link APIKeys} keeps what it knows of keys. Each method is one step that no other request or process can come between.
 *
 * It never sees a key, only digests.
 */
export interface APIKeyStore {
  /** Keeps a new key. @returns whether its id was free. */
  insert(record: APIKeyRecord): Awaitable<boolean>
  /** Gives a key. */
  find(id: string): Awaitable<APIKeyRecord | undefined>
  /** Gives all keys of a subject, the oldest first. */
  list(subject: string): Awaitable<readonly APIKeyRecord[]>
  /** Notes a use, unless a later one is noted. @param at milliseconds since 1970. */
  touch(id: string, at: number): Awaitable<void>
  /** Revokes a key. @returns whether it was there, and not revoked yet. */
  revoke(id: string, at: number): Awaitable<boolean>
  /**
   * Puts a new key in the place of one, which ends at `until` at the latest.
   *
   * @returns false, and nothing is changed, unless the old one is good at `at` and has no successor yet.
   */
  rotate(id: string, next: APIKeyRecord, at: number, until: number): Awaitable<boolean>
  /** Deletes keys that have expired or were revoked before a time. @returns how many. */
  prune(before: number): Awaitable<number>
}

/**
 * Keeps keys in this process: for tests, and for keys that need not outlive it. What it gives is frozen, metadata included.
 *
 * @example
 * ```ts
 * import { APIKeys, MemoryAPIKeyStore } from 'sallyport/security'
 *
 * const keys = new APIKeys({ prefix: 'sk', store: new MemoryAPIKeyStore() })
 * ```
 */
export class MemoryAPIKeyStore implements APIKeyStore {
  readonly #records = new Map<string, APIKeyRecord>()

  /** How many keys are kept. */
  get size(): number {
    return this.#records.size
  }

  insert(record: APIKeyRecord): boolean {
    if (this.#records.has(record.id)) return false
    this.#records.set(record.id, kept(structuredClone(record)))
    return true
  }

  find(id: string): APIKeyRecord | undefined {
    return this.#records.get(id)
  }

  list(subject: string): APIKeyRecord[] {
    return [...this.#records.values()]
      .filter((record) => record.subject === subject)
      .sort((one, other) => one.createdAt - other.createdAt)
  }

  touch(id: string, at: number): void {
    const record = this.#records.get(id)
    if (record && at > (record.lastUsedAt ?? 0)) this.#records.set(id, kept({ ...record, lastUsedAt: at }))
  }

  revoke(id: string, at: number): boolean {
    const record = this.#records.get(id)
    if (record === undefined || record.revokedAt !== undefined) return false
    this.#records.set(id, kept({ ...record, revokedAt: at }))
    return true
  }

  rotate(id: string, next: APIKeyRecord, at: number, until: number): boolean {
    const record = this.#records.get(id)
    if (record === undefined || record.revokedAt !== undefined || record.replacedBy !== undefined) return false
    const { expiresAt = Number.POSITIVE_INFINITY } = record
    if (expiresAt <= at || !this.insert(next)) return false
    this.#records.set(id, kept({ ...record, replacedBy: next.id, expiresAt: Math.min(expiresAt, until) }))
    return true
  }

  prune(before: number): number {
    let count = 0
    for (const [id, { expiresAt, revokedAt }] of this.#records) {
      if (Math.min(expiresAt ?? before, revokedAt ?? before) >= before) continue
      this.#records.delete(id)
      count++
    }
    return count
  }
}

/** The same object each time it is asked for: with a copy for each request, nobody could change what is kept either, for 4 µs. */
function kept(record: APIKeyRecord): APIKeyRecord {
  return deepFreeze(record)
}
