import { expect, test } from 'vitest'
import app from '../../docs/src/files/main.ts'
import { staticFiles } from '../../src/adapters/node.ts'

const john = { authorization: 'Bearer john-token' }

test('a folder is mounted, and nothing outside of it is reached', async () => {
  const page = await app.request('/site/')
  expect([page.status, page.headers.get('content-type'), page.headers.get('cache-control')]).toEqual([
    200,
    'text/html; charset=utf-8',
    'max-age=3600',
  ])
  expect(await page.text()).toContain('<h1>Gates</h1>')
  for (const path of [
    '/site/..%2fmain.ts',
    '/site/%2e%2e/main.ts',
    '/site/.env',
    '/site/none.html',
    '/site/a%5c..%5cb',
  ])
    expect([path, (await app.request(path)).status]).toEqual([path, expect.toBeOneOf([400, 404])])
  expect((await app.request('/site/', { method: 'POST' })).status).toBe(405)
})

test('a report is for whoever may have it: whole, a part, or not again', async () => {
  expect((await app.request('/reports/2026-11')).status).toBe(401)
  const report = await app.request('/reports/2026-11', { headers: john })
  expect(report.headers.get('content-disposition')).toBe('attachment; filename="report-2026-11.txt"')
  expect(await report.text()).toBe('The north gate is open.\n')
  const etag = report.headers.get('etag') ?? ''
  expect((await app.request('/reports/2026-11', { headers: { ...john, 'if-none-match': etag } })).status).toBe(304)
  const part = await app.request('/reports/2026-11', { headers: { ...john, range: 'bytes=4-8' } })
  expect([part.status, await part.text()]).toEqual([206, 'north'])
  for (const name of ['none', '..%2fmain', '%2e%2e%2fsite%2findex'])
    expect((await app.request(`/reports/${name}`, { headers: john })).status).toBeOneOf([400, 404])
})

test('what the page says of mistakes', () => {
  expect(() => staticFiles('/no/such/folder')).toThrow(
    'staticFiles: there is no directory /no/such/folder. Make it, or give its path from the file: new URL(',
  )
  expect(() => app.mount('/other', staticFiles(import.meta.dirname))).toThrow(TypeError)
})
