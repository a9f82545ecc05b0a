import { App, Path, type RequestLogLine, requestLog } from 'sallyport'
import { z } from 'zod'

/** Where a program would print them: leave `write` out, and each is a line of JSON on standard output. */
export const lines: RequestLogLine[] = []

const app = new App({ title: 'A log' })

app.observe(
  requestLog({
    requestIdHeader: 'x-request-id',
    skip: ({ route }) => route === '/health',
    write: (line) => lines.push(line),
  }),
)

app.get('/health', () => 'ok')
app.get('/items/{id}', { params: { id: Path(z.int()) } }, ({ id }) => ({ id }))

export default app
