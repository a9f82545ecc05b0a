import { App, Body, HTTPException, Path } from 'sallyport'
import { z } from 'zod'

const NewItem = z
  .object({ name: z.string(), price: z.number().positive() })
  .meta({ id: 'NewItem' })
const Item = NewItem.extend({ id: z.int() }).meta({ id: 'Item' })
const Problem = z.object({ detail: z.string() })

const app = new App({ title: 'Shop' })
const items = new Map<number, z.infer<typeof Item>>()

app.post(
  '/items',
  {
    params: { item: Body(NewItem) },
    response: Item,
    status: 201,
    operationId: 'addItem',
  },
  ({ item }) => {
    const added = { ...item, id: items.size + 1 }
    items.set(added.id, added)
    return added
  },
)

const one = {
  params: { id: Path(z.int()) },
  response: Item,
  operationId: 'getItem',
  responses: { 404: { description: 'There is no such item', schema: Problem } },
}

app.get('/items/{id}', one, ({ id }) => {
  const item = items.get(id)
  if (!item) throw new HTTPException(404, 'There is no such item')
  return item
})

export default app
