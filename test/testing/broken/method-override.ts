/** A middleware lets GET pass, and believes X-HTTP-Method-Override behind its check. */
import { App } from 'sallyport'
import type { Broken } from './case.ts'

const app = new App()
app.get('/items', () => [])
app.delete('/items', () => 'all gone')
app.use(async (request, next) => {
  if (request.method !== 'GET' && !request.headers.has('authorization')) return new Response('no', { status: 401 })
  const method = request.headers.get('x-http-method-override')
  return next(method ? new Request(request.url, { method, headers: request.headers }) : request)
})

export default {
  app,
  holes: [['handler-ran', 'DELETE /items']],
  by: 'GET with x-http-method-override',
} satisfies Broken
