/** RFC 9470: what is required of an authentication is enforced, and shown. */
import { App, anyOf, dependency, Security } from 'sallyport'
import { JWT } from 'sallyport/jwt'
import {
  HTTPBasic,
  HTTPBearer,
  OAuth2PasswordBearer,
  OpenIdConnect,
  type StepUpOptions,
  stepUp,
} from 'sallyport/security'
import { describe, expect, test } from 'vitest'
import { audience, OidcProvider } from './loopback-provider.ts'
import { RawIncoming } from './requests.ts'

const now = Date.parse('2026-05-01T12:00:00Z')
const seconds = now / 1000
const clock = (): number => now
const tokens = new JWT({ secret: 'a secret of more than thirty-two bytes', expiresIn: '30m', clock })
const scopes = { pay: 'Send money.' }
const scheme = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes, verify: tokens })
const why =
  'error="insufficient_user_authentication", error_description="More recent or stronger authentication is required"'

type Answer = readonly [status: number, challenge: string | null]

async function send(app: App, authorization?: string): Promise<Answer> {
  const response = await app.request('/', { headers: authorization === undefined ? {} : { authorization } })
  return [response.status, response.headers.get('www-authenticate')]
}

function appOf(options: StepUpOptions<unknown>): App {
  const app = new App()
  app.get('/', { params: { caller: stepUp(scheme, { clock, ...options }) } }, ({ caller }) => caller.subject)
  return app
}

const bearer = async (claims: object): Promise<string> => `Bearer ${await tokens.sign({ sub: 'johndoe', ...claims })}`

describe('acrValues', () => {
  const app = appOf({ acrValues: ['phr', 'urn:mace:silver'] })
  const challenge = `Bearer ${why}, acr_values="phr urn:mace:silver"`

  test.each(['phr', 'urn:mace:silver'])('%j is one of them', async (acr) => {
    expect(await send(app, await bearer({ acr }))).toEqual([200, null])
  })

  test.each([undefined, '', 'ph', 'PHR', 'phr ', 'phr urn:mace:silver', ['phr'], 1, null])(
    '%j is none',
    async (acr) => {
      expect(await send(app, await bearer(acr === undefined ? {} : { acr }))).toEqual([401, challenge])
    },
  )

  test('the challenge for no token and for a bad one stays as it was', async () => {
    expect(await send(app)).toEqual([401, 'Bearer'])
    expect((await send(app, 'Bearer x'))[1]).toBe(
      'Bearer error="invalid_token", error_description="The token is malformed"',
    )
  })
})

describe('maxAge', () => {
  const app = appOf({ maxAge: '5m' })
  const challenge = `Bearer ${why}, max_age="300"`

  test.each([0, 299, 300, -60])('%i seconds ago is recent', async (ago) => {
    expect(await send(app, await bearer({ auth_time: seconds - ago }))).toEqual([200, null])
  })

  test.each([301, 1e9, -61])('%i seconds ago is not', async (ago) => {
    expect(await send(app, await bearer({ auth_time: seconds - ago }))).toEqual([401, challenge])
  })

  test.each([undefined, null, '1777636800', [], true, Number.MAX_VALUE])('%j is no time', async (auth_time) => {
    expect(await send(app, await bearer(auth_time === undefined ? {} : { auth_time }))).toEqual([401, challenge])
  })
})

test('both, and the realm', async () => {
  const realm = new HTTPBearer({ verify: tokens, realm: 'bank' })
  const app = new App()
  app.get('/', { params: { caller: stepUp(realm, { acrValues: ['phr'], maxAge: 60, clock }) } }, () => 'in')
  const challenge = `Bearer realm="bank", ${why}, acr_values="phr", max_age="60"`
  expect(await send(app, await bearer({ acr: 'phr', auth_time: seconds - 61 }))).toEqual([401, challenge])
  expect(await send(app, await bearer({ acr: 'pwd', auth_time: seconds }))).toEqual([401, challenge])
  expect(await send(app, await bearer({ acr: 'phr', auth_time: seconds }))).toEqual([200, null])
})

describe('with scopes', () => {
  const careful = stepUp(scheme, { acrValues: ['phr'] })

  test.each([
    ['above', Security(careful, ['pay'])],
    ['below', stepUp(Security(scheme, ['pay']), { acrValues: ['phr'] })],
  ])('that are required %s', async (_, caller) => {
    const app = new App()
    app.get('/', { params: { caller } }, ({ caller }) => caller.scopes)
    expect((await send(app, await bearer({ acr: 'phr', scope: 'pay' })))[0]).toBe(200)
    expect(await send(app, await bearer({ acr: 'phr' }))).toEqual([
      403,
      'Bearer error="insufficient_scope", scope="pay"',
    ])
    expect((await send(app, await bearer({ scope: 'pay' })))[1]).toContain('insufficient_user_authentication')
    expect(app.openapi().paths['/']?.get?.security).toEqual([{ OAuth2PasswordBearer: ['pay'] }])
  })
})

test('a principal of its own tells it by a function', async () => {
  const user = dependency({ caller: scheme }, ({ caller }) => ({ name: caller.subject, level: caller.claims.level }))
  const careful = stepUp(user, { acrValues: ['3'], authentication: ({ level }) => ({ acr: level }) })
  const app = new App()
  app.get('/', { params: { user: careful } }, ({ user }) => user.name)
  expect((await send(app, await bearer({ level: '3' })))[0]).toBe(200)
  expect((await send(app, await bearer({ level: '2' })))[0]).toBe(401)
})

test('a caller without credentials stays undefined where the scheme is optional', async () => {
  const optional = new HTTPBearer({ verify: tokens, autoError: false })
  const app = new App()
  app.get(
    '/',
    { params: { caller: stepUp(optional, { acrValues: ['phr'] }) } },
    ({ caller }) => caller?.subject ?? 'nobody',
  )
  expect(await send(app)).toEqual([200, null])
  expect((await send(app, await bearer({})))[0]).toBe(401)
})

test('in anyOf another way may do, and a 401 shows each', async () => {
  const basic = new HTTPBasic({ realm: 'desk' })
  const app = new App()
  app.get('/', { params: { caller: anyOf(stepUp(scheme, { acrValues: ['phr'] }), basic) } }, () => 'in')
  expect((await send(app, await bearer({ acr: 'phr' })))[0]).toBe(200)
  expect((await send(app, `Basic ${btoa('a:b')}`))[0]).toBe(200)
  expect(await send(app, await bearer({}))).toEqual([401, `Bearer ${why}, acr_values="phr", Basic realm="desk"`])
  expect(app.openapi().paths['/']?.get?.['x-step-up']).toEqual([
    { scheme: 'OAuth2PasswordBearer', acr_values: ['phr'] },
  ])
})

test('it holds where the scheme is required on its own as well', async () => {
  const app = new App({ dependencies: [scheme] })
  app.get('/', { params: { caller: stepUp(scheme, { acrValues: ['phr'] }) } }, () => 'in')
  expect((await send(app, await bearer({ acr: 'phr' })))[0]).toBe(200)
  expect((await send(app, await bearer({})))[0]).toBe(401)
  expect(app.openapi().paths['/']?.get?.security).toEqual([{ OAuth2PasswordBearer: [] }])
})

test('a warm token is answered without waiting', async () => {
  const app = appOf({ acrValues: ['phr'] })
  const authorization = await bearer({ acr: 'phr' })
  expect(app.handle(new RawIncoming({ authorization }))).toMatchObject({ status: 200 })
})

test('the document shows what is required, and the challenges', () => {
  const operation = appOf({ acrValues: ['phr', 'b'], maxAge: '5m' }).openapi().paths['/']?.get
  expect(operation?.['x-step-up']).toEqual([{ scheme: 'OAuth2PasswordBearer', acr_values: ['phr', 'b'], max_age: 300 }])
  expect(operation?.security).toEqual([{ OAuth2PasswordBearer: [] }])
  expect(operation?.responses['401']).toEqual({
    description:
      'Not authenticated / Could not validate credentials / More recent or stronger authentication is required',
    headers: {
      'WWW-Authenticate': {
        description: 'The challenge of the scheme that refused.',
        schema: { type: 'string' },
        examples: {
          OAuth2PasswordBearer: { value: 'Bearer' },
          OAuth2PasswordBearer_2: { value: 'Bearer error="invalid_token"' },
          OAuth2PasswordBearer_3: { value: `Bearer ${why}, acr_values="phr b", max_age="300"` },
        },
      },
    },
    content: {
      'application/json': {
        schema: { $ref: '#/components/schemas/HTTPError' },
        examples: {
          OAuth2PasswordBearer: { value: { detail: 'Not authenticated' } },
          OAuth2PasswordBearer_2: { value: { detail: 'Could not validate credentials' } },
          OAuth2PasswordBearer_3: { value: { detail: 'More recent or stronger authentication is required' } },
        },
      },
    },
  })
  const plain = new App()
  plain.get('/', { params: { caller: scheme } }, () => 'in')
  expect(plain.openapi().paths['/']?.get).not.toHaveProperty('x-step-up')
})

test('oidc-provider says how its user authenticated', async () => {
  const provider = await OidcProvider.start()
  try {
    const { openIdConnectUrl } = provider
    const openId = new OpenIdConnect({ openIdConnectUrl, verify: { audience, dangerouslyAllowHTTP: true } })
    const app = new App()
    app.get('/', { params: { caller: stepUp(openId, { acrValues: ['phr'], maxAge: 60 }) } }, () => 'in')
    const plain = await provider.codeFlow('openid items')
    expect(await send(app, `Bearer ${plain.access_token}`)).toEqual([
      401,
      `Bearer ${why}, acr_values="phr", max_age="60"`,
    ])
    provider.claims = { acr: 'phr', auth_time: Math.floor(Date.now() / 1000) }
    const stepped = await provider.codeFlow('openid items')
    expect(await send(app, `Bearer ${stepped.access_token}`)).toEqual([200, null])
  } finally {
    provider.close()
  }
})

test('misuse is refused when declared', () => {
  const make =
    (options: unknown, on: unknown = scheme) =>
    () =>
      stepUp(on as typeof scheme, options as never)
  expect(make({})).toThrow(/give acrValues, maxAge or both/)
  expect(make({ acrValues: [] })).toThrow(/acrValues is a list/)
  expect(make({ acrValues: 'phr' })).toThrow(/acrValues is a list/)
  expect(make({ acrValues: ['a b'] })).toThrow(/acrValues is a list/)
  expect(make({ acrValues: ['a"'] })).toThrow(/acrValues is a list/)
  expect(make({ maxAge: 0 })).toThrow(/maxAge/)
  expect(make({ maxAge: 1.5 })).toThrow(/maxAge is in whole seconds/)
  expect(make({ maxAge: '5 minutes' })).toThrow(/maxAge/)
  expect(make({ max_age: 5 })).toThrow(/stepUp\(\) has no option max_age/)
  const required = { maxAge: 60 }
  expect(make(required, () => 'x')).toThrow(/the first argument is a scheme/)
  const verifying = /one bearer scheme with the option verify stands below, and no other/
  expect(make(required, new HTTPBearer())).toThrow(verifying)
  expect(make(required, new HTTPBasic())).toThrow(verifying)
  expect(
    make(
      required,
      dependency(() => 1),
    ),
  ).toThrow(verifying)
  expect(make(required, anyOf(scheme, new HTTPBearer({ verify: tokens })))).toThrow(verifying)
})
