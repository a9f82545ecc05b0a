import fastify, { type FastifyInstance, type RouteHandlerMethod } from 'fastify'
import { toNodeHandler } from 'sallyport/node'
import api from './main.ts'

export const site: FastifyInstance = fastify()
const handler = toNodeHandler(api, { mountPath: '/api' })

// In a plugin of its own, so that the other routes keep their parsers of bodies.
site.register(async (inner) => {
  inner.removeAllContentTypeParsers()
  inner.addContentTypeParser('*', (_request, _payload, done) => done(null))
  const pass: RouteHandlerMethod = (request, reply) => {
    reply.hijack()
    handler(request.raw, reply.raw)
  }
  inner.all('/api', pass)
  inner.all('/api/*', pass)
})
site.post('/form', (request) => request.body)

site.addHook('onClose', () => api.stop())
