import { App, Body, Path, Query } from 'sallyport'
import { z } from 'zod'

const app = new App({ title: 'The body', limits: { body: 64 * 1024 } })

// #region item
const Item = z.object({
  name: z.string().min(1),
  description: z.string().optional(),
  price: z.number().positive(),
  tags: z.array(z.string()).default([]),
})

app.post('/items', { params: { item: Body(Item) }, status: 201 }, ({ item }) => ({
  ...item,
  priceWithTax: item.price * 1.25,
}))
// #endregion item

// #region together
const replace = {
  id: Path(z.int()),
  dry: Query(z.boolean().default(false)),
  item: Body(Item),
}

app.put('/items/{id}', { params: replace }, ({ id, dry, item }) => ({
  id,
  dry,
  ...item,
}))
// #endregion together

// #region several
const User = z.object({ username: z.string() })
const embed = true
const offer = {
  item: Body(Item, { embed }),
  user: Body(User, { embed }),
  importance: Body(z.int().min(1), { embed }),
}

app.post('/offers', { params: offer }, ({ item, user, importance }) => ({
  offer: `${user.username} offers ${item.name}`,
  importance,
}))
// #endregion several

// #region partial
const Change = Item.extend({ tags: z.array(z.string()) })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'nothing to change')

app.patch(
  '/items/{id}',
  { params: { id: Path(z.int()), change: Body(Change) } },
  ({ id, change }) => ({ id, changed: Object.keys(change) }),
)
// #endregion partial

// #region text
app.post(
  '/notes',
  { params: { note: Body(z.string().max(500), { mediaType: 'text/plain' }) } },
  ({ note }) => ({ length: note.length }),
)
// #endregion text

export default app
