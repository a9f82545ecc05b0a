/** Each scheme in an app: with credentials, without, with the wrong ones, and in the document. */
import { App, anyOf, dependency, Security, SecurityScopes } from 'sallyport'
import {
  APIKeyCookie,
  APIKeyHeader,
  APIKeyQuery,
  HTTPBase,
  HTTPBasic,
  HTTPBearer,
  HTTPDigest,
  OAuth2,
  OAuth2AuthorizationCodeBearer,
  OAuth2ClientCredentials,
  OAuth2Implicit,
  OAuth2PasswordBearer,
  OpenIdConnect,
  type SecurityScheme,
} from 'sallyport/security'
import { describe, expect, test } from 'vitest'

interface Case {
  readonly make: (options: { autoError: boolean }) => SecurityScheme<unknown, string>
  readonly right: RequestInit & { readonly path?: string }
  readonly gives: unknown
  readonly wrong: readonly (RequestInit & { readonly path?: string })[]
  readonly broken?: RequestInit
  readonly challenge: string
  readonly model: object
}

const authorization = (value: string): RequestInit => ({ headers: { authorization: value } })
const bearer = {
  right: authorization('Bearer footokenbar'),
  gives: 'footokenbar',
  wrong: [authorization('Basic footokenbar'), authorization('footokenbar')],
  broken: authorization('Bearer'),
  challenge: 'Bearer',
}
const urls = { authorizationUrl: 'authorize', tokenUrl: 'token' }

const CASES: Readonly<Record<string, Case>> = {
  APIKeyQuery: {
    make: (options) => new APIKeyQuery({ name: 'key', ...options }),
    right: { path: '/?key=secret' },
    gives: 'secret',
    wrong: [{ path: '/?key=' }, { headers: { key: 'secret' } }],
    challenge: 'APIKey',
    model: { type: 'apiKey', in: 'query', name: 'key' },
  },
  APIKeyHeader: {
    make: (options) => new APIKeyHeader({ name: 'X-Key', ...options }),
    right: { headers: { 'x-key': 'secret' } },
    gives: 'secret',
    wrong: [{ headers: { 'x-key': '' } }, { path: '/?X-Key=secret' }],
    challenge: 'APIKey',
    model: { type: 'apiKey', in: 'header', name: 'X-Key' },
  },
  APIKeyCookie: {
    make: (options) => new APIKeyCookie({ name: 'key', ...options }),
    right: { headers: { cookie: 'key=secret' } },
    gives: 'secret',
    wrong: [{ headers: { cookie: 'key=' } }, { headers: { key: 'secret' } }],
    challenge: 'APIKey',
    model: { type: 'apiKey', in: 'cookie', name: 'key' },
  },
  HTTPBase: {
    make: (options) => new HTTPBase({ scheme: 'Other', ...options }),
    right: authorization('Other foobar'),
    gives: { scheme: 'Other', credentials: 'foobar' },
    wrong: [authorization('Bearer foobar')],
    broken: authorization('Other'),
    challenge: 'Other',
    model: { type: 'http', scheme: 'Other' },
  },
  HTTPBasic: {
    make: (options) => new HTTPBasic({ realm: 'simple', ...options }),
    right: authorization('Basic am9objpzZWNyZXQ='),
    gives: { username: 'john', password: 'secret' },
    wrong: [authorization('Bearer am9objpzZWNyZXQ=')],
    broken: authorization('Basic am9objpzZWNyZXQ'),
    challenge: 'Basic realm="simple"',
    model: { type: 'http', scheme: 'basic' },
  },
  HTTPBearer: {
    ...bearer,
    make: (options) => new HTTPBearer({ bearerFormat: 'JWT', ...options }),
    gives: { scheme: 'Bearer', credentials: 'footokenbar' },
    model: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
  },
  HTTPDigest: {
    make: (options) => new HTTPDigest(options),
    right: authorization('Digest foobar'),
    gives: { scheme: 'Digest', credentials: 'foobar' },
    wrong: [authorization('Other foobar')],
    broken: authorization('Digest'),
    challenge: 'Digest',
    model: { type: 'http', scheme: 'digest' },
  },
  OAuth2: {
    make: (options) => new OAuth2({ flows: { password: { tokenUrl: 'token' } }, ...options }),
    right: authorization('Other footokenbar'),
    gives: 'Other footokenbar',
    wrong: [authorization('')],
    challenge: 'Bearer',
    model: { type: 'oauth2', flows: { password: { tokenUrl: 'token', scopes: {} } } },
  },
  OAuth2PasswordBearer: {
    ...bearer,
    make: (options) => new OAuth2PasswordBearer({ tokenUrl: 'token', ...options }),
    model: { type: 'oauth2', flows: { password: { tokenUrl: 'token', scopes: {} } } },
  },
  OAuth2AuthorizationCodeBearer: {
    ...bearer,
    make: (options) => new OAuth2AuthorizationCodeBearer({ ...urls, ...options }),
    model: { type: 'oauth2', flows: { authorizationCode: { ...urls, scopes: {} } } },
  },
  OAuth2ClientCredentials: {
    ...bearer,
    make: (options) => new OAuth2ClientCredentials({ tokenUrl: 'token', ...options }),
    model: { type: 'oauth2', flows: { clientCredentials: { tokenUrl: 'token', scopes: {} } } },
  },
  OAuth2Implicit: {
    ...bearer,
    make: (options) => new OAuth2Implicit({ authorizationUrl: 'authorize', ...options }),
    model: { type: 'oauth2', flows: { implicit: { authorizationUrl: 'authorize', scopes: {} } } },
  },
  OpenIdConnect: {
    make: (options) => new OpenIdConnect({ openIdConnectUrl: '/openid', ...options }),
    right: authorization('Other footokenbar'),
    gives: 'Other footokenbar',
    wrong: [authorization('')],
    challenge: 'Bearer',
    model: { type: 'openIdConnect', openIdConnectUrl: '/openid' },
  },
}

describe.each(Object.entries(CASES))('%s', (name, { make, right, gives, wrong, broken, challenge, model }) => {
  const app = new App()
  app.get('/', { params: { value: make({ autoError: true }) } }, ({ value }) => ({ value }))
  const optional = new App()
  optional.get('/', { params: { value: make({ autoError: false }) } }, ({ value }) => ({ value: value ?? 'nobody' }))

  const send = async (to: App, { path = '/', ...init }: RequestInit & { path?: string } = {}): Promise<unknown[]> => {
    const response = await to.request(path, init)
    return [response.status, response.headers.get('www-authenticate'), await response.json()]
  }
  const refused = [401, challenge, { detail: 'Not authenticated' }]

  test('right credentials', async () => {
    expect(await send(app, right)).toEqual([200, null, { value: gives }])
    expect(await send(optional, right)).toEqual([200, null, { value: gives }])
  })

  test('no credentials', async () => {
    expect(await send(app)).toEqual(refused)
    expect(await send(optional)).toEqual([200, null, { value: 'nobody' }])
  })

  test('wrong credentials', async () => {
    for (const each of wrong) {
      expect(await send(app, each)).toEqual(refused)
      expect(await send(optional, each)).toEqual([200, null, { value: 'nobody' }])
    }
    if (!broken) return
    expect(await send(app, broken)).toEqual(refused)
    expect(await send(optional, broken)).toEqual(refused)
  })

  test('document', () => {
    const document = app.openapi()
    expect(document.components?.securitySchemes).toEqual({ [name]: model })
    expect(document.paths['/']?.get?.security).toEqual([{ [name]: [] }])
    expect(optional.openapi().components?.securitySchemes).toEqual({ [name]: model })
    expect(optional.openapi().paths['/']?.get?.security).toContainEqual({})
  })
})

describe('scopes', () => {
  const scheme = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: { me: 'Me.', items: 'Items.' } })
  const user = dependency({ token: scheme, scopes: SecurityScopes }, ({ token, scopes }) => {
    scopes.require(token)
    return token
  })
  const app = new App()
  app.get('/items', { params: { user: Security(Security(user, ['me']), ['items']) } }, ({ user }) => user)

  test('what is required is checked, and named in the challenge', async () => {
    const items = (token: string): Promise<Response> => app.request('/items', authorization(`Bearer ${token}`))
    expect((await items('me items')).status).toBe(200)
    const lacking = await items('me')
    expect(lacking.status).toBe(403)
    expect(lacking.headers.get('www-authenticate')).toBe('Bearer error="insufficient_scope", scope="items me"')
    expect(app.openapi().paths['/items']?.get?.security).toEqual([{ OAuth2PasswordBearer: ['items', 'me'] }])
  })

  test('a scope that the scheme does not declare is refused when declared', () => {
    expect(() => new App().get('/', { params: { user: Security(user, ['admin' as 'me']) } }, () => null)).toThrow(
      /admin/,
    )
  })
})

describe('anyOf', () => {
  const app = new App()
  const caller = anyOf(new HTTPBearer(), new APIKeyHeader({ name: 'x-key', autoError: false }))
  app.get('/', { params: { caller } }, ({ caller }) =>
    typeof caller === 'string' ? caller : (caller?.credentials ?? 'nobody'),
  )

  test('broken credentials are never nobody', async () => {
    expect(await (await app.request('/')).json()).toBe('nobody')
    expect(await (await app.request('/', { headers: { 'x-key': 'k' } })).json()).toBe('k')
    expect(await (await app.request('/', authorization('Bearer t'))).json()).toBe('t')
    expect((await app.request('/', authorization('Bearer'))).status).toBe(401)
  })
})
