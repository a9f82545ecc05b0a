import { describe, expect, test } from 'vitest'
import errors, { log as errorLog } from '../../docs/src/errors/main.ts'
import problems from '../../docs/src/problem-details/main.ts'
import responses, { log as responseLog } from '../../docs/src/responses/main.ts'
import { App } from '../../src/app.ts'

const json = (value: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
})

describe('responses', () => {
  test('no answer has the password', async () => {
    const user = { name: 'johndoe', email: 'johndoe@example.com', password: 'correct horse' }
    const shown = { id: 1, name: 'johndoe', email: 'johndoe@example.com' }
    expect(await (await responses.request('/users', json(user))).json()).toEqual(shown)
    expect(await (await responses.request('/users')).json()).toEqual([shown])
    expect(await (await responses.request('/users/1')).json()).toEqual(shown)
    expect(await (await responses.request('/users/2')).json()).toEqual({ detail: 'There is no such user' })
  })

  test('what may not leave is a 500, and the log says why', async () => {
    expect((await responses.request('/broken')).status).toBe(500)
    expect((await responses.request('/settings')).status).toBe(500)
    expect(responseLog).toEqual([
      "ResponseValidationError: GET /broken: the handler's value does not fit the response schema: response.email: Invalid email address",
      'TypeError: GET /settings: the answer holds a Secret. Reveal it, or leave it out.',
    ])
  })

  test('no content', async () => {
    const response = await responses.request('/visits', { method: 'DELETE' })
    expect([response.status, await response.text()]).toEqual([204, ''])
  })

  test('the document shows the answers', () => {
    const { paths, components } = responses.openapi()
    const answers = paths?.['/users/{id}']?.get?.responses
    expect(Object.keys(answers ?? {})).toEqual(['200', '404', '422'])
    expect(answers?.['404']).toMatchObject({ description: 'There is no such user' })
    expect(paths?.['/users']?.post?.responses).toHaveProperty('201')
    expect(paths?.['/page']?.get?.responses?.['200']).toMatchObject({ content: { 'text/html': {} } })
    expect(JSON.stringify([answers, components?.schemas])).not.toContain('"password":{"type":"string"}}')
  })
})

describe('problem details', () => {
  test('every refusal is one, in the document too', async () => {
    const response = await problems.request('/orders/4', { method: 'POST' })
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ status: 409, code: 'out_of_stock', left: 3 })
    expect(problems.openapi().paths?.['/orders/{amount}']?.post?.responses?.['422']).toMatchObject({
      content: { 'application/problem+json': {} },
    })
  })

  test('a place in a body is a pointer; a bug is one that says nothing', async () => {
    const wrong = await problems.request('/items', json({ name: 'rope', sizes: [10, 'wide'] }))
    expect(await wrong.json()).toMatchObject({ errors: [{ in: 'body', pointer: '#/sizes/1' }] })
    const app = new App({ problemDetails: true, onError: () => {} })
    app.get('/bug', () => {
      throw new Error('cannot reach db-1.internal')
    })
    expect(await (await app.request('/bug')).text()).not.toContain('db-1')
    app.exceptionHandler(Error, () => Response.json({ own: 'form' }, { status: 500 }))
    expect(await (await app.request('/bug')).json()).toEqual({ own: 'form' })
  })
})

describe('errors', () => {
  test('a bug is told to the log alone', async () => {
    const response = await errors.request('/bug')
    expect(await response.text()).toBe('Internal Server Error')
    await errors.request('/items/none')
    expect(errorLog).toEqual(['Error: cannot reach db-1.internal'])
  })

  test('found', async () => {
    expect(await (await errors.request('/items/portcullis')).json()).toEqual({
      name: 'portcullis',
      description: 'A grille of wood and iron.',
    })
  })

  test('the document still says 422', () => {
    expect(errors.openapi().paths?.['/items']?.post?.responses).toHaveProperty('422')
  })
})
