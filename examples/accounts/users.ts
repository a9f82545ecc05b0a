/** Users and their items in an embedded SQLite file. Passwords are kept as Argon2id hashes only. */
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { PasswordHash } from 'sallyport/password'
import { dataFolder } from './data-folder.ts'

export interface User {
  username: string
  email: string | null
  full_name: string | null
  disabled: boolean
}

export interface Item {
  item_id: number
  title: string
  owner: string
}

interface UserRow {
  username: string
  email: string | null
  full_name: string | null
  disabled: number
  hashed_password: string
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS users (
    username TEXT PRIMARY KEY,
    email TEXT,
    full_name TEXT,
    disabled INTEGER NOT NULL DEFAULT 0,
    hashed_password TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS items (
    item_id INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL,
    owner TEXT NOT NULL REFERENCES users (username)
  ) STRICT;
`

const passwordHash = PasswordHash.recommended()

class Users {
  #database: DatabaseSync | undefined

  /** Opens the file; on the first start it is made, with johndoe and the disabled alice in it. */
  async open(): Promise<void> {
    const file = join(dataFolder(), 'accounts.sqlite')
    closeSync(openSync(file, 'a', 0o600)) // SQLite would let everybody on this machine read the hashes
    this.#database = new DatabaseSync(file)
    this.#database.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON;')
    this.#database.exec(SCHEMA)
    await this.#seed()
  }

  /** Once for a file: who removes johndoe later does not find him, and his known password, again after a restart. */
  async #seed(): Promise<void> {
    if (this.#isSeeded()) return
    const hashes = await Promise.all([passwordHash.hash('secret'), passwordHash.hash('secret2')])
    this.#db.exec('BEGIN IMMEDIATE')
    // Another process may have been faster.
    if (!this.#isSeeded()) {
      const john = { username: 'johndoe', email: 'johndoe@example.com', full_name: 'John Doe', disabled: false }
      const alice = { username: 'alice', email: 'alice@example.com', full_name: 'Alice Wonderson', disabled: true }
      this.#insert(john, hashes[0])
      this.#insert(alice, hashes[1])
      this.addItem(john, 'Foo')
      this.#db.exec('PRAGMA user_version = 1')
    }
    this.#db.exec('COMMIT')
  }

  #isSeeded(): boolean {
    return (this.#db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version > 0
  }

  close(): void {
    this.#database?.close()
    this.#database = undefined
  }

  get #db(): DatabaseSync {
    if (!this.#database) throw new Error('The database is not open')
    return this.#database
  }

  #row(username: string): UserRow | undefined {
    return this.#db.prepare('SELECT * FROM users WHERE username = ?').get(username) as UserRow | undefined
  }

  find(username: string): User | undefined {
    const row = this.#row(username)
    return row && { username: row.username, email: row.email, full_name: row.full_name, disabled: row.disabled === 1 }
  }

  /** The user with this password. Unknown names cost what wrong passwords cost; a disabled user may log in, and do nothing. */
  async authenticate(username: string, password: string): Promise<User | undefined> {
    const update = this.#db.prepare('UPDATE users SET hashed_password = ? WHERE username = ?')
    const known = await passwordHash.authenticate(
      (name) => {
        const row = this.#row(name)
        return row && { username: row.username, hashedPassword: row.hashed_password }
      },
      username,
      password,
      // When a later version hashes harder, old hashes are renewed as their users log in.
      { update: (user, hashedPassword) => update.run(hashedPassword, user.username) },
    )
    return known && this.find(known.username)
  }

  /** Adds a user; undefined when the name is taken. */
  async add(given: {
    username: string
    password: string
    email?: string | undefined
    full_name?: string | undefined
  }): Promise<User | undefined> {
    const user = {
      username: given.username,
      email: given.email ?? null,
      full_name: given.full_name ?? null,
      disabled: false,
    }
    return this.#insert(user, await passwordHash.hash(given.password)) ? user : undefined
  }

  #insert({ username, email, full_name, disabled }: User, hashedPassword: string): boolean {
    const insert = this.#db.prepare('INSERT INTO users VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING')
    return insert.run(username, email, full_name, disabled ? 1 : 0, hashedPassword).changes === 1
  }

  itemsOf({ username }: Pick<User, 'username'>): Item[] {
    const select = this.#db.prepare('SELECT item_id, title, owner FROM items WHERE owner = ? ORDER BY item_id')
    return select.all(username) as unknown as Item[]
  }

  addItem({ username }: Pick<User, 'username'>, title: string): Item {
    const insert = this.#db.prepare('INSERT INTO items (title, owner) VALUES (?, ?)')
    return { item_id: Number(insert.run(title, username).lastInsertRowid), title, owner: username }
  }

  /** Removes an item of the user; false when there is none. */
  removeItem({ username }: Pick<User, 'username'>, itemId: number): boolean {
    return this.#db.prepare('DELETE FROM items WHERE item_id = ? AND owner = ?').run(itemId, username).changes === 1
  }
}

export const users: Users = new Users()
