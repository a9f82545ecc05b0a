import { App, Body, HTTPException, Path } from 'sallyport'
import { z } from 'zod'

const app = new App({ title: 'First tests' })

const Item = z.object({ name: z.string().min(1), price: z.number().positive() })
const items = new Map([['moat', { name: 'moat', price: 9000 }]])

app.get('/items/{name}', { params: { name: Path(z.string()) } }, ({ name }) => {
  const item = items.get(name)
  if (!item) throw new HTTPException(404, 'There is no such item')
  return item
})

app.post('/items', { params: { item: Body(Item) }, status: 201 }, ({ item }) => {
  if (items.has(item.name)) throw new HTTPException(409, 'There is one already')
  items.set(item.name, item)
  return item
})

export default app
