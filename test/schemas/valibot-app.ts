import { toJsonSchema, toStandardJsonSchema } from '@valibot/to-json-schema'
import { App, Body, Cookie, Form, Header, Path, Query } from 'sallyport'
import * as v from 'valibot'
import { buyer, logIn, reader, Store } from './store.ts'

// Valibot's schemas say nothing of JSON Schema themselves.
const s = toStandardJsonSchema

const Login = v.pipe(
  v.object({
    username: v.pipe(v.string(), v.minLength(1)),
    password: v.pipe(v.string(), v.minLength(8)),
    scope: v.optional(v.string(), 'me'),
  }),
  v.title('Login'),
)
const Token = v.pipe(
  v.object({ access_token: v.string(), token_type: v.literal('bearer'), scope: v.string() }),
  v.title('Token'),
)
const User = v.pipe(
  v.object({
    username: v.string(),
    email: v.nullable(v.string()),
    address: v.optional(v.object({ city: v.string() })),
  }),
  v.title('User'),
)
const Line = v.pipe(
  v.object({
    sku: v.pipe(v.string(), v.regex(/^[A-Z]{3}-\d$/)),
    count: v.pipe(v.number(), v.integer(), v.minValue(1)),
  }),
  v.title('Line'),
)
const NewOrder = v.pipe(
  v.object({
    title: v.pipe(v.string(), v.minLength(1), v.maxLength(50)),
    price: v.pipe(v.number(), v.gtValue(0)),
    discount: v.optional(v.pipe(v.number(), v.minValue(0)), 0),
    lines: v.pipe(v.array(Line), v.minLength(1)),
    note: v.optional(v.string()),
  }),
  v.title('NewOrder'),
  v.forward(
    v.partialCheck([['discount'], ['price']], ({ discount, price }) => discount <= price, 'More than the price'),
    ['discount'],
  ),
)
const integer = v.pipe(v.number(), v.integer())
const Order = v.pipe(
  v.object({
    order_id: integer,
    title: v.string(),
    price: v.number(),
    discount: v.number(),
    lines: v.array(v.object({ sku: v.string(), count: integer })),
    note: v.optional(v.string()),
    status: v.picklist(['open', 'paid']),
  }),
  v.title('Order'),
)
const Page = v.pipe(
  v.object({
    orders: v.array(Order),
    limit: integer,
    request: v.nullable(v.string()),
    visits: v.nullable(integer),
  }),
  v.title('Page'),
)

/** The app, written with Valibot. */
export function valibotApp(): App {
  const store = new Store()
  const app = new App({ title: 'Orders', version: '1.0.0', onError: () => {} })
  // A check is a function, which JSON Schema has no word for: the rest is documented.
  const jsonSchema = { ...toJsonSchema(NewOrder, { target: 'draft-2020-12', typeMode: 'input', errorMode: 'ignore' }) }

  app.post('/token', { params: { form: Form(s(Login)) }, response: s(Token) }, ({ form }) => logIn(form))
  app.get('/users/me', { params: { reader }, response: s(User) }, () => store.john)
  app.get(
    '/orders',
    {
      params: {
        reader,
        tags: Query(s(v.optional(v.array(v.string()), []))),
        limit: Query(s(v.optional(v.pipe(integer, v.minValue(1), v.maxValue(100)), 10))),
        status: Query(s(v.optional(v.picklist(['open', 'paid'])))),
        requestId: Header(s(v.optional(v.pipe(v.string(), v.maxLength(20))))),
        visits: Cookie(s(v.optional(integer))),
      },
      response: s(Page),
    },
    ({ tags, limit, status, requestId, visits }) => ({
      orders: store.select({ tags, limit, status }),
      limit,
      request: requestId ?? null,
      visits: visits ?? null,
    }),
  )
  app.post(
    '/orders',
    { params: { buyer, order: Body(NewOrder, { jsonSchema }) }, response: s(Order), status: 201 },
    ({ order }) => store.add(order),
  )
  app.get(
    '/orders/{order_id}',
    { params: { reader, order_id: Path(s(v.pipe(integer, v.minValue(1)))) }, response: s(Order) },
    (args) => store.find(args.order_id),
  )
  app.get('/broken', { response: s(User) }, () => ({ ...store.john, username: 7 }) as never)
  return app
}
