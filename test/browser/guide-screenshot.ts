/** Pictures of the guide: taken when asked for, and otherwise only known to be there. */
import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

const folder = new URL('../../docs/public/screenshots/', import.meta.url)

/**
 * The picture `/screenshots/<name>.png` of the guide. With `DOCS_SCREENSHOTS=1` it is taken anew; without, the test fails where
 * nobody has taken it yet. What the page must show is for the test to expect before: pixels differ from machine to machine.
 */
export async function screenshot(of: Page | Locator, name: string): Promise<void> {
  const path = fileURLToPath(new URL(`${name}.png`, folder))
  if (!process.env.DOCS_SCREENSHOTS) {
    expect(existsSync(path), `${name}.png is not there: run DOCS_SCREENSHOTS=1 npm test -- test/browser/guide`).toBe(
      true,
    )
    return
  }
  mkdirSync(dirname(path), { recursive: true })
  await of.screenshot({ path, animations: 'disabled' })
}
