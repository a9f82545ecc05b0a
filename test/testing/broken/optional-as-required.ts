/** The scheme is optional, and the handler uses what it gives as if it were there. */
import { App } from 'sallyport'
import { HTTPBearer } from 'sallyport/security'
import { tokens } from '../issuer.ts'
import type { Broken } from './case.ts'

const user = new HTTPBearer({ verify: tokens, autoError: false })
const app = new App({ onError: () => {} })
app.get('/me', { params: { user } }, ({ user }) => ({ name: (user as NonNullable<typeof user>).subject }))

export default { app, holes: [['needs-optional', 'GET /me']] } satisfies Broken
