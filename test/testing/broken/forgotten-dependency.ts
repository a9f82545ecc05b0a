/** One operation of several has no dependency: it was forgotten. */
import { App } from 'sallyport'
import { bearer, good } from '../issuer.ts'
import type { Broken } from './case.ts'

const user = bearer()
const app = new App()
app.get('/items', { params: { user } }, () => ['sword'])
app.post('/items', { params: { user } }, () => 'added')
app.delete('/items', () => 'all gone')
app.get('/health', () => 'ok')

export default {
  app,
  options: { credentials: { HTTPBearer: good } },
  holes: [['open', 'DELETE /items']],
} satisfies Broken
