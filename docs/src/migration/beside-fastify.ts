import { fastify } from 'fastify'
import { toNodeHandler } from 'sallyport/node'
import app from './main.ts'

const old = fastify()

old.post('/reports', (request) => ({ received: request.body, from: 'fastify' }))

// #region rest
const handler = toNodeHandler(app)

// A plugin of its own: what it does to parsers does not reach the routes outside.
old.register(async (rest) => {
  rest.removeAllContentTypeParsers()
  rest.addContentTypeParser('*', (_request, _payload, done) => done(null))
  rest.all('/*', (request, reply) => {
    reply.hijack()
    handler(request.raw, reply.raw)
  })
})
// #endregion rest

export default old
if (import.meta.main) await old.listen({ port: 8000, host: '127.0.0.1' })
