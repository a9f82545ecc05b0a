/** h3 with its validating readers, and jose, as it has no JWT of its own. */
import { defineHandler, getValidatedQuery, getValidatedRouterParams, H3, HTTPError, readValidatedBody, serve } from 'h3'
import { jwtVerify } from 'jose'
import {
  ItemPath,
  ItemQuery,
  NewOrder,
  PORT,
  publicOrder,
  publicUser,
  SECRET,
  storeOrder,
  type User,
  users,
} from './contract.ts'

const key = new TextEncoder().encode(SECRET)
const unauthorized = (): HTTPError => new HTTPError({ status: 401, message: 'Not authenticated' })

async function userOf(authorization: string | null): Promise<User> {
  if (!authorization?.startsWith('Bearer ')) throw unauthorized()
  let sub: string | undefined
  try {
    sub = (await jwtVerify(authorization.slice('Bearer '.length), key, { algorithms: ['HS256'] })).payload.sub
  } catch {
    throw unauthorized()
  }
  const user = users.get(sub ?? '')
  if (!user) throw unauthorized()
  return user
}

const app = new H3()
app.get(
  '/users/me',
  defineHandler(async (event) => publicUser(await userOf(event.req.headers.get('authorization')))),
)
app.get(
  '/items/:id',
  defineHandler(async (event) => {
    const { id } = await getValidatedRouterParams(event, ItemPath)
    const { q } = await getValidatedQuery(event, ItemQuery)
    return { id, q: q ?? null }
  }),
)
app.post(
  '/orders',
  defineHandler(async (event) => {
    const order = await readValidatedBody(event, NewOrder)
    event.res.status = 201
    return publicOrder(storeOrder(order))
  }),
)
serve(app, { port: PORT, hostname: '127.0.0.1', silent: true })
