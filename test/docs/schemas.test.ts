import { describe, expect, test } from 'vitest'
import arktype from '../../docs/src/schemas/arktype.ts'
import app from '../../docs/src/schemas/main.ts'
import valibot from '../../docs/src/schemas/valibot.ts'

const json = (value: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
})

describe('with Zod', () => {
  test('what fits', async () => {
    const offer = { name: 'Castle', stock: { s: 1, m: 2 }, pictures: [{ url: 'https://example.com/a.png' }] }
    expect(await (await app.request('/offers', json(offer))).json()).toEqual({ name: 'Castle', pictures: 1, pieces: 3 })
    expect(await (await app.request('/visits', json({ by: 'foot', guests: 4 }))).json()).toEqual({ guests: 4 })
    expect((await app.request('/pictures', json([]))).status).toBe(422)
    const gate = { name: 'postern', width: 0.9 }
    expect(await (await app.request('/gates', json({ ...gate, height: 2 }))).json()).toEqual(gate)
  })

  test('the document has names, descriptions, examples and shapes', () => {
    const { paths, components } = app.openapi()
    expect(components?.schemas?.Gate).toMatchObject({
      description: 'A way into the castle.',
      properties: { name: { description: 'What the guards say.', examples: ['postern'] } },
    })
    expect(paths?.['/gates']?.post?.requestBody).toMatchObject({
      content: {
        'application/json': {
          schema: { $ref: '#/components/schemas/Gate' },
          examples: { small: { summary: 'On foot' }, big: { value: { width: 3.5 } } },
        },
      },
    })
    expect(paths?.['/visits']?.post?.requestBody).toMatchObject({
      content: { 'application/json': { schema: { oneOf: [{}, {}] } } },
    })
    expect(paths?.['/weekday']?.get?.parameters).toMatchObject([{ schema: { type: 'string', format: 'date' } }])
  })
})

test('with ArkType', async () => {
  expect(await (await arktype.request('/items')).json()).toEqual({ limit: 10 })
  expect((await arktype.request('/items?limit=101')).status).toBe(422)
  expect((await arktype.request('/items', json({ name: 'rope', price: 0 }))).status).toBe(422)
})

test('with Valibot, wrapped, and with a check', async () => {
  expect(await (await valibot.request('/items?limit=5')).json()).toEqual({ limit: 5 })
  expect(await (await valibot.request('/spans', json({ from: 1, until: 3 }))).json()).toEqual({ length: 2 })
  expect(valibot.openapi().paths?.['/spans']?.post?.requestBody).toMatchObject({
    content: { 'application/json': { schema: { required: ['from', 'until'] } } },
  })
})
