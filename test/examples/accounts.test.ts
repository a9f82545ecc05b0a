/** The accounts app as a program: what it keeps, what it refuses, and what a restart changes. */
import { chmodSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { Folder } from '../cli/folder.ts'
import { sallyport, startAccounts } from '../cli/program.ts'

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

interface Token {
  readonly access_token: string
  readonly scope: string
}

/** Sends a request: a form or JSON with POST, otherwise GET. */
async function ask(
  url: string,
  given: { token?: string; form?: Record<string, string>; json?: unknown; method?: string } = {},
): Promise<Answer> {
  const headers = new Headers()
  if (given.token !== undefined) headers.set('authorization', `Bearer ${given.token}`)
  const init: RequestInit = { headers, method: given.method ?? 'GET' }
  if (given.form) Object.assign(init, { method: 'POST', body: new URLSearchParams(given.form) })
  if (given.json !== undefined) {
    headers.set('content-type', 'application/json')
    Object.assign(init, { method: 'POST', body: JSON.stringify(given.json) })
  }
  const response = await fetch(url, init)
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
}

async function logIn(origin: string, username: string, password: string, scope?: string): Promise<string> {
  const { status, body } = await ask(`${origin}/token`, {
    form: { grant_type: 'password', username, password, ...(scope === undefined ? {} : { scope }) },
  })
  expect(status).toBe(200)
  return (body as Token).access_token
}

/** Status, challenge and detail of a refusal. */
function refusal({ status, headers, body }: Answer): [number, string | null, unknown] {
  return [status, headers.get('www-authenticate'), (body as { detail: unknown }).detail]
}

test('registering, logging in, scopes and items', async () => {
  using data = new Folder()
  await using accounts = await startAccounts(data.path)
  const { origin } = accounts
  const maria = { username: 'maria', password: 'correct horse', email: 'maria@example.com' }

  const registered = await ask(`${origin}/users`, { json: maria })
  expect([registered.status, registered.body]).toEqual([
    201,
    { username: 'maria', email: 'maria@example.com', full_name: null, disabled: false },
  ])
  const taken = await ask(`${origin}/users`, { json: { ...maria, password: 'another one' } })
  expect([taken.status, taken.body]).toEqual([409, { detail: 'The name is taken' }])

  // What is asked for is granted; without anything it is `me`.
  const granted = await ask(`${origin}/token`, { form: { ...maria, scope: 'items me items' } })
  expect([granted.status, granted.headers.get('cache-control'), granted.body]).toEqual([
    200,
    'no-store',
    {
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      token_type: 'bearer',
      expires_in: 1800,
      scope: 'items me',
    },
  ])
  const plain = await ask(`${origin}/token`, { form: maria })
  expect((plain.body as Token).scope).toBe('me')
  const unknown = await ask(`${origin}/token`, { form: { ...maria, scope: 'me admin' } })
  expect([unknown.status, unknown.body]).toEqual([
    400,
    {
      error: 'invalid_scope',
      error_description: 'There are these scopes: me, items',
      detail: 'There are these scopes: me, items',
    },
  ])

  const { access_token: token } = granted.body as Token
  expect((await ask(`${origin}/users/me/items`, { token })).body).toEqual([])
  const added = await ask(`${origin}/users/me/items`, { token, json: { title: 'A towel' } })
  const item = { item_id: expect.any(Number), title: 'A towel', owner: 'maria' }
  expect([added.status, added.body]).toEqual([201, item])
  expect((await ask(`${origin}/users/me/items`, { token })).body).toEqual([item])

  // What is of another is not there.
  const john = await logIn(origin, 'johndoe', 'secret', 'me items')
  const { item_id } = added.body as { item_id: number }
  const notMine = await ask(`${origin}/users/me/items/${item_id}`, { token: john, method: 'DELETE' })
  expect([notMine.status, notMine.body]).toEqual([404, { detail: 'Item not found' }])
  expect((await ask(`${origin}/users/me/items/${item_id}`, { token, method: 'DELETE' })).status).toBe(204)
  expect((await ask(`${origin}/users/me/items`, { token })).body).toEqual([])
})

test('401 and 403, each with its challenge', async () => {
  using data = new Folder()
  await using accounts = await startAccounts(data.path)
  const { origin } = accounts
  const me = `${origin}/users/me`

  expect(refusal(await ask(me))).toEqual([401, 'Bearer', 'Not authenticated'])
  expect(refusal(await ask(me, { token: 'nonsense' }))).toEqual([
    401,
    expect.stringMatching(/^Bearer .*error="invalid_token"/),
    expect.any(String),
  ])
  // No credentials: nobody reads the body, and nobody is told whether it was right.
  expect(refusal(await ask(`${me}/items`, { json: { title: 1 } }))).toEqual([401, 'Bearer', 'Not authenticated'])

  const token = await logIn(origin, 'johndoe', 'secret')
  expect((await ask(me, { token })).status).toBe(200)
  expect((await ask(`${origin}/status`, { token })).body).toEqual({ status: 'ok' })
  const [status, challenge] = refusal(await ask(`${me}/items`, { token }))
  expect([status, challenge]).toEqual([403, expect.stringMatching(/^Bearer .*error="insufficient_scope"/)])
  expect(challenge).toMatch(/scope="[^"]*\bitems\b[^"]*"/)

  const alice = await logIn(origin, 'alice', 'secret2')
  const inactive = await ask(me, { token: alice })
  expect([inactive.status, inactive.body]).toEqual([400, { detail: 'Inactive user' }])

  // An unknown name and a wrong password are answered alike.
  const wrong = await Promise.all(
    ['johndoe', 'nobody'].map((username) => ask(`${origin}/token`, { form: { username, password: 'wrong' } })),
  )
  for (const { status, headers, body } of wrong) {
    const message = 'Incorrect username or password'
    expect([status, headers.get('cache-control'), body]).toEqual([
      400,
      'no-store',
      { error: 'invalid_grant', error_description: message, detail: message },
    ])
  }
})

test('registration refuses what is no user, and repeats nothing of it', async () => {
  using data = new Folder()
  await using accounts = await startAccounts(data.path)
  for (const [json, place] of [
    [{ username: 'Maria', password: 'correct horse' }, 'username'],
    [{ username: 'maria', password: 'hunter2' }, 'password'],
    [{ username: 'maria', password: 'correct horse', email: 'maria' }, 'email'],
  ] as const) {
    const { status, body } = await ask(`${accounts.origin}/users`, { json })
    expect([status, (body as { detail: { loc: unknown }[] }).detail.map(({ loc }) => loc)]).toEqual([
      422,
      [['body', place]],
    ])
    expect(JSON.stringify(body)).not.toMatch(/hunter2|correct horse/)
  }
})

describe('what is kept', () => {
  test('a restart keeps users, items and the key, and makes nothing a second time', async () => {
    using data = new Folder()
    let token = ''
    {
      await using accounts = await startAccounts(data.path)
      await ask(`${accounts.origin}/users`, { json: { username: 'maria', password: 'correct horse' } })
      token = await logIn(accounts.origin, 'maria', 'correct horse', 'me items')
      await ask(`${accounts.origin}/users/me/items`, { token, json: { title: 'A towel' } })
      expect(await accounts.stop()).toBe(0)
    }
    const key = readFileSync(join(data.path, 'signing-key'), 'utf8')
    {
      await using accounts = await startAccounts(data.path)
      const { origin } = accounts
      // The token of before.
      expect((await ask(`${origin}/users/me`, { token })).body).toMatchObject({ username: 'maria' })
      expect((await ask(`${origin}/users/me/items`, { token })).body).toEqual([
        { item_id: 2, title: 'A towel', owner: 'maria' },
      ])
      const again = await logIn(origin, 'maria', 'correct horse')
      expect((await ask(`${origin}/users/me`, { token: again })).status).toBe(200)
      const john = await logIn(origin, 'johndoe', 'secret', 'me items')
      expect((await ask(`${origin}/users/me/items`, { token: john })).body).toHaveLength(1)
    }
    expect(readFileSync(join(data.path, 'signing-key'), 'utf8')).toBe(key)
    expect(key).toMatch(/^[\w-]{43}$/) // 256 bits

    using database = new DatabaseSync(join(data.path, 'accounts.sqlite'))
    const rows = database.prepare('SELECT username, disabled, hashed_password FROM users ORDER BY username').all()
    expect(rows).toEqual(
      [
        ['alice', 1],
        ['johndoe', 0],
        ['maria', 0],
      ].map(([username, disabled]) => ({
        username,
        disabled,
        hashed_password: expect.stringMatching(/^\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+\$/),
      })),
    )
  })

  test('who was removed does not come back with a restart', async () => {
    using data = new Folder()
    {
      await using accounts = await startAccounts(data.path)
      await accounts.stop()
    }
    {
      using database = new DatabaseSync(join(data.path, 'accounts.sqlite'))
      database.exec('DELETE FROM items; DELETE FROM users')
    }
    await using accounts = await startAccounts(data.path)
    const { status } = await ask(`${accounts.origin}/token`, { form: { username: 'johndoe', password: 'secret' } })
    expect(status).toBe(400)
  })

  test('two programs that start at once on an empty folder use one key and one set of users', async () => {
    using data = new Folder()
    await using first = sallyport(['run', 'examples/accounts/main.ts', '-p', '0'], {
      env: { ACCOUNTS_DATA: data.path },
    })
    await using second = sallyport(['run', 'examples/accounts/main.ts', '-p', '0'], {
      env: { ACCOUNTS_DATA: data.path },
    })
    const origins = await Promise.all(
      [first, second].map(async (program) => String((await program.until(/^Accounts is served at (\S+)$/m))[1])),
    )
    const token = await logIn(String(origins[0]), 'johndoe', 'secret', 'me items')
    expect((await ask(`${origins[1]}/users/me/items`, { token })).body).toEqual([
      { item_id: 1, title: 'Foo', owner: 'johndoe' },
    ])
    expect(readdirSync(data.path).filter((name) => name.startsWith('signing-key'))).toEqual(['signing-key'])
  })

  test('no password is anywhere in the folder, while it runs and after, and all of it is the owner’s alone', async () => {
    using data = new Folder()
    const folder = join(data.path, 'data')
    await using accounts = await startAccounts(folder)
    const password = 'a plaintext that must not be kept'
    await ask(`${accounts.origin}/users`, { json: { username: 'maria', password } })
    const token = await logIn(accounts.origin, 'maria', password)
    const files = (): [name: string, content: Buffer][] =>
      readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))])
    const check = (): void => {
      expect(existsSync(join(folder, 'accounts.sqlite'))).toBe(true)
      for (const [name, content] of files()) {
        for (const secret of [password, Buffer.from(password).toString('base64'), token]) {
          expect([name, content.includes(secret)]).toEqual([name, false])
        }
        expect([name, statSync(join(folder, name)).mode & 0o077]).toEqual([name, 0])
      }
    }
    check()
    expect(statSync(folder).mode & 0o077).toBe(0)
    expect(files().some(([, content]) => content.includes('$argon2id$'))).toBe(true) // one can find what is there
    expect(await accounts.stop()).toBe(0)
    check()
    expect(accounts.output).not.toContain(password)
  })

  test('a key that others can read is not used', async () => {
    using data = new Folder()
    {
      await using accounts = await startAccounts(data.path)
      await accounts.stop()
    }
    const file = join(data.path, 'signing-key')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    chmodSync(file, 0o640)
    await using refused = sallyport(['run', 'examples/accounts/main.ts', '-p', '0'], {
      env: { ACCOUNTS_DATA: data.path },
    })
    expect(await refused.ended()).toBe(1)
    expect(refused.stderr).toContain(
      `Error: ${file} can be read by others, and may be known to them. Make a new one: rm ${file}, then start again`,
    )
    expect(refused.output).not.toContain(readFileSync(file, 'utf8'))
    expect(refused.stdout).toBe('')
  })
})
