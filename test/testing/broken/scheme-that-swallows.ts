/** A scheme of one's own that lets absent credentials pass, though it says that it is required. */
import { App, type Incoming } from 'sallyport'
import { APIKeyHeader } from 'sallyport/security'
import type { Broken } from './case.ts'

class Lenient extends APIKeyHeader {
  override readCredentials(incoming: Incoming): string | undefined {
    return super.readCredentials(incoming) ?? 'anonymous'
  }
}
const app = new App()
app.get('/report', { params: { key: new Lenient({ name: 'x-key' }) } }, ({ key }) => ({ key }))

export default {
  app,
  options: { credentials: { Lenient: { unverified: true } } },
  holes: [['handler-ran', 'GET /report']],
  by: 'no credentials',
} satisfies Broken
