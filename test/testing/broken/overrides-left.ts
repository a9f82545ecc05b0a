/** An override of a test is left on. */
import { App, dependency } from 'sallyport'
import { bearer, good } from '../issuer.ts'
import type { Broken } from './case.ts'

const user = dependency({ principal: bearer() }, ({ principal }) => ({ name: principal.subject }))
const app = new App()
app.get('/me', { params: { user } }, ({ user }) => user)
app.overrides.set(user, () => ({ name: 'johndoe' }))

export default {
  app,
  options: { credentials: { HTTPBearer: good } },
  holes: [
    ['override', 'the app'],
    ['handler-ran', 'GET /me'],
  ],
} satisfies Broken
