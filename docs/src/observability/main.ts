import { App, HTTPException, Path, requestLog } from 'sallyport'
import { openTelemetry } from 'sallyport/opentelemetry'
import { HTTPBearer } from 'sallyport/security'
import { z } from 'zod'
import { figures } from './figures.ts'

const app = new App({ title: 'Watched' })
class User {
  readonly id: string
  constructor(id: string) {
    this.id = id
  }
}
const users = new Map([['john-token', new User('u-17')]])
const bearer = new HTTPBearer({ verify: ({ credentials }) => users.get(credentials) })

app.observe(
  requestLog({
    requestIdHeader: 'x-request-id',
    subject: (caller) => (caller instanceof User ? caller.id : undefined),
    skip: ({ route }) => route === '/health',
  }),
)
app.observe(openTelemetry({ skip: ({ path }) => path === '/health' }))
app.observe(figures)

app.get('/health', () => 'ok')

app.get('/items/{id}', { params: { id: Path(z.int()), caller: bearer } }, ({ id }) => {
  if (id > 100) throw new HTTPException(404)
  if (id === 13) throw new RangeError(`nobody may have ${id}`)
  return { id }
})

export default app
