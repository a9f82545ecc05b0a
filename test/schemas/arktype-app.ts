import { type } from 'arktype'
import { App, Body, Cookie, Form, Header, Path, Query } from 'sallyport'
import { buyer, logIn, reader, Store } from './store.ts'

const Login = type({ username: 'string >= 1', password: 'string >= 8', scope: "string = 'me'" }).configure({
  title: 'Login',
})
const Token = type({ access_token: 'string', token_type: "'bearer'", scope: 'string' }).configure({ title: 'Token' })
const User = type({ username: 'string', email: 'string | null', 'address?': { city: 'string' } }).configure({
  title: 'User',
})
const Line = type({ sku: /^[A-Z]{3}-\d$/, count: 'number.integer >= 1' }).configure({ title: 'Line' })
const NewOrder = type({
  title: '1 <= string <= 50',
  price: 'number > 0',
  discount: 'number >= 0 = 0',
  lines: Line.array().atLeastLength(1),
  'note?': 'string',
})
  .narrow(
    ({ discount, price }, context) =>
      discount <= price || context.reject({ path: ['discount'], message: 'More than the price' }),
  )
  .configure({ title: 'NewOrder' })
const Order = type({
  order_id: 'number.integer',
  title: 'string',
  price: 'number',
  discount: 'number',
  lines: type({ sku: 'string', count: 'number.integer' }).array(),
  'note?': 'string',
  status: "'open' | 'paid'",
}).configure({ title: 'Order' })
const Page = type({
  orders: Order.array(),
  limit: 'number.integer',
  request: 'string | null',
  visits: 'number.integer | null',
}).configure({ title: 'Page' })

// Its defaults and optional values are of objects; so the parameters of a query are one.
const Wanted = type({
  tags: type('string[]').default(() => []),
  limit: '1 <= number.integer <= 100 = 10',
  'status?': "'open' | 'paid'",
})

/** The app, written with ArkType. */
export function arktypeApp(): App {
  const store = new Store()
  const app = new App({ title: 'Orders', version: '1.0.0', onError: () => {} })
  app.post('/token', { params: { form: Form(Login) }, response: Token }, ({ form }) => logIn(form))
  app.get('/users/me', { params: { reader }, response: User }, () => store.john)
  app.get(
    '/orders',
    {
      params: {
        reader,
        wanted: Query(Wanted),
        requestId: Header(type('string <= 20 | undefined')),
        visits: Cookie(type('number.integer | undefined')),
      },
      response: Page,
    },
    ({ wanted, requestId, visits }) => ({
      orders: store.select(wanted),
      limit: wanted.limit,
      request: requestId ?? null,
      visits: visits ?? null,
    }),
  )
  app.post('/orders', { params: { buyer, order: Body(NewOrder) }, response: Order, status: 201 }, ({ order }) =>
    store.add(order),
  )
  app.get(
    '/orders/{order_id}',
    { params: { reader, order_id: Path(type('number.integer >= 1')) }, response: Order },
    (args) => store.find(args.order_id),
  )
  app.get('/broken', { response: User }, () => ({ ...store.john, username: 7 }) as never)
  return app
}
