import {
  App,
  CurrentIncoming,
  dependency,
  Header,
  HTTPException,
  Query,
} from 'sallyport'
import { z } from 'zod'

// #region page
const page = dependency(
  {
    skip: Query(z.int().min(0).default(0)),
    limit: Query(z.int().min(1).max(100).default(2)),
  },
  ({ skip, limit }) => ({ skip, until: skip + limit }),
)
// #endregion page

// #region guard
const assertVersion = dependency(
  { apiVersion: Header(z.string().optional()) },
  ({ apiVersion }) => {
    if (apiVersion !== undefined && apiVersion !== '2')
      throw new HTTPException(400, 'Only version 2 is served')
  },
)
// #endregion guard

// #region given
const where = dependency(
  { incoming: CurrentIncoming },
  ({ incoming }) => `${incoming.method} ${incoming.path}`,
)
// #endregion given

// #region app
const app = new App({ title: 'Dependencies', dependencies: [assertVersion] })

const items = ['portcullis', 'drawbridge', 'murder hole']
const users = ['alice', 'bob', 'johndoe']

app.get('/items', { params: { page } }, ({ page }) =>
  items.slice(page.skip, page.until),
)
app.get('/users', { params: { page, where } }, ({ page, where }) => ({
  where,
  users: users.slice(page.skip, page.until),
}))
// #endregion app

export default app
