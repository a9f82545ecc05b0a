/** Which schemas are shared, and what they are called. */
import { toStandardJsonSchema } from '@valibot/to-json-schema'
import { scope, type } from 'arktype'
import { App, Body, Form, Query } from 'sallyport'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { OpenAPIObject } from '../../src/openapi/types.ts'
import type { JSONSchema, Schema } from '../../src/schema.ts'
import { HTTPValidationError, invalid, successOf, ValidationError } from './parts.ts'
import { expectValid } from './validators.ts'

const info = { title: 'Shared', version: '1.0.0' }
const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` })
const bodyOf = (schema: object): object => ({ content: { 'application/json': { schema } }, required: true })
const builtIn = { HTTPValidationError, ValidationError }

/** A schema that is written by hand, as any library may write one. */
function written(input: JSONSchema, output: JSONSchema = input): Schema {
  return {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: (value) => ({ value }),
      jsonSchema: { input: () => input, output: () => output },
    },
  }
}

function schemasOf(document: OpenAPIObject): Record<string, JSONSchema> {
  const { HTTPValidationError: _, ValidationError: __, ...own } = document.components?.schemas ?? {}
  return own
}

async function checked(app: App): Promise<OpenAPIObject> {
  const document = app.openapi()
  await expectValid(document)
  return document
}

test('a named schema is one component, wherever it stands', async () => {
  const Address = z.object({ street: z.string() }).meta({ id: 'Address' })
  const User = z.object({ name: z.string(), address: Address }).meta({ id: 'User', description: 'Somebody.' })
  const Color = z.enum(['red', 'blue']).meta({ id: 'Color' })
  const app = new App(info)
  app.get('/users', { params: { color: Query(Color) }, response: z.array(User) }, () => [])
  app.get('/address', { response: Address }, () => ({ street: '' }))
  expect(await checked(app)).toEqual({
    openapi: '3.1.0',
    info,
    paths: {
      '/users': {
        get: {
          operationId: 'get_users',
          parameters: [{ name: 'color', in: 'query', required: true, schema: ref('Color') }],
          responses: { 200: successOf({ type: 'array', items: ref('User') }), 422: invalid },
        },
      },
      '/address': { get: { operationId: 'get_address', responses: { 200: successOf(ref('Address')) } } },
    },
    components: {
      schemas: {
        Address: {
          type: 'object',
          properties: { street: { type: 'string' } },
          required: ['street'],
          additionalProperties: false,
        },
        Color: { type: 'string', enum: ['red', 'blue'] },
        ...builtIn,
        User: {
          type: 'object',
          properties: { name: { type: 'string' }, address: ref('Address') },
          required: ['name', 'address'],
          additionalProperties: false,
          description: 'Somebody.',
        },
      },
    },
  })
  expect(Object.keys(app.openapi().components?.schemas ?? {})).toEqual(
    ['Address', 'Color', 'HTTPValidationError', 'User', 'ValidationError'], // in order, so that a new one moves no other
  )
})

test('an anonymous schema is a component from its second use on', async () => {
  const once = z.object({ a: z.string() })
  const twice = z.object({ b: z.string() })
  const app = new App(info)
  app.get('/users/me', { response: twice }, () => ({ b: '' }))
  app.get('/users/you', { response: twice }, () => ({ b: '' }))
  app.get('/users/them', { response: once }, () => ({ a: '' }))
  const document = await checked(app)
  expect(schemasOf(document)).toEqual({
    GetUsersMeResponse: {
      type: 'object',
      properties: { b: { type: 'string' } },
      required: ['b'],
      additionalProperties: false,
    },
  })
  expect(document.paths['/users/me']?.get?.responses[200]).toEqual(successOf(ref('GetUsersMeResponse')))
  expect(document.paths['/users/you']?.get?.responses[200]).toEqual(successOf(ref('GetUsersMeResponse')))
  expect(document.paths['/users/them']?.get?.responses[200]).toMatchObject(
    successOf({ type: 'object', properties: { a: { type: 'string' } } }),
  )
})

test('anonymous schemas that only look alike stay apart', async () => {
  const app = new App(info)
  const a = z.object({ id: z.string() })
  const b = z.object({ id: z.string() })
  app.get('/a', { response: a }, () => ({ id: '' }))
  app.get('/a/2', { response: a }, () => ({ id: '' }))
  app.get('/b', { response: b }, () => ({ id: '' }))
  app.get('/b/2', { response: b }, () => ({ id: '' }))
  expect(Object.keys(schemasOf(await checked(app)))).toEqual(['GetAResponse', 'GetBResponse'])
})

test('a list of a schema is no component, however often it is used, and shares no object', async () => {
  const app = new App(info)
  const list = z.array(z.object({ a: z.string().meta({ examples: ['x'] }) }))
  app.get('/a', { response: list }, () => [])
  app.get('/b', { response: list }, () => [])
  const { paths } = await checked(app)
  const [a, b] = ['/a', '/b'].map((path) => paths[path]?.get?.responses[200]?.content?.['application/json']?.schema)
  expect(a).toEqual(b)
  expect(a?.items).not.toBe(b?.items)
})

test('input and output that differ by more than being closed have two names', async () => {
  const Same = z.object({ a: z.string(), inner: z.strictObject({ b: z.string() }) }).meta({ id: 'Same' })
  const Differs = z.object({ a: z.string().default('x') }).meta({ id: 'Differs' })
  const Holder = z.object({ differs: Differs, same: Same }).meta({ id: 'Holder' })
  const app = new App(info)
  app.post('/', { params: { holder: Body(Holder) }, response: Holder }, ({ holder }) => holder)
  const document = await checked(app)
  expect(document.paths['/']?.post?.requestBody).toEqual(bodyOf(ref('HolderInput')))
  expect(document.paths['/']?.post?.responses[200]).toEqual(successOf(ref('Holder')))
  expect(schemasOf(document)).toEqual({
    Differs: {
      type: 'object',
      properties: { a: { type: 'string', default: 'x' } },
      required: ['a'],
      additionalProperties: false,
    },
    DiffersInput: { type: 'object', properties: { a: { type: 'string', default: 'x' } } },
    Holder: {
      type: 'object',
      properties: { differs: ref('Differs'), same: ref('Same') },
      required: ['differs', 'same'],
      additionalProperties: false,
    },
    HolderInput: {
      type: 'object',
      properties: { differs: ref('DiffersInput'), same: ref('Same') },
      required: ['differs', 'same'],
    },
    Same: {
      type: 'object',
      properties: {
        a: { type: 'string' },
        inner: { type: 'object', properties: { b: { type: 'string' } }, required: ['b'], additionalProperties: false },
      },
      required: ['a', 'inner'],
    },
  })
})

test('an input that is used alone keeps its name', async () => {
  const app = new App(info)
  app.post('/', { params: { user: Body(z.object({ a: z.string().default('') }).meta({ id: 'User' })) } }, () => ({}))
  expect(Object.keys(schemasOf(await checked(app)))).toEqual(['User'])
})

test('two different schemas of one name both stand in the document', async () => {
  const app = new App(info)
  app.get('/a', { response: z.object({ a: z.string() }).meta({ id: 'User' }) }, () => ({ a: '' }))
  app.get('/b', { response: z.object({ b: z.string() }).meta({ title: 'User' }) }, () => ({ b: '' }))
  app.post('/c', { params: { c: Body(z.object({ c: z.string() }).meta({ title: 'User' })) } }, () => ({}))
  const document = await checked(app)
  expect(document.paths['/a']?.get?.responses[200]).toEqual(successOf(ref('User')))
  expect(document.paths['/b']?.get?.responses[200]).toEqual(successOf(ref('User_2')))
  expect(document.paths['/c']?.post?.requestBody).toEqual(bodyOf(ref('UserInput')))
  expect(schemasOf(document)).toMatchObject({
    User: { properties: { a: {} } },
    User_2: { properties: { b: {} } },
    UserInput: { properties: { c: {} } },
  })
})

test("the app's schemas keep their names beside the framework's", async () => {
  const app = new App(info)
  const ValidationError = z.object({ mine: z.string() }).meta({ id: 'ValidationError' })
  app.get('/', { params: { q: Query(z.int()) }, response: ValidationError }, () => ({ mine: '' }))
  const { components } = await checked(app)
  expect(components?.schemas?.ValidationError).toMatchObject({ properties: { mine: { type: 'string' } } })
  expect(components?.schemas?.HTTPValidationError).toMatchObject({
    properties: { detail: { items: ref('ValidationError_2') } },
  })
})

test('schemas name themselves by $id, id, or a title of one word', async () => {
  const model = { type: 'object', properties: { a: { type: 'string' } } }
  const app = new App(info)
  const names = [
    { $id: 'https://example.com/schemas/ById.json' },
    { id: 'ByWord' },
    { title: 'ByTitle' },
    { title: 'A title of several words' },
    { $id: 'List<User>/~ ü' },
    { $id: '///' },
  ]
  for (const [at, name] of names.entries()) {
    app.get(`/${at}`, { response: written({ ...name, ...model }) }, () => ({}))
  }
  const document = await checked(app)
  expect(schemasOf(document)).toEqual({
    ById: model,
    ByTitle: { title: 'ByTitle', ...model },
    ByWord: model,
  })
  expect(document.paths['/3']?.get?.responses[200]).toEqual(successOf({ title: 'A title of several words', ...model }))
})

test('names that components cannot have are made to fit', async () => {
  const Inner = z.object({ a: z.string() }).meta({ id: 'Page<User>/~ %41 ü' })
  const app = new App(info)
  app.get('/', { response: z.object({ inner: Inner }) }, () => ({ inner: { a: '' } }))
  const document = await checked(app)
  expect(Object.keys(schemasOf(document))).toEqual(['Page_User_41'])
})

test('Zod: a schema that holds itself', async () => {
  const Node = z.object({
    value: z.string(),
    get children() {
      return z.array(Node)
    },
  })
  const app = new App(info)
  app.post('/nodes', { params: { node: Body(Node) } }, () => ({}))
  app.post('/trees', { params: { tree: Body(z.object({ root: Node, others: z.array(Node) })) } }, () => ({}))
  const document = await checked(app)
  expect(document.paths['/nodes']?.post?.requestBody).toEqual(bodyOf(ref('PostNodesBody')))
  expect(document.paths['/trees']?.post?.requestBody).toEqual(
    bodyOf({
      type: 'object',
      properties: { root: ref('PostNodesBody'), others: { type: 'array', items: ref('PostNodesBody') } },
      required: ['root', 'others'],
    }),
  )
  expect(schemasOf(document)).toEqual({
    PostNodesBody: {
      type: 'object',
      properties: { value: { type: 'string' }, children: { type: 'array', items: ref('PostNodesBody') } },
      required: ['value', 'children'],
    },
  })
})

test('Zod: two named schemas that hold each other', async () => {
  const User = z
    .object({
      name: z.string(),
      get posts() {
        return z.array(Post)
      },
    })
    .meta({ id: 'User' })
  const Post = z
    .object({
      text: z.string(),
      get author() {
        return User
      },
    })
    .meta({ id: 'Post' })
  const app = new App(info)
  app.post('/users', { params: { user: Body(User) }, response: Post }, () => ({}) as never)
  const document = await checked(app)
  expect(schemasOf(document)).toEqual({
    User: {
      type: 'object',
      properties: { name: { type: 'string' }, posts: { type: 'array', items: ref('Post') } },
      required: ['name', 'posts'],
    },
    Post: {
      type: 'object',
      properties: { text: { type: 'string' }, author: ref('User') },
      required: ['text', 'author'],
    },
  })
})

test('ArkType: a named schema, and one that holds itself', async () => {
  const User = type({ name: 'string', 'age?': 'number.integer' }).configure({ title: 'User' } as never)
  const { Node, Tree } = scope({ Node: { value: 'string', children: 'Node[]' }, Tree: { root: 'Node' } }).export()
  const app = new App(info)
  app.post('/users', { params: { user: Body(User) }, response: User }, ({ user }) => user)
  app.post('/trees', { params: { node: Body(Node) }, response: Tree }, () => ({}) as never)
  expect(schemasOf(await checked(app))).toEqual({
    PostTreesBody: {
      type: 'object',
      properties: { children: ref('PostTreesBodyChildren'), value: { type: 'string' } },
      required: ['children', 'value'],
    },
    PostTreesBodyChildren: { type: 'array', items: ref('PostTreesBody') },
    PostTreesResponse: { type: 'object', properties: { root: ref('PostTreesBody') }, required: ['root'] },
    User: {
      type: 'object',
      title: 'User',
      properties: { name: { type: 'string' }, age: { type: 'integer' } },
      required: ['name'],
    },
  })
})

test('Valibot: a named schema, and one that holds itself', async () => {
  interface Node {
    value: string
    children: Node[]
  }
  const User = toStandardJsonSchema(v.pipe(v.object({ name: v.string() }), v.title('User')))
  const Node: v.GenericSchema<Node> = v.object({ value: v.string(), children: v.array(v.lazy(() => Node)) })
  const StandardNode = toStandardJsonSchema(Node)
  const app = new App(info)
  app.post('/users', { params: { user: Body(User) }, response: User }, ({ user }) => user)
  app.post('/nodes', { params: { node: Body(StandardNode) } }, () => ({}))
  const document = await checked(app)
  expect(document.paths['/nodes']?.post?.requestBody).toEqual(bodyOf(ref('PostNodesBody')))
  expect(schemasOf(document)).toEqual({
    PostNodesBody: {
      type: 'object',
      properties: { value: { type: 'string' }, children: { type: 'array', items: ref('PostNodesBody') } },
      required: ['value', 'children'],
    },
    User: { type: 'object', title: 'User', properties: { name: { type: 'string' } }, required: ['name'] },
  })
})

test('references into a schema follow it to its component', () => {
  const json = {
    type: 'object',
    properties: {
      first: { type: 'string' },
      second: { $ref: '#/properties/first' },
      third: { $ref: '#/$defs/Deep/properties/a~1b', description: 'Beside the reference.' },
      elsewhere: { $ref: 'https://example.com/schema.json' },
    },
    $defs: { Deep: { type: 'object', properties: { 'a/b': { type: 'number' } } }, Unused: { type: 'null' } },
  }
  const app = new App(info)
  app.get('/', { response: written(json) }, () => ({}))
  expect(schemasOf(app.openapi())).toEqual({
    Deep: { type: 'object', properties: { 'a/b': { type: 'number' } } },
    GetResponse: {
      type: 'object',
      properties: {
        first: { type: 'string' },
        second: { $ref: '#/components/schemas/GetResponse/properties/first' },
        third: { $ref: '#/components/schemas/Deep/properties/a~1b', description: 'Beside the reference.' },
        elsewhere: { $ref: 'https://example.com/schema.json' },
      },
    },
  })
})

test('what is no schema is copied as it is, whatever it looks like', () => {
  const value = { $ref: '#/$defs/X', $id: 'x', id: 'x', $schema: 'x' }
  const json = {
    type: 'object',
    properties: {
      $ref: { type: 'string' },
      id: { type: 'string' },
      default: { type: 'object', default: value, examples: [value], const: value, enum: [value] },
    },
    example: value,
    'x-own': { properties: value },
  }
  const app = new App(info)
  app.get('/', { response: written(structuredClone(json)) }, () => ({}))
  expect(app.openapi().paths['/']?.get?.responses[200]).toEqual(successOf(json))
})

test('a property named __proto__ stays a property', () => {
  const json = JSON.parse('{"type":"object","properties":{"__proto__":{"type":"string"}},"default":{"__proto__":1}}')
  const app = new App(info)
  app.get('/', { response: written(json) }, () => ({}))
  const text = JSON.stringify(app.openapi())
  expect(text).toContain('"properties":{"__proto__":{"type":"string"}}')
  expect(text).toContain('"default":{"__proto__":1}')
})

test('the document shares nothing with what was declared', () => {
  const json = { type: 'object', properties: { a: { type: 'array', examples: [['x']] } }, $defs: {} }
  const before = structuredClone(json)
  const app = new App({ ...info, servers: [{ url: '/a' }], tags: [{ name: 'a' }] })
  app.post('/', { params: { body: Body(written(json), { jsonSchema: json }) } }, () => ({}))
  const scrub = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const below of Object.values(value)) scrub(below)
    for (const key of Object.keys(value)) delete (value as Record<string, unknown>)[key]
  }
  scrub(app.openapi())
  expect(json).toEqual(before)
  app.get('/again', () => ({})) // makes the document anew
  expect(app.openapi().servers).toEqual([{ url: '/a' }])
  expect(app.openapi().tags).toEqual([{ name: 'a' }])
})

test('one form in two operations is one component', async () => {
  const app = new App(info)
  const Contact = z.object({ email: z.string(), text: z.string().optional() })
  app.post('/contact', { params: { form: Form(Contact) } }, () => ({}))
  app.post('/support', { params: { form: Form(Contact) } }, () => ({}))
  expect(schemasOf(await checked(app))).toEqual({
    Body_post_contact: {
      type: 'object',
      properties: { email: { type: 'string' }, text: { type: 'string' } },
      required: ['email'],
    },
  })
})

const account = { type: 'object', title: 'Account', properties: { id: { type: 'number' } }, required: ['id'] }
const places = {
  one: ref('Account'),
  many: { type: 'array', items: ref('Account') },
  byName: { type: 'object', additionalProperties: ref('Account') },
  none: { anyOf: [ref('Account'), { type: 'null' }] },
}
const ArkAccount = type({ id: 'number' }).configure({ title: 'Account' } as never)
const ValiAccount = v.pipe(v.object({ id: v.number() }), v.title('Account'))
const ZodAccount = z.object({ id: z.number() }).meta({ title: 'Account' })

test.each<[string, Schema, Schema]>([
  [
    'ArkType',
    type({
      one: ArkAccount,
      many: ArkAccount.array(),
      byName: { '[string]': ArkAccount },
      none: ArkAccount.or('null'),
    }),
    ArkAccount,
  ],
  [
    'Valibot',
    toStandardJsonSchema(
      v.object({
        one: ValiAccount,
        many: v.array(ValiAccount),
        byName: v.record(v.string(), ValiAccount),
        none: v.nullable(ValiAccount),
      }),
    ),
    toStandardJsonSchema(ValiAccount),
  ],
  [
    'Zod',
    z.object({
      one: ZodAccount,
      many: z.array(ZodAccount),
      byName: z.record(z.string(), ZodAccount),
      none: z.nullable(ZodAccount),
    }),
    ZodAccount,
  ],
])('%s: a schema with a title is a component inside of others, too', async (_, Holder, Account) => {
  const app = new App(info)
  app.post('/accounts', { params: { holder: Body(Holder) } }, () => ({}))
  app.get('/account', { response: Account }, () => ({}) as never)
  const document = await checked(app)
  expect(schemasOf(document)).toEqual({ Account: account })
  expect(document.paths['/accounts']?.post?.requestBody).toMatchObject(bodyOf({ properties: places }))
  expect(document.paths['/account']?.get?.responses[200]).toEqual(successOf(ref('Account')))
})

test('what names itself alike and is not is never one component, wherever it stands', async () => {
  const a = v.pipe(v.object({ a: v.string() }), v.title('User'))
  const b = v.pipe(v.object({ b: v.string() }), v.title('User'))
  const app = new App(info)
  app.get('/a', { response: toStandardJsonSchema(v.object({ user: a, again: v.array(a) })) }, () => ({}) as never)
  app.get('/b', { response: toStandardJsonSchema(v.object({ user: b })) }, () => ({}) as never)
  app.get('/both', { response: toStandardJsonSchema(v.object({ a, b })) }, () => ({}) as never)
  app.get('/top', { response: toStandardJsonSchema(b) }, () => ({}) as never)
  const document = await checked(app)
  expect(schemasOf(document)).toMatchObject({ User: { properties: { a: {} } }, User_2: { properties: { b: {} } } })
  expect(Object.keys(schemasOf(document))).toEqual(['User', 'User_2'])
  const properties = (path: string): unknown =>
    document.paths[path]?.get?.responses[200]?.content?.['application/json']?.schema?.properties
  expect(properties('/a')).toEqual({ user: ref('User'), again: { type: 'array', items: ref('User') } })
  expect(properties('/b')).toEqual({ user: ref('User_2') })
  expect(properties('/both')).toEqual({ a: ref('User'), b: ref('User_2') })
  expect(document.paths['/top']?.get?.responses[200]).toEqual(successOf(ref('User_2')))
})

test('input and output of a schema inside of another stay apart; a default stays with its use', async () => {
  const Part = type({ size: 'number = 1' }).configure({ title: 'Part' } as never)
  const Whole = type({ part: Part })
  const app = new App(info)
  app.post('/', { params: { whole: Body(Whole) }, response: Whole }, ({ whole }) => whole as never)
  const Setting = v.pipe(v.object({ on: v.boolean() }), v.title('Setting'))
  const Settings = v.object({ a: Setting, b: v.optional(Setting, { on: true }) })
  app.post('/settings', { params: { settings: Body(toStandardJsonSchema(Settings)) } }, () => ({}))
  const document = await checked(app)
  expect(schemasOf(document)).toMatchObject({
    Part: { properties: { size: { type: 'number' } }, required: ['size'] },
    PartInput: { properties: { size: { type: 'number' } } },
    Setting: { properties: { on: { type: 'boolean' } } },
  })
  expect(schemasOf(document).PartInput).not.toHaveProperty('required')
  expect(document.paths['/']?.post?.requestBody).toMatchObject(bodyOf({ properties: { part: ref('PartInput') } }))
  expect(document.paths['/']?.post?.responses[200]).toMatchObject(successOf({ properties: { part: ref('Part') } }))
  expect(document.paths['/settings']?.post?.requestBody).toMatchObject(
    bodyOf({ properties: { a: ref('Setting'), b: { ...ref('Setting'), default: { on: true } } } }),
  )
})

test('a schema that refers to places inside of itself is left as it is', () => {
  const named = { title: 'Named', type: 'object', properties: { a: { type: 'string' } } }
  const json = {
    title: 'Whole',
    type: 'object',
    properties: { named, same: { $ref: '#/properties/named/properties/a' } },
  }
  const app = new App(info)
  app.get('/', { response: written(json) }, () => ({}))
  expect(schemasOf(app.openapi()).Whole).toEqual({
    ...json,
    properties: { named, same: ref('Whole/properties/named/properties/a') },
  })
})
