/** curl as people use it: -u for Basic, --oauth2-bearer for a token, --json and -d for bodies. */
import { App, dependency } from 'sallyport'
import { serve } from 'sallyport/node'
import { PasswordHash } from 'sallyport/password'
import { HTTPBasic } from 'sallyport/security'
import { describe, expect, test } from 'vitest'
import { Folder } from '../cli/folder.ts'
import { startAccounts } from '../cli/program.ts'
import { printed, works } from './programs.ts'

const missing = works('curl', '--version') ? undefined : "No curl: run 'node scripts/debian.ts curl' as root."

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

async function curl(...args: readonly string[]): Promise<Answer> {
  // --disable: no .curlrc; --noproxy: nothing of the environment stands before loopback.
  const output = await printed('curl', [
    '--disable',
    '--noproxy',
    '*',
    '--silent',
    '--show-error',
    '--include',
    ...args,
  ])
  const end = output.indexOf('\r\n\r\n')
  const [first = '', ...lines] = output.slice(0, end).split('\r\n')
  const headers = lines
    .map((line) => line.split(/:\s*/, 2))
    .map(([name = '', value = '']) => [name.toLowerCase(), value])
  const body = output.slice(end + 4)
  return {
    status: Number(first.split(' ')[1]),
    headers: Object.fromEntries(headers),
    body: body === '' ? undefined : JSON.parse(body),
  }
}

describe.skipIf(missing !== undefined)(`curl${missing === undefined ? '' : ` (${missing})`}`, () => {
  test('-u, on a small app with Basic and a stored hash', async () => {
    const passwordHash = PasswordHash.recommended()
    const users = new Map([['zoë', { hashedPassword: await passwordHash.hash('s:crét 🔐') }]])
    const basic = new HTTPBasic({ realm: 'Small' })
    const user = dependency({ given: basic }, async ({ given }) => {
      const known = await passwordHash.authenticate((name) => users.get(name), given.username, given.password)
      if (!known) throw basic.makeNotAuthenticatedError()
      return given.username
    })
    const app = new App()
    app.get('/whoami', { params: { user } }, ({ user }) => ({ user }))
    await using server = await serve(app, { port: 0, installSignalHandlers: false })
    const url = `${server.url}/whoami`

    expect(await curl('-u', 'zoë:s:crét 🔐', url)).toMatchObject({ status: 200, body: { user: 'zoë' } })
    const refused = { status: 401, headers: { 'www-authenticate': expect.stringMatching(/^Basic realm="Small"/) } }
    expect(await curl('-u', 'zoë:secret', url)).toMatchObject(refused)
    expect(await curl('-u', 'nobody:s:crét 🔐', url)).toMatchObject(refused)
    expect(await curl(url)).toMatchObject({ ...refused, body: { detail: 'Not authenticated' } })
    // curl asks first without, and answers the challenge.
    const anyauth = await printed('curl', [
      '--disable',
      '--noproxy',
      '*',
      '-s',
      '--anyauth',
      '-u',
      'zoë:s:crét 🔐',
      url,
    ])
    expect(JSON.parse(anyauth)).toEqual({ user: 'zoë' })
  })

  test('--oauth2-bearer, on the running accounts app', async () => {
    using data = new Folder()
    await using accounts = await startAccounts(data.path)
    const { origin } = accounts
    const login = await curl('-d', 'grant_type=password&username=johndoe&password=secret', `${origin}/token`)
    expect(login).toMatchObject({
      status: 200,
      headers: { 'cache-control': 'no-store', 'content-type': 'application/json' },
      body: { token_type: 'bearer', expires_in: 1800, scope: 'me' },
    })
    const { access_token: token } = login.body as { access_token: string }

    expect(await curl('--oauth2-bearer', token, `${origin}/users/me`)).toMatchObject({
      status: 200,
      body: { username: 'johndoe' },
    })
    expect(await curl('--oauth2-bearer', token, `${origin}/users/me/items`)).toMatchObject({
      status: 403,
      headers: { 'www-authenticate': expect.stringContaining('error="insufficient_scope"') },
    })
    expect(await curl('--oauth2-bearer', `${token.slice(0, -4)}AAAA`, `${origin}/users/me`)).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': expect.stringContaining('error="invalid_token"') },
    })
    expect(await curl(`${origin}/users/me`)).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer' },
      body: { detail: 'Not authenticated' },
    })

    // The whole way: register, log in for both scopes, add, list, remove.
    const register = '{ "username": "maria", "password": "correct horse" }'
    expect(await curl('-H', 'content-type: application/json', '-d', register, `${origin}/users`)).toMatchObject({
      status: 201,
    })
    const fields = ['username=maria', 'password=correct horse', 'scope=me items'].flatMap((field) => [
      '--data-urlencode',
      field,
    ])
    const { body } = await curl(...fields, `${origin}/token`)
    const both = (body as { access_token: string }).access_token
    const items = `${origin}/users/me/items`
    const as = ['--oauth2-bearer', both]
    const added = await curl(...as, '-H', 'content-type: application/json', '-d', '{"title":"A towel"}', items)
    expect(added).toMatchObject({ status: 201, body: { title: 'A towel', owner: 'maria' } })
    const { item_id } = added.body as { item_id: number }
    expect(await curl(...as, items)).toMatchObject({ status: 200, body: [{ item_id }] })
    expect(await curl(...as, '-X', 'DELETE', `${items}/${item_id}`)).toMatchObject({ status: 204, body: undefined })
    // A HEAD is guarded like its GET.
    expect(await curl('-I', items)).toMatchObject({ status: 401, body: undefined })
    expect(await curl('-I', ...as, items)).toMatchObject({ status: 200, body: undefined })
  })
})
