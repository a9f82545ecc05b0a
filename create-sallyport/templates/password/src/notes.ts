import type { Database } from './database.ts'

export interface Note {
  id: number
  text: string
}

/** What users write down. Every query names the owner: there is no way to the note of another. */
export class Notes {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  of(owner: string): Note[] {
    const select = this.#database.sql.prepare('SELECT id, text FROM notes WHERE owner = ? ORDER BY id')
    return select.all(owner) as unknown as Note[]
  }

  add(owner: string, text: string): Note {
    const insert = this.#database.sql.prepare('INSERT INTO notes (owner, text) VALUES (?, ?)')
    return { id: Number(insert.run(owner, text).lastInsertRowid), text }
  }

  /** Removes a note; false where the owner has no such note. */
  remove(owner: string, id: number): boolean {
    return this.#database.sql.prepare('DELETE FROM notes WHERE id = ? AND owner = ?').run(id, owner).changes === 1
  }
}
