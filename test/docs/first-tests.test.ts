import { expect, test, vi } from 'vitest'
import app from '../../docs/src/first-tests/main.ts'

// The chapter's tests are for Node's runner; here they are run by this one.
vi.mock('node:test', () => ({ test }))
await import('../../docs/src/first-tests/main.test.ts')

test('the app of the chapter has no operation that its tests forget', () => {
  expect(Object.keys(app.openapi().paths ?? {})).toEqual(['/items/{name}', '/items'])
})
