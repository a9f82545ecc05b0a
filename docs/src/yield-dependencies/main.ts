import { App, Body, Depends, dependency, HTTPException } from 'sallyport'
import { z } from 'zod'

/** What happened, for you to look at: `GET /log`. */
export const log: string[] = []

// #region transaction
const connection = dependency(async function* () {
  log.push('connect')
  try {
    yield { query: (sql: string) => log.push(sql) }
  } finally {
    log.push('disconnect')
  }
})

const transaction = dependency({ connection }, async function* ({ connection }) {
  connection.query('BEGIN')
  try {
    yield connection
    connection.query('COMMIT')
  } catch (error) {
    connection.query('ROLLBACK')
    throw error
  }
})
// #endregion transaction

const app = new App({
  title: 'Dependencies with a way out',
  onError: (error) => log.push(String(error)),
})

// #region use
const Item = z.object({ name: z.string(), price: z.number() })

app.post(
  '/items',
  { params: { item: Body(Item), db: transaction }, status: 201 },
  ({ item, db }) => {
    db.query(`INSERT ${item.name}`)
    if (item.price < 0) throw new HTTPException(409, 'Nobody pays for taking it')
    return item
  },
)
// #endregion use

// #region scope
const early = Depends(transaction, { scope: 'function' })

app.post(
  '/early',
  { params: { item: Body(Item), db: early }, status: 201 },
  ({ item, db }) => {
    db.query(`INSERT ${item.name}`)
    return item
  },
)
// #endregion scope

// #region swallow
const swallows = dependency(function* () {
  try {
    yield 'value'
  } catch {
    // gone
  }
})

app.get('/swallowed', { params: { value: swallows } }, () => {
  throw new HTTPException(404, 'Nobody sees this')
})
// #endregion swallow

app.get('/log', () => log.splice(0))

export default app
