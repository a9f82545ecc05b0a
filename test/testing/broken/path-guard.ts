/** A middleware guards by the text of the path, and the router reads more spellings than it does. */
import { App, Path } from 'sallyport'
import { z } from 'zod'
import type { Broken } from './case.ts'

const app = new App()
app.get('/admin/users', () => ['johndoe'])
app.get('/admin/files/{rest:path}', { params: { rest: Path(z.string()) } }, ({ rest }) => rest)
app.use(async (request, next) => {
  const { pathname } = new URL(request.url)
  const guarded = pathname === '/admin/users' || pathname.startsWith('/admin/files/')
  if (guarded && request.headers.get('x-admin-key') !== 'a key of the tests') return new Response('no', { status: 401 })
  return next(request)
})

export default {
  app,
  holes: [
    ['handler-ran', 'GET /admin/users'],
    ['handler-ran', 'GET /admin/files/{rest:path}'],
  ],
  by: 'the path with an encoded letter',
} satisfies Broken
