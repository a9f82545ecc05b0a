import { beforeEach, expect, test, vi } from 'vitest'
import fixedUser from '../../docs/src/http-basic/fixed-user.ts'
import unverified from '../../docs/src/http-basic/main.ts'
import type { App } from '../../src/app.ts'
import { HTTPBasic } from '../../src/security/index.ts'
import { chapters } from './chapter.ts'
import { errorOf } from './compile.ts'

let verified: App

beforeEach(async () => {
  vi.resetModules() // for a throttle that has counted nothing
  verified = (await import('../../docs/src/http-basic/verified.ts')).default
})

const me = (app: App, name: string, password: string): Promise<Response> =>
  app.request('/users/me', { headers: { authorization: `Basic ${btoa(`${name}:${password}`)}` } })

test('nobody checks', async () => {
  expect(await (await me(unverified, 'nobody', 'nothing')).json()).toEqual({ username: 'nobody' })
  const refused = await unverified.request('/users/me')
  expect(refused.status).toBe(401)
  expect(refused.headers.get('www-authenticate')).toBe('Basic realm="Accounts"')
})

test('one user', async () => {
  expect(await (await me(fixedUser, 'stanley', 'swordfish')).json()).toEqual({ username: 'stanley' })
  for (const [name, password] of [
    ['stanley', 'guess'],
    ['nobody', 'swordfish'],
    ['', ''],
    ['stanley', 'swordfish2'],
  ] as const) {
    const refused = await me(fixedUser, name, password)
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toBe('Basic realm="Accounts"')
    expect(await refused.json()).toEqual({ detail: 'Incorrect username or password' })
  }
})

test('users with hashes', async () => {
  for (let n = 0; n < 2; n++) {
    const response = await me(verified, 'stanley', 'swordfish')
    expect(await response.json()).toEqual({ username: 'stanley', fullName: 'Stanley Jobson' })
  }
  for (const name of ['stanley', 'nobody']) {
    const refused = await me(verified, name, 'guess')
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toBe('Basic realm="Accounts", charset="UTF-8"')
    expect(await refused.json()).toEqual({ detail: 'Could not validate credentials' })
  }
})

test('whoever guesses has to wait', async () => {
  for (let n = 0; n < 5; n++) expect((await me(verified, 'stanley', `guess${n}`)).status).toBe(401)
  const throttled = await me(verified, 'stanley', 'swordfish')
  expect(throttled.status).toBe(429)
  expect(throttled.headers.get('retry-after')).toBe('1')
})

test('the document, and the mistake of the chapter', () => {
  expect(verified.openapi().paths?.['/users/me']?.get?.security).toEqual([{ HTTPBasic: [] }])
  expect(verified.openapi().components?.securitySchemes).toEqual({ HTTPBasic: { type: 'http', scheme: 'basic' } })
  const page = chapters.find(({ path }) => path === 'security/http-basic.md')?.text ?? ''
  expect(page).toContain(`\n${errorOf(() => new HTTPBasic({ verify: () => undefined }))}\n`)
})
