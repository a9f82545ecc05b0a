import { expect, test } from 'vitest'
import app from '../../docs/src/metadata/main.ts'

test('what is said of the app and of its operations is in the document', () => {
  const { info, tags, paths } = app.openapi()
  expect(info).toMatchObject({ title: 'Castle', version: '2.1.0', contact: { name: 'The gatekeeper' } })
  expect(tags).toEqual([
    { name: 'gates', description: 'Ways in.' },
    { name: 'staff', description: 'Who works here.' },
  ])
  expect(Object.keys(paths ?? {})).toEqual(['/gates/{id}', '/doors', '/staff'])
  expect(paths?.['/gates/{id}']?.get).toMatchObject({
    tags: ['gates'],
    summary: 'One gate',
    operationId: 'getGate',
    responses: { 200: { description: 'The gate of this number' }, 404: { description: 'No gate has this number' } },
  })
  expect(paths?.['/doors']?.get).toMatchObject({ deprecated: true, operationId: 'get_doors' })
  expect(paths?.['/staff']?.get).toMatchObject({ summary: 'List Staff', 'x-team': 'gatehouse' })
})

test('the pages are where they are said to be', async () => {
  const statuses = ['/explore', '/docs', '/redoc', '/openapi.json', '/healthz'].map(
    async (path) => (await app.request(path)).status,
  )
  expect(await Promise.all(statuses)).toEqual([200, 404, 404, 200, 200])
})
