/** HEAD has a handler of its own, without the dependency of its GET: it tells sizes and tags. */
import { App } from 'sallyport'
import { bearer, good } from '../issuer.ts'
import type { Broken } from './case.ts'

const app = new App()
app.get('/backup', { params: { user: bearer() } }, () => 'all data')
app.head('/backup', () => new Response(null, { headers: { etag: '"1"' } }))

export default {
  app,
  options: { credentials: { HTTPBearer: good } },
  holes: [['open', 'HEAD /backup']],
} satisfies Broken
