import { App, Path, type RequestLogLine, requestLog } from 'sallyport'
import { z } from 'zod'

/** In place of standard output, where each is a line of JSON if `write` is left out. */
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
