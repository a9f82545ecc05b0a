/** Where parameters are read from, under which names, and what an absent, empty or repeated one is. */
import { App, Body, Cookie, dependency, Header, Path, Query } from 'sallyport'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

type Params = Record<string, unknown>
/** The status and the JSON of an answer that tells its arguments. */
async function ask(params: Params, path: string, init?: RequestInit & { route?: string }): Promise<[number, unknown]> {
  const app = new App()
  const { route = '/', ...request } = init ?? {}
  const method = request.method === 'POST' ? 'post' : 'get'
  app[method](route as '/', { params } as never, ((args: object) => args) as never)
  const response = await app.request(path, request)
  const content = (await response.json()) as { detail?: { type: string; loc: unknown[] }[] }
  return [response.status, response.status === 422 ? content.detail?.map(({ type, loc }) => [type, ...loc]) : content]
}
const headers = (record: Record<string, string>): RequestInit => ({ headers: record })

describe('query', () => {
  const text = z.string()
  test.each<[string, Params, string, [number, unknown]]>([
    [
      'an alias is the name on the wire, and in errors',
      { q: Query(z.int(), { alias: 'item-query' }) },
      '/?item-query=5',
      [200, { q: 5 }],
    ],
    [
      'the name itself is none then',
      { q: Query(z.int(), { alias: 'item-query' }) },
      '/?q=5',
      [422, [['missing', 'query', 'item-query']]],
    ],
    ['an alias of the prototype', { q: Query(text, { alias: 'constructor' }) }, '/?constructor=x', [200, { q: 'x' }]],
    [
      'a name of the prototype that is absent',
      { constructor: Query(text.optional()), toString: Query(text.default('d')) },
      '/',
      [200, { toString: 'd' }],
    ],
    ['names are case-sensitive', { q: Query(text) }, '/?Q=x', [422, [['missing', 'query', 'q']]]],
    ['plus is a space, %2B a plus', { q: Query(text) }, '/?q=a+b%2Bc%20d', [200, { q: 'a b+c d' }]],
    ['what is decoded is not decoded again', { q: Query(text) }, '/?q=%2525', [200, { q: '%25' }]],
    [
      'an encoded separator separates nothing',
      { q: Query(text), r: Query(text.optional()) },
      '/?q=a%26r%3Db',
      [200, { q: 'a&r=b' }],
    ],
    ['an encoded name', { q: Query(text) }, '/?%71=x', [200, { q: 'x' }]],
    ['a second equals sign is of the value', { q: Query(text) }, '/?q=a=b', [200, { q: 'a=b' }]],
    ['without an equals sign it is empty', { q: Query(text) }, '/?q', [200, { q: '' }]],
    ['an empty text is a text', { q: Query(text.min(1)) }, '/?q=', [422, [['too_small', 'query', 'q']]]],
    ['null where it may be', { q: Query(z.int().nullable()) }, '/?q=null', [200, { q: null }]],
    ['a list of one', { q: Query(z.array(z.int())) }, '/?q=1', [200, { q: [1] }]],
    ['an absent list', { q: Query(z.array(z.int())) }, '/', [422, [['missing', 'query', 'q']]]],
    ['an absent optional list', { q: Query(z.array(z.int()).optional()) }, '/', [200, {}]],
    ['a list is not split', { q: Query(z.array(text)) }, '/?q=a,b', [200, { q: ['a,b'] }]],
    ['a tuple', { q: Query(z.tuple([z.int(), text])) }, '/?q=1&q=2', [200, { q: [1, '2'] }]],
    ['a long list', { q: Query(z.array(z.int()).max(3)) }, '/?q=1&q=2&q=3&q=4', [422, [['too_big', 'query', 'q']]]],
    ['a date', { q: Query(z.iso.datetime()) }, '/?q=2026-01-31T10:00:00Z', [200, { q: '2026-01-31T10:00:00Z' }]],
    [
      'a date that is none',
      { q: Query(z.iso.datetime()) },
      '/?q=2026-02-31T10:00:00Z',
      [422, [['invalid_format', 'query', 'q']]],
    ],
    [
      'a default that is a function is made each time',
      { q: Query(z.array(text).default(() => ['a'])) },
      '/',
      [200, { q: ['a'] }],
    ],
    ['a transformed value', { q: Query(z.string().transform((value) => value.length)) }, '/?q=abc', [200, { q: 3 }]],
    [
      'an object and a single one',
      { page: Query(z.object({ limit: z.int() })), q: Query(text) },
      '/?limit=1&q=a',
      [200, { page: { limit: 1 }, q: 'a' }],
    ],
    [
      'an optional field of an object',
      { page: Query(z.object({ limit: z.int().optional(), q: text.default('d') })) },
      '/',
      [200, { page: { q: 'd' } }],
    ],
    [
      'a field of an object that is missing',
      { page: Query(z.object({ limit: z.int() })) },
      '/',
      [422, [['missing', 'query', 'limit']]],
    ],
    [
      'a list in an object',
      { page: Query(z.object({ ids: z.array(z.int()) })) },
      '/?ids=1&ids=x',
      [422, [['invalid_type', 'query', 'ids', 1]]],
    ],
    [
      'a name of the prototype in an object',
      { page: Query(z.object({ valueOf: z.string() })) },
      '/?valueOf=a',
      [200, { page: { valueOf: 'a' } }],
    ],
    [
      'a thousand of them',
      { q: Query(z.array(z.int())) },
      `/?${'q=1&'.repeat(1000)}`,
      [200, { q: Array(1000).fill(1) }],
    ],
  ])('%s', async (_, params, path, expected) => {
    expect(await ask(params, path)).toEqual(expected)
  })

  test('an absent value is not a property that is undefined for a dependency with rest arguments', async () => {
    const all = dependency({ a: Query(z.string().optional()) }, (args) => Object.keys(args))
    expect(await ask({ all }, '/')).toEqual([200, { all: ['a'] }])
  })
})

describe('path', () => {
  test.each<[string, Params, string, string, [number, unknown]]>([
    ['numbers', { a: Path(z.int()), b: Path(z.number()) }, '/{a}/{b}', '/1/1.5', [200, { a: 1, b: 1.5 }]],
    [
      'all that does not fit',
      { a: Path(z.int()), b: Path(z.enum(['x'])) },
      '/{a}/{b}',
      '/x/y',
      [
        422,
        [
          ['invalid_type', 'path', 'a'],
          ['invalid_value', 'path', 'b'],
        ],
      ],
    ],
    ['a boolean', { a: Path(z.boolean()) }, '/{a}', '/true', [200, { a: true }]],
    ['a text that looks like a number', { a: Path(z.string()) }, '/{a}', '/007', [200, { a: '007' }]],
    ['a UUID', { a: Path(z.uuid()) }, '/{a}', '/7', [422, [['invalid_format', 'path', 'a']]]],
  ])('%s', async (_, params, route, path, expected) => {
    expect(await ask(params, path, { route })).toEqual(expected)
  })
})

describe('header', () => {
  const text = z.string()
  test.each<[string, Params, RequestInit, [number, unknown]]>([
    [
      'capitals of a name are hyphens',
      { userAgent: Header(text) },
      headers({ 'User-Agent': 'x' }),
      [200, { userAgent: 'x' }],
    ],
    ['underscores, too', { user_agent: Header(text) }, headers({ 'user-agent': 'x' }), [200, { user_agent: 'x' }]],
    ['a capital at the start', { XToken: Header(text) }, headers({ 'x-token': 'x' }), [200, { XToken: 'x' }]],
    [
      'an alias as it is, in any case',
      { token: Header(text, { alias: 'X_Token' }) },
      headers({ x_token: 'x' }),
      [200, { token: 'x' }],
    ],
    [
      'its name in errors is that on the wire',
      { userId: Header(z.int()) },
      headers({ 'user-id': 'x' }),
      [422, [['invalid_type', 'header', 'user-id']]],
    ],
    [
      'a list',
      { xTags: Header(z.array(text)) },
      headers({ 'x-tags': 'a, b,c ,, d' }),
      [200, { xTags: ['a', 'b', 'c', '', 'd'] }],
    ],
    ['numbers in a list', { xIds: Header(z.array(z.int())) }, headers({ 'x-ids': '1, 2' }), [200, { xIds: [1, 2] }]],
    ['a name of the prototype', { constructor: Header(text.optional()) }, headers({}), [200, {}]],
    [
      'an object',
      { all: Header(z.object({ userAgent: text, xIds: z.array(z.int()), ifMatch: text.optional() })) },
      headers({ 'user-agent': 'x', 'x-ids': '1,2' }),
      [200, { all: { userAgent: 'x', xIds: [1, 2] } }],
    ],
    [
      'names in an object in errors are those on the wire',
      { all: Header(z.object({ userId: z.int(), xToken: text })) },
      headers({ 'user-id': 'x' }),
      [
        422,
        [
          ['invalid_type', 'header', 'user-id'],
          ['missing', 'header', 'x-token'],
        ],
      ],
    ],
  ])('%s', async (_, params, init, expected) => {
    expect(await ask(params, '/', init)).toEqual(expected)
  })
})

describe('cookie', () => {
  const text = z.string()
  test.each<[string, Params, string, [number, unknown]]>([
    ['by its name', { theme: Cookie(text) }, 'a=b; theme=dark', [200, { theme: 'dark' }]],
    [
      'by an alias',
      { session: Cookie(text, { alias: '__Host-session' }) },
      '__Host-session=x',
      [200, { session: 'x' }],
    ],
    [
      'a name in another case is another',
      { theme: Cookie(text) },
      'Theme=dark',
      [422, [['missing', 'cookie', 'theme']]],
    ],
    ['a number', { n: Cookie(z.int()) }, 'n=7', [200, { n: 7 }]],
    ['an empty one', { n: Cookie(text) }, 'n=', [200, { n: '' }]],
    ['with equals signs', { n: Cookie(text) }, 'n=a=b==', [200, { n: 'a=b==' }]],
    ['as it was sent: not decoded', { n: Cookie(text) }, 'n=%41+', [200, { n: '%41+' }]],
    ['a list of one', { n: Cookie(z.array(text)) }, 'n=a', [200, { n: ['a'] }]],
    [
      'a name of the prototype',
      { constructor: Cookie(text.optional()), hasOwnProperty: Cookie(text.optional()) },
      'hasOwnProperty=1',
      [200, { hasOwnProperty: '1' }],
    ],
    [
      'an object',
      { all: Cookie(z.object({ a: z.int(), b: text.default('d') })) },
      'a=1; c=2',
      [200, { all: { a: 1, b: 'd' } }],
    ],
    [
      'a closed object',
      { all: Cookie(z.strictObject({ a: z.int() })) },
      'a=1; c=2',
      [422, [['unrecognized_keys', 'cookie']]],
    ],
  ])('%s', async (_, params, cookie, expected) => {
    expect(await ask(params, '/', headers({ cookie }))).toEqual(expected)
  })
})

describe('body', () => {
  const Item = z.object({ name: z.string() })
  const send = (content: BodyInit, type = 'application/json'): RequestInit => ({
    method: 'POST',
    body: content,
    headers: { 'content-type': type },
  })
  const NONE: RequestInit = { method: 'POST' }

  test.each<[string, Params, RequestInit, [number, unknown]]>([
    ['one', { item: Body(Item) }, send('{"name":"a","more":1}'), [200, { item: { name: 'a' } }]],
    [
      'of another JSON type',
      { item: Body(Item) },
      send('{"name":"a"}', 'application/merge-patch+json'),
      [200, { item: { name: 'a' } }],
    ],
    ['a number alone', { item: Body(z.int()) }, send('7'), [200, { item: 7 }]],
    ['null alone', { item: Body(z.null()) }, send('null'), [200, { item: null }]],
    [
      'null where nothing is expected',
      { item: Body(Item.optional()) },
      send('null'),
      [422, [['invalid_type', 'body']]],
    ],
    ['an optional one that is absent', { item: Body(Item.optional()) }, NONE, [200, {}]],
    ['a default', { item: Body(Item.default({ name: 'd' })) }, NONE, [200, { item: { name: 'd' } }]],
    ['a required one that is absent', { item: Body(Item) }, NONE, [422, [['missing', 'body']]]],
    ['no text is made a number in it', { item: Body(z.int()) }, send('"7"'), [422, [['invalid_type', 'body']]]],
    ['embedded', { item: Body(Item, { embed: true }) }, send('{"item":{"name":"a"}}'), [200, { item: { name: 'a' } }]],
    [
      'embedded, by an alias',
      { item: Body(Item, { embed: true, alias: 'it-em' }) },
      send('{"it-em":{"name":7}}'),
      [422, [['invalid_type', 'body', 'it-em', 'name']]],
    ],
    [
      'two embedded',
      { a: Body(z.int(), { embed: true }), b: Body(z.string().optional(), { embed: true }) },
      send('{"a":1}'),
      [200, { a: 1 }],
    ],
    [
      'two embedded in no body',
      { a: Body(z.int(), { embed: true }), b: Body(z.string().optional(), { embed: true }) },
      NONE,
      [422, [['missing', 'body', 'a']]],
    ],
    [
      'embedded by a name of the prototype',
      { constructor: Body(z.string().optional(), { embed: true }) },
      send('{}'),
      [200, {}],
    ],
    [
      'text',
      { text: Body(z.string().max(3), { mediaType: 'text/plain' }) },
      send('abc', 'text/plain; charset=utf-8'),
      [200, { text: 'abc' }],
    ],
    ['any text', { text: Body(z.string(), { mediaType: 'text/*' }) }, send('a,b', 'text/csv'), [200, { text: 'a,b' }]],
    [
      'bytes',
      {
        data: Body(
          z.instanceof(Uint8Array).transform(({ length }) => length),
          { mediaType: 'image/png', jsonSchema: { type: 'string', format: 'binary' } },
        ),
      },
      send(new Uint8Array(5), 'image/png'),
      [200, { data: 5 }],
    ],
    [
      'a body of a dependency',
      { user: dependency({ item: Body(Item) }, ({ item }) => item.name) },
      send('{"name":"a"}'),
      [200, { user: 'a' }],
    ],
    [
      'invalid JSON and an invalid query together',
      { item: Body(Item), q: Query(z.int()) },
      send('{'),
      [
        422,
        [
          ['missing', 'query', 'q'],
          ['json_invalid', 'body', 1],
        ],
      ],
    ],
  ])('%s', async (_, params, init, expected) => {
    expect(await ask(params, '/', init)).toEqual(expected)
  })

  test('GET may have one, as it is declared', async () => {
    const app = new App()
    app.delete('/', { params: { item: Body(Item) } }, ({ item }) => item)
    expect((await app.request('/', { ...send('{"name":"a"}'), method: 'DELETE' })).status).toBe(200)
  })
})
