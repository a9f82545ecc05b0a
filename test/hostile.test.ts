/**
 * Requests of somebody who means harm, once through `app.request` and once over a socket.
 *
 * Each gets a clear 4xx with a fixed sentence, nothing of what it sent comes back, and the next good request is answered.
 */
import { once } from 'node:events'
import {
  App,
  BackgroundTasks,
  Body,
  Cookie,
  CurrentIncoming,
  dependency,
  File,
  Form,
  Header,
  Path,
  Query,
} from 'sallyport'
import { type Server, serve } from 'sallyport/node'
import { HTTPBasic, HTTPBearer, OAuth2PasswordRequestForm } from 'sallyport/security'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { RawClient, statusOf } from './adapters/raw-client.ts'

/** Stands in every hostile request, and in no answer. */
const SECRET = 'hunter2'

const onError = vi.fn()
const unhandled = vi.fn()
const app = new App({ onError, limits: { body: 64 * 1024, multipartBody: 128 * 1024, file: 32 * 1024 } })
const ran = vi.fn(() => ({ ok: true }))

const Item = z.strictObject({
  name: z.string().max(10),
  price: z.number().optional(),
  tags: z.array(z.string()).optional(),
})
app.get('/items/{id}', { params: { id: Path(z.int().max(99)) } }, ran)
app.get('/files/{path:path}', { params: { path: Path(z.string()) } }, ran)
app.get(
  '/query',
  {
    params: {
      q: Query(z.int().optional()),
      list: Query(z.array(z.int()).default([])),
      day: Query(z.iso.date().optional()),
    },
  },
  ran,
)
app.get('/filter', { params: { filter: Query(z.strictObject({ limit: z.int().default(1) })) } }, ran)
app.get('/header', { params: { xCount: Header(z.int()) } }, ran)
app.get('/cookie', { params: { session: Cookie(z.string().max(10)) } }, ran)
app.post('/json', { params: { item: Body(Item) } }, ran)
app.post('/any', { params: { any: Body(z.unknown()) } }, ran)
app.post('/embed', { params: { a: Body(Item, { embed: true }), b: Body(z.int(), { embed: true }) } }, ran)
app.post('/text', { params: { text: Body(z.string(), { mediaType: 'text/plain' }) } }, ran)
app.post(
  '/form',
  {
    params: {
      name: Form(z.string().max(10)),
      age: Form(z.int().optional()),
      tags: Form(z.array(z.string()).default([])),
    },
  },
  ran,
)
app.post('/whole-form', { params: { form: Form(z.strictObject({ name: z.string() })) } }, ran)
app.post('/upload', { params: { name: Form(z.string()), file: File({ mediaTypes: ['image/png'] }) } }, ran)
app.post('/token', { params: { form: OAuth2PasswordRequestForm } }, ran)
app.post('/secured', { params: { token: new HTTPBearer(), item: Body(Item) } }, ran)
app.get('/basic', { params: { user: new HTTPBasic() } }, ran)

let server: Server
beforeAll(async () => {
  process.on('unhandledRejection', unhandled)
  process.on('uncaughtException', unhandled)
  server = await serve(app, { port: 0, installSignalHandlers: false })
})
afterAll(async () => {
  await server.close()
  process.off('unhandledRejection', unhandled)
  process.off('uncaughtException', unhandled)
  expect(unhandled).not.toHaveBeenCalled()
})

interface Hostile {
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly status: number
  /** The whole detail; or for a 422 the type and place of each issue. */
  readonly detail: string | RegExp | readonly (readonly [type: string, ...loc: (string | number)[]])[]
}

const JSON_TYPE = { 'content-type': 'application/json' }
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' }
const MULTIPART_TYPE = { 'content-type': 'multipart/form-data; boundary=b' }
const json = (body: string | Uint8Array, status: number, detail: Hostile['detail'], path = '/json'): Hostile => ({
  path,
  method: 'POST',
  headers: JSON_TYPE,
  body,
  status,
  detail,
})
const form = (body: string | Uint8Array, status: number, detail: Hostile['detail'], path = '/form'): Hostile => ({
  path,
  method: 'POST',
  headers: FORM_TYPE,
  body,
  status,
  detail,
})
const part = (disposition: string, content = SECRET, more = ''): string =>
  `--b\r\nContent-Disposition: ${disposition}\r\n${more}\r\n${content}\r\n`
const multipart = (
  body: string | Uint8Array,
  status: number,
  detail: Hostile['detail'],
  path = '/upload',
): Hostile => ({ path, method: 'POST', headers: MULTIPART_TYPE, body, status, detail })
const get = (
  path: string,
  status: number,
  detail: Hostile['detail'],
  headers: Record<string, string> = {},
): Hostile => ({ path, headers, status, detail })
const bytes = (...parts: (string | number)[]): Uint8Array =>
  Buffer.concat(parts.map((each) => (typeof each === 'number' ? Buffer.from([each]) : Buffer.from(each))))
const BROKEN = 'There was an error parsing the body'
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)

const TABLE: Record<string, Hostile> = {
  // ---- The target
  'an encoded NUL in the path': get(`/items/%00${SECRET}`, 400, 'The path has an encoded NUL'),
  'bytes that are no UTF-8 in the path': get(`/items/%ff${SECRET}`, 400, 'The path has broken percent-encoding'),
  'an overlong slash in the path': get(`/files/..%c0%af${SECRET}`, 400, 'The path has broken percent-encoding'),
  'broken percent-encoding in the path': get(`/items/%4${SECRET}`, 400, 'The path has broken percent-encoding'),
  'encoded dot segments': get(`/files/..%2f..%2fetc%2f${SECRET}`, 400, 'The path must not have segments . and ..'),
  'encoded dot segments with backslashes': get(
    `/files/a%5c..%5c${SECRET}`,
    400,
    'The path must not have segments . and ..',
  ),
  'encoded dot segments in a single segment': get(
    `/items/..%2f${SECRET}`,
    400,
    'The path must not have segments . and ..',
  ),
  'a path that is not there': get(`/${SECRET}`, 404, 'Not Found'),
  'a name of the prototype as a path': get('/__proto__', 404, 'Not Found'),
  'another name of the prototype': get('/constructor', 404, 'Not Found'),
  'a method that is not there': { ...get('/json', 405, 'Method Not Allowed'), method: 'DELETE' },
  'a text for a number in the path': get(`/items/${SECRET}`, 422, [['invalid_type', 'path', 'id']]),
  ...Object.fromEntries(
    [
      '1e999',
      '0x10',
      '%205',
      '5%20',
      '+5',
      '05',
      '1_0',
      '٥',
      '9007199254740993',
      '1.5',
      'NaN',
      'Infinity',
      '-',
      '1,0',
      '',
    ]
      .filter(Boolean)
      .map((text) => [
        `the number ${text}`,
        get(`/items/${encodeURI(text).replaceAll('%25', '%')}`, 422, [['invalid_type', 'path', 'id']]),
      ]),
  ),
  'a number over the limit': get('/items/1234567', 422, [['too_big', 'path', 'id']]),
  'a target over the limit': get(`/items/${'1'.repeat(17_000)}`, 414, /URI Too Long|Request Header Fields Too Large/),

  // ---- The query
  'broken percent-encoding in the query': get(`/query?q=%zz${SECRET}`, 400, 'The query has broken percent-encoding'),
  'bytes that are no UTF-8 in the query': get(`/query?${SECRET}=%ff`, 400, 'The query has broken percent-encoding'),
  '__proto__ in the query': get(`/query?__proto__=${SECRET}`, 400, 'The query has a field that is not allowed'),
  '__proto__ in the query, encoded': get(
    `/query?%5F_proto_%5f=${SECRET}`,
    400,
    'The query has a field that is not allowed',
  ),
  '10,000 fields in the query': get(`/query?${'a&'.repeat(5_000)}a`, 400, 'The query has more than 1000 fields'),
  'a query that is no number': get(`/query?q=${SECRET}`, 422, [['invalid_type', 'query', 'q']]),
  'an empty query for a number': get('/query?q=', 422, [['invalid_type', 'query', 'q']]),
  'a list with one that does not fit': get(`/query?list=1&list=${SECRET}`, 422, [['invalid_type', 'query', 'list', 1]]),
  'a day that is none': get(`/query?day=2026-02-30&q=1`, 422, [['invalid_format', 'query', 'day']]),
  'all that is wrong at once': get(`/query?q=${SECRET}&day=${SECRET}&list=x`, 422, [
    ['invalid_type', 'query', 'q'],
    ['invalid_type', 'query', 'list', 0],
    ['invalid_format', 'query', 'day'],
  ]),
  'an unknown field of a closed query': get(`/filter?${SECRET}=${SECRET}`, 422, [['unrecognized_keys', 'query']]),
  'a name of the prototype in a closed query': get('/filter?constructor=1&toString=2', 422, [
    ['unrecognized_keys', 'query'],
  ]),

  // ---- Headers and cookies
  'a header that is no number': get('/header', 422, [['invalid_type', 'header', 'x-count']], { 'x-count': SECRET }),
  'a header twice': get('/header', 422, [['invalid_type', 'header', 'x-count']], { 'x-count': '1, 2' }),
  'no header': get('/header', 422, [['missing', 'header', 'x-count']]),
  '__proto__ as a cookie': get('/cookie', 400, 'The request has a cookie that is not allowed', {
    cookie: `__proto__=${SECRET}`,
  }),
  'too many cookies': get('/cookie', 400, 'The request has more than 100 cookies', {
    cookie: Array.from({ length: 101 }, (_, n) => `c${n}=${SECRET}`).join('; '),
  }),
  'a cookie that is too long': get('/cookie', 422, [['too_big', 'cookie', 'session']], {
    cookie: `session=${SECRET.repeat(100)}`,
  }),
  'a cookie without a name': get('/cookie', 422, [['missing', 'cookie', 'session']], {
    cookie: `=${SECRET}; ;;${SECRET}; session`,
  }),

  // ---- JSON
  'no JSON': json(`${SECRET}`, 422, [['json_invalid', 'body', 0]]),
  'JSON that ends too early': json(`{"name":"${SECRET}"`, 422, [['json_invalid', 'body', 17]]),
  'JSON with a comment': json(`{/*${SECRET}*/}`, 422, [['json_invalid', 'body', 1]]),
  'two JSON texts': json(`{}{"${SECRET}":1}`, 422, [['json_invalid', 'body', 2]]),
  'a NUL in JSON': json(`{"name":"\0${SECRET}"}`, 422, [['json_invalid', 'body', 9]]),
  'bytes that are no UTF-8 in JSON': json(bytes('{"name":"', 0xff, SECRET, '"}'), 422, [['json_invalid', 'body']]),
  'a byte order mark': json(bytes(0xef, 0xbb, 0xbf, '{}'), 422, [['json_invalid', 'body', 0]]),
  'a lone surrogate': json(`{"name":"\\ud800${SECRET}"}`, 422, [['json_invalid', 'body']]),
  'UTF-16': json(Buffer.from('{"name":"x"}', 'utf16le'), 422, [['json_invalid', 'body', 1]]),
  '__proto__ in JSON': json(`{"__proto__":{"admin":"${SECRET}"}}`, 422, [['json_forbidden_name', 'body']]),
  '__proto__ in JSON, escaped': json(
    `{"\\u005f_proto__":{"admin":"${SECRET}"}}`,
    422,
    [['json_forbidden_name', 'body']],
    '/any',
  ),
  '__proto__ deep in JSON': json(`[{"a":[{"__proto__":"${SECRET}"}]}]`, 422, [['json_forbidden_name', 'body']], '/any'),
  'a member twice': json(`{"name":"a","name":"${SECRET}"}`, 422, [['json_duplicate_name', 'body']]),
  'names of the prototype where there are fields': json(
    `{"name":"a","constructor":{"${SECRET}":1},"toString":1}`,
    422,
    [['unrecognized_keys', 'body']],
  ),
  'an unknown member': json(`{"name":"a","${SECRET}":1}`, 422, [['unrecognized_keys', 'body']]),
  'a missing member': json('{"price":1}', 422, [['missing', 'body', 'name']]),
  'nothing but names of the prototype': json('{"constructor":1}', 422, [
    ['missing', 'body', 'name'],
    ['unrecognized_keys', 'body'],
  ]),
  'a type that is another': json(`{"name":{"${SECRET}":1},"price":"${SECRET}","tags":"${SECRET}"}`, 422, [
    ['invalid_type', 'body', 'name'],
    ['invalid_type', 'body', 'price'],
    ['invalid_type', 'body', 'tags'],
  ]),
  'a number over all numbers': json('{"name":"a","price":1e999}', 422, [['invalid_type', 'body', 'price']]),
  'a text for a number in JSON': json('{"name":"a","price":"1"}', 422, [['invalid_type', 'body', 'price']]),
  'a text that is too long': json(`{"name":"${SECRET.repeat(500)}"}`, 422, [['too_big', 'body', 'name']]),
  'a list for an object': json(`["${SECRET}"]`, 422, [['invalid_type', 'body']]),
  'a text for an object': json(`"${SECRET}"`, 422, [['invalid_type', 'body']]),
  'null for an object': json('null', 422, [['invalid_type', 'body']]),
  'nesting over the limit': json(nested(65), 422, [['json_too_deep', 'body']], '/any'),
  'nesting that would end a recursion': json('['.repeat(60_000), 422, [['json_too_deep', 'body']], '/any'),
  'nesting of objects': json(
    `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
    422,
    [['json_too_deep', 'body']],
    '/any',
  ),
  'no body': { path: '/json', method: 'POST', status: 422, detail: [['missing', 'body']] },
  'an empty body': json('', 422, [['missing', 'body']]),
  'embedded bodies that are a list': json(
    `["${SECRET}"]`,
    422,
    [
      ['missing', 'body', 'a'],
      ['missing', 'body', 'b'],
    ],
    '/embed',
  ),
  'embedded bodies by names of the prototype': json(
    '{"constructor":1}',
    422,
    [
      ['missing', 'body', 'a'],
      ['missing', 'body', 'b'],
    ],
    '/embed',
  ),
  'a JSON body over the limit': json(`"${'x'.repeat(70_000)}"`, 413, 'The body is larger than 65536 bytes'),

  // ---- Content types
  'JSON without a type': {
    path: '/json',
    method: 'POST',
    body: `{"name":"${SECRET}"}`,
    headers: { 'content-type': '' },
    status: 415,
    detail: 'The body must be application/json',
  },
  'JSON as text': {
    path: '/json',
    method: 'POST',
    body: `{"name":"${SECRET}"}`,
    headers: { 'content-type': 'text/plain' },
    status: 415,
    detail: 'The body must be application/json',
  },
  'JSON as a form': { ...json(`{"name":"${SECRET}"}`, 415, 'The body must be application/json'), headers: FORM_TYPE },
  'two content types in one': {
    ...json('{}', 415, 'The body must be application/json'),
    headers: { 'content-type': `application/json, text/${SECRET}` },
  },
  'a content type that only begins well': {
    ...json('{}', 415, 'The body must be application/json'),
    headers: { 'content-type': `application/json${SECRET}` },
  },
  'another charset': {
    ...json('{}', 415, 'The body must be application/json'),
    headers: { 'content-type': 'application/json; charset=utf-7' },
  },
  'a coding': {
    ...json('{}', 415, 'The body must not be compressed'),
    headers: { ...JSON_TYPE, 'content-encoding': 'gzip' },
  },
  'a coding that nobody knows': {
    ...json('{}', 415, 'The body must not be compressed'),
    headers: { ...JSON_TYPE, 'content-encoding': SECRET },
  },
  'JSON for a form': {
    ...form('{}', 415, 'The body must be application/x-www-form-urlencoded or multipart/form-data'),
    headers: JSON_TYPE,
  },
  'a form for an upload': { ...form(`name=${SECRET}`, 415, 'The body must be multipart/form-data'), path: '/upload' },
  'bytes for text': {
    path: '/text',
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: bytes(SECRET, 0xff),
    status: 400,
    detail: BROKEN,
  },

  // ---- Forms
  'broken percent-encoding in a form': form(`name=%${SECRET}`, 400, BROKEN),
  'bytes that are no UTF-8 in a form': form(bytes('name=', 0xff, SECRET), 400, BROKEN),
  'a lone surrogate in a form': form('name=%ED%A0%80', 400, BROKEN),
  '__proto__ in a form': form(`__proto__=${SECRET}&name=a`, 400, BROKEN),
  '__proto__ in a form, encoded': form(`%5f_proto__=${SECRET}`, 400, BROKEN),
  'names of the prototype in a closed form': form(
    'name=a&constructor=1',
    422,
    [['unrecognized_keys', 'body']],
    '/whole-form',
  ),
  '10,000 fields in a form': form('a=1&'.repeat(10_000), 413, 'The form has more than 1000 fields'),
  '10,000 values of one field': form('tags=1&'.repeat(9_000), 413, 'The form has more than 1000 fields'),
  'a field twice': form(`name=a&name=${SECRET}`, 422, [['duplicate', 'body', 'name']]),
  'a number that is none in a form': form(`name=a&age=${SECRET}`, 422, [['invalid_type', 'body', 'age']]),
  'an empty field': form('name=', 422, [['missing', 'body', 'name']]),
  'a form of nothing but separators': form('&&&=&=', 422, [['missing', 'body', 'name']]),
  'a field that is too long': form(`name=${SECRET.repeat(5)}`, 422, [['too_big', 'body', 'name']]),
  'a form over the limit': form(`name=${'x'.repeat(70_000)}`, 413, 'The body is larger than 65536 bytes'),
  'a password twice': form(
    `username=a&password=${SECRET}&password=b`,
    422,
    [['duplicate', 'body', 'password']],
    '/token',
  ),
  'no password': form(`username=${SECRET}`, 422, [['missing', 'body', 'password']], '/token'),

  // ---- Multipart
  'multipart without a boundary': {
    ...multipart(SECRET, 400, BROKEN),
    headers: { 'content-type': 'multipart/form-data' },
  },
  'multipart that is none': multipart(SECRET, 400, BROKEN),
  'multipart that ends in a header': multipart('--b\r\nContent-Disposition: form-data; na', 400, BROKEN),
  'multipart that ends in a part': multipart(
    `--b\r\nContent-Disposition: form-data; name="name"\r\n\r\n${SECRET}`,
    400,
    BROKEN,
  ),
  'multipart without its end': multipart(part('form-data; name="name"'), 400, BROKEN),
  'multipart with bare line feeds': multipart(
    `${part('form-data; name="name"')}--b--`.replaceAll('\r', ''),
    400,
    BROKEN,
  ),
  'a part without a name': multipart(`${part('form-data')}--b--\r\n`, 400, BROKEN),
  'a part with two names': multipart(`${part(`form-data; name="a"; name="${SECRET}"`)}--b--\r\n`, 400, BROKEN),
  '__proto__ in multipart': multipart(`${part('form-data; name="__proto__"')}--b--\r\n`, 400, BROKEN),
  'a part with headers without end': multipart(
    `--b\r\nX: ${'x'.repeat(20_000)}`,
    413,
    'The headers of a part are larger than 8192 bytes',
  ),
  'bytes that are no UTF-8 in multipart': multipart(
    bytes('--b\r\nContent-Disposition: form-data; name="name"\r\n\r\n', 0xff, '\r\n--b--\r\n'),
    400,
    BROKEN,
  ),
  '10,000 parts': multipart(part('form-data; name="a"', '').repeat(1001), 413, 'The form has more than 1000 fields'),
  'a file that is too large': multipart(
    `${part('form-data; name="file"; filename="a"', 'x'.repeat(40_000), 'Content-Type: image/png\r\n')}--b--\r\n`,
    413,
    'A file is larger than 32768 bytes',
  ),
  'a file of another type': multipart(
    `${part('form-data; name="name"', 'a')}${part(`form-data; name="file"; filename="${SECRET}"`, 'x', `Content-Type: text/${SECRET}\r\n`)}--b--\r\n`,
    415,
    'The file file is none of image/png',
  ),
  'a text for a file': multipart(
    `${part('form-data; name="name"', 'a')}${part('form-data; name="file"')}--b--\r\n`,
    422,
    [['file_expected', 'body', 'file']],
  ),
  'a file for a text': multipart(
    `${part(`form-data; name="name"; filename="${SECRET}"`)}${part('form-data; name="file"; filename="a"', 'x', 'Content-Type: image/png\r\n')}--b--\r\n`,
    422,
    [['text_expected', 'body', 'name']],
  ),
  'a file twice': multipart(
    `${part('form-data; name="name"', 'a')}${part('form-data; name="file"; filename="a"', 'x', 'Content-Type: image/png\r\n').repeat(2)}--b--\r\n`,
    422,
    [['duplicate', 'body', 'file']],
  ),
  'no file': multipart(`${part('form-data; name="name"', 'a')}--b--\r\n`, 422, [['missing', 'body', 'file']]),

  // ---- Security
  'a body without credentials': json(`{"${SECRET}`, 401, 'Not authenticated', '/secured'),
  'a body over the limit without credentials': json('x'.repeat(70_000), 401, 'Not authenticated', '/secured'),
  'credentials of another scheme': {
    ...json(`{"${SECRET}`, 401, /./, '/secured'),
    headers: { ...JSON_TYPE, authorization: `Basic ${SECRET}` },
  },
  'Basic that is none': get('/basic', 401, /./, { authorization: `Basic ${SECRET}*` }),
  'Basic with controls': get('/basic', 401, /./, {
    authorization: `Basic ${Buffer.from(`a:${SECRET}\n`).toString('base64')}`,
  }),
}

/** Looks at an answer: its status, its detail, and that it repeats nothing. */
function check({ status, detail }: Hostile, given: { status: number; body: string; head: string }): void {
  expect(given.body).not.toContain(SECRET)
  expect(given.head).not.toContain(SECRET)
  expect([given.status, given.body]).toEqual([
    status === 414 && given.status === 431 ? 431 : status,
    expect.any(String),
  ])
  const answer = JSON.parse(given.body) as { detail: unknown }
  expect(Object.keys(answer)).toEqual(['detail'])
  if (typeof detail === 'string') expect(answer.detail).toBe(detail)
  else if (detail instanceof RegExp) expect(answer.detail).toMatch(detail)
  else {
    const issues = answer.detail as { type: string; loc: unknown[]; msg: string }[]
    expect(issues.map(({ type, loc }) => [type, ...loc])).toEqual(detail)
    for (const issue of issues) expect(Object.keys(issue).sort()).toEqual(['loc', 'msg', 'type'])
  }
}

describe('through app.request', () => {
  test.each(Object.entries(TABLE))('%s', async (_, hostile) => {
    const { method = 'GET', path, headers = {}, body } = hostile
    ran.mockClear()
    const response = await app.request(path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: body as BodyInit }),
    })
    check(hostile, {
      status: response.status,
      body: await response.text(),
      head: JSON.stringify([...response.headers]),
    })
    expect(ran).not.toHaveBeenCalled()
    expect((await app.request('/items/1')).status).toBe(200)
  })
})

describe('over a socket', () => {
  test.each(Object.entries(TABLE))('%s', async (_, hostile) => {
    const { method = 'GET', path, headers = {}, body } = hostile
    ran.mockClear()
    const lines = Object.entries({
      ...headers,
      ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
    })
    const client = new RawClient(server.port)
    client.write(
      `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
    )
    if (body !== undefined) client.socket.write(body)
    const answer = await client.ended()
    client.destroy()
    const [head = '', text = ''] = answer.split('\r\n\r\n')
    check(hostile, { status: statusOf(answer), head, body: Buffer.from(text, 'latin1').toString() })
    expect(ran).not.toHaveBeenCalled()
    expect((await fetch(`${server.url}/items/1`)).status).toBe(200)
  })
})

describe('what is unusual and no harm', () => {
  test.each<[string, string, RequestInit | undefined, unknown]>([
    ['-0 is 0', '/items/-0', undefined, { id: 0 }],
    ['names of the prototype in an open query', '/query?constructor=1&toString=2', undefined, { list: [] }],
    ['an empty name', '/query?=x&&=', undefined, { list: [] }],
    ['a name twice: the last counts', '/query?q=1&q=2', undefined, { q: 2, list: [] }],
    ['a cookie twice: the last counts', '/cookie', { headers: { cookie: 'session=a; session="b"' } }, { session: 'b' }],
    [
      'names of the prototype as values',
      '/any',
      { method: 'POST', headers: JSON_TYPE, body: '{"a":"__proto__","constructor":{"prototype":{}}}' },
      { any: { a: '__proto__', constructor: { prototype: {} } } },
    ],
    [
      'a file name that leads out',
      '/upload',
      {
        method: 'POST',
        headers: MULTIPART_TYPE,
        body: `${part('form-data; name="name"', 'a')}${part('form-data; name="file"; filename="../../etc/passwd"', 'x', 'Content-Type: image/png\r\n')}--b--\r\n`,
      },
      expect.objectContaining({ name: 'a', file: expect.objectContaining({ name: 'passwd' }) }),
    ],
  ])('%s', async (_, path, init, args) => {
    ran.mockClear()
    expect((await app.request(path, init)).status).toBe(200)
    expect(ran).toHaveBeenCalledExactlyOnceWith(args)
    const given = (ran.mock.calls as unknown as [Record<string, unknown>][])[0]?.[0] as object
    expect(Object.getPrototypeOf(given)).toBe(Object.prototype)
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })
})

describe('100 MB', () => {
  const CHUNK = new Uint8Array(16 * 1024).fill(120)
  const WHOLE = 100 * 1024 * 1024

  /** A body that is made as it is read, and tells how much of it was. */
  function endless(): { stream: ReadableStream<Uint8Array>; made: () => number } {
    let made = 0
    const stream = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          made += CHUNK.byteLength
          if (made > WHOLE) controller.close()
          else controller.enqueue(CHUNK)
        },
      },
      { highWaterMark: 0 },
    )
    return { stream, made: () => made }
  }
  const TYPES: [string, Record<string, string>, string, number][] = [
    ['JSON', JSON_TYPE, '/json', 64],
    ['a form', FORM_TYPE, '/form', 64],
    ['text', { 'content-type': 'text/plain' }, '/text', 64],
  ]

  test.each(TYPES)(
    '%s, in-process: 413 before a byte when announced, at the limit when not',
    async (_, headers, path, limit) => {
      const announced = endless()
      const init = { method: 'POST', duplex: 'half' } as const
      const answers = [
        await app.request(path, {
          ...init,
          headers: { ...headers, 'content-length': String(WHOLE) },
          body: announced.stream,
        } as RequestInit),
      ]
      expect(announced.made()).toBe(0)
      const silent = endless()
      answers.push(await app.request(path, { ...init, headers, body: silent.stream } as RequestInit))
      expect(silent.made()).toBeLessThanOrEqual((limit + 32) * 1024)
      for (const answer of answers)
        expect([answer.status, await answer.json()]).toEqual([
          413,
          { detail: `The body is larger than ${limit * 1024} bytes` },
        ])
    },
  )

  test('multipart, in-process: at the limit of the file', async () => {
    const { stream, made } = endless()
    const start = new TextEncoder().encode(
      '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\nContent-Type: image/png\r\n\r\n',
    )
    const reader = stream.getReader()
    let begun = false
    const body = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          if (!begun) controller.enqueue(start)
          else controller.enqueue((await reader.read()).value as Uint8Array)
          begun = true
        },
      },
      { highWaterMark: 0 },
    )
    const answer = await app.request('/upload', {
      method: 'POST',
      headers: MULTIPART_TYPE,
      body,
      duplex: 'half',
    } as RequestInit)
    expect([answer.status, await answer.json()]).toEqual([413, { detail: 'A file is larger than 32768 bytes' }])
    expect(made()).toBeLessThanOrEqual(64 * 1024)
  })

  test.each(TYPES)('%s, over a socket, announced: 413 before a byte of it is sent', async (_, headers, path) => {
    const client = new RawClient(server.port)
    client.write(
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\n${Object.entries(headers)
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('')}Content-Length: ${WHOLE}\r\n\r\n`,
    )
    expect(statusOf(await client.until('bytes"}'))).toBe(413)
    client.destroy()
    expect((await fetch(`${server.url}/items/1`)).status).toBe(200)
  })

  test.each(TYPES)('%s, over a socket, in chunks: 413 long before its end', async (_, headers, path) => {
    const client = new RawClient(server.port)
    client.write(
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\n${Object.entries(headers)
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('')}Transfer-Encoding: chunked\r\n\r\n`,
    )
    let sent = 0
    while (sent < WHOLE && client.text === '' && !client.socket.destroyed) {
      client.write(`${CHUNK.byteLength.toString(16)}\r\n`)
      const flows = client.socket.write(CHUNK)
      client.write('\r\n')
      sent += CHUNK.byteLength
      if (!flows)
        await Promise.race([once(client.socket, 'drain'), client.ended(), client.until('bytes"}').catch(() => {})])
    }
    expect(statusOf(await client.until('bytes"}'))).toBe(413)
    expect(sent).toBeLessThan(WHOLE / 4)
    client.destroy()
    expect((await fetch(`${server.url}/items/1`)).status).toBe(200)
  })

  test('without credentials not even the announcement matters', async () => {
    const { stream, made } = endless()
    const answer = await app.request('/secured', {
      method: 'POST',
      headers: { ...JSON_TYPE, 'content-length': String(WHOLE) },
      body: stream,
      duplex: 'half',
    } as RequestInit)
    expect([answer.status, made()]).toEqual([401, 0])
  })
})

describe('a client that goes away', () => {
  test.each([
    ['before its answer', '/slow', false],
    ['in the middle of a stream', '/stream', false],
    ['before its answer, with a middleware', '/slow', true],
    ['in the middle of a stream, with a middleware', '/stream', true],
    ['in the middle of its own body', '/upload', false],
  ])('%s: the signal is aborted, exits and tasks run once', async (_, path, withMiddleware) => {
    const log: string[] = []
    const errors: unknown[] = []
    const entered = Promise.withResolvers<void>()
    const going = new App({ onError: (error) => errors.push(error) })
    const resource = dependency({ request: CurrentIncoming }, async function* ({ request }) {
      request.signal.addEventListener('abort', () => log.push('aborted'))
      try {
        yield request.signal
      } finally {
        log.push('exit')
      }
    })
    const aborted = (signal: AbortSignal) =>
      new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    going.get('/slow', { params: { resource, tasks: BackgroundTasks } }, async ({ resource, tasks }) => {
      tasks.addTask(() => log.push('task'))
      entered.resolve()
      await aborted(resource)
      return 'nobody reads this'
    })
    going.get('/stream', { params: { resource, tasks: BackgroundTasks } }, async function* ({ tasks }) {
      tasks.addTask(() => log.push('task'))
      entered.resolve()
      for (;;) {
        yield 'x'.repeat(1000)
        await new Promise((resolve) => setImmediate(resolve))
      }
    })
    going.post('/upload', { params: { resource, item: Body(z.unknown()) } }, ran)
    if (withMiddleware) going.use((request, next) => next(request))
    const short = await serve(going, { port: 0, installSignalHandlers: false, onError: (error) => errors.push(error) })
    try {
      const client = new RawClient(short.port)
      if (path === '/upload') {
        client.write(
          `POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"a":`,
        )
        // The dependency needs no body, but runs behind it: it is never entered.
        await vi.waitFor(() => expect(client.socket.bytesWritten).toBeGreaterThan(90))
        client.destroy()
      } else {
        client.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
        await entered.promise
        client.destroy()
        await vi.waitFor(() => expect([...log].sort()).toEqual(['aborted', 'exit', 'task']))
      }
    } finally {
      await short.close()
    }
    expect(log.filter((line) => line === 'exit').length).toBeLessThanOrEqual(1)
    expect(errors).toEqual([])
  })
})

test('a body that breaks off is the client’s fault: 400, not an error of ours', async () => {
  for (const [path, headers] of [
    ['/json', JSON_TYPE],
    ['/upload', MULTIPART_TYPE],
    ['/text', { 'content-type': 'text/plain' }],
    ['/json', {}],
  ] as const) {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.error(new Error(SECRET))
      },
    })
    const answer = await app.request(path, { method: 'POST', headers, body, duplex: 'half' } as RequestInit)
    expect([path, answer.status, await answer.json()]).toEqual([path, 400, { detail: 'The body ended too early' }])
  }
})

test('nothing of all this was an error of ours', () => {
  expect(onError).not.toHaveBeenCalled()
  expect(unhandled).not.toHaveBeenCalled()
})
