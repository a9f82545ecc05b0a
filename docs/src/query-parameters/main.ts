import { App, Query } from 'sallyport'
import { z } from 'zod'

const app = new App({ title: 'Query parameters' })

const items = ['portcullis', 'drawbridge', 'murder hole', 'arrow slit', 'postern']

// #region page
const page = {
  skip: Query(z.int().min(0).default(0)),
  limit: Query(z.int().min(1).max(100).default(2)),
}

app.get('/items', { params: page }, ({ skip, limit }) =>
  items.slice(skip, skip + limit),
)
// #endregion page

// #region optional
const search = {
  q: Query(z.string().min(3)),
  exact: Query(z.boolean().default(false)),
  sort: Query(z.enum(['name', 'length']).optional()),
}

app.get('/search', { params: search }, ({ q, exact, sort }) => {
  const found = items.filter((item) => (exact ? item === q : item.includes(q)))
  if (sort === 'length') found.sort((a, b) => a.length - b.length)
  return found
})
// #endregion optional

// #region text
const lookup = {
  code: Query(
    z
      .string()
      .length(4)
      .regex(/^[A-Z]+$/),
  ),
  hint: Query(z.string().optional(), { includeInSchema: false }),
}

app.get('/lookup', { params: lookup }, ({ code, hint }) => ({
  code,
  hinted: hint !== undefined,
}))
// #endregion text

// #region list
app.get(
  '/tags',
  { params: { tag: Query(z.array(z.string()).default([])) } },
  ({ tag }) => ({ tag }),
)
// #endregion list

// #region alias
const old = Query(z.string().optional(), {
  alias: 'item-query',
  description: 'What to look for. Use `q` of `/search`.',
  deprecated: true,
})

app.get('/old-search', { params: { query: old } }, ({ query }) => ({
  query: query ?? null,
}))
// #endregion alias

// #region object
const Filter = z
  .strictObject({ from: z.iso.date(), until: z.iso.date() })
  .refine(({ from, until }) => from <= until, 'from is after until')

app.get('/visits', { params: { filter: Query(Filter) } }, ({ filter }) => ({
  days: [filter.from, filter.until],
}))
// #endregion object

export default app
