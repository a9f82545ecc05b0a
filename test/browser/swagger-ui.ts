/** What a person does on a Swagger UI page, by the words and roles that the page shows. */
import type { Locator, Page } from 'playwright-core'

/** The block of an operation. */
export function operation(page: Page, operationId: string): Locator {
  return page.locator(`.opblock[id$="-${operationId}"]`)
}

/** Opens an operation, presses "Try it out" if it isn't yet, then "Execute"; gives the answer's status and body. */
export async function tryOut(page: Page, operationId: string): Promise<{ status: string; body: string; url: string }> {
  const block = operation(page, operationId)
  if (!(await block.getByRole('button', { name: 'Execute' }).isVisible())) {
    const tryItOut = block.getByRole('button', { name: 'Try it out' })
    if (!(await tryItOut.isVisible())) await block.locator('.opblock-summary-control').click()
    await tryItOut.click()
  }
  const clear = block.getByRole('button', { name: 'Clear' })
  if (await clear.isVisible()) await clear.click()
  await block.getByRole('button', { name: 'Execute' }).click()
  const answer = block.locator('.live-responses-table .response').first()
  await answer.waitFor()
  return {
    status: (await answer.locator('.response-col_status').innerText()).split('\n')[0] ?? '',
    body: await answer.locator('.response-col_description .highlight-code code').first().innerText(),
    url: await block.locator('.request-url pre').innerText(),
  }
}

/** Presses the big Authorize button and gives the dialog. */
export async function openDialog(page: Page): Promise<Locator> {
  await page.locator('.auth-wrapper .btn.authorize').click()
  const dialog = page.locator('.modal-ux')
  await dialog.waitFor()
  return dialog
}

/** The part of the dialog that is about one scheme. */
export function scheme(dialog: Locator, name: string): Locator {
  return dialog.locator('.auth-container', { hasText: name })
}

/** Closes the dialog. */
export async function closeDialog(dialog: Locator): Promise<void> {
  await dialog.locator('.close-modal').click()
  await dialog.waitFor({ state: 'detached' })
}

/** Whether the padlock of an operation is closed. */
export async function isLocked(page: Page, operationId: string): Promise<boolean> {
  const lock = operation(page, operationId).locator('.authorization__btn')
  return (await lock.getAttribute('aria-label')) === 'authorization button locked'
}
