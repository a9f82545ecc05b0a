import { expect, test } from 'vitest'
import app, { tokens } from '../../docs/src/start/main.ts'
import { compileWith } from './compile.ts'

const post = (headers: Readonly<Record<string, string>>, body = '{"name":"rope","price":2}'): Promise<Response> =>
  app.request('/items', { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })
const bearer = async (scope: string) => ({ authorization: `Bearer ${await tokens.sign({ sub: 'ann', scope })}` })

test('with the scope, without it, and without a token', async () => {
  const added = await post(await bearer('write'))
  expect(added.status).toBe(201)
  expect(await added.json()).toEqual({ name: 'rope', price: 2, addedBy: 'ann' })
  const forbidden = await post(await bearer(''))
  expect(forbidden.status).toBe(403)
  expect(forbidden.headers.get('www-authenticate')).toContain('error="insufficient_scope", scope="write"')
  const nobody = await post({}, 'no JSON at all')
  expect(nobody.status).toBe(401)
})

test('the document says so', () => {
  const { paths, components } = app.openapi()
  expect(paths?.['/items']?.post?.security).toEqual([{ HTTPBearer: ['write'] }])
  expect(Object.keys(paths?.['/items']?.post?.responses ?? {})).toEqual(['201', '401', '403', '422'])
  expect(components?.securitySchemes).toMatchObject({ HTTPBearer: { type: 'http', scheme: 'bearer' } })
})

test('a scope with a typo does not compile', { timeout: 60_000 }, () => {
  expect(compileWith('start/main.ts', "['write'])", "['wrte'])")).toContain(
    `Type '"wrte"' is not assignable to type '"write"'.`,
  )
})
