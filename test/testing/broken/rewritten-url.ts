/** A middleware believes X-Original-URL, and hands on what no door has seen. */
import { App, Router } from 'sallyport'
import type { Broken } from './case.ts'

const app = new App()
app.include(new Router())
app.get('/', () => 'hello')
app.get('/panel', () => 'everything')
app.use(async (request, next) => {
  if (new URL(request.url).pathname === '/panel') return new Response('no', { status: 403 })
  const original = request.headers.get('x-original-url')
  return next(original ? new Request(new URL(original, request.url), request) : request)
})

export default {
  app,
  holes: [['handler-ran', 'GET /panel']],
  by: 'another path, with x-original-url: the path',
} satisfies Broken
