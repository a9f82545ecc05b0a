import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import app, { makeApp } from '../../docs/src/settings/main.ts'
import { readFile, readSettings } from '../../docs/src/settings/settings.ts'

vi.mock('node:test', () => ({ test }))
await import('../../docs/src/settings/main.test.ts')

test('without variables the defaults hold, in the document too', async () => {
  expect(await (await app.request('/items')).json()).toEqual(['portcullis', 'drawbridge'])
  expect(makeApp(readSettings({})).openapi().info.contact).toEqual({ email: 'admin@example.com' })
})

test('what is wrong is named, and not shown', () => {
  const environment = { ITEMS_PER_PAGE: 'many', MAIL_KEY: 'hunter2' }
  expect(() => readSettings(environment)).toThrow(
    'The settings are not right. ITEMS_PER_PAGE: Invalid input: expected number, received NaN; MAIL_KEY: ',
  )
  expect(() => readSettings(environment)).not.toThrow('hunter2')
  expect(String(readSettings({ MAIL_KEY: 'k-5f2d-9a77-03be-11' }).MAIL_KEY)).toBe('[redacted]')
})

test('a file adds to the environment, and takes nothing from it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'settings-'))
  try {
    vi.stubEnv('ITEMS_PER_PAGE', '3')
    vi.stubEnv('ADMIN_EMAIL', undefined)
    readFile(join(folder, 'none'))
    writeFileSync(join(folder, '.env'), 'ITEMS_PER_PAGE=1\nADMIN_EMAIL=gate@example.com\n')
    readFile(join(folder, '.env'))
    expect(readSettings()).toMatchObject({ ITEMS_PER_PAGE: 3, ADMIN_EMAIL: 'gate@example.com' })
  } finally {
    vi.unstubAllEnvs()
    rmSync(folder, { recursive: true })
  }
})
