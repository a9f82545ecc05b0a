import { App, Body, HTTPException, Path, Security } from 'sallyport'
import { HTTPBearer } from 'sallyport/security'
import { z } from 'zod'
import { tokens } from './tokens.ts'

const bearer = new HTTPBearer({
  scopes: { orders: 'Read your orders.', stock: 'Change the stock.' },
  verify: tokens,
})

const app = new App({ title: 'Shop', closed: true, docs: { onlyCallable: true } })

const stock = new Map([['towel', 3]])

app.get('/stock', { public: true }, () => Object.fromEntries(stock))

app.put(
  '/stock/{item}',
  {
    params: { item: Path(z.string()), body: Body(z.object({ count: z.int().min(0) })) },
    dependencies: [Security(bearer, ['stock'])],
    status: 204,
  },
  ({ item, body }) => {
    if (!stock.has(item)) throw new HTTPException(404, 'No such item')
    stock.set(item, body.count)
  },
)

app.get(
  '/orders',
  { params: { caller: Security(bearer, ['orders']) } },
  ({ caller }) => [{ of: caller.subject, item: 'towel' }],
)

export default app
