import { PasswordHash } from 'sallyport/password'
import type { Database } from './database.ts'

export interface User {
  name: string
  disabled: boolean
}

interface Row {
  name: string
  hashed_password: string
  disabled: number
}

const passwords = PasswordHash.recommended()

export class Users {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  find(name: string): User | undefined {
    const row = this.#row(name)
    return row && { name: row.name, disabled: row.disabled === 1 }
  }

  /** The user with this password. An unknown name and a disabled user cost what a wrong password costs. */
  async authenticate(name: string, password: string): Promise<User | undefined> {
    const update = this.#database.sql.prepare('UPDATE users SET hashed_password = ? WHERE name = ?')
    return passwords.authenticate(
      (wanted) => {
        const row = this.#row(wanted)
        return row && { name: row.name, disabled: row.disabled === 1, hashedPassword: row.hashed_password }
      },
      name,
      password,
      // When a later version hashes harder, old hashes are renewed as their users log in.
      { update: (user, hash) => update.run(hash, user.name) },
    )
  }

  /** Adds a user; undefined where the name is taken. */
  async add(name: string, password: string): Promise<User | undefined> {
    const hash = await passwords.hash(password)
    const insert = this.#database.sql.prepare(
      'INSERT INTO users (name, hashed_password) VALUES (?, ?) ON CONFLICT DO NOTHING',
    )
    return insert.run(name, hash).changes === 1 ? { name, disabled: false } : undefined
  }

  #row(name: string): Row | undefined {
    return this.#database.sql.prepare('SELECT * FROM users WHERE name = ?').get(name) as Row | undefined
  }
}
