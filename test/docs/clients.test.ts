import { expect, test } from 'vitest'
import app from '../../docs/src/clients/main.ts'

test('what generated clients are made of', async () => {
  const { paths, components } = app.openapi()
  expect(paths?.['/items']?.post).toMatchObject({
    operationId: 'addItem',
    requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/NewItem' } } } },
    responses: { 201: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Item' } } } } },
  })
  expect(paths?.['/items/{id}']?.get?.responses?.['404']).toMatchObject({
    description: 'There is no such item',
    content: { 'application/json': {} },
  })
  expect(components?.schemas).toHaveProperty('Item')
})

test('it does what the client of the chapter shows', async () => {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ name: 'rope', price: 2 })
  const added = await app.request('/items', { method: 'POST', headers, body })
  expect([added.status, await added.json()]).toEqual([201, { id: 1, name: 'rope', price: 2 }])
  expect(await (await app.request('/items/7')).json()).toEqual({ detail: 'There is no such item' })
})
