/** What the verification depends on writes before anybody is verified. */
import { App, CurrentIncoming, dependency } from 'sallyport'
import { bearer, good } from '../issuer.ts'
import type { Broken } from './case.ts'

const visits: string[] = []
const visit = dependency({ incoming: CurrentIncoming }, ({ incoming }) => visits.push(incoming.path))
const user = dependency({ visit, principal: bearer() }, ({ principal }) => principal)
const app = new App()
app.get('/me', { params: { user } }, ({ user }) => user.subject)

export default {
  app,
  options: { credentials: { HTTPBearer: good }, state: () => visits.length },
  holes: [['state-changed', 'GET /me']],
  by: 'no credentials',
} satisfies Broken
