/** The pictures of the guide, and that its pages show what they are said to show. */
import { expect } from 'vitest'
import bigger from '../../docs/src/bigger-applications/main.ts'
import body from '../../docs/src/body/main.ts'
import firstApp from '../../docs/src/first-app/main.ts'
import path from '../../docs/src/path-parameters/main.ts'
import start from '../../docs/src/start/main.ts'
import { serve } from '../../src/adapters/node.ts'
import { browserTest } from './chromium.ts'
import { screenshot } from './guide-screenshot.ts'
import { operation, tryOut } from './swagger-ui.ts'

browserTest('the docs page of the first app', async ({ page, watch }) => {
  await using server = await serve(firstApp, { port: 0 })
  watch.allow(server.url)
  await page.setViewportSize({ width: 1000, height: 360 })
  await page.goto(`${server.url}/docs`)
  await operation(page, 'get').waitFor()
  expect(await page.title()).toBe('First app - Swagger UI')
  await screenshot(page, 'first-app-docs')
})

browserTest('a parameter with its bounds, and one of several values', async ({ page, watch }) => {
  await using server = await serve(path, { port: 0 })
  watch.allow(server.url)
  await page.setViewportSize({ width: 1000, height: 700 })
  await page.goto(`${server.url}/docs`)
  const gates = operation(page, 'get_gates_number')
  await gates.locator('.opblock-summary-control').click()
  await gates.getByText('The number over the arch.').waitFor()
  expect(await gates.locator('.parameters').first().innerText()).toMatch(/minimum: 1\s*maximum: 12/)
  await screenshot(gates.locator('.opblock-section').first(), 'path-parameters-bounds')
})

browserTest('trying a body out', async ({ page, watch }) => {
  await using server = await serve(body, { port: 0 })
  watch.allow(server.url)
  await page.setViewportSize({ width: 1000, height: 1400 })
  await page.goto(`${server.url}/docs`)
  const items = operation(page, 'post_items')
  await items.locator('.opblock-summary-control').click()
  await items.getByRole('button', { name: 'Try it out' }).click()
  await items.locator('textarea').fill('{\n  "name": "portcullis",\n  "price": 80\n}')
  const { status, body: answer } = await tryOut(page, 'post_items')
  expect([status, JSON.parse(answer)]).toEqual(['201', { name: 'portcullis', price: 80, tags: [], priceWithTax: 100 }])
  await screenshot(items.locator('.live-responses-table'), 'body-tried-out')
})

browserTest('tags group operations', async ({ page, watch }) => {
  await using server = await serve(bigger, { port: 0 })
  watch.allow(server.url)
  await page.setViewportSize({ width: 1000, height: 640 })
  await page.goto(`${server.url}/docs`)
  await operation(page, 'post_items').waitFor()
  await page.getByText('What stands in the castle.').waitFor()
  expect(
    await page.locator('.opblock-tag').evaluateAll((tags) => tags.map((tag) => tag.getAttribute('data-tag'))),
  ).toEqual(['items', 'staff'])
  await screenshot(page, 'routers-docs')
})

browserTest('the picture of the start page: the scope and the refusals of an operation', async ({ page, watch }) => {
  await using server = await serve(start, { port: 0 })
  watch.allow(server.url)
  await page.setViewportSize({ width: 1000, height: 1700 })
  await page.goto(`${server.url}/docs`)
  const items = operation(page, 'post_items')
  await items.locator('.opblock-summary-control').click()
  for (const status of ['201', '401', '403', '422']) await items.locator(`tr[data-code="${status}"]`).waitFor()
  await page.getByRole('button', { name: 'Authorize', exact: true }).waitFor()
  await items.locator('.opblock-summary-control').click()
  await items.locator('.opblock-body').waitFor({ state: 'detached' })
  await items.locator('.opblock-summary-control').blur()
  await page.mouse.move(0, 0)
  await page.setViewportSize({ width: 1000, height: 400 })
  await screenshot(page, 'start-docs')
})
