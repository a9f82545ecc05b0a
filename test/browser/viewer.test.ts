/** The docs page of an app whose document leaves out what its reader may not call. */
import { App, Security } from 'sallyport'
import { serve } from 'sallyport/node'
import { APIKeyHeader, HTTPBasic, OAuth2PasswordBearer, OAuth2PasswordRequestForm } from 'sallyport/security'
import { expect } from 'vitest'
import { browserTest } from './chromium.ts'
import { closeDialog, openDialog, scheme, tryOut } from './swagger-ui.ts'

function viewersApp(): App {
  const app = new App({ title: 'Viewers', docs: { onlyCallable: true } })
  const oauth2 = new OAuth2PasswordBearer({
    tokenUrl: 'token',
    scopes: { items: 'Items.', admin: 'All.' },
    verify: (token: string) => ({ scopes: token.split('+') }),
  })
  app.get('/open', () => 'open')
  app.get('/items', { params: { who: Security(oauth2, ['items']) } }, () => ['towel'])
  app.get('/admin', { params: { who: Security(oauth2, ['admin']) } }, () => 'all')
  app.get('/key', { params: { key: new APIKeyHeader({ name: 'X-Key' }) } }, () => 'key')
  app.get('/basic', { params: { basic: new HTTPBasic() } }, () => 'basic')
  app.post('/token', { params: { form: OAuth2PasswordRequestForm }, includeInSchema: false }, ({ form }) => ({
    access_token: form.username === 'admin' ? 'items+admin' : 'items',
    token_type: 'bearer',
  }))
  return app
}

browserTest('logging in shows what may be called, logging out hides it again', async ({ page, watch }) => {
  await using server = await serve(viewersApp(), { port: 0 })
  const origin = new URL(server.url).origin
  watch.allow(origin)
  await page.goto(`${origin}/docs`)
  const paths = page.locator('.opblock-summary-path')
  const shown = async (...expected: string[]): Promise<void> => {
    await expect
      .poll(async () => (await paths.allInnerTexts()).map((text) => text.replace(/[^\w/]/g, '')).sort(), {
        timeout: 10_000,
      })
      .toEqual(expected)
  }
  await shown('/open')

  const dialog = await openDialog(page)
  const form = scheme(dialog, 'OAuth2PasswordBearer')
  await form.locator('#oauth_username').fill('johndoe')
  await form.locator('#oauth_password').fill('secret')
  await form.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click()
  await form.getByRole('button', { name: 'Remove authorization' }).waitFor()
  await shown('/items', '/open')
  await closeDialog(dialog)
  await watch.screenshot(page, 'viewer-logged-in')
  expect(await tryOut(page, 'get_items')).toMatchObject({ status: '200' })

  const more = await openDialog(page)
  await scheme(more, 'APIKeyHeader').locator('input').fill('a-key')
  await scheme(more, 'APIKeyHeader').getByRole('button', { name: 'Apply credentials' }).click()
  await shown('/items', '/key', '/open')
  await scheme(more, 'OAuth2PasswordBearer').getByRole('button', { name: 'Remove authorization' }).click()
  await shown('/key', '/open')
  const basic = scheme(more, 'HTTPBasic')
  await basic.locator('input[name=username]').fill('jürgen')
  await basic.locator('input[name=password]').fill('secret')
  await basic.getByRole('button', { name: 'Apply credentials' }).click()
  await shown('/basic', '/key', '/open')
  for (const name of ['APIKeyHeader', 'HTTPBasic']) {
    await scheme(more, name).getByRole('button', { name: 'Remove authorization' }).click()
  }
  await shown('/open')
  await closeDialog(more)
})
