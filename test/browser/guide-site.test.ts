/** The site of the guide as it was built by `npm run docs`: nothing from elsewhere, wide and narrow, light and dark, and its search. */
import { existsSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { CHAPTERS } from '../../docs/.vitepress/chapters.ts'
import { type Server, serve, staticFiles } from '../../src/adapters/node.ts'
import { App } from '../../src/index.ts'
import { browserTest } from './chromium.ts'

const site = new URL('../../docs/.vitepress/dist/', import.meta.url)
const isBuilt = existsSync(new URL('index.html', site))
const PAGES = ['/', '/tutorial/body.html', '/tutorial/request-lifecycle.html', '/reference/sallyport/classes/App.html']

function serveSite(): Promise<Server> {
  const app = new App({ openapiUrl: null })
  const files = staticFiles(site)
  app.use((request) => files(request))
  return serve(app, { port: 0 })
}

/** The contrast of text with its ground, as WCAG 2.2 counts it. */
function contrasts(page: Page, selector: string): Promise<number[]> {
  return page.locator(selector).evaluateAll((elements) => {
    const numbers = (color: string): number[] => (color.match(/[\d.]+/g) ?? []).map(Number)
    const luminance = (color: readonly number[]): number => {
      const [r = 0, g = 0, b = 0] = color
        .slice(0, 3)
        .map((part) => part / 255)
        .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const groundOf = (element: Element | null): number[] => {
      for (let at = element; at; at = at.parentElement) {
        const color = numbers(getComputedStyle(at).backgroundColor)
        if (color.length === 3 || color[3] === 1) return color
      }
      return [255, 255, 255]
    }
    return elements.slice(0, 40).map((element) => {
      const [a, b] = [luminance(numbers(getComputedStyle(element).color)), luminance(groundOf(element))]
      return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
    })
  })
}

for (const [width, colorScheme] of [
  [1440, 'light'],
  [1280, 'dark'],
  [390, 'light'],
  [390, 'dark'],
] as const) {
  browserTest.runIf(isBuilt)(`${width} wide, ${colorScheme}`, async ({ page, watch }) => {
    await using server = await serveSite()
    watch.allow(server.url)
    await page.setViewportSize({ width, height: 900 })
    await page.emulateMedia({ colorScheme })
    for (const path of PAGES) {
      await page.goto(server.url + path)
      await page.locator('h1').first().waitFor()
      expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(width)
      expect(await page.evaluate(() => document.documentElement.classList.contains('dark'))).toBe(
        colorScheme === 'dark',
      )
      for (const contrast of await contrasts(page, '.vp-doc p, .vp-doc p a, .vp-doc h2, .shiki span[style]'))
        expect(contrast, path).toBeGreaterThanOrEqual(4.5)
      await watch.screenshot(page, `guide-${path.replaceAll(/\W+/g, '-')}-${width}-${colorScheme}`)
    }
  })
}

browserTest.runIf(isBuilt)(
  'programs of the tutorial fit a wide page, and tables a narrow one',
  { timeout: 240_000 },
  async ({ page, watch }) => {
    await using server = await serveSite()
    watch.allow(server.url)
    const wider = (selector: string): Promise<string[]> =>
      page
        .locator(selector)
        .evaluateAll((elements) =>
          elements.filter((each) => each.scrollWidth > each.clientWidth).map((each) => each.textContent ?? ''),
        )
    const paths = CHAPTERS.map(({ path }) => path).filter(
      (path) => path.startsWith('tutorial/') && existsSync(new URL(`${path}.html`, site)),
    )
    expect(paths.length).toBeGreaterThan(20)
    for (const path of paths) {
      await page.setViewportSize({ width: 1440, height: 900 })
      await page.goto(`${server.url}/${path}.html`)
      await page.locator('h1').first().waitFor()
      for (const folded of await page.locator('details').all())
        await folded.evaluate((each) => each.toggleAttribute('open', true))
      expect(await wider('.vp-doc pre, .VPSidebarItem .text'), path).toEqual([])
      await page.setViewportSize({ width: 390, height: 844 })
      expect(await wider('.vp-doc :is(table, .language-text pre, .language-console pre)'), path).toEqual([])
    }
  },
)

for (const [words, path] of [
  ['problem details', 'tutorial/problem-details'],
  ['background tasks', 'tutorial/responses'],
  ['valibot', 'tutorial/schemas'],
] as const) {
  browserTest.runIf(isBuilt)(`the search finds ${words}`, async ({ page, watch }) => {
    await using server = await serveSite()
    watch.allow(server.url)
    await page.goto(`${server.url}/tutorial/first-app.html`)
    await page.getByRole('button', { name: 'Search' }).first().click()
    await page.getByPlaceholder('Search').fill(words)
    const first = page.locator('#localsearch-list a').first()
    await first.waitFor()
    await expect.poll(() => first.getAttribute('href')).toContain(`/${path}.html`)
  })
}

browserTest.runIf(isBuilt)('the search finds the chapter before the reference', async ({ page, watch }) => {
  await using server = await serveSite()
  watch.allow(server.url)
  await page.goto(`${server.url}/tutorial/first-app.html`)
  await page.getByRole('button', { name: 'Search' }).first().click()
  await page.getByPlaceholder('Search').fill('yield dependency')
  const first = page.locator('#localsearch-list a').first()
  await first.waitFor()
  await expect.poll(() => first.getAttribute('href')).toMatch(/^\/tutorial\/yield-dependencies\.html/)
  await first.click()
  await page.waitForURL(/\/tutorial\/yield-dependencies\.html/)
})

browserTest.runIf(isBuilt)('guide and reference link to each other', async ({ page, watch }) => {
  await using server = await serveSite()
  watch.allow(server.url)
  await page.goto(`${server.url}/tutorial/path-parameters.html`)
  await page.locator('#reference + p a', { hasText: 'Path' }).first().click()
  await page.waitForURL(/\/reference\/sallyport\/functions\/Path\.html/)
  // The URL changes before the page does: what is exact in the text itself is on the new one only.
  await page.locator('.vp-doc').getByRole('link', { name: 'Path parameters', exact: true }).click()
  await page.waitForURL(/\/tutorial\/path-parameters\.html/)
})
