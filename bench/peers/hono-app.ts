/** The app of Hono: its JWT and Basic middleware, @hono/zod-validator, and answers picked by hand, as it has no response schemas. */
import { zValidator } from '@hono/zod-validator'
import { Hono, type MiddlewareHandler } from 'hono'
import { basicAuth } from 'hono/basic-auth'
import { type JwtVariables, jwt, verify } from 'hono/jwt'
import {
  checkPassword,
  ItemPath,
  ItemQuery,
  NewOrder,
  publicOrder,
  publicUser,
  SECRET,
  storeOrder,
  userOfKey,
  users,
} from './contract.ts'

type Bindings = { Variables: JwtVariables<{ sub: string; exp: number }> & { name: string } }

export function honoApp(remember: boolean): Hono<Bindings> {
  const app = new Hono<Bindings>()
  app.get('/users/me', remember ? remembered() : jwt({ secret: SECRET, alg: 'HS256' }), (c) => {
    const user = users.get(c.get('jwtPayload').sub)
    return user ? c.json(publicUser(user)) : c.json({ detail: 'Not authenticated' }, 401)
  })
  app.get('/items/:id', zValidator('param', ItemPath), zValidator('query', ItemQuery), (c) =>
    c.json({ id: c.req.valid('param').id, q: c.req.valid('query').q ?? null }),
  )
  app.post('/orders', zValidator('json', NewOrder), (c) => c.json(publicOrder(storeOrder(c.req.valid('json'))), 201))
  const verifyUser = (name: string, password: string, c: { set(key: 'name', value: string): void }): boolean => {
    c.set('name', name)
    return checkPassword(name, password)
  }
  app.get('/basic', basicAuth({ verifyUser }), (c) => {
    const user = users.get(c.get('name'))
    return user ? c.json(publicUser(user)) : c.json({ detail: 'Not authenticated' }, 401)
  })
  app.get('/key', (c) => {
    const user = userOfKey(c.req.header('x-api-key') ?? '')
    return user ? c.json(publicUser(user)) : c.json({ detail: 'Not authenticated' }, 401)
  })
  return app
}

function remembered(): MiddlewareHandler<Bindings> {
  const known = new Map<string, { sub: string; exp: number }>()
  return async (c, next) => {
    const authorization = c.req.header('authorization')
    if (!authorization?.startsWith('Bearer ')) return c.json({ detail: 'Not authenticated' }, 401)
    const token = authorization.slice('Bearer '.length)
    let payload = known.get(token)
    if (payload === undefined || payload.exp <= Date.now() / 1000) {
      try {
        payload = (await verify(token, SECRET, 'HS256')) as { sub: string; exp: number }
      } catch {
        return c.json({ detail: 'Not authenticated' }, 401)
      }
      if (known.size >= 10_000) known.clear()
      known.set(token, payload)
    }
    c.set('jwtPayload', payload)
    return next()
  }
}
