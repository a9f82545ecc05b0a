/** The program of the README: it compiles, it is served, and it does what the README says. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test, vi } from 'vitest'
import type { Server } from '../../src/adapters/node.ts'
import type { App } from '../../src/app.ts'
import { compile } from './compile.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const [, program = ''] = /^```ts\n([\s\S]*?)^```$/m.exec(readme) ?? []

test('it serves logins, and closes what needs a scope', async () => {
  const folder = join(root, 'test-output/docs-readme')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'main.ts'), program)
  vi.stubEnv('PORT', '0')
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  const { app, server } = (await import(/* @vite-ignore */ join(folder, 'main.ts'))) as { app: App; server: Server }
  await using _closed = server
  vi.unstubAllEnvs()
  expect(log).toHaveBeenCalledWith(`Open ${server.url}/docs`)
  log.mockRestore()

  const logIn = async (scope: string): Promise<Record<string, string>> => {
    const body = new URLSearchParams({ username: 'johndoe', password: 'secret', scope })
    const answer = await fetch(`${server.url}/token`, { method: 'POST', body })
    const { access_token } = (await answer.json()) as { access_token: string }
    return { authorization: `Bearer ${access_token}` }
  }
  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${server.url}${path}`, { headers })
  expect((await get('/users/me')).status).toBe(401)
  expect(await (await get('/users/me', await logIn(''))).json()).toEqual({ name: 'johndoe' })
  const narrow = await get('/users/me/items', await logIn('gates'))
  expect([narrow.status, narrow.headers.get('www-authenticate')]).toEqual([
    403,
    expect.stringContaining('error="insufficient_scope"'),
  ])
  expect(await (await get('/users/me/items', await logIn('items'))).json()).toEqual(['a portcullis'])
  expect(app.openapi().paths?.['/users/me/items']?.get?.security).toEqual([{ OAuth2PasswordBearer: ['items'] }])
})

test('it compiles, and a scope with a typo does not', { timeout: 60_000 }, () => {
  expect(compile('readme', program)).toBe('')
  expect(compile('readme-typo', program.replace("['items']", "['itmes']"))).toContain(
    `Type '"itmes"' is not assignable to type '"items"'`,
  )
})
