/**
 * The app of Elysia: its JWT plugin, its own schemas for path, query and answers, Zod for the body. Its schemas would filter the answers,
 * too, but at the price of an error thrown and caught for each: they are picked by hand.
 */
import { jwt } from '@elysiajs/jwt'
import { Elysia, type ElysiaAdapter, t } from 'elysia'
import { NewOrder, publicOrder, publicUser, SECRET, storeOrder, users } from './contract.ts'

const UserAnswer = t.Object({ name: t.String(), email: t.String(), full_name: t.String(), disabled: t.Boolean() })
const OrderAnswer = t.Object({
  id: t.Integer(),
  title: t.String(),
  price: t.Number(),
  quantity: t.Integer(),
  tags: t.Array(t.String()),
  city: t.String(),
})

export function elysiaApp(adapter?: ElysiaAdapter): { listen(options: { port: number; hostname: string }): unknown } {
  return new Elysia(adapter ? { adapter } : {})
    .use(jwt({ secret: SECRET, alg: 'HS256' }))
    .get(
      '/users/me',
      async ({ jwt, headers, status }) => {
        const authorization = headers.authorization
        const token = authorization?.startsWith('Bearer ') ? authorization.slice('Bearer '.length) : undefined
        const claims = await jwt.verify(token, { algorithms: ['HS256'] })
        const user = claims ? users.get(String(claims.sub)) : undefined
        return user ? publicUser(user) : status(401, { detail: 'Not authenticated' })
      },
      { response: { 200: UserAnswer, 401: t.Object({ detail: t.String() }) } },
    )
    .get('/items/:id', ({ params, query }) => ({ id: params.id, q: query.q ?? null }), {
      params: t.Object({ id: t.Integer() }),
      query: t.Object({ q: t.Optional(t.String()) }),
      response: t.Object({ id: t.Integer(), q: t.Nullable(t.String()) }),
    })
    .post('/orders', ({ body, status }) => status(201, publicOrder(storeOrder(body))), {
      body: NewOrder,
      response: { 201: OrderAnswer },
    })
}
