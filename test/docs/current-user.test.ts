import { expect, test } from 'vitest'
import active from '../../docs/src/current-user/active.ts'
import app from '../../docs/src/current-user/main.ts'
import { findUser } from '../../docs/src/current-user/users.ts'
import { App } from '../../src/app.ts'
import { chapters } from './chapter.ts'
import { compileWith, errorOf } from './compile.ts'

const as = (token: string): RequestInit => ({ headers: { authorization: `Bearer ${token}` } })

test('the user of the token', async () => {
  const response = await app.request('/users/me', as('johndoe'))
  expect(await response.json()).toEqual({
    username: 'johndoe-fakedecoded',
    email: 'john@example.com',
    fullName: 'John Doe',
  })
  expect((await app.request('/users/me')).status).toBe(401)
  expect(app.openapi().paths?.['/users/me']?.get?.security).toEqual([{ OAuth2PasswordBearer: [] }])
})

test('only active users', async () => {
  expect(await (await active.request('/users/me', as('johndoe'))).json()).toEqual(findUser('johndoe'))
  expect(await (await active.request('/users/me/items', as('johndoe'))).json()).toEqual([
    { itemId: 'Foo', owner: 'johndoe' },
  ])
  for (const path of ['/users/me', '/users/me/items']) {
    const inactive = await active.request(path, as('alice'))
    expect(inactive.status).toBe(400)
    expect(await inactive.json()).toEqual({ detail: 'Inactive user' })
    const unknown = await active.request(path, as('bob'))
    expect(unknown.status).toBe(401)
    expect(unknown.headers.get('www-authenticate')).toBe('Bearer')
    expect(active.openapi().paths?.[path]?.get?.security).toEqual([{ OAuth2PasswordBearer: [] }])
  }
})

test('the mistakes of the chapter, by their words', { timeout: 60_000 }, () => {
  const page = chapters.find(({ path }) => path === 'security/current-user.md')?.text ?? ''
  const typo = compileWith('current-user/main.ts', '=> currentUser,', '=> currentUser.emial,')
  expect(typo).toContain("Property 'emial' does not exist on type 'User'")
  expect(page).toContain(`\n${typo}\n`)
  const params = { user: ({ token }: { token: string }) => token }
  expect(page).toContain(`\n${errorOf(() => new App().get('/users/me', { params } as never, () => 1))}\n`)
})
