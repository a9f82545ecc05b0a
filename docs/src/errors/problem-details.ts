import { App, HTTPException, Path } from 'sallyport'
import { z } from 'zod'

const app = new App({
  title: 'Problem Details',
  problemDetails: {
    types: { out_of_stock: 'https://example.com/problems/out-of-stock' },
  },
})

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

export default app
