/** The docs page of the template `openid-connect`, with the provider that comes with it: what its README says of Authorize. */
import { serve } from 'sallyport/node'
import { expect } from 'vitest'
import { startProvider } from '../../create-sallyport/templates/openid-connect/dev/provider.ts'
import { createApp } from '../../create-sallyport/templates/openid-connect/src/app.ts'
import { browserTest } from '../browser/chromium.ts'
import { closeDialog, openDialog, scheme, tryOut } from '../browser/swagger-ui.ts'
import { freePort } from './script.ts'

const audience = 'https://api.example.com'

browserTest('Authorize at the provider for this machine, then call what is closed', async ({ page, watch }) => {
  const port = await freePort()
  const provider = await startProvider(audience, 0, [`http://127.0.0.1:${port}`])
  const app = createApp({ OIDC_ISSUER: provider.issuer, OIDC_AUDIENCE: audience })
  await using server = await serve(app, { port, installSignalHandlers: false })
  try {
    watch.allow(server.url, provider.issuer)
    await page.goto(`${server.url}/docs`)
    const dialog = await openDialog(page)
    const part = scheme(dialog, 'client_credentials')
    await part.locator('#client_id_client_credentials, #client_id').first().fill('alice')
    await part.locator('#client_secret_client_credentials, #client_secret').first().fill('anything')
    await part.locator('label', { hasText: 'items' }).first().click()
    await part.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click()
    await part.getByRole('button', { name: 'Remove authorization' }).waitFor()
    await closeDialog(dialog)
    await watch.screenshot(page, 'create-openid-connect')
    const { status, body } = await tryOut(page, 'get_items')
    expect([status, JSON.parse(body)]).toEqual(['200', [{ id: 1, title: 'A portcullis' }]])
  } finally {
    await provider.close()
  }
})
