import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { browserTest } from './chromium.ts'
import { type ApiOptions, idOf, startApi, startStrippingProxy } from './servers.ts'
import { closeDialog, openDialog, scheme, tryOut } from './swagger-ui.ts'

/** Logs in with the password flow and calls; gives the addresses that were used. */
async function passwordStory(page: Page): Promise<{ token: string; call: string; status: string }> {
  const dialog = await openDialog(page)
  const form = scheme(dialog, 'OAuth2PasswordBearer')
  await form.locator('#oauth_username').fill('johndoe')
  await form.locator('#oauth_password').fill('secret')
  const sent = page.waitForRequest((request) => request.method() === 'POST')
  await form.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click()
  const token = (await sent).url()
  await form.getByRole('button', { name: 'Remove authorization' }).waitFor()
  await closeDialog(dialog)
  const { url, status } = await tryOut(page, idOf('/users/me'))
  return { token, call: url, status }
}

interface Setup {
  name: string
  /** What the proxy strips; '' for no proxy. */
  prefix?: string
  options?: ApiOptions
  /** The servers of the document, with the origin that the browser sees. */
  servers?: (origin: string) => ApiOptions['servers']
  docs?: string
  token: string
  call: string
}

const setups: Setup[] = [
  { name: 'no prefix', token: '/token', call: '/users/me' },
  { name: 'a prefix that the app does not know', prefix: '/api/v1', token: '/api/v1/token', call: '/api/v1/users/me' },
  {
    name: 'a prefix that the app knows',
    prefix: '/api/v1',
    servers: () => [{ url: '/api/v1' }],
    token: '/api/v1/token',
    call: '/api/v1/users/me',
  },
  {
    name: 'a mounted API that knows its mount but not the prefix before it',
    prefix: '/outer',
    options: { mountedAt: '/sub' },
    servers: () => [{ url: '/sub' }],
    docs: '/sub/docs',
    token: '/outer/sub/token',
    call: '/outer/sub/users/me',
  },
  {
    name: 'a relative server counts from the document',
    prefix: '/api/v1',
    servers: () => [{ url: '.' }],
    token: '/api/v1/token',
    call: '/api/v1/users/me',
  },
  {
    name: 'docs two levels down',
    options: { docsUrl: '/internal/docs' },
    docs: '/internal/docs',
    token: '/token',
    call: '/users/me',
  },
  {
    name: 'docs three levels down behind a prefix',
    prefix: '/p',
    options: { docsUrl: '/a/b/docs', redocUrl: null },
    docs: '/a/b/docs',
    token: '/p/token',
    call: '/p/users/me',
  },
  {
    name: 'docs at a folder',
    prefix: '/p',
    options: { docsUrl: '/docs/' },
    docs: '/docs/',
    token: '/p/token',
    call: '/p/users/me',
  },
  {
    name: 'an absolute server without a slash',
    prefix: '/api/v1',
    servers: (origin) => [{ url: `${origin}/api/v1` }],
    token: '/api/v1/token',
    call: '/api/v1/users/me',
  },
  {
    name: 'an absolute server with a slash',
    prefix: '/api/v1',
    servers: (origin) => [{ url: `${origin}/api/v1/` }],
    token: '/api/v1/token',
    call: '/api/v1/users/me',
  },
  {
    name: 'a token URL from the root that the app serves',
    prefix: '/api/v1',
    options: { tokenUrl: '/token' },
    token: '/api/v1/token',
    call: '/api/v1/users/me',
  },
]

for (const { name, prefix = '', options, servers, docs = '/docs', token, call } of setups) {
  browserTest(`the password flow with ${name}`, async ({ page, watch }) => {
    // The document names the origin that the browser sees, which is known when the proxy listens.
    const given: ApiOptions = { ...options }
    await using api = await startApi(given)
    await using proxy = prefix === '' ? undefined : await startStrippingProxy(prefix, api.origin)
    const { origin } = proxy ?? api
    if (servers !== undefined) Object.assign(api.document, { servers: servers(origin) })
    watch.allow(origin)
    await page.goto(origin + prefix + docs)
    expect(await passwordStory(page)).toEqual({ token: origin + token, call: origin + call, status: '200' })
    await page.evaluate(() => window.scrollTo(0, 0))
    await watch.screenshot(page, `swagger-ui-with-${name.replaceAll(' ', '-')}`)
  })
}
