/** Basic, API keys and a bearer token through the dialog, each on a small app of the public API that is served on Node. */
import type { Page } from 'playwright-core'
import { App, type Dependency, dependency, HTTPException, type OpenAPIObject } from 'sallyport'
import { serve } from 'sallyport/node'
import { APIKeyCookie, APIKeyHeader, APIKeyQuery, HTTPBasic, HTTPBearer } from 'sallyport/security'
import { expect } from 'vitest'
import { call, notAuthenticated, show } from './accounts-page.ts'
import { browserTest, cancelLogins } from './chromium.ts'
import { closeDialog, isLocked, openDialog, scheme } from './swagger-ui.ts'

const ID = 'get_whoami'

const basic = new HTTPBasic({ realm: 'small' })
const bearer = new HTTPBearer()
const keys = [
  new APIKeyHeader({ name: 'X-Key' }),
  new APIKeyQuery({ name: 'key' }),
  new APIKeyCookie({ name: 'session' }),
]

function refuseUnless(right: boolean): void {
  if (!right) throw new HTTPException(401, 'Wrong credentials')
}

interface Case {
  readonly name: string
  readonly user: Dependency<unknown, string>
  /** What one types, by the name of the field. */
  readonly right: Readonly<Record<string, string>>
  readonly wrong: Readonly<Record<string, string>>
}

const cases: Case[] = [
  {
    name: 'HTTPBasic',
    user: dependency({ given: basic }, ({ given }) => {
      refuseUnless(given.username === 'zoë' && given.password === 's:crét 密')
      return 'zoe'
    }),
    right: { username: 'zoë', password: 's:crét 密' },
    wrong: { username: 'zoë', password: 'secret' },
  },
  {
    name: 'HTTPBearer',
    user: dependency({ given: bearer }, ({ given }) => {
      refuseUnless(given.credentials === 'a-token')
      return 'zoe'
    }),
    right: { value: 'a-token' },
    wrong: { value: 'another' },
  },
  ...keys.map((key) => ({
    name: key.schemeName,
    user: dependency({ given: key }, ({ given }) => {
      refuseUnless(given === 'a-key')
      return 'zoe'
    }),
    right: { value: 'a-key' },
    wrong: { value: 'another' },
  })),
]

async function authorize(page: Page, { name }: Case, fields: Case['right']): Promise<void> {
  const dialog = await openDialog(page)
  const part = scheme(dialog, name)
  const remove = part.getByRole('button', { name: 'Remove authorization' })
  if (await remove.isVisible()) await remove.click()
  for (const [field, value] of Object.entries(fields)) {
    await part.locator(field === 'value' ? 'input' : `input[name=${field}]`).fill(value)
  }
  await part.getByRole('button', { name: 'Apply credentials' }).click()
  await remove.waitFor()
  await closeDialog(dialog)
}

for (const each of cases) {
  browserTest(`${each.name} through the dialog of a served app`, async ({ page, watch }) => {
    const app = new App({ title: 'Small' })
    app.get('/whoami', { summary: 'Who am I', params: { user: each.user } }, ({ user }) => ({ user }))
    await using server = await serve(app, { port: 0, installSignalHandlers: false })
    const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as OpenAPIObject
    expect(document.paths['/whoami']?.get?.security).toEqual([{ [each.name]: [] }])

    watch.allow(server.url)
    watch.expectProblem(/the server responded with a status of 401/)
    await cancelLogins(page)
    await page.goto(`${server.url}/docs`)
    expect(await call(page, ID)).toEqual(notAuthenticated)
    await authorize(page, each, each.wrong)
    expect(await call(page, ID)).toEqual({ status: '401', body: { detail: 'Wrong credentials' } })
    await authorize(page, each, each.right)
    expect(await isLocked(page, ID)).toBe(true)
    expect(await call(page, ID)).toEqual({ status: '200', body: { user: 'zoe' } })
    await show(page, watch, ID, `scheme-${each.name}`)

    const dialog = await openDialog(page)
    await watch.screenshot(page, `scheme-${each.name}-authorized`)
    await scheme(dialog, each.name).getByRole('button', { name: 'Remove authorization' }).click()
    await closeDialog(dialog)
    expect(await call(page, ID)).toEqual(notAuthenticated)
  })
}
