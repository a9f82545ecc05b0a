import { inspect } from 'node:util'
import { App } from 'sallyport'
import { OAuth2PasswordRequestForm, OAuth2PasswordRequestFormStrict } from 'sallyport/security'
import { expect, test } from 'vitest'
import type { DependencyFunction } from '../../src/declaration.ts'
import type { Param } from '../../src/params.ts'

const app = new App()
app.post('/token', { params: { form: OAuth2PasswordRequestForm } }, ({ form }) => form)
app.post('/strict', { params: { form: OAuth2PasswordRequestFormStrict } }, ({ form }) => form)

async function post(
  path: string,
  body: string | FormData | URLSearchParams,
  type?: string,
): Promise<[number, unknown]> {
  const response = await app.request(path, {
    method: 'POST',
    body,
    ...(type ? { headers: { 'content-type': type } } : {}),
  })
  return [response.status, await response.json()]
}
const form = (path: string, text: string): Promise<[number, unknown]> =>
  post(path, text, 'application/x-www-form-urlencoded')
const invalid = (...detail: readonly (readonly [field: string, type: string, msg: string])[]): [number, unknown] => [
  422,
  { detail: detail.map(([field, type, msg]) => ({ type, loc: ['body', field], msg })) },
]
const missing = (field: string): readonly [string, string, string] => [field, 'missing', 'Field required']

test('name and password are enough', async () => {
  expect(await form('/token', 'username=johndoe&password=secret')).toEqual([
    200,
    { username: 'johndoe', password: 'secret', scopes: [] },
  ])
})

test('everything', async () => {
  const all = 'grant_type=password&username=a%40b&password=p+w&scope=me+items&client_id=c&client_secret=s'
  const value = {
    grant_type: 'password',
    username: 'a@b',
    password: 'p w',
    scopes: ['me', 'items'],
    client_id: 'c',
    client_secret: 's',
  }
  expect(await form('/token', all)).toEqual([200, value])
  expect(await form('/strict', all)).toEqual([200, value])
})

test('multipart', async () => {
  const body = new FormData()
  body.set('username', 'johndoe')
  body.set('password', 'sécret')
  expect(await post('/token', body)).toEqual([200, { username: 'johndoe', password: 'sécret', scopes: [] }])
})

test.each([
  ['', []],
  ['+', []],
  ['a', ['a']],
  ['a+b', ['a', 'b']],
  ['++a%09b%0A%0Dc++', ['a', 'b', 'c']],
  ['a+a', ['a', 'a']],
])('scope is split at white space: %j', async (scope, scopes) => {
  expect(await form('/token', `username=u&password=p&scope=${scope}`)).toEqual([
    200,
    { username: 'u', password: 'p', scopes },
  ])
})

test('a field that is missing or empty', async () => {
  expect(await form('/token', '')).toEqual(invalid(missing('username'), missing('password')))
  expect(await form('/token', 'username=&password=')).toEqual(invalid(missing('username'), missing('password')))
  expect(await form('/token', 'username=u')).toEqual(invalid(missing('password')))
  expect(await form('/strict', 'username=u&password=p')).toEqual(invalid(missing('grant_type')))
  expect(await form('/strict', 'grant_type=&username=u&password=p')).toEqual(invalid(missing('grant_type')))
  expect(await form('/strict', '')).toEqual(invalid(missing('grant_type'), missing('username'), missing('password')))
  expect(await form('/token', 'grant_type=&username=u&password=p&client_id=&client_secret=')).toEqual([
    200,
    { username: 'u', password: 'p', scopes: [] },
  ])
})

test('an empty field is a missing one for whoever reads with the schema alone', async () => {
  const { params } = OAuth2PasswordRequestForm as unknown as DependencyFunction
  const { schema } = params.form as Param<unknown>
  const validate = (value: unknown): unknown => schema?.['~standard'].validate(value)
  expect(validate({ username: 'u', password: 'p', client_id: '' })).toMatchObject({ value: { client_id: undefined } })
  expect(validate({ username: '', password: 'p' })).toEqual({
    issues: [{ code: 'missing', path: ['username'], message: 'Field required' }],
  })
  expect(validate('username=u')).toEqual({ issues: [{ message: 'Expected a form' }] })
})

test('a single space is a value, and so is any text that looks like another type', async () => {
  expect(await form('/token', 'username=+&password=+')).toEqual([200, { username: ' ', password: ' ', scopes: [] }])
  const given = 'username=123&password=true&client_id=null&client_secret=1e3'
  expect(await form('/token', given)).toEqual([
    200,
    { username: '123', password: 'true', scopes: [], client_id: 'null', client_secret: '1e3' },
  ])
})

test.each(['PASSWORD', 'passwordx', 'xpassword', 'password%0A', 'authorization_code'])(
  'grant_type %j is refused, and not repeated',
  async (grantType) => {
    const expected = invalid(['grant_type', 'string_pattern_mismatch', "String should match pattern '^password$'"])
    for (const path of ['/token', '/strict']) {
      expect(await form(path, `grant_type=${grantType}&username=u&password=p`)).toEqual(expected)
    }
  },
)

test('a grant_type that reads as another type is refused, too', async () => {
  expect((await form('/token', 'grant_type=null&username=u&password=p'))[0]).toBe(422)
})

test('unknown fields are ignored', async () => {
  expect(await form('/token', 'username=u&password=p&otp=123456&constructor=x')).toEqual([
    200,
    { username: 'u', password: 'p', scopes: [] },
  ])
})

test('RFC 6749 section 3.2: a field must not be sent twice', async () => {
  const [status, answer] = await form('/token', 'username=u&username=admin&password=p')
  expect(status).toBe(422)
  expect(JSON.stringify(answer)).not.toContain('admin')
})

test('a file is no text', async () => {
  const body = new FormData()
  body.set('username', 'u')
  body.set('password', new File(['secret'], 'p.txt'))
  const [status, answer] = await post('/token', body)
  expect(status).toBe(422)
  expect(answer).toMatchObject({ detail: [{ loc: ['body', 'password'] }] })
  expect(JSON.stringify(answer)).not.toContain('secret')
})

test('JSON is no form', async () => {
  const [status] = await post('/token', JSON.stringify({ username: 'u', password: 'p' }), 'application/json')
  expect([415, 422]).toContain(status)
})

test('no answer repeats the password', async () => {
  for (const fields of [
    'password=hunter2',
    'username=&password=hunter2',
    'username=u&password=hunter2&grant_type=hunter2',
  ]) {
    const [status, answer] = await form('/token', fields)
    expect(status).toBe(422)
    expect(JSON.stringify(answer)).not.toContain('hunter2')
  }
})

test('a log does not show the secrets', async () => {
  let shown = ''
  const logging = new App()
  logging.post('/', { params: { form: OAuth2PasswordRequestForm } }, ({ form }) => {
    shown = inspect(form)
    return Object.isFrozen(form) && Object.isFrozen(form.scopes)
  })
  const body = new URLSearchParams({ username: 'u', password: 'hunter2', client_secret: 'hunter3' })
  expect(await (await logging.request('/', { method: 'POST', body })).json()).toBe(true)
  expect(shown).toContain("username: 'u'")
  expect(shown).not.toMatch(/hunter/)
})

const properties = {
  grant_type: { anyOf: [{ type: 'string', pattern: '^password$' }, { type: 'null' }], title: 'Grant Type' },
  username: { type: 'string', title: 'Username' },
  password: { type: 'string', format: 'password', title: 'Password' },
  scope: { type: 'string', title: 'Scope', default: '' },
  client_id: { anyOf: [{ type: 'string' }, { type: 'null' }], title: 'Client Id' },
  client_secret: { anyOf: [{ type: 'string' }, { type: 'null' }], format: 'password', title: 'Client Secret' },
}

test('the document has the form as FastAPI has it', () => {
  expect(documented('/token')).toMatchObject({ type: 'object', properties, required: ['username', 'password'] })
  const { format: _p, ...password } = properties.password
  const { format: _s, ...client_secret } = properties.client_secret
  const strict = documented('/strict')
  expect(strict).toMatchObject({
    type: 'object',
    properties: {
      ...properties,
      grant_type: { type: 'string', pattern: '^password$', title: 'Grant Type' },
      password,
      client_secret,
    },
    required: ['grant_type', 'username', 'password'],
  })
  expect(JSON.stringify(strict)).not.toContain('format')
})

function documented(path: string): unknown {
  const document = app.openapi()
  const schema = document.paths[path]?.post?.requestBody?.content['application/x-www-form-urlencoded']?.schema
  const name = String(schema?.$ref).split('/').at(-1) ?? ''
  return schema?.$ref ? document.components?.schemas?.[name] : schema
}
