/** The pictures of the guide, and that its pages show what they are said to show. */
import { expect } from 'vitest'
import firstApp from '../../docs/src/first-app/main.ts'
import { serve } from '../../src/adapters/node.ts'
import { browserTest } from './chromium.ts'
import { screenshot } from './guide-screenshot.ts'
import { operation } from './swagger-ui.ts'

browserTest('the docs page of the first app', async ({ page, watch }) => {
  await using server = await serve(firstApp, { port: 0 })
  watch.allow(server.url)
  await page.setViewportSize({ width: 1000, height: 560 })
  await page.goto(`${server.url}/docs`)
  const hello = operation(page, 'get')
  await hello.waitFor()
  expect(await page.title()).toBe('First app - Swagger UI')
  await screenshot(page, 'first-app-docs')
})
