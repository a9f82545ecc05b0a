/** One of the alternatives takes everybody. */
import { App, anyOf } from 'sallyport'
import { APIKeyHeader } from 'sallyport/security'
import { bearer } from '../issuer.ts'
import type { Broken } from './case.ts'

const user = bearer()
const caller = anyOf(user, new APIKeyHeader({ name: 'x-key', autoError: false }))
const app = new App()
app.get('/items', { params: { user } }, () => [])
app.delete('/items', { params: { caller } }, () => 'all gone')

export default { app, holes: [['open', 'DELETE /items']] } satisfies Broken
