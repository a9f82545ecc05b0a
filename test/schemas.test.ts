/** One small app, written with each of three schema libraries: what is read, refused, defaulted, filtered is the same. */
import { toStandardJsonSchema } from '@valibot/to-json-schema'
import { type } from 'arktype'
import { App, Body, Cookie, Form, Header, Path, Query, type Schema } from 'sallyport'
import * as v from 'valibot'
import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'

/** What the app needs of a library. */
interface Schemas {
  readonly id: Schema<unknown, number>
  readonly limit: Schema<unknown, number>
  readonly flag: Schema<unknown, boolean | undefined>
  readonly tags: Schema<unknown, string[]>
  readonly ids: Schema<unknown, number[]>
  readonly sort: Schema<unknown, 'up' | 'down'>
  readonly text: Schema<unknown, string>
  readonly optionalText: Schema<unknown, string | undefined>
  readonly filter: Schema<unknown, { limit: number; tags: string[]; active?: boolean | undefined }>
  readonly item: Schema<unknown, { name: string; price: number; tags: string[] }>
  readonly closed: Schema<unknown, { name: string }>
  readonly scores: Schema<unknown, Record<string, number>>
  readonly login: Schema<unknown, { username: string; age?: number | undefined }>
  readonly user: Schema<unknown, unknown>
  readonly users: Schema<unknown, unknown>
  readonly userOrNull: Schema<unknown, unknown>
  readonly account: Schema<unknown, unknown>
  readonly code: Schema<unknown, string>
}

const withJSON = <S extends Parameters<typeof toStandardJsonSchema>[0]>(schema: S) =>
  toStandardJsonSchema(schema) as unknown as Schema<never, never>
const vUser = v.object({
  name: v.string(),
  email: v.optional(v.string()),
  friend: v.optional(v.object({ name: v.string() })),
})
const zUser = z.object({
  name: z.string(),
  email: z.string().optional(),
  friend: z.object({ name: z.string() }).optional(),
})
const aUser = type({ name: 'string', 'email?': 'string', 'friend?': { name: 'string' } })
const as = <T>(schema: unknown): T => schema as T

const LIBRARIES: Record<string, Schemas> = {
  zod: {
    id: z.int().min(1),
    limit: z.int().max(100).default(10),
    flag: z.boolean().optional(),
    tags: z.array(z.string()).default([]),
    ids: z.array(z.int()).default([]),
    sort: z.enum(['up', 'down']).default('up'),
    text: z.string(),
    optionalText: z.string().optional(),
    filter: z.object({
      limit: z.int().default(10),
      tags: z.array(z.string()).default([]),
      active: z.boolean().optional(),
    }),
    item: z.object({
      name: z.string().min(1).max(10),
      price: z.number().positive(),
      tags: z.array(z.string()).default([]),
    }),
    closed: z.strictObject({ name: z.string() }),
    scores: z.record(z.string(), z.number()),
    login: z.object({ username: z.string(), age: z.int().optional() }),
    user: zUser,
    users: z.array(zUser),
    userOrNull: zUser.nullable(),
    account: z.union([
      z.object({ kind: z.literal('open'), name: z.string() }),
      z.object({ kind: z.literal('full'), name: z.string(), hash: z.string() }),
    ]),
    code: z.string().regex(/^[a-z]{3}$/),
  },
  valibot: as<Schemas>({
    id: withJSON(v.pipe(v.number(), v.integer(), v.minValue(1))),
    limit: withJSON(v.optional(v.pipe(v.number(), v.integer(), v.maxValue(100)), 10)),
    flag: withJSON(v.optional(v.boolean())),
    tags: withJSON(v.optional(v.array(v.string()), [])),
    ids: withJSON(v.optional(v.array(v.pipe(v.number(), v.integer())), [])),
    sort: withJSON(v.optional(v.picklist(['up', 'down']), 'up')),
    text: withJSON(v.string()),
    optionalText: withJSON(v.optional(v.string())),
    filter: withJSON(
      v.object({
        limit: v.optional(v.pipe(v.number(), v.integer()), 10),
        tags: v.optional(v.array(v.string()), []),
        active: v.optional(v.boolean()),
      }),
    ),
    item: withJSON(
      v.object({
        name: v.pipe(v.string(), v.minLength(1), v.maxLength(10)),
        price: v.pipe(v.number(), v.gtValue(0)),
        tags: v.optional(v.array(v.string()), []),
      }),
    ),
    closed: withJSON(v.strictObject({ name: v.string() })),
    scores: withJSON(v.record(v.string(), v.number())),
    login: withJSON(v.object({ username: v.string(), age: v.optional(v.pipe(v.number(), v.integer())) })),
    user: withJSON(vUser),
    users: withJSON(v.array(vUser)),
    userOrNull: withJSON(v.nullable(vUser)),
    account: withJSON(
      v.variant('kind', [
        v.object({ kind: v.literal('open'), name: v.string() }),
        v.object({ kind: v.literal('full'), name: v.string(), hash: v.string() }),
      ]),
    ),
    code: withJSON(v.pipe(v.string(), v.regex(/^[a-z]{3}$/))),
  }),
  arktype: as<Schemas>({
    id: type('number.integer >= 1'),
    limit: orElse(type('number.integer <= 100'), () => 10),
    flag: type('boolean | undefined'),
    tags: orElse(type('string[]'), () => []),
    ids: orElse(type('number.integer[]'), () => []),
    sort: orElse(type("'up' | 'down'"), () => 'up'),
    text: type('string'),
    optionalText: type('string | undefined'),
    filter: type({ limit: 'number.integer = 10', tags: type('string[]').default(() => []), 'active?': 'boolean' }),
    item: type({ name: '1 <= string <= 10', price: 'number > 0', tags: type('string[]').default(() => []) }),
    closed: type({ '+': 'reject', name: 'string' }),
    scores: type({ '[string]': 'number' }),
    login: type({ username: 'string', 'age?': 'number.integer' }),
    user: aUser,
    users: aUser.array(),
    userOrNull: aUser.or('null'),
    account: type({ kind: "'open'", name: 'string' }).or({ kind: "'full'", name: 'string', hash: 'string' }),
    code: type(/^[a-z]{3}$/),
  }),
}

/** ArkType writes defaults inside of objects only; for a single value it is a pipe. */
function orElse<T>(
  schema: { or(other: 'undefined'): { pipe(map: (value: unknown) => unknown): unknown } },
  fallback: () => T,
): Schema<unknown, T> {
  return as(schema.or('undefined').pipe((value) => value ?? fallback()))
}

function small(s: Schemas): { app: App; errors: unknown[] } {
  const errors: unknown[] = []
  const app = new App({ onError: (error) => errors.push(error) })
  const echo = (args: object): object => args
  app.get('/items/{id}', { params: { id: Path(s.id) } }, echo)
  app.get(
    '/query',
    {
      params: {
        limit: Query(s.limit),
        flag: Query(s.flag),
        tags: Query(s.tags),
        ids: Query(s.ids),
        sort: Query(s.sort),
        text: Query(s.optionalText),
      },
    },
    echo,
  )
  app.get('/text', { params: { text: Query(s.text) } }, echo)
  app.get('/code', { params: { code: Query(s.code) } }, echo)
  app.get('/filter', { params: { filter: Query(s.filter) } }, echo)
  app.get('/header', { params: { xLimit: Header(s.limit), xTags: Header(s.tags) } }, echo)
  app.get('/cookie', { params: { id: Cookie(s.id), text: Cookie(s.optionalText) } }, echo)
  app.post('/item', { params: { item: Body(s.item) } }, echo)
  app.post('/closed', { params: { item: Body(s.closed) } }, echo)
  app.post('/scores', { params: { scores: Body(s.scores) } }, echo)
  app.post('/login', { params: { login: Form(s.login) } }, echo)
  app.get('/user', { response: s.user } as never, (() => stored()) as never)
  app.get('/users', { response: s.users } as never, (async () => [stored(), stored()]) as never)
  app.get('/nobody', { response: s.userOrNull } as never, (() => null) as never)
  app.get('/somebody', { response: s.userOrNull } as never, (() => stored()) as never)
  app.get(
    '/account',
    { response: s.account } as never,
    (() => ({ kind: 'open', name: 'johndoe', hash: HASH })) as never,
  )
  app.get(
    '/own-account',
    { response: s.account } as never,
    (() => ({ kind: 'full', name: 'johndoe', hash: 'shown', salt: HASH })) as never,
  )
  app.get('/broken', { response: s.user } as never, (() => ({ name: HASH.length, hash: HASH })) as never)
  app.get('/class', { response: s.user } as never, (() => new Stored()) as never)
  return { app, errors }
}

const HASH = '$argon2id$v=19$m=19456,t=2,p=1$c2VjcmV0'
const stored = () => ({
  name: 'johndoe',
  hash: HASH,
  friend: { name: 'alice', hash: HASH },
  [Symbol.for('hash')]: HASH,
})
class Stored {
  name = 'johndoe'
  hash = HASH
  toJSON() {
    return { name: this.name, hash: this.hash }
  }
}

const post = (content: string, type = 'application/json'): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': type },
  body: content,
})
const FORM = 'application/x-www-form-urlencoded'

describe.each(Object.entries(LIBRARIES))('%s', (library, schemas) => {
  const { app, errors } = small(schemas)

  test.each<[string, string, RequestInit | undefined, unknown]>([
    ['a number of the path', '/items/7', undefined, { id: 7 }],
    ['all defaults', '/query', undefined, { limit: 10, tags: [], ids: [], sort: 'up' }],
    [
      'all given',
      '/query?limit=5&flag=yes&tags=a&tags=b&ids=1&ids=2&sort=down&text=',
      undefined,
      { limit: 5, flag: true, tags: ['a', 'b'], ids: [1, 2], sort: 'down', text: '' },
    ],
    [
      'the last of several counts',
      '/query?limit=5&limit=6&flag=0',
      undefined,
      { limit: 6, flag: false, tags: [], ids: [], sort: 'up' },
    ],
    ['a text stays a text', '/text?text=007', undefined, { text: '007' }],
    [
      'a text that looks like a number',
      '/query?text=1&tags=2',
      undefined,
      { limit: 10, tags: ['2'], ids: [], sort: 'up', text: '1' },
    ],
    [
      'an object of parameters',
      '/filter?tags=a&active=false&other=1',
      undefined,
      { filter: { limit: 10, tags: ['a'], active: false } },
    ],
    ['headers', '/header', { headers: { 'x-limit': '3', 'x-tags': 'a, b' } }, { xLimit: 3, xTags: ['a', 'b'] }],
    ['cookies', '/cookie', { headers: { cookie: 'id=3' } }, { id: 3 }],
    ['a body', '/item', post('{"name":"a","price":1.5}'), { item: { name: 'a', price: 1.5, tags: [] } }],
    ['a record', '/scores', post('{"a":1,"b":2}'), { scores: { a: 1, b: 2 } }],
    ['a form', '/login', post('username=a&age=7', FORM), { login: { username: 'a', age: 7 } }],
    ['an optional field of a form', '/login', post('username=a&age=', FORM), { login: { username: 'a' } }],
  ])('%s', async (_, path, init, args) => {
    const answer = await app.request(path, init)
    expect([answer.status, await answer.json()]).toEqual([200, args])
  })

  const SECRET = 'hunter2'
  test.each<[string, string, RequestInit | undefined, (string | number)[][]]>([
    ['no number', `/items/${SECRET}`, undefined, [['path', 'id']]],
    ['a number under the limit', '/items/0', undefined, [['path', 'id']]],
    ['no whole number', '/items/1.5', undefined, [['path', 'id']]],
    ['a number over the limit', '/query?limit=778899', undefined, [['query', 'limit']]],
    ['no boolean', `/query?flag=${SECRET}`, undefined, [['query', 'flag']]],
    ['an item of a list', `/query?ids=1&ids=${SECRET}`, undefined, [['query', 'ids', 1]]],
    ['none of the texts', `/query?sort=${SECRET}`, undefined, [['query', 'sort']]],
    ['a text that is missing', '/text', undefined, [['query', 'text']]],
    ['a text that does not match', `/code?code=${SECRET}`, undefined, [['query', 'code']]],
    [
      'a text of quotes and escapes',
      `/code?code=${encodeURIComponent(`"${SECRET}\\\n`)}`,
      undefined,
      [['query', 'code']],
    ],
    ['a field of an object', `/filter?limit=${SECRET}`, undefined, [['query', 'limit']]],
    ['a header', '/header', { headers: { 'x-limit': SECRET } }, [['header', 'x-limit']]],
    ['a cookie that is missing', '/cookie', undefined, [['cookie', 'id']]],
    [
      'members that are missing',
      '/item',
      post('{}'),
      [
        ['body', 'name'],
        ['body', 'price'],
      ],
    ],
    [
      'members of another type',
      '/item',
      post(`{"name":7788,"price":"${SECRET}","tags":["a",{"${SECRET}":1}]}`),
      [
        ['body', 'name'],
        ['body', 'price'],
        ['body', 'tags', 1],
      ],
    ],
    ['a text that is too long', '/item', post(`{"name":"${SECRET.repeat(99)}","price":1}`), [['body', 'name']]],
    ['a text for an object', '/item', post(`"${SECRET}"`), [['body']]],
    ['null for an object', '/item', post('null'), [['body']]],
    ['a field of a form', '/login', post(`username=${SECRET}&age=${SECRET}`, FORM), [['body', 'age']]],
    ['a field of a form that is missing', '/login', post(`age=1`, FORM), [['body', 'username']]],
  ])('422 with its place, and nothing that was sent: %s', async (_, path, init, locs) => {
    const answer = await app.request(path, init)
    const text = await answer.text()
    expect(text).not.toMatch(/hunter2|778899|7788/)
    const { detail } = JSON.parse(text) as { detail: { type: string; loc: unknown[]; msg: string }[] }
    expect([answer.status, detail.map(({ loc }) => loc)]).toEqual([422, locs])
    for (const { type: word, msg } of detail) {
      expect(word).toMatch(/^[a-z][\w]*$/i)
      expect(msg.length).toBeGreaterThan(5)
    }
  })

  test('a list is no object; the libraries differ in how they say so', async () => {
    const answer = await app.request('/item', post(`["${SECRET}"]`))
    expect([answer.status, (await answer.text()).includes(SECRET)]).toEqual([422, false])
  })

  test('a missing value is told as such, wherever it is', async () => {
    for (const [path, init] of [
      ['/text'],
      ['/cookie'],
      ['/item', post('{"price":1}')],
      ['/login', post('age=1', FORM)],
      ['/item', { method: 'POST' }],
    ] as const) {
      const { detail } = await (await app.request(path, init)).json()
      expect(
        detail.map(({ type: word, msg }: { type: string; msg: string }) => [word, msg]),
        path,
      ).toEqual([['missing', 'Field required']])
    }
  })

  test('an unknown name is refused without its name in the message', async () => {
    const answer = await app.request('/closed', post(`{"name":"a","${SECRET}":1}`))
    expect(answer.status).toBe(422)
    for (const { msg } of (await answer.json()).detail) expect(msg).not.toContain(SECRET)
  })

  test('a name of a record is not in the message', async () => {
    const { detail } = await (await app.request('/scores', post(`{"${SECRET}":"x"}`))).json()
    expect(detail).toHaveLength(1)
    expect(detail[0].msg).not.toContain(SECRET)
  })

  test('a stored hash does not leave', async () => {
    for (const [path, expected] of [
      ['/user', { name: 'johndoe', friend: { name: 'alice' } }],
      ['/users', [1, 2].map(() => ({ name: 'johndoe', friend: { name: 'alice' } }))],
      ['/nobody', null],
      ['/somebody', { name: 'johndoe', friend: { name: 'alice' } }],
      ['/account', { kind: 'open', name: 'johndoe' }],
      ['/own-account', { kind: 'full', name: 'johndoe', hash: 'shown' }],
      ['/class', { name: 'johndoe' }],
    ] as const) {
      const answer = await app.request(path)
      const text = await answer.text()
      expect(text, path).not.toContain('argon2')
      expect([path, answer.status, JSON.parse(text)]).toEqual([path, 200, expected])
    }
  })

  test('what does not fit is 500 without a word of it, in the log neither', async () => {
    errors.length = 0
    const answer = await app.request('/broken')
    expect([answer.status, await answer.text()]).toEqual([500, 'Internal Server Error'])
    expect(String(errors[0])).toMatch(/^ResponseValidationError: GET \/broken/)
    expect(String(errors[0])).not.toContain('argon2')
  })

  test(`the document can be made of what ${library} says`, () => {
    expect(Object.keys(app.openapi().paths ?? {})).toHaveLength(19)
  })
})

describe('schemas of their own mind', () => {
  const own = (
    validate: (value: unknown) => unknown,
    json: Record<string, unknown> = { type: 'string' },
  ): Schema<unknown, string> =>
    ({
      '~standard': {
        version: 1,
        vendor: 'own',
        validate,
        jsonSchema: { input: () => ({ ...json }), output: () => ({ ...json }) },
      },
    }) as never
  const unhandled = vi.fn()

  test('asynchronous ones: refinements, defaults, failures; no promise is left alone', async () => {
    process.on('unhandledRejection', unhandled)
    const app = new App({ onError: () => {} })
    const free = z.string().refine(async (name) => name !== 'taken', 'Taken')
    app.get(
      '/q',
      {
        params: {
          name: Query(free),
          other: Query(free.optional()),
          age: Query(
            z
              .int()
              .refine(async () => true)
              .default(7),
          ),
        },
      },
      (args) => args,
    )
    app.post('/b', { params: { body: Body(z.object({ name: free })) } }, ({ body }) => body)
    app.get(
      '/h',
      { params: { a: Header(own(async (value) => (value === undefined ? { value: 'absent' } : { value }))) } },
      ({ a }) => a,
    )
    app.get('/rejects', { params: { a: Query(own(async () => Promise.reject(new Error('x')))) } }, ({ a }) => a)
    app.get(
      '/throws',
      {
        params: {
          a: Query(
            own(() => {
              throw new Error('x')
            }),
          ),
        },
      },
      ({ a }) => a,
    )
    const get = async (path: string, init?: RequestInit) => {
      const answer = await app.request(path, init)
      return [answer.status, answer.status === 500 ? '' : await answer.json()]
    }
    expect(await get('/q?name=a')).toEqual([200, { name: 'a', age: 7 }])
    expect(await get('/q?name=taken&other=taken&age=x')).toEqual([
      422,
      {
        detail: [
          { type: 'custom', loc: ['query', 'name'], msg: 'Taken' },
          { type: 'custom', loc: ['query', 'other'], msg: 'Taken' },
          { type: 'invalid_type', loc: ['query', 'age'], msg: expect.any(String) },
        ],
      },
    ])
    expect(await get('/q')).toEqual([
      422,
      { detail: [{ type: 'missing', loc: ['query', 'name'], msg: 'Field required' }] },
    ])
    expect(await get('/b', post('{"name":"taken"}'))).toEqual([
      422,
      { detail: [{ type: 'custom', loc: ['body', 'name'], msg: 'Taken' }] },
    ])
    expect(await get('/h')).toEqual([200, 'absent'])
    expect((await get('/rejects?a=1'))[0]).toBe(500)
    expect((await get('/throws?a=1'))[0]).toBe(500)
    expect(await get('/throws')).toEqual([
      422,
      { detail: [{ type: 'missing', loc: ['query', 'a'], msg: 'Field required' }] },
    ])
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
  })

  test('one whose promise is of another kind is waited for', async () => {
    const app = new App()
    const slow = own((value) =>
      Object.fromEntries([
        [
          'then',
          (resolve: (result: unknown) => void) =>
            resolve(value === 'fits' ? { value } : { issues: [{ message: 'no' }] }),
        ],
      ]),
    )
    app.get('/', { params: { a: Query(slow) } }, ({ a }) => a)
    expect((await app.request('/?a=fits')).status).toBe(200)
    expect((await app.request('/?a=other')).status).toBe(422)
    expect((await app.request('/')).status).toBe(422)
  })

  test('issues with strange places and messages', async () => {
    const app = new App()
    const issues: unknown[] = []
    app.get('/', { params: { a: Query(own((value) => (value === undefined ? { value } : { issues }))) } }, ({ a }) => a)
    issues.push(
      { message: 'said "hunter2" itself' },
      { message: 'hunter2', path: [] },
      { message: 'fine', path: ['__proto__', Symbol('x')] },
      { message: 'no path', path: undefined },
    )
    const answer = await app.request('/?a=hunter2')
    const text = await answer.text()
    expect([answer.status, JSON.parse(text).detail.length]).toEqual([422, 4])
    expect(text).not.toContain('hunter2')
  })
})
