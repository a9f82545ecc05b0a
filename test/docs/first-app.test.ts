import { expect, test } from 'vitest'
import app from '../../docs/src/first-app/main.ts'

test('it answers', async () => {
  const response = await app.request('/')
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ message: 'Hello World' })
})

test('it is documented', () => {
  const document = app.openapi()
  expect(document.info).toEqual({ title: 'First app', version: '0.1.0' })
  expect(Object.keys(document.paths ?? {})).toEqual(['/'])
})
