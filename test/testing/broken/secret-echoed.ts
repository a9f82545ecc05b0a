/** Answers say too much: the 401 repeats the token, the 422 the input, the 500 a connection string. */
import { App, dependency, HTTPException, Query, RequestValidationError } from 'sallyport'
import { HTTPBearer } from 'sallyport/security'
import { z } from 'zod'
import { bearer, good } from '../issuer.ts'
import type { Broken } from './case.ts'

const user = dependency({ token: new HTTPBearer({ schemeName: 'Talkative' }) }, ({ token }): never => {
  throw new HTTPException(401, `No such token: ${token.credentials}`, { headers: { 'www-authenticate': 'Bearer' } })
})
class Unconnected extends Error {}
const app = new App({ onError: () => {} })
app.get('/me', { params: { user } }, () => 'me')
app.get('/links', { params: { code: Query(z.int()) } }, () => 'in')
app.get('/rows', { params: { user: bearer() } }, () => {
  throw new Unconnected('cannot connect to postgres://app:hunter2-of-the-tests@db')
})
app.exceptionHandler(RequestValidationError, (error, incoming) =>
  Response.json({ issues: error.issues, got: incoming.search }, { status: 422 }),
)
app.exceptionHandler(Unconnected, (error) => new Response(error.stack ?? '', { status: 500 }))

export default {
  app,
  options: { credentials: { HTTPBearer: good }, canaries: ['hunter2-of-the-tests'] },
  holes: [
    ['leak', 'GET /me'],
    ['leak', 'GET /links'],
    ['leak', 'GET /rows'],
  ],
} satisfies Broken
