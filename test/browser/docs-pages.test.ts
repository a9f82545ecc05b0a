import { expect } from 'vitest'
import { browserTest, cancelLogins } from './chromium.ts'
import { idOf, startApi, startAuthorizationServer, startStrippingProxy } from './servers.ts'
import { closeDialog, isLocked, openDialog, operation, scheme, tryOut } from './swagger-ui.ts'

const me = idOf('/users/me')

browserTest('log in, call, log out: the password flow', async ({ page, watch }) => {
  await using api = await startApi()
  watch.allow(api.origin)
  watch.expectProblem(/status of 40[01]/)
  await page.goto(`${api.origin}/docs`)
  expect(await page.title()).toBe('Accounts - Swagger UI')
  await operation(page, me).waitFor()
  await watch.screenshot(page, 'swagger-ui')
  expect(await isLocked(page, me)).toBe(false)
  expect(await operation(page, idOf('/public')).locator('.authorization__btn').count()).toBe(0)

  expect(await tryOut(page, me)).toMatchObject({ status: '401', url: `${api.origin}/users/me` })
  const dialog = await openDialog(page)
  const form = scheme(dialog, 'OAuth2PasswordBearer')
  expect(await form.innerText()).toContain(`Token URL: ${api.origin}/token`)
  await form.locator('#oauth_username').fill('johndoe')
  await form.locator('#oauth_password').fill('wrong')
  await form.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click()
  await form.locator('.errors').waitFor()
  expect(await form.locator('.errors').innerText()).toContain('Incorrect username or password')
  await watch.screenshot(page, 'swagger-ui-wrong-password')

  await form.locator('#oauth_password').fill('secret')
  await form.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click()
  await form.getByRole('button', { name: 'Remove authorization' }).waitFor()
  await watch.screenshot(page, 'swagger-ui-authorized')
  await closeDialog(dialog)

  expect(await isLocked(page, me)).toBe(true)
  const answer = await tryOut(page, me)
  expect([answer.status, JSON.parse(answer.body)]).toEqual(['200', { username: 'johndoe' }])
  await operation(page, me).scrollIntoViewIfNeeded()
  await watch.screenshot(page, 'swagger-ui-tried-out')

  const again = await openDialog(page)
  await scheme(again, 'OAuth2PasswordBearer').getByRole('button', { name: 'Remove authorization' }).click()
  await closeDialog(again)
  expect(await isLocked(page, me)).toBe(false)
  const refused = await tryOut(page, me)
  expect([refused.status, JSON.parse(refused.body)]).toEqual(['401', { detail: 'Not authenticated' }])
})

browserTest('the dialog sends basic credentials, a bearer token and API keys', async ({ page, watch }) => {
  await using api = await startApi()
  watch.allow(api.origin)
  watch.expectProblem(/status of 401/)
  await cancelLogins(page)
  await page.goto(`${api.origin}/docs`)
  const ids = ['/basic', '/bearer', '/key/header', '/key/query', '/key/cookie'].map(idOf)
  for (const id of ids) expect([id, (await tryOut(page, id)).status]).toEqual([id, '401'])

  const names = ['HTTPBasic', 'HTTPBearer', 'APIKeyHeader', 'APIKeyQuery', 'APIKeyCookie']
  const dialog = await openDialog(page)
  const basic = scheme(dialog, 'HTTPBasic')
  await basic.locator('input[name=username]').fill('johndoe')
  await basic.locator('input[name=password]').fill('secret')
  // Enter sends a form: the policy's form-action 'none' must not be in its way.
  await basic.locator('input[name=password]').press('Enter')
  for (const [name, key] of [
    ['HTTPBearer', 'a-bearer-token'],
    ['APIKeyHeader', 'a-key'],
    ['APIKeyQuery', 'a-key'],
    ['APIKeyCookie', 'a-key'],
  ] as const) {
    await scheme(dialog, name).locator('input').fill(key)
    await scheme(dialog, name).getByRole('button', { name: 'Apply credentials' }).click()
  }
  await watch.screenshot(page, 'swagger-ui-other-schemes')
  await closeDialog(dialog)
  for (const id of ids) {
    expect([id, await isLocked(page, id)]).toEqual([id, true])
    expect([id, (await tryOut(page, id)).status]).toEqual([id, '200'])
  }
  expect((await tryOut(page, idOf('/key/query'))).url).toBe(`${api.origin}/key/query?api_key=a-key`)
  expect(await page.context().cookies()).toMatchObject([
    { name: 'session', value: 'a-key', sameSite: 'Strict', path: '/' },
  ])

  const again = await openDialog(page)
  for (const name of names) await scheme(again, name).getByRole('button', { name: 'Remove authorization' }).click()
  await closeDialog(again)
  for (const id of ids) expect([id, (await tryOut(page, id)).status]).toEqual([id, '401'])
  expect(await page.context().cookies()).toEqual([])
})

browserTest(
  'an API key that no cookie can hold is refused, and one that it can goes when the page does',
  async ({ page, watch }) => {
    await using api = await startApi()
    watch.allow(api.origin)
    await page.goto(`${api.origin}/docs`)
    const dialog = await openDialog(page)
    const form = scheme(dialog, 'APIKeyCookie')
    await form.locator('input').fill('a-key; Domain=example.com')
    await form.getByRole('button', { name: 'Apply credentials' }).click()
    expect(await dialog.locator('.errors').innerText()).toContain('A cookie can not hold')
    expect(await page.context().cookies()).toEqual([])
    await form.getByRole('button', { name: 'Remove authorization' }).click()
    await form.locator('input').fill('a-key')
    await form.getByRole('button', { name: 'Apply credentials' }).click()
    expect(await page.context().cookies()).toHaveLength(1)
    await page.reload()
    expect(await page.context().cookies()).toEqual([])
  },
)

browserTest('ReDoc shows the document, with the addresses as seen from the page', async ({ page, watch }) => {
  await using api = await startApi({ redocUrl: '/internal/redoc' })
  await using proxy = await startStrippingProxy('/p', api.origin)
  watch.allow(proxy.origin)
  await page.goto(`${proxy.origin}/p/internal/redoc`)
  expect(await page.title()).toBe('Accounts - ReDoc')
  await page.getByRole('heading', { name: 'Accounts (0.1.0)' }).waitFor()
  await page.getByRole('heading', { name: 'Read /users/me' }).waitFor()
  await watch.screenshot(page, 'redoc')
  await page.getByRole('textbox').fill('basic')
  await page.getByRole('search').getByText('Read /basic').first().waitFor()
  await page.getByRole('heading', { name: 'Read /users/me' }).scrollIntoViewIfNeeded()
  await watch.screenshot(page, 'redoc-search')
  await page.getByRole('button', { name: 'get /public' }).click()
  expect(await page.getByText(`${proxy.origin}/p/public`).count()).toBe(1)
  const download = page.getByRole('link', { name: 'Download' }).first()
  expect(await download.getAttribute('href')).toBe(`${proxy.origin}/p/openapi.json`)
  expect(watch.requests.filter((request) => !request.includes(' blob:'))).toEqual([
    `GET ${proxy.origin}/p/internal/redoc`,
    expect.stringContaining('/p/internal/redoc/assets/redoc.standalone.'),
    `GET ${proxy.origin}/p/openapi.json`,
    expect.stringContaining('/p/internal/redoc/assets/favicon-32x32.'),
  ])
})

browserTest('a hostile title is only text', async ({ page, watch }) => {
  const title = `</title></script><script>document.body.remove()</script><img src=x onerror="document.body.remove()">'"&`
  await using api = await startApi({ title })
  watch.allow(api.origin)
  for (const [path, name] of [
    ['/docs', 'Swagger UI'],
    ['/redoc', 'ReDoc'],
  ]) {
    await page.goto(api.origin + path)
    expect(await page.title()).toBe(`${title} - ${name}`)
    await page.getByRole('heading', { name: 'document.body.remove()' }).first().waitFor()
    await watch.screenshot(page, `hostile-title-${name?.replace(' ', '-')}`)
  }
})

browserTest('the harness sees a request to another origin and a broken policy', async ({ page, watch }) => {
  await using api = await startApi()
  await using other = await startAuthorizationServer()
  watch.allow(api.origin, other.origin)
  watch.expectProblem(/./)
  await page.goto(`${api.origin}/docs`)
  await page.evaluate((url) => fetch(url).catch(() => undefined), `${other.origin}/token`)
  await page.evaluate(() => document.body.insertAdjacentHTML('beforeend', '<p style="color: red">red</p>'))
  await expect.poll(() => watch.problems).toContainEqual(expect.stringMatching(/^violation: connect-src /))
  await expect.poll(() => watch.problems).toContainEqual(expect.stringMatching(/^violation: style-src-attr inline/))
})

browserTest('a picture that an operation answers with is shown', async ({ page, watch }) => {
  await using api = await startApi()
  watch.allow(api.origin)
  await page.goto(`${api.origin}/docs`)
  const block = operation(page, idOf('/picture'))
  await block.locator('.opblock-summary-control').click()
  await block.getByRole('button', { name: 'Try it out' }).click()
  await block.getByRole('button', { name: 'Execute' }).click()
  const picture = block.locator('.live-responses-table img')
  await picture.waitFor()
  expect(await picture.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBe(1)
})

browserTest('a server at another origin is called', async ({ page, watch }) => {
  await using other = await startAuthorizationServer()
  await using api = await startApi({ servers: [{ url: '/' }, { url: `${other.origin}/v1/` }] })
  watch.allow(api.origin, other.origin)
  // That server has no /public and sends no Access-Control-Allow-Origin: the request was let go by the page, not by it.
  watch.expectProblem(/blocked by CORS policy|status of 404|net::ERR_FAILED/)
  await page.goto(`${api.origin}/docs`)
  await page.locator('#servers').selectOption(`${other.origin}/v1/`)
  const block = operation(page, idOf('/public'))
  await block.locator('.opblock-summary-control').click()
  await block.getByRole('button', { name: 'Try it out' }).click()
  await block.getByRole('button', { name: 'Execute' }).click()
  await expect.poll(() => watch.requests).toContain(`GET ${other.origin}/v1/public`)
})
