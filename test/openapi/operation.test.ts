/** Parameters, bodies, answers and what else stands in an operation. */
import { App, Body, Cookie, dependency, File, Form, Header, Path, Query, Router } from 'sallyport'
import { HTTPBearer, OAuth2PasswordRequestForm } from 'sallyport/security'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { OpenAPIObject, OperationObject } from '../../src/openapi/types.ts'
import { HTTPValidationError, invalid, success, successOf, ValidationError } from './parts.ts'
import { expectValid } from './validators.ts'

const info = { title: 'Operations', version: '1.0.0' }
const text = { type: 'string' }
const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` })

async function checked(app: App): Promise<OpenAPIObject> {
  const document = app.openapi()
  await expectValid(document)
  return document
}

/** The first operation of a document. */
async function only(app: App): Promise<OperationObject> {
  const [item] = Object.values((await checked(app)).paths)
  return Object.values(item ?? {})[0] as OperationObject
}

describe('parameters', () => {
  test('of every place, with what is said of them', async () => {
    const app = new App(info)
    const params = {
      theme: Cookie(z.string().optional(), { examples: { one: { summary: 'One.', value: 'dark' } } }),
      userAgent: Header(z.string(), { alias: 'User-Agent', description: 'Who asks.' }),
      xTags: Header(z.array(z.string()).default([])),
      q: Query(z.string().describe('Looks for it.').optional(), { example: 'x' }),
      old: Query(z.int().max(9).default(3), { deprecated: true }),
      gone: Query(z.string().optional().meta({ deprecated: true })),
      tag: Query(z.array(z.enum(['a', 'b'])), { alias: 'tags' }),
      both: Query(z.string().optional(), { example: 'x', examples: { y: { value: 'y' } } }),
      hidden: Query(z.string().optional(), { includeInSchema: false }),
      id: Path(z.int()),
    }
    app.get('/items/{id}', { params }, () => ({}))
    const integer = { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }
    expect(app.openapi()).toEqual({
      openapi: '3.1.0',
      info,
      paths: {
        '/items/{id}': {
          get: {
            operationId: 'get_items_id',
            parameters: [
              { name: 'id', in: 'path', required: true, schema: integer },
              {
                name: 'q',
                in: 'query',
                description: 'Looks for it.',
                schema: { ...text, description: 'Looks for it.' },
                example: 'x',
              },
              { name: 'old', in: 'query', deprecated: true, schema: { ...integer, maximum: 9, default: 3 } },
              { name: 'gone', in: 'query', deprecated: true, schema: { ...text, deprecated: true } },
              {
                name: 'tags',
                in: 'query',
                required: true,
                schema: { type: 'array', items: { ...text, enum: ['a', 'b'] } },
              },
              { name: 'both', in: 'query', schema: text, examples: { example: { value: 'x' }, y: { value: 'y' } } },
              { name: 'User-Agent', in: 'header', description: 'Who asks.', required: true, schema: text },
              { name: 'x-tags', in: 'header', schema: { type: 'array', items: text, default: [] } },
              {
                name: 'theme',
                in: 'cookie',
                schema: text,
                examples: { one: { summary: 'One.', value: 'dark' } },
              },
            ],
            responses: { 200: success, 422: invalid },
          },
        },
      },
      components: { schemas: { HTTPValidationError, ValidationError } },
    })
    await checked(app)
  })

  test('an object gives one for each of its fields', async () => {
    const app = new App(info)
    const Color = z.enum(['red']).meta({ id: 'Color' })
    const page = z.object({
      limit: z.int().min(0).max(9).default(3),
      order: z.string().describe('By what.'),
      color: Color,
    })
    app.get('/', { params: { page: Query(page, { deprecated: true, example: { limit: 1, other: 2 } }) } }, () => ({}))
    expect(await only(app)).toMatchObject({
      parameters: [
        { name: 'limit', in: 'query', deprecated: true, schema: { type: 'integer', default: 3 }, example: 1 },
        { name: 'order', in: 'query', deprecated: true, description: 'By what.', required: true, schema: text },
        { name: 'color', in: 'query', deprecated: true, required: true, schema: ref('Color') },
      ],
    })
  })

  test('headers that the specification keeps for itself are left out', async () => {
    const app = new App(info)
    const headers = z.object({ accept: z.string(), contentType: z.string(), xTrace: z.string() })
    app.get('/', { params: { headers: Header(headers), authorization: Header(z.string()) } }, () => ({}))
    expect((await only(app)).parameters).toEqual([{ name: 'x-trace', in: 'header', required: true, schema: text }])
  })

  test('what is declared twice stands there once, and is required when either asks for it', async () => {
    const app = new App(info)
    const below = dependency({ q: Query(z.string()), trace: Header(z.string(), { alias: 'X-TRACE' }) }, () => 1)
    const params = { q: Query(z.string().optional()), below, trace: Header(z.string(), { alias: 'x-trace' }) }
    app.get('/', { params }, () => ({}))
    expect((await only(app)).parameters).toEqual([
      { name: 'q', in: 'query', required: true, schema: text },
      { name: 'X-TRACE', in: 'header', required: true, schema: text },
    ])
  })

  test('those of dependencies are there; what cannot be validated brings no 422', async () => {
    const app = new App(info)
    app.get('/', { dependencies: [dependency({ q: Query(z.string().optional()) }, () => 1)] }, () => ({}))
    app.get('/plain', () => ({}))
    const { paths } = await checked(app)
    expect(paths['/']?.get).toEqual({
      operationId: 'get',
      parameters: [{ name: 'q', in: 'query', schema: text }],
      responses: { 200: success, 422: invalid },
    })
    expect(paths['/plain']?.get).toEqual({ operationId: 'get_plain', responses: { 200: success } })
  })
})

describe('bodies', () => {
  test('JSON', async () => {
    const app = new App(info)
    const item = z.object({ name: z.string() })
    const options = { description: 'The item.', example: { name: 'x' } }
    app.put('/', { params: { item: Body(item, options) } }, () => ({}))
    expect(await only(app)).toEqual({
      operationId: 'put',
      requestBody: {
        description: 'The item.',
        content: {
          'application/json': {
            schema: { type: 'object', properties: { name: text }, required: ['name'] },
            example: { name: 'x' },
          },
        },
        required: true,
      },
      responses: { 200: success, 422: invalid },
    })
  })

  test('optional, and of another media type', async () => {
    const app = new App(info)
    const examples = { short: { value: 'a' } }
    app.post(
      '/',
      { params: { note: Body(z.string().optional(), { mediaType: 'text/markdown', examples }) } },
      () => ({}),
    )
    expect((await only(app)).requestBody).toEqual({ content: { 'text/markdown': { schema: text, examples } } })
  })

  test('several embedded in one', async () => {
    const app = new App(info)
    const User = z.object({ name: z.string() }).meta({ id: 'User' })
    const params = {
      user: Body(User, { embed: true, description: 'Who.' }),
      note: Body(z.object({ text: z.string() }).describe('A note.'), {
        embed: true,
        description: 'What.',
        alias: 'memo',
      }),
      importance: Body(z.int().min(0).max(9).optional(), { embed: true, deprecated: true, example: 5 }),
    }
    app.put('/items', { params }, () => ({}))
    expect(app.openapi()).toEqual({
      openapi: '3.1.0',
      info,
      paths: {
        '/items': {
          put: {
            operationId: 'put_items',
            requestBody: {
              content: { 'application/json': { schema: ref('Body_put_items') } },
              required: true,
            },
            responses: { 200: success, 422: invalid },
          },
        },
      },
      components: {
        schemas: {
          Body_put_items: {
            type: 'object',
            properties: {
              user: { ...ref('User'), description: 'Who.' },
              memo: { type: 'object', properties: { text }, required: ['text'], description: 'What.' },
              importance: { type: 'integer', minimum: 0, maximum: 9, deprecated: true, examples: [5] },
            },
            required: ['user', 'memo'],
          },
          HTTPValidationError,
          User: { type: 'object', properties: { name: text }, required: ['name'] },
          ValidationError,
        },
      },
    })
    await checked(app)
  })

  test('the login form is urlencoded, as FastAPI has it', async () => {
    const app = new App(info)
    app.post('/token', { params: { form: OAuth2PasswordRequestForm } }, () => ({}))
    const optional = (schema: object): object => ({ anyOf: [schema, { type: 'null' }] })
    expect((await only(app)).requestBody).toEqual({
      content: { 'application/x-www-form-urlencoded': { schema: ref('Body_post_token') } },
      required: true,
    })
    expect(app.openapi().components?.schemas?.Body_post_token).toEqual({
      type: 'object',
      properties: {
        grant_type: { ...optional({ ...text, pattern: '^password$' }), title: 'Grant Type' },
        username: { ...text, title: 'Username' },
        password: { ...text, format: 'password', title: 'Password' },
        scope: { ...text, title: 'Scope', default: '' },
        client_id: { ...optional(text), title: 'Client Id' },
        client_secret: { ...optional(text), format: 'password', title: 'Client Secret' },
      },
      required: ['username', 'password'],
    })
  })

  test('fields, objects of fields and files of a form', async () => {
    const app = new App(info)
    const params = {
      email: Form(z.email(), { description: 'Where to.', example: 'a@example.com' }),
      more: Form(z.object({ first: z.string(), count: z.int().max(5).optional() })),
      hidden: Form(z.string().optional(), { includeInSchema: false }),
      picture: File({ mediaTypes: ['image/png', 'image/jpeg'], description: 'A picture.' }),
      pages: File({ multiple: true, optional: true }),
    }
    app.post('/upload', { params }, () => ({}))
    expect((await only(app)).requestBody).toEqual({
      content: {
        'multipart/form-data': {
          schema: ref('Body_post_upload'),
          encoding: { picture: { contentType: 'image/png, image/jpeg' } },
        },
      },
      required: true,
    })
    expect(app.openapi().components?.schemas?.Body_post_upload).toMatchObject({
      type: 'object',
      properties: {
        email: { ...text, format: 'email', description: 'Where to.', examples: ['a@example.com'] },
        first: text,
        count: { type: 'integer', maximum: 5 },
        picture: { ...text, format: 'binary', description: 'A picture.' },
        pages: { type: 'array', items: { ...text, format: 'binary' } },
      },
      required: ['email', 'first', 'picture'],
    })
    expect(Object.keys((app.openapi().components?.schemas?.Body_post_upload?.properties as object) ?? {})).toEqual(
      ['email', 'first', 'count', 'picture', 'pages'], // hidden is none of them
    )
  })

  test('a named form keeps its name; a hidden body is not shown', async () => {
    const app = new App(info)
    const Contact = z.object({ email: z.string() }).meta({ id: 'Contact' })
    app.post('/a', { params: { form: Form(Contact) } }, () => ({}))
    app.post('/b', { params: { body: Body(Contact, { includeInSchema: false }) } }, () => ({}))
    const { paths } = await checked(app)
    expect(paths['/a']?.post?.requestBody).toEqual({
      content: { 'application/x-www-form-urlencoded': { schema: ref('Contact') } },
      required: true,
    })
    expect(paths['/b']?.post).toEqual({ operationId: 'post_b', responses: { 200: success, 422: invalid } })
  })
})

describe('answers', () => {
  test('without content, of text, of bytes, of JSON under another name', async () => {
    const app = new App(info)
    app.delete('/a', { status: 204 }, () => undefined)
    app.get('/b', { mediaType: 'text/html', responseDescription: 'A page.' }, () => '')
    app.get('/c', { mediaType: 'image/png' }, () => new Uint8Array())
    app.post('/d', { mediaType: 'application/hal+json', status: 201, response: z.object({ a: z.string() }) }, () => ({
      a: '',
    }))
    app.head('/e', { response: z.object({ a: z.string() }) }, () => ({ a: '' }))
    app.options('/f', () => ({}))
    app.trace('/g', () => ({}))
    app.patch('/h', () => ({}))
    const { paths } = await checked(app)
    const responses = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => [`${method} ${path}`, operation.responses] as const),
    )
    const object = { type: 'object', properties: { a: text }, required: ['a'], additionalProperties: false }
    const described = (description: string, mediaType: string, schema: object): object => ({
      description,
      content: { [mediaType]: { schema } },
    })
    expect(Object.fromEntries(responses)).toEqual({
      'delete /a': { 204: { description: 'Successful Response' } },
      'get /b': { 200: described('A page.', 'text/html', text) },
      'get /c': { 200: described('Successful Response', 'image/png', {}) },
      'post /d': { 201: described('Successful Response', 'application/hal+json', object) },
      'head /e': { 200: { description: 'Successful Response' } },
      'options /f': { 200: success },
      'trace /g': { 200: success },
      'patch /h': { 200: success },
    })
  })

  test("the app's own win over ours, in what they say", async () => {
    const app = new App(info)
    const Problem = z.object({ problem: z.string() }).meta({ id: 'Problem' })
    const items = new Router({ prefix: '/items', responses: { 404: { description: 'No such item.' } } })
    const responses = {
      200: {
        description: 'The item.',
        headers: { 'X-Rate': { description: 'How many are left.', schema: z.int().min(0).max(9) } },
      },
      422: { description: 'Does not fit.', schema: Problem, mediaType: 'application/problem+json' },
      409: { description: 'Taken.', mediaType: 'text/plain', headers: { 'X-By': {} } },
    }
    items.get('/{id}', { params: { id: Path(z.string()) }, responses, response: Problem }, () => ({ problem: '' }))
    app.include(items)
    expect((await only(app)).responses).toEqual({
      200: {
        description: 'The item.',
        headers: {
          'X-Rate': { description: 'How many are left.', schema: { type: 'integer', minimum: 0, maximum: 9 } },
        },
        content: { 'application/json': { schema: ref('Problem') } },
      },
      404: { description: 'No such item.' },
      409: {
        description: 'Taken.',
        headers: { 'X-By': { schema: text } },
        content: { 'text/plain': { schema: text } },
      },
      422: { description: 'Does not fit.', content: { 'application/problem+json': { schema: ref('Problem') } } },
    })
  })

  test('what is not shown leaves no schema behind', async () => {
    const app = new App(info)
    const Item = z.object({ a: z.string() }).meta({ id: 'Item' })
    const params = { token: new HTTPBearer(), q: Query(z.int()) }
    app.head('/a', { params, response: Item }, () => ({ a: '' }))
    const problem = { description: 'A problem.', mediaType: 'application/problem+json' }
    app.get(
      '/b',
      { params, responses: { 401: problem, 422: problem, 204: { description: 'None.', schema: Item } } },
      () => 1,
    )
    const replaced = { 200: { description: 'A.' }, 401: { description: 'B.' }, 422: { description: 'C.' } }
    app.get('/c', { params, response: Item, openapiExtra: { responses: replaced } }, () => ({ a: '' }))
    const { paths, components } = await checked(app)
    const headers = {
      'WWW-Authenticate': {
        description: 'The challenge of the scheme that refused.',
        schema: text,
        example: 'Bearer',
      },
    }
    expect(paths['/a']?.head?.responses).toEqual({
      200: { description: 'Successful Response' },
      401: { description: 'Not authenticated', headers },
      422: { description: 'Validation Error' },
    })
    const content = { 'application/problem+json': { schema: {} } }
    expect(paths['/b']?.get?.responses).toEqual({
      200: success,
      204: { description: 'None.' },
      401: { description: 'A problem.', headers, content },
      422: { description: 'A problem.', content },
    })
    expect(paths['/c']?.get?.responses).toEqual(replaced)
    expect(components).toEqual({ securitySchemes: { HTTPBearer: { type: 'http', scheme: 'bearer' } } })
  })

  test('a schema that its library cannot describe is refused when declared; a date goes out as text', () => {
    const app = new App(info)
    expect(() => app.get('/', { response: z.object({ at: z.symbol() }) as never }, () => ({}) as never)).toThrow(
      /^GET \/: response: the zod schema cannot be written as JSON Schema/,
    )
    app.get('/at', { response: z.object({ at: z.date() }) }, () => ({ at: new Date(0) }))
    expect(app.openapi().paths['/at']?.get?.responses['200']?.content?.['application/json']?.schema).toMatchObject({
      properties: { at: { type: 'string', format: 'date-time' } },
    })
  })
})

describe('the rest of an operation', () => {
  test('what is said of it', async () => {
    const app = new App(info)
    const items = new Router({ prefix: '/items', tags: ['items', 'all'], deprecated: true })
    const options = {
      tags: ['all', 'one'],
      summary: 'Reads one',
      description: 'Reads **one**.',
      operationId: 'readOne',
      openapiExtra: {
        'x-rate': { a: 1 },
        externalDocs: { url: 'https://example.com' },
        responses: { 418: { description: 'A teapot.' } },
      },
    }
    items.get('/one', options, function ignored() {})
    app.include(items)
    expect(await only(app)).toEqual({
      tags: ['items', 'all', 'one'],
      summary: 'Reads one',
      description: 'Reads **one**.',
      operationId: 'readOne',
      responses: { 200: success, 418: { description: 'A teapot.' } },
      deprecated: true,
      'x-rate': { a: 1 },
      externalDocs: { url: 'https://example.com' },
    })
  })

  test('the summary is the name of the handler', () => {
    const names = ['readUsersMe', 'read_users_me', 'getURLOf', 'v2Items', '_', 'ämter_lesen']
    const app = new App(info)
    for (const [at, name] of names.entries())
      app.get(
        `/${at}`,
        Object.defineProperty(() => ({}), 'name', { value: name }),
      )
    expect(names.map((_, at) => app.openapi().paths[`/${at}`]?.get?.summary)).toEqual([
      'Read Users Me',
      'Read Users Me',
      'Get URL Of',
      'V2 Items',
      undefined,
      'Ämter Lesen',
    ])
  })

  test('the operationId is made of method and path, and is unique', async () => {
    const app = new App(info)
    const params = { id: Path(z.string()) }
    app.get('/', () => ({}))
    app.get('/items/{id}', { params }, () => ({}))
    app.get('/items/id', () => ({}))
    app.get('/items-id', () => ({}))
    app.get('/other', { operationId: 'get_items_id_2' }, () => ({}))
    app.post('/files/{id:path}', { params }, () => ({}))
    app.get('/ü', () => ({}))
    const ids = Object.values((await checked(app)).paths).flatMap((item) => Object.values(item))
    expect(ids.map(({ operationId }) => operationId)).toEqual([
      'get',
      'get_items_id',
      'get_items_id_3',
      'get_items_id_4',
      'get_items_id_2',
      'post_files_id',
      'get_2',
    ])
  })

  test('two given operationIds that are the same are refused', () => {
    const app = new App(info)
    app.get('/a', { operationId: 'read' }, () => ({}))
    app.post('/hidden', { operationId: 'read', includeInSchema: false }, () => ({}))
    expect(Object.keys(app.openapi().paths)).toEqual(['/a'])
    app.get('/b', { openapiExtra: { operationId: 'read' } }, () => ({}))
    expect(() => app.openapi()).toThrow(
      new TypeError(
        'GET /b and GET /a have the same operationId read. Give one of them another: clients are generated with one method for each.',
      ),
    )
  })

  test('names of schemas are made of a given operationId, too', async () => {
    const app = new App(info)
    app.post('/a', { operationId: 'läse/one', params: { a: Form(z.string()), b: Form(z.string()) } }, () => ({}))
    expect(Object.keys(app.openapi().components?.schemas ?? {})).toContain('Body_l_se_one')
    expect(successOf({})).toEqual(success)
  })
})
