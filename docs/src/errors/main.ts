import { App, Body, HTTPException, Path, RequestValidationError } from 'sallyport'
import { z } from 'zod'

const app = new App({ title: 'Errors', onError: (error) => log.push(String(error)) })
export const log: string[] = []

// #region throw
const items = new Map([['portcullis', 'A grille of wood and iron.']])

app.get('/items/{name}', { params: { name: Path(z.string()) } }, ({ name }) => {
  const description = items.get(name)
  if (!description) throw new HTTPException(404, `There is no item of this name`)
  return { name, description }
})
// #endregion throw

// #region headers
app.get('/busy', () => {
  throw new HTTPException(
    503,
    { reason: 'drawbridge is up', until: '18:00' },
    { headers: { 'retry-after': '600' } },
  )
})
// #endregion headers

// #region bug
app.get('/bug', () => {
  throw new Error('cannot reach db-1.internal')
})
// #endregion bug

// #region own
class OutOfStock extends Error {
  readonly item: string

  constructor(item: string) {
    super(`out of stock: ${item}`)
    this.item = item
  }
}

app.exceptionHandler(OutOfStock, (error) =>
  Response.json({ error: 'out_of_stock', item: error.item }, { status: 409 }),
)

app.post(
  '/orders/{name}',
  { params: { name: Path(z.string()) }, status: 201 },
  ({ name }) => {
    throw new OutOfStock(name)
  },
)
// #endregion own

// #region validation
app.exceptionHandler(RequestValidationError, ({ issues }) =>
  Response.json(
    { wrong: issues.map(({ loc, msg }) => `${loc.join('.')}: ${msg}`) },
    { status: 400 },
  ),
)

const Item = z.object({ name: z.string(), price: z.number().positive() })

app.post('/items', { params: { item: Body(Item) }, status: 201 }, ({ item }) => item)
// #endregion validation

// #region status
app.exceptionHandler(405, (_error, incoming) =>
  Response.json(
    { detail: `${incoming.method} is not for this path` },
    { status: 405, headers: { allow: 'GET' } },
  ),
)
// #endregion status

export default app
