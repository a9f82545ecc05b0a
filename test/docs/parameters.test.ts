import { describe, expect, test } from 'vitest'
import body from '../../docs/src/body/main.ts'
import forms from '../../docs/src/forms-and-files/main.ts'
import headers from '../../docs/src/headers-and-cookies/main.ts'
import path from '../../docs/src/path-parameters/main.ts'
import query from '../../docs/src/query-parameters/main.ts'
import type { App } from '../../src/app.ts'

/** What the chapters quote is compared in quoted.test.ts; here is what they say in words, and what the document shows. */

function parametersOf(app: App, url: string): unknown[] {
  return (app.openapi().paths?.[url]?.get?.parameters ?? []) as unknown[]
}

const post = (app: App, url: string, init: RequestInit): Promise<Response> =>
  app.request(url, { method: 'POST', ...init })
const json = (value: unknown): RequestInit => ({
  headers: { 'content-type': 'application/json' },
  body: typeof value === 'string' ? value : JSON.stringify(value),
})

describe('path parameters', () => {
  test.each([
    ['/items/-3', 200, { id: -3 }],
    ['/gates/7', 200, { number: 7, open: false }],
    ['/towers/south', 200, { tower: 'south', guards: 2 }],
    ['/files/a/b', 200, { path: 'a/b' }],
    [
      '/items/1.5',
      422,
      {
        detail: [{ type: 'invalid_type', loc: ['path', 'id'], msg: 'Invalid input: expected number, received string' }],
      },
    ],
  ])('%s', async (url, status, answer) => {
    const response = await path.request(url)
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual(answer)
  })

  test('the document shows bounds, description and example', () => {
    expect(parametersOf(path, '/gates/{number}')).toEqual([
      {
        name: 'number',
        in: 'path',
        required: true,
        description: 'The number over the arch.',
        example: 3,
        schema: { type: 'integer', minimum: 1, maximum: 12 },
      },
    ])
    expect(parametersOf(path, '/towers/{tower}')).toMatchObject([
      { schema: { enum: ['north', 'east', 'south', 'west'] } },
    ])
  })
})

describe('query parameters', () => {
  test.each([
    ['/search?q=portcullis&exact=ON', ['portcullis']],
    ['/search?q=portcullis&exact=n', ['portcullis']],
    ['/search?q=bridge&sort=length', ['drawbridge']],
    ['/items?limit=1&limit=3', ['portcullis', 'drawbridge', 'murder hole']],
  ])('%s', async (url, answer) => {
    expect(await (await query.request(url)).json()).toEqual(answer)
  })

  test('the document shows defaults, lists, aliases and what is deprecated', () => {
    expect(parametersOf(query, '/items')).toMatchObject([
      { name: 'skip', schema: { default: 0, minimum: 0 } },
      { name: 'limit', schema: { default: 2, maximum: 100 } },
    ])
    expect(parametersOf(query, '/search')).toMatchObject([
      { name: 'q', required: true },
      { name: 'exact' },
      { name: 'sort' },
    ])
    expect(parametersOf(query, '/lookup')).toMatchObject([
      { name: 'code', schema: { minLength: 4, maxLength: 4, pattern: '^[A-Z]+$' } },
    ])
    expect(parametersOf(query, '/lookup').length).toBe(1)
    expect(parametersOf(query, '/tags')).toMatchObject([{ schema: { type: 'array', items: { type: 'string' } } }])
    expect(parametersOf(query, '/old-search')).toMatchObject([{ name: 'item-query', deprecated: true }])
    expect(parametersOf(query, '/visits')).toMatchObject([
      { name: 'from', required: true },
      { name: 'until', required: true },
    ])
  })
})

describe('headers and cookies', () => {
  test('names in any case; absent ones', async () => {
    expect(await (await headers.request('/agent', { headers: { 'USER-AGENT': 'x' } })).json()).toEqual({
      userAgent: 'x',
    })
    expect(await (await headers.request('/agent')).json()).toEqual({ userAgent: null })
    expect((await headers.request('/tokens')).status).toBe(422)
  })

  test('the document shows them', () => {
    expect(parametersOf(headers, '/agent')).toMatchObject([{ name: 'user-agent', in: 'header' }])
    expect(parametersOf(headers, '/trace')).toMatchObject([{ name: 'traceparent', in: 'header', required: true }])
    expect(parametersOf(headers, '/client')).toMatchObject([
      { name: 'user-agent', in: 'header' },
      { name: 'accept-language', schema: { default: 'en' } },
      { name: 'save-data', schema: { type: 'boolean' } },
    ])
    expect(parametersOf(headers, '/settings')).toMatchObject([{ name: 'theme', in: 'cookie' }, { name: 'fontSize' }])
    expect(parametersOf(headers, '/theme')).toMatchObject([
      { name: 'theme', in: 'cookie', schema: { enum: ['light', 'dark'] } },
    ])
  })
})

describe('the body', () => {
  test('an unknown property is gone; an empty body is missing', async () => {
    const response = await post(body, '/items', json({ name: 'rope', price: 1, colour: 'red' }))
    expect(await response.json()).toEqual({ name: 'rope', price: 1, tags: [], priceWithTax: 1.25 })
    const empty = await post(body, '/items', { headers: { 'content-type': 'application/json' } })
    expect(await empty.json()).toEqual({ detail: [{ type: 'missing', loc: ['body'], msg: 'Field required' }] })
  })

  test('over the limit of the app', async () => {
    const response = await post(body, '/items', json({ name: 'x'.repeat(65 * 1024), price: 1 }))
    expect(response.status).toBe(413)
  })

  test('text only as text', async () => {
    expect((await post(body, '/notes', json('"x"'))).status).toBe(415)
  })

  test('the document shows one body for several', () => {
    const { paths } = body.openapi()
    expect(paths?.['/offers']?.post?.requestBody).toEqual({
      required: true,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Body_post_offers' } } },
    })
    expect(body.openapi().components?.schemas?.Body_post_offers).toMatchObject({
      type: 'object',
      required: ['item', 'user', 'importance'],
    })
    expect(paths?.['/notes']?.post?.requestBody).toMatchObject({ content: { 'text/plain': {} } })
    expect(Object.keys(paths?.['/items']?.post?.responses ?? {})).toEqual(expect.arrayContaining(['201', '422']))
  })
})

describe('forms and files', () => {
  const form = (fields: Readonly<Record<string, string | File>>): RequestInit => {
    const made = new FormData()
    for (const [name, value] of Object.entries(fields)) made.append(name, value)
    return { body: made }
  }

  test('both kinds of form', async () => {
    const fields = { email: 'ann@example.com', message: 'hello' }
    for (const made of [form(fields), { body: new URLSearchParams(fields) }]) {
      expect(await (await post(forms, '/contact', made)).json()).toEqual({ answerTo: 'ann@example.com' })
    }
  })

  test('a file that is too long, a field that is unknown', async () => {
    const big = new File([new Uint8Array(2 * 1024 * 1024 + 1)], 'big.png', { type: 'image/png' })
    expect((await post(forms, '/pictures', form({ picture: big }))).status).toBe(413)
    const unknown = await post(forms, '/bookings', {
      body: new URLSearchParams({ name: 'Ann', guests: '2', table: '1' }),
    })
    expect(await unknown.json()).toEqual({
      detail: [{ type: 'unrecognized_keys', loc: ['body'], msg: 'Unrecognized key' }],
    })
  })

  test('the document shows forms, and files as bytes', () => {
    const { paths } = forms.openapi()
    const content = (url: string): string[] =>
      Object.keys((paths?.[url]?.post?.requestBody as { content?: object } | undefined)?.content ?? {})
    expect(content('/contact')).toEqual(['application/x-www-form-urlencoded'])
    expect(content('/albums')).toEqual(['multipart/form-data'])
  })
})
