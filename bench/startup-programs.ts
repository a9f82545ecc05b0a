/**
 * Programs that start one API of many operations, for `startup.ts`: each framework's own way to say the same.
 *
 * Ten operations a module, five for each of two resources: a list with a page of query parameters, one by its id, create,
 * replace, delete; bodies and answers have schemas of their own, and a user with a scope stands before every operation. A program
 * has two parts: `load` imports, `make` declares and listens, and gives the port.
 */

/** A program to start. */
export interface Program {
  readonly name: string
  /** What is behind the name, for the table. */
  readonly is: string
  /** Imports, as statements of an async function. */
  readonly load: string
  /** Declares `N` operations, listens on a free port, and gives it back; statements of the same function. */
  readonly make: string
  /** The path of the document, where there is one. */
  readonly document?: string
}

const ZOD = `
const item = () => z.object({ name: z.string().min(1).max(100), price: z.number().positive(), tags: z.array(z.string()).default([]), note: z.string().optional() })
const kept = () => z.object({ id: z.int(), name: z.string(), price: z.number(), tags: z.array(z.string()) })`
const ZOD_TEXTS = `
const id = () => z.object({ id: z.coerce.number().int() })
const page = () => z.object({ skip: z.coerce.number().int().min(0).default(0), limit: z.coerce.number().int().max(100).default(10), q: z.string().optional() })
const force = () => z.object({ force: z.stringbool().default(false) })`
const PLUMBUS = `const plumbus = (id) => ({ id, name: 'plumbus', price: 1, tags: [] })`
const USERS = `
${PLUMBUS}
const userOf = (authorization, scope) => {
  if (authorization !== 'Bearer johndoe') return 401
  return ['read', 'write'].includes(scope) ? { name: 'johndoe' } : 403
}`
const LISTEN_NODE = `await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
return server.address().port`

export const programs: readonly Program[] = [
  {
    name: 'sallyport',
    is: 'Zod, document',
    load: `
const { App, Body, dependency, Path, Query, Router, Security, SecurityScopes } = await import('sallyport')
const { OAuth2PasswordBearer } = await import('sallyport/security')
const { serve } = await import('sallyport/node')
const { z } = await import('zod')`,
    make: `${ZOD}
${PLUMBUS}
const scheme = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: { read: 'Read.', write: 'Write.' } })
const current = dependency({ token: scheme, scopes: SecurityScopes }, ({ token, scopes }) => {
  if (token !== 'johndoe') throw scheme.makeNotAuthenticatedError()
  scopes.require('read write')
  return { name: token }
})
const active = dependency({ user: current }, ({ user }) => user)
const page = dependency({ skip: Query(z.int().min(0).default(0)), limit: Query(z.int().max(100).default(10)) }, (page) => page)
const app = new App({ title: 'Bench' })
for (let m = 0; m < N / 10; m++) {
  const router = new Router({ prefix: '/m' + m, tags: ['m' + m], dependencies: [active] })
  for (const r of ['/a', '/b']) {
    const [New, Kept] = [item(), kept()]
    const read = Security(active, ['read'])
    const write = Security(active, ['write'])
    router.get(r, { params: { page, q: Query(z.string().optional()), user: read }, response: z.array(Kept) }, () => [plumbus(1)])
    router.get(r + '/{id}', { params: { id: Path(z.int()), user: read }, response: Kept }, ({ id }) => plumbus(id))
    router.post(r, { params: { item: Body(New), user: write }, response: Kept, status: 201 }, ({ item }) => ({ id: 1, ...item }))
    router.put(r + '/{id}', { params: { id: Path(z.int()), item: Body(New), user: write }, response: Kept }, ({ id, item }) => ({ id, ...item }))
    router.delete(r + '/{id}', { params: { id: Path(z.int()), force: Query(z.boolean().default(false)), user: write }, status: 204 }, () => {})
  }
  app.include(router, { prefix: '/v1' })
}
const server = await serve(app, { port: 0, hostname: '127.0.0.1' })
return Number(new URL(server.url).port)`,
    document: '/openapi.json',
  },
  {
    name: 'fastify',
    is: 'JSON Schema, no document',
    load: `const { default: fastify } = await import('fastify')`,
    make: `${USERS}
const text = { type: 'string' }
const item = () => ({ type: 'object', required: ['name', 'price'], properties: { name: { ...text, minLength: 1, maxLength: 100 }, price: { type: 'number', exclusiveMinimum: 0 }, tags: { type: 'array', items: text, default: [] }, note: text } })
const kept = () => ({ type: 'object', required: ['id', 'name', 'price', 'tags'], properties: { id: { type: 'integer' }, name: text, price: { type: 'number' }, tags: { type: 'array', items: text } } })
const id = () => ({ type: 'object', required: ['id'], properties: { id: { type: 'integer' } } })
const page = () => ({ type: 'object', properties: { skip: { type: 'integer', minimum: 0, default: 0 }, limit: { type: 'integer', maximum: 100, default: 10 }, q: text } })
const force = () => ({ type: 'object', properties: { force: { type: 'boolean', default: false } } })
const listOf = (items) => ({ type: 'array', items })
const gone = { type: 'null' }
const app = fastify()
${fastifyRoutes()}`,
  },
  {
    name: 'fastify-zod',
    is: 'fastify-type-provider-zod, no document',
    load: `const { default: fastify } = await import('fastify')
const { serializerCompiler, validatorCompiler } = await import('fastify-type-provider-zod')
const { z } = await import('zod')`,
    make: `${ZOD}${ZOD_TEXTS}${USERS}
const listOf = (items) => z.array(items)
const gone = z.null()
const app = fastify()
app.setValidatorCompiler(validatorCompiler)
app.setSerializerCompiler(serializerCompiler)
${fastifyRoutes()}`,
  },
  {
    name: 'hono',
    is: '@hono/zod-openapi, document',
    load: `const { createRoute, OpenAPIHono, z } = await import('@hono/zod-openapi')
const { HTTPException } = await import('hono/http-exception')
const { serve } = await import('@hono/node-server')`,
    make: `${ZOD}${ZOD_TEXTS}${USERS}
const guard = (scope) => async (c, next) => {
  const user = userOf(c.req.header('authorization'), scope)
  if (typeof user === 'number') throw new HTTPException(user)
  c.set('user', user)
  await next()
}
const [read, write] = [guard('read'), guard('write')]
const json = (schema) => ({ 'application/json': { schema } })
const app = new OpenAPIHono()
for (let m = 0; m < N / 10; m++) {
  const router = new OpenAPIHono()
  const tags = ['m' + m]
  for (const r of ['/a', '/b']) {
    const [New, Kept] = [item(), kept()]
    const body = { content: json(New), required: true }
    const [reads, writes] = [{ tags, security: [{ Bearer: ['read'] }], middleware: [read] }, { tags, security: [{ Bearer: ['write'] }], middleware: [write] }]
    const ok = (schema) => ({ 200: { description: 'OK', content: json(schema) } })
    router.openapi(createRoute({ method: 'get', path: r, ...reads, request: { query: page() }, responses: ok(z.array(Kept)) }), (c) => c.json([plumbus(1)]))
    router.openapi(createRoute({ method: 'get', path: r + '/{id}', ...reads, request: { params: id() }, responses: ok(Kept) }), (c) => c.json(plumbus(c.req.valid('param').id)))
    router.openapi(createRoute({ method: 'post', path: r, ...writes, request: { body }, responses: { 201: { description: 'OK', content: json(Kept) } } }), (c) => c.json({ id: 1, ...c.req.valid('json') }, 201))
    router.openapi(createRoute({ method: 'put', path: r + '/{id}', ...writes, request: { params: id(), body }, responses: ok(Kept) }), (c) => c.json({ id: 1, ...c.req.valid('json') }))
    router.openapi(createRoute({ method: 'delete', path: r + '/{id}', ...writes, request: { params: id(), query: force() }, responses: { 204: { description: 'Gone' } } }), (c) => c.body(null, 204))
  }
  app.route('/v1/m' + m, router)
}
app.doc31('/openapi.json', { openapi: '3.1.0', info: { title: 'Bench', version: '1' } })
return new Promise((listening) => serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => listening(port)))`,
    document: '/openapi.json',
  },
  {
    name: 'express',
    is: 'Zod by hand, no document',
    load: `const { default: express } = await import('express')
const { z } = await import('zod')`,
    make: `${ZOD}${ZOD_TEXTS}${USERS}
const guard = (scope) => (req, res, next) => {
  const user = userOf(req.headers.authorization, scope)
  if (typeof user === 'number') return res.sendStatus(user)
  req.user = user
  next()
}
const check = (schema, of) => (req, res, next) => {
  const { data, error } = schema.safeParse(req[of])
  if (error) return res.status(422).json(error.issues)
  req.valid = { ...req.valid, [of]: data }
  next()
}
const [read, write] = [guard('read'), guard('write')]
const app = express()
app.use(express.json())
for (let m = 0; m < N / 10; m++) {
  const router = express.Router()
  for (const r of ['/a', '/b']) {
    const [New, Kept] = [item(), kept()]
    const List = z.array(Kept)
    router.get(r, read, check(page(), 'query'), (req, res) => res.json(List.parse([plumbus(1)])))
    router.get(r + '/:id', read, check(id(), 'params'), (req, res) => res.json(Kept.parse(plumbus(req.valid.params.id))))
    router.post(r, write, check(New, 'body'), (req, res) => res.status(201).json(Kept.parse({ id: 1, ...req.valid.body })))
    router.put(r + '/:id', write, check(id(), 'params'), check(New, 'body'), (req, res) => res.json(Kept.parse({ id: 1, ...req.valid.body })))
    router.delete(r + '/:id', write, check(id(), 'params'), check(force(), 'query'), (req, res) => res.sendStatus(204))
  }
  app.use('/v1/m' + m, router)
}
return new Promise((listening) => {
  const server = app.listen(0, '127.0.0.1', () => listening(server.address().port))
})`,
  },
  {
    name: 'bare',
    is: 'node:http and a Map, nothing checked',
    load: `const { createServer } = await import('node:http')`,
    make: `${USERS}
const handlers = new Map()
for (let m = 0; m < N / 10; m++) {
  for (const r of ['/a', '/b']) {
    const path = '/v1/m' + m + r
    handlers.set('GET ' + path, () => [plumbus(1)])
    handlers.set('GET ' + path + '/', (id) => plumbus(id))
    handlers.set('POST ' + path, () => plumbus(1))
    handlers.set('PUT ' + path + '/', (id) => plumbus(id))
    handlers.set('DELETE ' + path + '/', () => undefined)
  }
}
const server = createServer((req, res) => {
  const [, folder = '', id = ''] = /^(.*\\/[ab])(?:\\/(\\d+))?$/.exec(req.url) ?? []
  const handler = handlers.get(req.method + ' ' + folder + (id && '/'))
  if (!handler) return res.writeHead(404).end()
  res.setHeader('content-type', 'application/json').end(JSON.stringify(handler(Number(id))))
})
${LISTEN_NODE}`,
  },
]

function fastifyRoutes(): string {
  return `const guard = (scope) => async (req, reply) => {
  const user = userOf(req.headers.authorization, scope)
  if (typeof user === 'number') return reply.code(user).send()
  req.user = user
}
app.decorateRequest('user', null)
const [read, write] = [guard('read'), guard('write')]
for (let m = 0; m < N / 10; m++) {
  app.register(async (router) => {
    for (const r of ['/a', '/b']) {
      const [New, Kept] = [item(), kept()]
      router.get(r, { onRequest: read, schema: { querystring: page(), response: { 200: listOf(Kept) } } }, async () => [plumbus(1)])
      router.get(r + '/:id', { onRequest: read, schema: { params: id(), response: { 200: Kept } } }, async (req) => plumbus(req.params.id))
      router.post(r, { onRequest: write, schema: { body: New, response: { 201: Kept } } }, async (req, reply) => reply.code(201).send({ id: 1, ...req.body }))
      router.put(r + '/:id', { onRequest: write, schema: { params: id(), body: New, response: { 200: Kept } } }, async (req) => ({ id: 1, ...req.body }))
      router.delete(r + '/:id', { onRequest: write, schema: { params: id(), querystring: force(), response: { 204: gone } } }, async (req, reply) => reply.code(204).send())
    }
  }, { prefix: '/v1/m' + m })
}
await app.listen({ port: 0, host: '127.0.0.1' })
return app.server.address().port`
}
