import { Hono } from 'hono'
import { FetchContext } from 'sallyport'
import api from './main.ts'

const context = new FetchContext({ rootPath: '/api' })

const site = new Hono()
site.get('/', (c) => c.text('The site'))
site.mount('/api', (request) => api.fetch(request, context))

export default site
