/** The programs of the chapter about the documentation pages. */
import { expect, test } from 'vitest'
import { fetch } from '../../docs/src/documentation-pages/elsewhere.ts'
import app from '../../docs/src/documentation-pages/main.ts'
import { App } from '../../src/app.ts'
import { chapters } from './chapter.ts'

const page = chapters.find(({ path }) => path === 'running/documentation-pages.md')?.text ?? ''

test('the pages are where the options say', async () => {
  for (const path of ['/try', '/read']) {
    const answer = await app.request(path)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  }
  for (const path of ['/docs', '/redoc']) expect((await app.request(path)).status).toBe(404)
})

test('the parameters of Swagger UI are on the page', async () => {
  const html = await (await app.request('/try')).text()
  expect(html).toContain('"docExpansion": "none"')
  expect(html).toContain('"filter": true')
})

test('the headers are those that the chapter shows', async () => {
  const { headers } = await app.request('/try')
  const shown = [...page.matchAll(/^([a-z-]+): (.+)$/gm)].map(([, name = '', value = '']) => [name, value] as const)
  expect(shown.length).toBe(5)
  const withoutNonce = (value: string | null | undefined): string | undefined =>
    value?.replaceAll(/'nonce-[^']+'/g, "'nonce'")
  for (const [name, value] of shown) expect(withoutNonce(headers.get(name))).toBe(withoutNonce(value))
})

test('the document has the words, the groups, and no internal operation', async () => {
  const { info, tags, paths } = app.openapi()
  expect(info).toMatchObject({ title: 'Gates', version: '1.4.0', license: { identifier: 'Apache-2.0' } })
  expect(tags?.map(({ name }) => name)).toEqual(['gates', 'keys'])
  expect(paths?.['/gates/{name}']?.get).toMatchObject({
    tags: ['gates'],
    summary: 'A gate',
    description: 'Whether it is open *now*.',
    parameters: [{ name: 'name', in: 'path', description: 'Which gate.' }],
  })
  expect(Object.keys(paths ?? {})).toEqual(['/gates/{name}', '/keys'])
  expect((await app.request('/internal/metrics')).status).toBe(200)
  expect((await app.request('/keys')).status).toBe(401)
  const keys = await app.request('/keys', { headers: { authorization: 'Bearer john-token' } })
  expect(await keys.json()).toEqual({ heldBy: 'john' })
})

test('the pages of another document, on a server that is no app', async () => {
  const ask = (path: string, headers?: Record<string, string>): Promise<Response> =>
    fetch(new Request(`http://legacy.example${path}`, headers === undefined ? {} : { headers }))
  const html = await (await ask('/docs')).text()
  expect(html).toContain('<title>Legacy - Swagger UI</title>')
  const [, script = ''] = /src="([^"]+\.js)"/.exec(html) ?? []
  const path = new URL(script, 'http://legacy.example/docs').pathname
  const bundle = await ask(path, { 'accept-encoding': 'gzip' })
  expect([bundle.status, bundle.headers.get('content-encoding')]).toEqual([200, 'gzip'])
  expect(
    (await ask(path, { 'accept-encoding': 'gzip', 'if-none-match': bundle.headers.get('etag') ?? '' })).status,
  ).toBe(304)
  expect(await (await ask('/openapi.json')).json()).toMatchObject({ info: { title: 'Legacy' } })
  expect((await ask('/redoc')).status).toBe(404)
})

test('what goes wrong says so as the chapter does', () => {
  const messages = [
    () => new App({ swaggerUIParameters: { onComplete: () => {} } as never }),
    () => new App({ docsUrl: 'docs' }),
  ].map((make) => {
    try {
      make()
    } catch (error) {
      return String(error)
    }
    return 'nothing was thrown'
  })
  for (const message of messages) expect(page).toContain(message)
})
