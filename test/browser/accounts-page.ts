/** What a person does on the docs page of the accounts app. */
import type { Locator, Page } from 'playwright-core'
import type { Watch } from './chromium.ts'
import { operation, scheme, tryOut } from './swagger-ui.ts'

export const ME = 'get_users_me'
export const ITEMS = 'get_users_me_items'

export const johndoe = { username: 'johndoe', email: 'johndoe@example.com', full_name: 'John Doe', disabled: false }
export const notAuthenticated = { status: '401', body: { detail: 'Not authenticated' } }

/** Fills the form for the password flow and presses its Authorize button. */
export async function logIn(dialog: Locator, username: string, password: string): Promise<void> {
  const form = scheme(dialog, 'OAuth2PasswordBearer')
  await form.locator('#oauth_username').fill(username)
  await form.locator('#oauth_password').fill(password)
  await form.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click()
}

/** The button that is there when somebody is logged in. */
export function logoutButton(dialog: Locator): Locator {
  return scheme(dialog, 'OAuth2PasswordBearer').getByRole('button', { name: 'Remove authorization' })
}

/** Tries an operation out; gives its status and the JSON of its body. */
export async function call(page: Page, id: string): Promise<{ status: string; body: unknown }> {
  const { status, body } = await tryOut(page, id)
  return { status, body: JSON.parse(body) }
}

/** Takes a picture with an operation at its top. */
export async function show(page: Page, watch: Watch, id: string, name: string): Promise<void> {
  await operation(page, id).evaluate((element) => element.scrollIntoView({ block: 'start' }))
  await watch.screenshot(page, name)
}
