/** The password flow of Python's requests-oauthlib, on the running accounts app. */
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { Folder } from '../cli/folder.ts'
import { installed } from '../cli/installed.ts'
import { startAccounts } from '../cli/program.ts'
import { printed, works } from './programs.ts'

// Debian's own, whatever Python stands first in PATH: that is where its packages are.
const PYTHON = '/usr/bin/python3'
const script = fileURLToPath(new URL('password_flow.py', import.meta.url))
const missing = works(PYTHON, '-c', 'import requests_oauthlib')
  ? undefined
  : "No requests-oauthlib: run 'node scripts/debian.ts python3-requests-oauthlib' as root."

async function flow(...args: readonly string[]): Promise<unknown> {
  // It wants HTTPS, also for loopback.
  return JSON.parse(await printed(PYTHON, [script, ...args], { OAUTHLIB_INSECURE_TRANSPORT: '1' }))
}

beforeAll(() => {
  installed()
}, 120_000)

describe.skipIf(missing !== undefined)(`requests-oauthlib${missing === undefined ? '' : ` (${missing})`}`, () => {
  test('logs in, calls, and reads the errors that RFC 6749 §5.2 names', async () => {
    using data = new Folder()
    await using accounts = await startAccounts(data.path)
    const { origin } = accounts
    const items = [{ item_id: 1, title: 'Foo', owner: 'johndoe' }]

    expect(await flow(origin, 'johndoe', 'secret', 'me', 'items')).toEqual({
      token: { token_type: 'bearer', expires_in: 1800, scope: ['me', 'items'] },
      me: [200, null, expect.objectContaining({ username: 'johndoe' })],
      items: [200, null, items],
    })
    expect(await flow(origin, 'johndoe', 'secret')).toMatchObject({
      token: { scope: ['me'] },
      items: [403, expect.stringContaining('insufficient_scope'), expect.anything()],
    })
    expect(await flow(origin, 'alice', 'secret2', 'me')).toMatchObject({ me: [400, null, { detail: 'Inactive user' }] })
    expect(await flow(origin, 'johndoe', 'wrong')).toEqual({
      error: 'invalid_grant',
      description: 'Incorrect username or password',
    })
    expect(await flow(origin, 'johndoe', 'secret', 'admin')).toEqual({
      error: 'invalid_scope',
      description: 'There are these scopes: me, items',
    })
  })
})
