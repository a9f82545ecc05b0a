import { App, Body, Cookie, Form, Header, Path, Query } from 'sallyport'
import { z } from 'zod'
import { buyer, logIn, reader, Store } from './store.ts'

const Login = z
  .object({ username: z.string().min(1), password: z.string().min(8), scope: z.string().default('me') })
  .meta({ id: 'Login' })
const Token = z
  .object({ access_token: z.string(), token_type: z.literal('bearer'), scope: z.string() })
  .meta({ id: 'Token' })
const User = z
  .object({ username: z.string(), email: z.string().nullable(), address: z.object({ city: z.string() }).optional() })
  .meta({ id: 'User' })
const Line = z.object({ sku: z.string().regex(/^[A-Z]{3}-\d$/), count: z.int().min(1) }).meta({ id: 'Line' })
const NewOrder = z
  .object({
    title: z.string().min(1).max(50),
    price: z.number().positive(),
    discount: z.number().min(0).default(0),
    lines: z.array(Line).min(1),
    note: z.string().optional(),
  })
  .refine(({ discount, price }) => discount <= price, { path: ['discount'], error: 'More than the price' })
  .meta({ id: 'NewOrder' })
const Order = z
  .object({
    order_id: z.int(),
    title: z.string(),
    price: z.number(),
    discount: z.number(),
    lines: z.array(z.object({ sku: z.string(), count: z.int() })),
    note: z.string().optional(),
    status: z.enum(['open', 'paid']),
  })
  .meta({ id: 'Order' })
const Page = z
  .object({ orders: z.array(Order), limit: z.int(), request: z.string().nullable(), visits: z.int().nullable() })
  .meta({ id: 'Page' })

/** The app, written with Zod. */
export function zodApp(): App {
  const store = new Store()
  const app = new App({ title: 'Orders', version: '1.0.0', onError: () => {} })
  app.post('/token', { params: { form: Form(Login) }, response: Token }, ({ form }) => logIn(form))
  app.get('/users/me', { params: { reader }, response: User }, () => store.john)
  app.get(
    '/orders',
    {
      params: {
        reader,
        tags: Query(z.array(z.string()).default([])),
        limit: Query(z.int().min(1).max(100).default(10)),
        status: Query(z.enum(['open', 'paid']).optional()),
        requestId: Header(z.string().max(20).optional()),
        visits: Cookie(z.int().optional()),
      },
      response: Page,
    },
    ({ tags, limit, status, requestId, visits }) => ({
      orders: store.select({ tags, limit, status }),
      limit,
      request: requestId ?? null,
      visits: visits ?? null,
    }),
  )
  app.post('/orders', { params: { buyer, order: Body(NewOrder) }, response: Order, status: 201 }, ({ order }) =>
    store.add(order),
  )
  app.get('/orders/{order_id}', { params: { reader, order_id: Path(z.int().min(1)) }, response: Order }, (args) =>
    store.find(args.order_id),
  )
  app.get('/broken', { response: User }, () => ({ ...store.john, username: 7 }) as never)
  return app
}
