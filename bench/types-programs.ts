/**
 * The same API in the words of each framework, as programs for `types.ts` to check.
 *
 * As a careful user of each would write it: modules of four resources, the users and the rules of who may do what in a file
 * that all of them import, schemas at the top of their module. Where a framework can be written in a way that costs less
 * (Hono without the chain of calls that its client needs), that is what is measured.
 */

/** A framework's program. */
export interface Program {
  readonly name: string
  /** What it is made of, the one that gives the version first. */
  readonly packages: readonly string[]
  /** Only the imports that all files of the program have between them. */
  readonly imports: string
  /** The program with a number of resources, by file. */
  files(resources: number): Readonly<Record<string, string>>
}

const RESOURCES_A_MODULE = 4

/** Cuts the resources into modules, and names them in the file that puts them together. */
function inModules(
  resources: number,
  module: (resources: readonly number[], name: string) => string,
  app: (modules: readonly string[]) => string,
): Record<string, string> {
  const files: Record<string, string> = {}
  const names: string[] = []
  for (let first = 0; first < resources; first += RESOURCES_A_MODULE) {
    const name = `m${names.length}`
    names.push(name)
    const own = Array.from({ length: Math.min(RESOURCES_A_MODULE, resources - first) }, (_, at) => first + at)
    files[`${name}.ts`] = module(own, name)
  }
  return { ...files, 'app.ts': app(names) }
}

/** What all of them read and answer. */
const schemas = (n: number): string => `
const New${n} = z.object({
  name: z.string().min(1).max(100),
  price: z.number().positive(),
  tags: z.array(z.string()).default([]),
  note: z.string().optional(),
})
const Kept${n} = z.object({ id: z.int(), name: z.string(), price: z.number(), tags: z.array(z.string()), owner: z.string() })
`

const USERS = `
export interface User { readonly name: string; readonly disabled: boolean; readonly scopes: readonly string[] }
const users = new Map<string, User>([['johndoe', { name: 'johndoe', disabled: false, scopes: ['read', 'write'] }]])
export const find = async (token: string): Promise<User | undefined> => users.get(token)
`

const sallyport: Program = {
  name: 'sallyport',
  packages: ['sallyport'],
  imports: `
import { App, Body, dependency, HTTPException, Path, Query, Router, Security, SecurityScopes } from 'sallyport'
import { OAuth2PasswordBearer } from 'sallyport/security'
import { z } from 'zod'
export const imported = { App, Body, dependency, HTTPException, OAuth2PasswordBearer, Path, Query, Router, Security, SecurityScopes, z }
`,
  files: (resources) => ({
    ...inModules(
      resources,
      (own, name) => `
import { Body, Path, Query, Router, Security } from 'sallyport'
import { z } from 'zod'
import { active, page } from './users.ts'

export const ${name} = new Router({ prefix: '/${name}', tags: ['${name}'], dependencies: [active] })
${own
  .map(
    (n) => `${schemas(n)}
const read${n} = Security(active, ['read'])
const write${n} = Security(active, ['write'])
${name}.get('/r${n}', { params: { page, q: Query(z.string().optional()), user: read${n} }, response: z.array(Kept${n}) }, ({ page, q, user }) =>
  [{ id: page.skip + page.limit, name: q ?? '', price: 1, tags: ['new'], owner: user.name }])
${name}.get('/r${n}/{id}', { params: { id: Path(z.int()), user: read${n} }, response: Kept${n} }, async ({ id, user }) =>
  ({ id: id + 1, name: 'plumbus', price: 1, tags: ['new'], owner: user.name }))
${name}.post('/r${n}', { params: { item: Body(New${n}), user: write${n} }, response: Kept${n}, status: 201 }, async ({ item, user }) =>
  ({ id: 1, name: item.name, price: item.price, tags: item.tags, owner: user.name }))
${name}.put('/r${n}/{id}', { params: { id: Path(z.int()), item: Body(New${n}), user: write${n} }, response: Kept${n} }, ({ id, item, user }) =>
  ({ id: id + 1, name: item.name, price: item.price, tags: item.tags, owner: user.name }))
${name}.delete('/r${n}/{id}', { params: { id: Path(z.int()), force: Query(z.boolean().default(false)), user: write${n} }, status: 204 }, ({ id, force, user }) => {
  if (force) console.log(id + 1, user.name)
})`,
  )
  .join('\n')}
`,
      (modules) => `
import { App } from 'sallyport'
${modules.map((name) => `import { ${name} } from './${name}.ts'`).join('\n')}

export const app = new App({ title: 'Bench' })
${modules.map((name) => `app.include(${name}, { prefix: '/v1' })`).join('\n')}
`,
    ),
    'users.ts': `
import { dependency, HTTPException, Query, Security, SecurityScopes } from 'sallyport'
import { OAuth2PasswordBearer } from 'sallyport/security'
import { z } from 'zod'
${USERS}
const scheme = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: { read: 'Read.', write: 'Write.' } })
const current = dependency({ token: scheme, scopes: SecurityScopes }, async ({ token, scopes }) => {
  const user = await find(token)
  if (!user) throw scheme.makeNotAuthenticatedError()
  scopes.require(user.scopes)
  return user
})
export const active = dependency({ user: current }, ({ user }) => {
  if (user.disabled) throw new HTTPException(400, 'Inactive user')
  return user
})
export const page = dependency({ skip: Query(z.int().min(0).default(0)), limit: Query(z.int().max(100).default(10)) }, (page) => page)
`,
  }),
}

const hono: Program = {
  name: 'hono',
  packages: ['@hono/zod-openapi', 'hono'],
  imports: `
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { createMiddleware } from 'hono/factory'
import { HTTPException } from 'hono/http-exception'
export const imported = { createMiddleware, createRoute, HTTPException, OpenAPIHono, z }
`,
  files: (resources) => ({
    ...inModules(
      resources,
      (own, name) => `
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { active, bearer, type Env, scopes } from './users.ts'

export const ${name} = new OpenAPIHono<Env>()
${name}.use(active)
const Id = z.object({ id: z.coerce.number().int() })
const Page = z.object({
  skip: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().max(100).default(10),
  q: z.string().optional(),
})
const Force = z.object({ force: z.stringbool().default(false) })
const json = <S extends z.ZodType>(schema: S) => ({ 'application/json': { schema } })
${own
  .map(
    (n) => `${schemas(n)}
${name}.openapi(
  createRoute({
    method: 'get', path: '/r${n}', tags: ['${name}'], security: bearer(['read']), middleware: [scopes('read')] as const,
    request: { query: Page },
    responses: { 200: { description: 'OK', content: json(z.array(Kept${n})) } },
  }),
  (c) => {
    const { skip, limit, q } = c.req.valid('query')
    return c.json([{ id: skip + limit, name: q ?? '', price: 1, tags: ['new'], owner: c.var.user.name }], 200)
  },
)
${name}.openapi(
  createRoute({
    method: 'get', path: '/r${n}/{id}', tags: ['${name}'], security: bearer(['read']), middleware: [scopes('read')] as const,
    request: { params: Id },
    responses: { 200: { description: 'OK', content: json(Kept${n}) } },
  }),
  async (c) => {
    const { id } = c.req.valid('param')
    return c.json({ id: id + 1, name: 'plumbus', price: 1, tags: ['new'], owner: c.var.user.name }, 200)
  },
)
${name}.openapi(
  createRoute({
    method: 'post', path: '/r${n}', tags: ['${name}'], security: bearer(['write']), middleware: [scopes('write')] as const,
    request: { body: { content: json(New${n}), required: true } },
    responses: { 201: { description: 'Created', content: json(Kept${n}) } },
  }),
  async (c) => {
    const item = c.req.valid('json')
    return c.json({ id: 1, name: item.name, price: item.price, tags: item.tags, owner: c.var.user.name }, 201)
  },
)
${name}.openapi(
  createRoute({
    method: 'put', path: '/r${n}/{id}', tags: ['${name}'], security: bearer(['write']), middleware: [scopes('write')] as const,
    request: { params: Id, body: { content: json(New${n}), required: true } },
    responses: { 200: { description: 'OK', content: json(Kept${n}) } },
  }),
  (c) => {
    const { id } = c.req.valid('param')
    const item = c.req.valid('json')
    return c.json({ id: id + 1, name: item.name, price: item.price, tags: item.tags, owner: c.var.user.name }, 200)
  },
)
${name}.openapi(
  createRoute({
    method: 'delete', path: '/r${n}/{id}', tags: ['${name}'], security: bearer(['write']), middleware: [scopes('write')] as const,
    request: { params: Id, query: Force },
    responses: { 204: { description: 'Gone' } },
  }),
  (c) => {
    const { id } = c.req.valid('param')
    if (c.req.valid('query').force) console.log(id + 1, c.var.user.name)
    return c.body(null, 204)
  },
)`,
  )
  .join('\n')}
`,
      (modules) => `
import { OpenAPIHono } from '@hono/zod-openapi'
import type { Env } from './users.ts'
${modules.map((name) => `import { ${name} } from './${name}.ts'`).join('\n')}

export const app = new OpenAPIHono<Env>()
app.openAPIRegistry.registerComponent('securitySchemes', 'Bearer', { type: 'http', scheme: 'bearer' })
${modules.map((name) => `app.route('/v1/${name}', ${name})`).join('\n')}
`,
    ),
    'users.ts': `
import { createMiddleware } from 'hono/factory'
import { HTTPException } from 'hono/http-exception'
${USERS}
export interface Env { Variables: { user: User } }
export const active = createMiddleware<Env>(async (c, next) => {
  const user = await find((c.req.header('authorization') ?? '').replace('Bearer ', ''))
  if (!user) throw new HTTPException(401)
  if (user.disabled) throw new HTTPException(400)
  c.set('user', user)
  await next()
})
export const scopes = (...required: string[]) =>
  createMiddleware<Env>(async (c, next) => {
    if (!required.every((scope) => c.var.user.scopes.includes(scope))) throw new HTTPException(403)
    await next()
  })
export const bearer = (required: string[]): { Bearer: string[] }[] => [{ Bearer: required }]
`,
  }),
}

const elysia: Program = {
  name: 'elysia',
  packages: ['elysia'],
  imports: `
import { Elysia, status } from 'elysia'
import { z } from 'zod'
export const imported = { Elysia, status, z }
`,
  files: (resources) => ({
    ...inModules(
      resources,
      (own, name) => `
import { Elysia } from 'elysia'
import { z } from 'zod'
import { active } from './users.ts'

const Id = z.object({ id: z.coerce.number().int() })
const Page = z.object({
  skip: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().max(100).default(10),
  q: z.string().optional(),
})
const Force = z.object({ force: z.stringbool().default(false) })
${own.map(schemas).join('')}
export const ${name} = new Elysia({ prefix: '/${name}', tags: ['${name}'] })
  .use(active)
${own
  .map(
    (
      n,
    ) => `  .get('/r${n}', ({ query, user }) => [{ id: query.skip + query.limit, name: query.q ?? '', price: 1, tags: ['new'], owner: user.name }], {
    query: Page, scopes: ['read'], response: z.array(Kept${n}), detail: { security: [{ Bearer: ['read'] }] },
  })
  .get('/r${n}/:id', async ({ params, user }) => ({ id: params.id + 1, name: 'plumbus', price: 1, tags: ['new'], owner: user.name }), {
    params: Id, scopes: ['read'], response: Kept${n}, detail: { security: [{ Bearer: ['read'] }] },
  })
  .post('/r${n}', async ({ body, user, set }) => {
    set.status = 201
    return { id: 1, name: body.name, price: body.price, tags: body.tags, owner: user.name }
  }, { body: New${n}, scopes: ['write'], response: Kept${n}, detail: { security: [{ Bearer: ['write'] }] } })
  .put('/r${n}/:id', ({ params, body, user }) =>
    ({ id: params.id + 1, name: body.name, price: body.price, tags: body.tags, owner: user.name }), {
    params: Id, body: New${n}, scopes: ['write'], response: Kept${n}, detail: { security: [{ Bearer: ['write'] }] },
  })
  .delete('/r${n}/:id', ({ params, query, user, set }) => {
    if (query.force) console.log(params.id + 1, user.name)
    set.status = 204
  }, { params: Id, query: Force, scopes: ['write'], detail: { security: [{ Bearer: ['write'] }] } })`,
  )
  .join('\n')}
`,
      (modules) => `
import { Elysia } from 'elysia'
${modules.map((name) => `import { ${name} } from './${name}.ts'`).join('\n')}

export const app = new Elysia({ prefix: '/v1' })
${modules.map((name) => `  .use(${name})`).join('\n')}
`,
    ),
    'users.ts': `
import { Elysia, status } from 'elysia'
${USERS}
export const active = new Elysia({ name: 'active' })
  .resolve({ as: 'scoped' }, async ({ headers }) => {
    const user = await find((headers.authorization ?? '').replace('Bearer ', ''))
    if (!user) return status(401)
    if (user.disabled) return status(400)
    return { user }
  })
  .macro({
    scopes: (required: string[]) => ({
      beforeHandle: async ({ headers }) => {
        const user = await find((headers.authorization ?? '').replace('Bearer ', ''))
        if (!required.every((scope) => user?.scopes.includes(scope))) return status(403)
      },
    }),
  })
`,
  }),
}

const trpc: Program = {
  name: 'trpc',
  packages: ['@trpc/server'],
  imports: `
import { initTRPC, TRPCError } from '@trpc/server'
import { z } from 'zod'
export const imported = { initTRPC, TRPCError, z }
`,
  files: (resources) => ({
    ...inModules(
      resources,
      (own, name) => `
import { z } from 'zod'
import { active, requires, router } from './users.ts'

const Page = z.object({ skip: z.int().min(0).default(0), limit: z.int().max(100).default(10), q: z.string().optional() })
${own.map(schemas).join('')}
export const ${name} = router({
${own
  .map(
    (n) => `  list${n}: active.use(requires('read')).input(Page).output(z.array(Kept${n})).query(({ input, ctx }) =>
    [{ id: input.skip + input.limit, name: input.q ?? '', price: 1, tags: ['new'], owner: ctx.user.name }]),
  one${n}: active.use(requires('read')).input(z.object({ id: z.int() })).output(Kept${n}).query(async ({ input, ctx }) =>
    ({ id: input.id + 1, name: 'plumbus', price: 1, tags: ['new'], owner: ctx.user.name })),
  create${n}: active.use(requires('write')).input(New${n}).output(Kept${n}).mutation(async ({ input, ctx }) =>
    ({ id: 1, name: input.name, price: input.price, tags: input.tags, owner: ctx.user.name })),
  replace${n}: active.use(requires('write')).input(z.object({ id: z.int(), item: New${n} })).output(Kept${n}).mutation(({ input, ctx }) =>
    ({ id: input.id + 1, name: input.item.name, price: input.item.price, tags: input.item.tags, owner: ctx.user.name })),
  delete${n}: active.use(requires('write')).input(z.object({ id: z.int(), force: z.boolean().default(false) })).mutation(({ input, ctx }) => {
    if (input.force) console.log(input.id + 1, ctx.user.name)
  }),`,
  )
  .join('\n')}
})
`,
      (modules) => `
import { router } from './users.ts'
${modules.map((name) => `import { ${name} } from './${name}.ts'`).join('\n')}

export const app = router({ ${modules.join(', ')} })
`,
    ),
    'users.ts': `
import { initTRPC, TRPCError } from '@trpc/server'
${USERS}
const t = initTRPC.context<{ token: string }>().create()
export const router = t.router
export const active = t.procedure.use(async ({ ctx, next }) => {
  const user = await find(ctx.token)
  if (!user) throw new TRPCError({ code: 'UNAUTHORIZED' })
  if (user.disabled) throw new TRPCError({ code: 'BAD_REQUEST' })
  return next({ ctx: { user } })
})
export const requires = (...required: string[]) =>
  t.middleware(({ ctx, next }) => {
    const { user } = ctx as unknown as { user: User }
    if (!required.every((scope) => user.scopes.includes(scope))) throw new TRPCError({ code: 'FORBIDDEN' })
    return next()
  })
`,
  }),
}

/** Ours first: the ratios are to it. */
export const programs: readonly Program[] = [sallyport, hono, elysia, trpc]
