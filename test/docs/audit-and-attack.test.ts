import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { expectNoHoles } from '../../docs/src/audit-and-attack/attack-in-a-test.ts'
import broken from '../../docs/src/audit-and-attack/broken.ts'
import credentials from '../../docs/src/audit-and-attack/credentials.ts'
import app from '../../docs/src/audit-and-attack/main.ts'
import { tokens } from '../../docs/src/audit-and-attack/tokens.ts'
import { App } from '../../src/app.ts'
import {
  auditOf,
  auditText,
  changesSince,
  changesText,
  findingsOf,
  lockOf,
  readLock,
  writeLock,
} from '../../src/audit/index.ts'
import { RULES } from '../../src/audit/rules.ts'
import { Path } from '../../src/params.ts'
import { attack } from '../../src/testing/index.ts'

const page = readFileSync(new URL('../../docs/security/audit-and-attack.md', import.meta.url), 'utf8')
const audited = (of: App): string => auditText(auditOf(of), findingsOf(auditOf(of)))
/** How many requests there were is not what the page is about. */
const uncounted = (text: string): string => text.replaceAll(/\d+ (?=requests to|more\))/g, 'N ')

test('the page has what the audit says of both apps', () => {
  for (const of of [app, broken]) expect(page).toContain(audited(of).trim())
})

test('the page names every rule with its level', () => {
  for (const [rule, { level }] of Object.entries(RULES)) {
    const row = page.split('\n').find((line) => line.startsWith('| `') && line.includes(`\`${rule}\``))
    expect(row?.split('|')[2]?.trim(), rule).toBe(level)
  }
})

test('the shop has no holes, and the page has what the attack says', async () => {
  expect(uncounted(page)).toContain(uncounted(String(await expectNoHoles()).trim()))
  expect(uncounted(page)).toContain(uncounted(String(await attack(app)).trim()))
})

test('the three holes of the other', async () => {
  const report = await attack(broken, credentials)
  expect(report.failures.map(({ kind, where }) => `${kind} ${where}`)).toEqual([
    'open POST /orders',
    'answered GET /orders',
    'handler-ran GET /report',
    'answered GET /report',
  ])
  expect(uncounted(page)).toContain(uncounted(String(report).trim()))
  expect(() => report.assert()).toThrow('something answers first')
})

test('the third hole is one: johndoe reads, and then everybody', async () => {
  const headers = { authorization: `Bearer ${await tokens.sign({ sub: 'johndoe', scope: 'orders' })}` }
  expect((await broken.request('/orders?x', { headers })).status).toBe(200)
  expect(await (await broken.request('/orders?x')).json()).toEqual([{ of: 'johndoe', item: 'towel' }])
})

test('the lock tells what became weaker', () => {
  const lock = readLock(writeLock(lockOf(auditOf(app))))
  const weaker = new App({ title: 'Shop', docs: { onlyCallable: true } })
  for (const operation of ['/stock', '/orders']) weaker.get(operation, () => [])
  weaker.put('/stock/{item}', { public: true, params: { item: Path(z.string()) } }, () => undefined)
  const text = changesText(changesSince(lock, lockOf(auditOf(weaker))))
  const [, shown = ''] = /^(✗ weaker {3}PUT [\s\S]*?\+ anybody)$/m.exec(page) ?? []
  expect(shown).not.toBe('')
  expect(text).toContain(shown)
  expect(changesSince(lock, lockOf(auditOf(app)))).toEqual([])
})

test('the shop itself', async () => {
  expect(await (await app.request('/stock')).json()).toHaveProperty('towel')
  expect((await app.request('/stock/towel', { method: 'PUT' })).status).toBe(401)
  const authorization = `Bearer ${await tokens.sign({ sub: 'johndoe', scope: 'stock' })}`
  const init = { method: 'PUT', headers: { authorization, 'content-type': 'application/json' }, body: '{"count":4}' }
  expect((await app.request('/stock/towel', init)).status).toBe(204)
  expect((await app.request('/stock/nothing', init)).status).toBe(404)
  expect(app.openapi().paths?.['/stock/{item}']?.put?.security).toEqual([{ HTTPBearer: ['stock'] }])
})
