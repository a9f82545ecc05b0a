// #region imports
import { App, Path } from 'sallyport'
import { z } from 'zod'

const app = new App({ title: 'Path parameters' })
// #endregion imports

// #region item
app.get('/items/{id}', { params: { id: Path(z.int()) } }, ({ id }) => ({ id }))
// #endregion item

// #region range
const GateNumber = z.int().min(1).max(12)
const options = { description: 'The number over the arch.', example: 3 }

app.get(
  '/gates/{number}',
  { params: { number: Path(GateNumber, options) } },
  ({ number }) => ({ number, open: number !== 7 }),
)
// #endregion range

// #region enum
const Tower = z.enum(['north', 'east', 'south', 'west'])

app.get('/towers/{tower}', { params: { tower: Path(Tower) } }, ({ tower }) => {
  if (tower === 'north') return { tower, guards: 4 }
  return { tower, guards: 2 }
})
// #endregion enum

// #region order
app.get('/users/me', () => ({ username: 'johndoe' }))
app.get(
  '/users/{username}',
  { params: { username: Path(z.string()) } },
  ({ username }) => ({ username }),
)
// #endregion order

// #region rest
app.get('/files/{path:path}', { params: { path: Path(z.string()) } }, ({ path }) => ({
  path,
}))
// #endregion rest

export default app
