/** One app with a login, written whole with each of three libraries: it answers the same, and is documented the same. */
import type { App } from 'sallyport'
import { describe, expect, test } from 'vitest'
import { expectValid } from '../openapi/validators.ts'
import { arktypeApp } from './arktype-app.ts'
import { componentShapes, operationShapes } from './shape.ts'
import { SECRET } from './store.ts'
import { valibotApp } from './valibot-app.ts'
import { zodApp } from './zod-app.ts'

const LIBRARIES = { zod: zodApp, valibot: valibotApp, arktype: arktypeApp }
type Library = keyof typeof LIBRARIES

interface Sent {
  readonly scopes?: string
  readonly form?: string
  readonly json?: unknown
  readonly headers?: Record<string, string>
}

function ask(app: App, path: string, { scopes, form, json, headers: given }: Sent): Promise<Response> {
  const headers = new Headers(given)
  if (scopes !== undefined) headers.set('authorization', `Bearer johndoe.${scopes.replaceAll(' ', '.')}`)
  const body = form ?? (json === undefined ? undefined : JSON.stringify(json))
  if (body === undefined) return app.request(path, { headers })
  headers.set('content-type', form === undefined ? 'application/json' : 'application/x-www-form-urlencoded')
  return app.request(path, { method: 'POST', headers, body })
}

const me = { scopes: 'me' }
const buy = { scopes: 'me buy' }
const PAPER = {
  order_id: 1,
  title: 'Paper',
  price: 4,
  discount: 0,
  lines: [{ sku: 'PAP-1', count: 2 }],
  status: 'paid',
}
const INK = { order_id: 2, title: 'Ink', price: 9.5, discount: 1, lines: [{ sku: 'INK-7', count: 1 }], status: 'open' }
const order = { title: 'A towel', price: 3, lines: [{ sku: 'TOW-1', count: 1 }] }

/** What is answered; in each, what is stored beside it has been left out. */
const ANSWERS: [what: string, path: string, sent: Sent, status: number, body: unknown][] = [
  [
    'a form, with a default',
    '/token',
    { form: 'username=johndoe&password=correct+horse' },
    200,
    { access_token: 'johndoe.me', token_type: 'bearer', scope: 'me' },
  ],
  [
    'a form, with all of its fields',
    '/token',
    { form: 'username=johndoe&password=correct+horse&scope=me+buy&other=1' },
    200,
    { access_token: 'johndoe.me.buy', token_type: 'bearer', scope: 'me buy' },
  ],
  [
    'a wrong password',
    '/token',
    { form: `username=johndoe&password=${SECRET}` },
    400,
    { detail: 'Incorrect username or password' },
  ],
  [
    'the user, without the hash and the code of the door',
    '/users/me',
    me,
    200,
    { username: 'johndoe', email: null, address: { city: 'Ghent' } },
  ],
  ['no token', '/users/me', {}, 401, { detail: 'Not authenticated' }],
  ['the defaults of a query', '/orders', me, 200, { orders: [PAPER, INK], limit: 10, request: null, visits: null }],
  [
    'a list, numbers and texts of a query, a header and a cookie',
    '/orders?tags=home&limit=1&status=paid',
    { ...me, headers: { 'request-id': '0042', cookie: 'visits=3' } },
    200,
    { orders: [PAPER], limit: 1, request: '0042', visits: 3 },
  ],
  ['several of a list', '/orders?tags=home&tags=work', me, 200, { orders: [], limit: 10, request: null, visits: null }],
  ['a number of the path', '/orders/2', me, 200, INK],
  ['a number of nothing', '/orders/99', me, 404, { detail: 'Order not found' }],
  [
    'a nested body; what is not known is left out',
    '/orders',
    { ...buy, json: { ...order, note: 'soon', status: 'paid', order_id: 7 } },
    201,
    { ...order, order_id: 3, discount: 0, note: 'soon', status: 'open' },
  ],
  ['a body without the scope', '/orders', { ...me, json: order }, 403, { detail: 'Not enough permissions' }],
]

/** Where something does not fit, and what each library calls it: its own words, but for what is missing. */
type Issue = [place: (string | number)[], zod: string, valibot: string, arktype: string]
const REFUSALS: [what: string, path: string, sent: Sent, issues: Issue[]][] = [
  [
    'a form',
    '/token',
    { form: 'username=&password=short' },
    [
      [['body', 'password'], 'too_small', 'min_length', 'minLength'],
      [['body', 'username'], 'missing', 'missing', 'missing'],
    ],
  ],
  ['no number in the path', `/orders/${SECRET}`, me, [[['path', 'order_id'], 'invalid_type', 'number', 'domain']]],
  [
    'a number of the path that is too small',
    '/orders/0',
    me,
    [[['path', 'order_id'], 'too_small', 'min_value', 'min']],
  ],
  [
    'everything beside the path at once',
    `/orders?limit=0&status=${SECRET}`,
    { ...me, headers: { 'request-id': SECRET.repeat(2), cookie: `visits=${SECRET}` } },
    [
      [['cookie', 'visits'], 'invalid_type', 'number', 'predicate'],
      [['header', 'request-id'], 'too_big', 'max_length', 'maxLength'],
      [['query', 'limit'], 'too_small', 'min_value', 'min'],
      [['query', 'status'], 'invalid_value', 'picklist', 'union'],
    ],
  ],
  [
    'a nested body',
    '/orders',
    {
      ...buy,
      json: { title: '', price: -1, discount: SECRET, lines: [{ sku: SECRET, count: 1.5 }, { count: 1 }] },
    },
    [
      [['body', 'discount'], 'invalid_type', 'number', 'domain'],
      [['body', 'lines', 0, 'count'], 'invalid_type', 'integer', 'divisor'],
      [['body', 'lines', 0, 'sku'], 'invalid_format', 'regex', 'pattern'],
      [['body', 'lines', 1, 'sku'], 'missing', 'missing', 'missing'],
      [['body', 'price'], 'too_small', 'gt_value', 'min'],
      [['body', 'title'], 'too_small', 'min_length', 'minLength'],
    ],
  ],
  [
    'an empty list',
    '/orders',
    { ...buy, json: { ...order, lines: [] } },
    [[['body', 'lines'], 'too_small', 'min_length', 'minLength']],
  ],
  [
    'a rule between two members',
    '/orders',
    { ...buy, json: { ...order, discount: 5 } },
    [[['body', 'discount'], 'custom', 'partial_check', 'predicate']],
  ],
]

const ERRORS = { 401: 'HTTPError', 403: 'HTTPError' }
const OPERATIONS = {
  'POST /token': { 'application/x-www-form-urlencoded': 'Login', 200: 'Token', 422: 'HTTPValidationError' },
  'GET /users/me': { 200: 'User', ...ERRORS },
  'GET /orders': {
    'query tags': 'array(string) = []',
    'query limit': 'integer 1..100 = 10',
    'query status': '"open" | "paid"',
    'header request-id': 'string ..20',
    'cookie visits': 'integer',
    200: 'Page',
    ...ERRORS,
    422: 'HTTPValidationError',
  },
  'POST /orders': { 'application/json': 'NewOrder', 201: 'Order', ...ERRORS, 422: 'HTTPValidationError' },
  'GET /orders/{order_id}': {
    'path order_id': 'integer 1.., required',
    200: 'Order',
    ...ERRORS,
    422: 'HTTPValidationError',
  },
  'GET /broken': { 200: 'User' },
}
const LINE = '{ count: integer 1..; sku: string ^[A-Z]{3}-\\d$ }'
const ORDER =
  '{ discount: number; lines: array({ count: integer; sku: string }); note?: string; order_id: integer; price: number; status: "open" | "paid"; title: string }'
const COMPONENTS = {
  Login: '{ password: string 8..; scope?: string = "me"; username: string 1.. }',
  Line: LINE,
  NewOrder: `{ discount?: number 0.. = 0; lines: array(${LINE}) 1..; note?: string; price: number > 0; title: string 1..50 }`,
  Order: ORDER,
  Page: `{ limit: integer; orders: array(${ORDER}); request: string | null; visits: integer | null }`,
  Token: '{ access_token: string; scope: string; token_type: "bearer" }',
  User: '{ address?: { city: string }; email: string | null; username: string }',
}

describe.each(Object.entries(LIBRARIES))('%s', (name, make) => {
  const library = name as Library

  test.each(ANSWERS)('%s', async (_, path, sent, status, body) => {
    const answer = await ask(make(), path, sent)
    const text = await answer.text()
    expect([answer.status, JSON.parse(text)]).toEqual([status, body])
    expect(text).not.toContain(SECRET)
  })

  test.each(REFUSALS)('422: %s', async (_, path, sent, issues) => {
    const answer = await ask(make(), path, sent)
    const text = await answer.text()
    expect(text).not.toContain(SECRET)
    const { detail } = JSON.parse(text) as { detail: { loc: (string | number)[]; type: string; msg: string }[] }
    // The libraries look at members in different orders.
    const found = detail.map(({ loc, type }) => [loc, type]).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))
    const word = { zod: 1, valibot: 2, arktype: 3 } as const
    expect([answer.status, found]).toEqual([422, issues.map((issue) => [issue[0], issue[word[library]]])])
    for (const { msg } of detail) expect(msg.length).toBeGreaterThan(5)
  })

  test("a rule's own message is told", async () => {
    const { detail } = await (await ask(make(), '/orders', { ...buy, json: { ...order, discount: 5 } })).json()
    expect(detail[0].msg).toBe('More than the price')
  })

  test('an answer that does not fit is not sent', async () => {
    const answer = await ask(make(), '/broken', {})
    expect([answer.status, await answer.text()]).toEqual([500, 'Internal Server Error'])
  })

  test('the document: valid, with the same operations and components', async () => {
    const document = make().openapi()
    await expectValid(document)
    // ArkType leaves defaults out of what it says of its input.
    const said = <T>(shapes: T): T =>
      library === 'arktype' ? JSON.parse(JSON.stringify(shapes).replace(/ = (?:\[\]|\\"me\\"|\d+)/g, '')) : shapes
    expect(operationShapes(document)).toEqual(said(OPERATIONS))
    const { HTTPError: _, HTTPValidationError: __, ValidationError: ___, ...components } = componentShapes(document)
    expect(components).toEqual(said(COMPONENTS))
  })
})
