import { App, Body, HTTPException, Path } from 'sallyport'
import { z } from 'zod'

// #region option
const app = new App({
  title: 'Problem Details',
  problemDetails: {
    types: { out_of_stock: 'https://example.com/problems/out-of-stock' },
    instance: () => `urn:uuid:${crypto.randomUUID()}`,
  },
})
// #endregion option

// #region throw
app.post(
  '/orders/{amount}',
  { params: { amount: Path(z.int().max(10)) }, status: 201 },
  ({ amount }) => {
    if (amount > 3)
      throw new HTTPException(409, {
        code: 'out_of_stock',
        detail: 'Three are left',
        left: 3,
      })
    return { amount }
  },
)
// #endregion throw

// #region body
const Item = z.object({ name: z.string(), sizes: z.array(z.int()) })

app.post('/items', { params: { item: Body(Item) }, status: 201 }, ({ item }) => item)
// #endregion body

export default app
