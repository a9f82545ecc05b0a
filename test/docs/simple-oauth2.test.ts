import { expect, test } from 'vitest'
import app from '../../docs/src/simple-oauth2/main.ts'
import { fakeHash, users } from '../../docs/src/simple-oauth2/users.ts'

const logIn = (form: Record<string, string>): Promise<Response> =>
  app.request('/token', { method: 'POST', body: new URLSearchParams(form) })
const me = (token?: string): Promise<Response> =>
  app.request('/users/me', token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } })

test('log in, and be somebody', async () => {
  const login = await logIn({ grant_type: 'password', username: 'johndoe', password: 'secret', scope: 'a b' })
  expect(login.status).toBe(200)
  const answer = (await login.json()) as { access_token: string; token_type: string }
  expect(answer).toEqual({ access_token: 'johndoe', token_type: 'bearer' })
  const response = await me(answer.access_token)
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({
    username: 'johndoe',
    email: 'johndoe@example.com',
    fullName: 'John Doe',
    disabled: false,
  })
})

test('alice may log in, and do nothing', async () => {
  expect(await (await logIn({ username: 'alice', password: 'secret2' })).json()).toMatchObject({
    access_token: 'alice',
  })
  const response = await me('alice')
  expect(response.status).toBe(400)
  expect(await response.json()).toEqual({ detail: 'Inactive user' })
})

test.each([['johndoe'], ['nobody'], ['__proto__']])('%s with a wrong password', async (username) => {
  const response = await logIn({ username, password: 'guess' })
  expect(response.status).toBe(400)
  expect(await response.json()).toEqual({ detail: 'Incorrect username or password' })
})

test.each([[undefined], ['nobody'], ['constructor']])('the token %s is nobody', async (token) => {
  const response = await me(token)
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toBe('Bearer')
  expect(await response.json()).toEqual({ detail: 'Not authenticated' })
})

test('a form that does not fit', async () => {
  expect((await logIn({ username: 'johndoe' })).status).toBe(422)
  expect((await logIn({ grant_type: 'implicit', username: 'johndoe', password: 'secret' })).status).toBe(422)
  const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"username":"johndoe"}' }
  expect((await app.request('/token', json)).status).toBe(415)
})

test('the fake hash shows the password', () => {
  expect(users.get('johndoe')?.hashedPassword).toBe(fakeHash('secret'))
})

test('the document has the form, the lock, and no hash', () => {
  const { paths, components } = app.openapi()
  const form = paths?.['/token']?.post?.requestBody
  expect(form).toMatchObject({ content: { 'application/x-www-form-urlencoded': {} } })
  expect(paths?.['/token']?.post?.security).toBeUndefined()
  expect(Object.keys(paths?.['/users/me']?.get?.responses ?? {})).toEqual(['200', '400', '401'])
  expect(paths?.['/users/me']?.get?.security).toEqual([{ OAuth2PasswordBearer: [] }])
  expect(Object.keys(components?.schemas?.User?.properties ?? {})).toEqual([
    'username',
    'email',
    'fullName',
    'disabled',
  ])
})
