/** A middleware reads and judges the body before anybody was asked who calls. */
import { App, Body } from 'sallyport'
import { z } from 'zod'
import { bearer, good } from '../issuer.ts'
import type { Broken } from './case.ts'

const app = new App()
app.post('/items', { params: { user: bearer(), item: Body(z.object({ title: z.string() })) } }, () => 'added')
app.use(async (request, next) => {
  if (request.headers.get('content-type')?.startsWith('application/json')) {
    try {
      await request.clone().json()
    } catch {
      return Response.json({ detail: 'Bad JSON' }, { status: 422 })
    }
  }
  return next(request)
})

export default {
  app,
  options: { credentials: { HTTPBearer: good } },
  holes: [['wrong-status', 'POST /items']],
  by: 'a body that is no JSON',
} satisfies Broken
