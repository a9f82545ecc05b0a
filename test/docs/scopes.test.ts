import { expect, test } from 'vitest'
import app from '../../docs/src/scopes/main.ts'
import { findUser } from '../../docs/src/scopes/users.ts'
import { App } from '../../src/app.ts'
import { dependency, Security, SecurityScopes } from '../../src/depends.ts'
import { OAuth2PasswordBearer } from '../../src/security/index.ts'
import { chapters } from './chapter.ts'
import { compileWith, errorOf } from './compile.ts'

async function logIn(username: string, password: string, scope: string): Promise<{ token: string; scope: string }> {
  const body = new URLSearchParams({ username, password, scope })
  const answer = (await (await app.request('/token', { method: 'POST', body })).json()) as Record<string, string>
  return { token: answer.access_token ?? '', scope: answer.scope ?? '?' }
}

const INSUFFICIENT = 'Bearer error="insufficient_scope", scope='
test.each([
  ['me items', '/users/me/items', 200, null],
  ['me items', '/users/me', 200, null],
  ['me', '/users/me', 200, null],
  ['me', '/users/me/items', 403, `${INSUFFICIENT}"items me"`],
  ['items', '/users/me/items', 403, `${INSUFFICIENT}"items me"`],
  ['items', '/users/me', 403, `${INSUFFICIENT}"me"`],
  ['', '/status', 200, null],
  ['', '/users/me', 403, `${INSUFFICIENT}"me"`],
])('a token for "%s" at %s', async (scope, path, status, challenge) => {
  const { token } = await logIn('johndoe', 'secret', scope)
  const response = await app.request(path, { headers: { authorization: `Bearer ${token}` } })
  expect(response.status).toBe(status)
  expect(response.headers.get('www-authenticate')).toBe(challenge)
})

test('a token gets what its user may have', async () => {
  expect((await logIn('johndoe', 'secret', 'items me nonsense constructor')).scope).toBe('me items')
  expect((await logIn('alice', 'secret2', 'me items')).scope).toBe('me')
  expect(findUser('alice')?.mayHave).toEqual(['me'])
})

test('without a token it is 401', async () => {
  const response = await app.request('/users/me/items')
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toBe('Bearer')
})

test('the document has the scopes of each operation', () => {
  const { paths, components } = app.openapi()
  expect(paths?.['/users/me/items']?.get?.security).toEqual([{ OAuth2PasswordBearer: ['items', 'me'] }])
  expect(paths?.['/users/me']?.get?.security).toEqual([{ OAuth2PasswordBearer: ['me'] }])
  expect(paths?.['/status']?.get?.security).toEqual([{ OAuth2PasswordBearer: [] }])
  expect(components?.securitySchemes?.OAuth2PasswordBearer).toMatchObject({
    flows: { password: { scopes: { me: 'Read information about the current user.', items: 'Read items.' } } },
  })
})

const page = chapters.find(({ path }) => path === 'security/scopes.md')?.text ?? ''

test('what the compiler says about the mistakes of the chapter', { timeout: 60_000 }, () => {
  const typo = compileWith(
    'scopes/main.ts',
    "Security(getCurrentActiveUser, ['items'])",
    "Security(getCurrentActiveUser, ['itmes'])",
  )
  expect(page).toContain(`\n${typo}\n`)
  const wrong =
    "const now = dependency({}, () => Date.now())\napp.get('/now', { params: { now: Security(now, ['me']) } }, ({ now }) => now)\n"
  const none = compileWith('scopes/main.ts', 'export default app', `${wrong}export default app`)
  expect(page).toContain(`\n${none}\n`)
  const text = compileWith('scopes/main.ts', "Security(getCurrentUser, ['me'])", "Security(getCurrentUser, 'me')")
  expect(text).toMatch(/error TS2345: Argument of type '"me"'|error TS2345: Argument of type 'string'/)
})

test('what the app says about them', () => {
  const scheme = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: { me: '', items: '' } })
  const unread = dependency({ token: scheme }, ({ token }) => token)
  const unreadActive = dependency({ user: Security(unread, ['me']) }, ({ user }) => user)
  expect(page).toContain(errorOf(() => new App().get('/users/me', { params: { user: unreadActive } }, () => 1)))
  const read = dependency({ token: scheme, scopes: SecurityScopes }, ({ token }) => token)
  const typo = Security(read, ['itmes' as 'items'])
  expect(page).toContain(errorOf(() => new App().get('/users/me/items', { params: { user: typo } }, () => 1)))
  expect(page).toContain(errorOf(() => Security(read, 'items' as never)))
})
