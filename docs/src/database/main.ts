// #region open
import { DatabaseSync } from 'node:sqlite'
import { App, Body, dependency, HTTPException, Path, Query } from 'sallyport'
import { z } from 'zod'

let opened: DatabaseSync | undefined

const app = new App({
  title: 'A database',
  async *lifespan() {
    opened = new DatabaseSync(process.env.DATABASE ?? ':memory:')
    opened.exec(`CREATE TABLE IF NOT EXISTS items (
      id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, price REAL NOT NULL, cost REAL
    ) STRICT`)
    try {
      yield
    } finally {
      opened.close()
      opened = undefined
    }
  },
})

/** The database, for as long as the app runs. */
export const database = dependency(() => {
  if (!opened) throw new Error('The database is not open')
  return opened
})
// #endregion open

// #region add
const NewItem = z.object({
  name: z.string().min(1).max(80),
  price: z.number().positive(),
  cost: z.number().positive().optional(),
})
const Item = z.object({ id: z.int(), ...NewItem.omit({ cost: true }).shape })

app.post(
  '/items',
  { params: { item: Body(NewItem), database }, response: Item, status: 201 },
  ({ item, database }) => {
    const { name, price, cost = null } = item
    const added = database
      .prepare('INSERT INTO items (name, price, cost) VALUES (?, ?, ?) RETURNING *')
      .get(name, price, cost)
    return Item.parse(added)
  },
)
// #endregion add

// #region read
const page = {
  skip: Query(z.int().min(0).default(0)),
  limit: Query(z.int().min(1).max(100).default(20)),
}

app.get(
  '/items',
  { params: { ...page, database }, response: z.array(Item) },
  ({ skip, limit, database }) => {
    const rows = database
      .prepare('SELECT * FROM items ORDER BY id LIMIT ? OFFSET ?')
      .all(limit, skip)
    return z.array(Item).parse(rows)
  },
)

app.delete(
  '/items/{id}',
  { params: { id: Path(z.int()), database }, status: 204 },
  ({ id, database }) => {
    const { changes } = database.prepare('DELETE FROM items WHERE id = ?').run(id)
    if (changes === 0) throw new HTTPException(404, 'There is no such item')
  },
)
// #endregion read

// #region errors
app.exceptionHandler(Error, (error) => {
  const taken = 'errcode' in error && error.errcode === 2067
  if (!taken) throw error
  return Response.json({ detail: 'There is an item of this name' }, { status: 409 })
})
// #endregion errors

export default app
