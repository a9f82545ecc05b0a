import { App, Body, Security } from 'sallyport'
import { APIKeyHeader, HTTPBearer } from 'sallyport/security'
import { z } from 'zod'
import { tokens } from './tokens.ts'

const bearer = new HTTPBearer({
  scopes: { orders: 'Read your orders.' },
  verify: tokens,
})
const key = new APIKeyHeader({ name: 'X-Key' })

const app = new App({ title: 'A shop with holes' })

// Somebody made it faster.
const answers = new Map<string, Response>()
app.use(async (request, next) => {
  const known = answers.get(`${request.method} ${request.url}`)
  if (known) return known.clone()
  const answer = await next(request)
  if (answer.ok) answers.set(`${request.method} ${request.url}`, answer.clone())
  return answer
})

app.get(
  '/orders',
  { params: { caller: Security(bearer, ['orders']) } },
  ({ caller }) => [{ of: caller.subject, item: 'towel' }],
)

app.post(
  '/orders',
  { params: { order: Body(z.object({ item: z.string() })) } },
  () => ({ ordered: true }),
)

app.get('/report', { dependencies: [key] }, () => ({ sold: 12 }))

export default app
