/** Express with Passport's JWT strategy, and Zod in the handlers. */
import express, { type NextFunction, type Request, type Response } from 'express'
import passport from 'passport'
import { ExtractJwt, Strategy } from 'passport-jwt'
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

passport.use(
  new Strategy(
    { jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(), secretOrKey: SECRET, algorithms: ['HS256'] },
    (claims: { sub: string }, done: (error: null, user: User | false) => void) =>
      done(null, users.get(claims.sub) ?? false),
  ),
)

const app = express()
app.disable('x-powered-by')

app.get('/users/me', passport.authenticate('jwt', { session: false }), (req: Request, res: Response) => {
  res.json(publicUser(req.user as User))
})

app.get('/items/:id', (req: Request, res: Response) => {
  const path = ItemPath.safeParse(req.params)
  const query = ItemQuery.safeParse(req.query)
  if (path.success && query.success) res.json({ id: path.data.id, q: query.data.q ?? null })
  else res.status(422).json({ detail: 'invalid' })
})

app.post('/orders', express.json(), (req: Request, res: Response) => {
  const { success, data } = NewOrder.safeParse(req.body)
  if (success) res.status(201).json(publicOrder(storeOrder(data)))
  else res.status(422).json({ detail: 'invalid' })
})

app.use((_error: unknown, _req: Request, res: Response, _next: NextFunction) => {
  res.status(400).json({ detail: 'invalid' })
})
app.listen(PORT, '127.0.0.1')
