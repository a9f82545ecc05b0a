/** One app with as many operations as its first argument says: a third of them with a path parameter. */
import { PORT, VARIANT } from './contract.ts'
import { pathOf, templateOf } from './operation-paths.ts'

const [framework, count] = VARIANT.split(':') as [string, string]
const numbers = Array.from({ length: Number(count) }, (_, number) => number)

if (framework === 'sallyport') {
  const { App, Path } = await import('sallyport')
  const { serve } = await import('sallyport/node')
  const { z } = await import('zod')
  const app = new App({ title: 'Operations' })
  for (const number of numbers) {
    const path = templateOf(number, '{id}') as `/${string}{id}`
    if (path.includes('{')) app.get(path, { params: { id: Path(z.string()) } }, ({ id }) => ({ number, id }))
    else app.get(pathOf(number) as '/', {}, () => ({ number, id: null }))
  }
  await serve(app, { port: PORT })
} else if (framework === 'fastify') {
  const { fastify } = await import('fastify')
  const app = fastify({ logger: false })
  for (const number of numbers) {
    app.get<{ Params: { id?: string } }>(templateOf(number, ':id'), (request, reply) =>
      reply.send({ number, id: request.params.id ?? null }),
    )
  }
  await app.listen({ port: PORT, host: '127.0.0.1' })
} else if (framework === 'hono') {
  const { Hono } = await import('hono')
  const { serve } = await import('@hono/node-server')
  const app = new Hono()
  for (const number of numbers)
    app.get(templateOf(number, ':id'), (c) => c.json({ number, id: c.req.param('id') ?? null }))
  serve({ fetch: app.fetch, port: PORT, hostname: '127.0.0.1' })
} else throw new Error(`no such framework: ${framework}`)
