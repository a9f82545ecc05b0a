/**
 * Fastify with its own plugins. Answers are serialized by JSON Schema, which is its fastest way; the body is validated by Zod
 * through fastify-type-provider-zod. `cache` lets @fastify/jwt remember tokens.
 */
import fastifyBasicAuth from '@fastify/basic-auth'
import fastifyJwt from '@fastify/jwt'
import { type FastifyReply, fastify } from 'fastify'
import { validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import {
  checkPassword,
  NewOrder,
  ORDER_JSON_SCHEMA,
  PORT,
  SECRET,
  storeOrder,
  USER_JSON_SCHEMA,
  userOfKey,
  users,
  VARIANT,
} from './contract.ts'

const app = fastify({ logger: false })
await app.register(fastifyJwt, {
  secret: SECRET,
  verify: { algorithms: ['HS256'], ...(VARIANT === 'cache' ? { cache: 10_000 } : {}) },
})
await app.register(fastifyBasicAuth, {
  authenticate: true,
  validate: async (name, password) => {
    if (!checkPassword(name, password)) throw Object.assign(new Error('Unauthorized'), { statusCode: 401 })
  },
})

app.get(
  '/users/me',
  {
    schema: { response: { 200: USER_JSON_SCHEMA } },
    onRequest: async (request) => {
      await request.jwtVerify()
    },
  },
  (request, reply) => {
    const user = users.get((request.user as { sub: string }).sub)
    if (user) return reply.send(user)
    return unauthorized(reply)
  },
)

app.get<{ Params: { id: number }; Querystring: { q?: string } }>(
  '/items/:id',
  {
    schema: {
      params: { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] },
      querystring: { type: 'object', properties: { q: { type: 'string' } } },
      response: {
        200: { type: 'object', properties: { id: { type: 'integer' }, q: { type: 'string', nullable: true } } },
      },
    },
  },
  (request, reply) => reply.send({ id: request.params.id, q: request.query.q ?? null }),
)

app
  .withTypeProvider<ZodTypeProvider>()
  .post(
    '/orders',
    { schema: { body: NewOrder, response: { 201: ORDER_JSON_SCHEMA } }, validatorCompiler: validatorCompiler as never },
    (request, reply) => {
      reply.code(201).send(storeOrder(request.body) as never)
    },
  )

app.get('/basic', { schema: { response: { 200: USER_JSON_SCHEMA } }, onRequest: app.basicAuth }, (request, reply) =>
  reply.send(users.get(nameIn(request.headers.authorization))),
)

app.get('/key', { schema: { response: { 200: USER_JSON_SCHEMA } } }, (request, reply) => {
  const key = request.headers['x-api-key']
  const user = typeof key === 'string' ? userOfKey(key) : undefined
  if (user) return reply.send(user)
  return unauthorized(reply)
})

await app.listen({ port: PORT, host: '127.0.0.1' })

/** The plugin hands the name on to `validate` alone. */
function nameIn(authorization = ''): string {
  return Buffer.from(authorization.slice('Basic '.length), 'base64').toString().split(':', 1)[0] ?? ''
}

function unauthorized(reply: Pick<FastifyReply, 'code'>): FastifyReply {
  return reply.code(401).send({ detail: 'Not authenticated' })
}
