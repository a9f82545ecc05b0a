import { Body, HTTPException, Path, Router } from 'sallyport'
import { z } from 'zod'
import { getCaller } from '../dependencies.ts'

const Item = z.object({ name: z.string(), owner: z.string() })
const items = new Map([[1, { name: 'portcullis', owner: 'johndoe' }]])

export const itemsRouter = new Router({
  prefix: '/items',
  tags: ['items'],
  responses: { 404: { description: 'There is no such item' } },
})

itemsRouter.get('', { response: z.array(Item) }, () => [...items.values()])

itemsRouter.get(
  '/{id}',
  { params: { id: Path(z.int()) }, response: Item },
  ({ id }) => {
    const item = items.get(id)
    if (!item) throw new HTTPException(404, 'There is no such item')
    return item
  },
)

const add = {
  params: { item: Body(Item.pick({ name: true })), owner: getCaller },
  response: Item,
  status: 201,
}

itemsRouter.post('', add, ({ item, owner }) => {
  const made = { ...item, owner }
  items.set(items.size + 1, made)
  return made
})
