/** The dependencies of an app do not stand before what is mounted in it. */
import { App } from 'sallyport'
import { bearer, good } from '../issuer.ts'
import type { Broken } from './case.ts'

const reports = new App()
reports.get('/yearly', () => 'numbers')

const app = new App({ dependencies: [bearer()] })
app.get('/', () => 'hello')
app.mount('/reports', reports)
app.mount('/legacy', () => new Response('everything'))

export default {
  app,
  options: { credentials: { HTTPBearer: good } },
  holes: [
    ['open', 'GET /reports/yearly'],
    ['open', 'what is mounted at /legacy'],
  ],
} satisfies Broken
