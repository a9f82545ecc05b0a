/** Refusals are made pages to log in at, and one has no challenge. */
import { App } from 'sallyport'
import { HTTPBasic } from 'sallyport/security'
import { bearer, good } from '../issuer.ts'
import type { Broken } from './case.ts'

class Silent extends HTTPBasic {
  override readCredentials(): never {
    throw Object.assign(this.makeNotAuthenticatedError(), { headers: {} })
  }
}
const app = new App()
app.get('/me', { params: { user: bearer() } }, () => 'me')
app.get('/basic', { params: { user: new Silent() } }, () => 'me')
app.use(async (request, next) => {
  const response = await next(request)
  const login = response.status === 401 && new URL(request.url).pathname === '/me'
  return login ? new Response(null, { status: 302, headers: { location: '/login' } }) : response
})

export default {
  app,
  options: { credentials: { HTTPBearer: good } },
  holes: [
    ['answered', 'GET /me'],
    ['no-challenge', 'GET /basic'],
  ],
} satisfies Broken
