/** A middleware with a cache answers before anybody was asked who calls. */
import { App } from 'sallyport'
import { bearer, good } from '../issuer.ts'
import type { Broken } from './case.ts'

const cache = new Map<string, string>()
const app = new App()
app.get('/salaries', { params: { user: bearer() } }, () => 'a lot')
app.use(async (request, next) => {
  const { pathname } = new URL(request.url)
  const known = cache.get(pathname)
  if (known !== undefined) return new Response(known)
  const response = await next(request)
  if (response.ok) cache.set(pathname, await response.clone().text())
  return response
})

export default {
  app,
  options: { credentials: { HTTPBearer: good }, canaries: ['a lot'] },
  // What it keeps is found once a valid request has filled it; then nobody is refused any more.
  holes: [
    ['leak', 'GET /salaries'],
    ['answered', 'GET /salaries'],
  ],
} satisfies Broken
