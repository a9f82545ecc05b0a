/** Protected resource metadata: what it says, where it is, and that the client of the MCP SDK finds its way with it. */
import {
  auth,
  discoverOAuthProtectedResourceMetadata,
  extractWWWAuthenticateParams,
  type OAuthClientProvider,
  selectResourceURL,
} from '@modelcontextprotocol/sdk/client/auth.js'
import { App, anyOf, dependency, HTTPException, Security, SecurityScopes } from 'sallyport'
import { JWT } from 'sallyport/jwt'
import { serve } from 'sallyport/node'
import {
  APIKeyHeader,
  CookieToken,
  HTTPBasic,
  HTTPBearer,
  OAuth2PasswordBearer,
  OpenIdConnect,
  protectedResource,
} from 'sallyport/security'
import { describe, expect, test } from 'vitest'
import { Challenges } from '../../src/challenges.ts'

const tokens = new JWT({ secret: 'a secret of more than thirty-two bytes', expiresIn: '1h' })
const scopes = { me: 'Me.', items: 'Items.', admin: 'Admin.', secret: 'Secret.', other: 'Other.' }
const bearer = new HTTPBearer({ verify: tokens, scopes })
const root = '/.well-known/oauth-protected-resource'
const resource = 'https://api.example.com'
const handler = (): string => 'done'

const challengesOf = async (app: App, path: string, headers: Record<string, string> = {}): Promise<unknown> => {
  const response = await app.request(path, { headers })
  return [response.status, response.headers.get('www-authenticate')]
}
const served = async (app: App, path = root): Promise<unknown> => (await app.request(path)).json()

test('all of it, from the plans', async () => {
  const openIdConnectUrl = 'https://login.example.com/realm/.well-known/openid-configuration'
  const openId = new OpenIdConnect({ openIdConnectUrl, verify: tokens })
  const reading = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: { read: 'Read.' } })
  const user = dependency({ token: reading, needs: SecurityScopes }, ({ token, needs }) => {
    needs.require('read')
    return token
  })
  const cookie = new CookieToken({ verify: tokens, scopes: { cookie: 'Cookie.' }, dangerouslyOmitCsrf: true })
  const app = new App({ closed: true, dependencies: [bearer] })
  const { metadataUrl, metadata } = protectedResource(app, { resource, metadata: { resource_name: 'Items' } })
  app.get('/me', { params: { caller: Security(bearer, ['me']) } }, handler)
  app.get(
    '/items',
    { params: { caller: anyOf(Security(bearer, ['items', 'me']), Security(openId, ['any'])) } },
    handler,
  )
  app.get('/read', { dependencies: [Security(user, ['read'])] }, handler)
  app.get('/cookie', { dependencies: [Security(cookie, ['cookie'])] }, handler)
  app.get('/hidden', { dependencies: [Security(bearer, ['secret'])], includeInSchema: false }, handler)
  expect(metadataUrl).toBe(`${resource}${root}`)
  const expected = {
    resource,
    authorization_servers: ['https://login.example.com/realm'],
    scopes_supported: ['me', 'items', 'any', 'read'],
    bearer_methods_supported: ['header'],
    resource_name: 'Items',
  }
  expect(metadata()).toEqual(expected)
  expect(metadata()).toBe(metadata())
  const response = await app.request(root)
  expect([
    response.status,
    response.headers.get('content-type'),
    response.headers.get('access-control-allow-origin'),
  ]).toEqual([200, 'application/json', '*'])
  expect(await response.json()).toEqual(expected)
  // What is declared later is in it.
  app.get('/admin', { dependencies: [Security(bearer, ['admin'])] }, handler)
  expect(await served(app)).toMatchObject({ scopes_supported: ['me', 'items', 'any', 'read', 'admin'] })
  expect(Object.keys(app.openapi().paths)).not.toContain(root)
})

test('an app without bearer tokens', () => {
  const app = new App()
  app.get('/', { params: { key: new APIKeyHeader({ name: 'x-key' }) } }, handler)
  const { metadata } = protectedResource(app, { resource: `${resource}/` })
  expect(metadata()).toEqual({ resource: `${resource}/`, bearer_methods_supported: [] })
})

test('what is told wins over what is derived', () => {
  const app = new App()
  const openIdConnectUrl = 'https://login.example.com/.well-known/openid-configuration'
  app.get('/', { params: { caller: new OpenIdConnect({ openIdConnectUrl }) } }, handler)
  const authorizationServers = ['https://as.example.com', 'https://as.example.com/two']
  expect(protectedResource(app, { resource, authorizationServers }).metadata().authorization_servers).toEqual(
    authorizationServers,
  )
})

test('a configuration with a relative URL names no issuer', () => {
  const app = new App()
  app.get(
    '/',
    { params: { caller: new OpenIdConnect({ openIdConnectUrl: '/.well-known/openid-configuration' }) } },
    handler,
  )
  expect(protectedResource(app, { resource }).metadata()).not.toHaveProperty('authorization_servers')
})

test('DPoP, as the schemes say it in their challenges', () => {
  class Bound extends HTTPBearer {
    override makeAuthenticateHeaders(): Readonly<Record<string, string>> {
      return { 'www-authenticate': 'DPoP algs="ES256 EdDSA"' }
    }
  }
  const bound = new App()
  bound.get('/', { params: { caller: new Bound() } }, handler)
  const expected = {
    resource,
    bearer_methods_supported: ['header'],
    dpop_signing_alg_values_supported: ['ES256', 'EdDSA'],
  }
  expect(protectedResource(bound, { resource }).metadata()).toEqual({
    ...expected,
    dpop_bound_access_tokens_required: true,
  })
  const either = new App()
  either.get('/', { params: { caller: new Bound() } }, handler)
  either.get('/other', { params: { caller: bearer } }, handler)
  expect(protectedResource(either, { resource }).metadata()).toEqual(expected)
})

describe('challenges', () => {
  const url = `${resource}${root}`

  test('of the schemes, at 401 and 403, and nothing else', async () => {
    const app = new App()
    protectedResource(app, { resource })
    const realm = new HTTPBearer({ schemeName: 'Realm', realm: 'a, Bearer "b"', verify: tokens })
    const basic = new HTTPBasic({ realm: 'Bearer' })
    app.get('/me', { params: { caller: Security(bearer, ['me']) } }, handler)
    app.get('/realm', { params: { caller: realm } }, handler)
    app.get('/either', { params: { caller: anyOf(bearer, new APIKeyHeader({ name: 'x-key' })) } }, handler)
    app.get('/basic', { params: { caller: basic } }, handler)
    const good = `Bearer ${await tokens.sign({ sub: 'johndoe' })}`
    expect(await challengesOf(app, '/me')).toEqual([401, `Bearer resource_metadata="${url}"`])
    expect(await challengesOf(app, '/me', { authorization: 'Bearer x' })).toEqual([
      401,
      expect.stringMatching(/^Bearer resource_metadata="[^"]+", error="invalid_token"/),
    ])
    expect(await challengesOf(app, '/me', { authorization: good })).toEqual([
      403,
      `Bearer resource_metadata="${url}", error="insufficient_scope", scope="me"`,
    ])
    expect(await challengesOf(app, '/realm')).toEqual([
      401,
      `Bearer resource_metadata="${url}", realm="a, Bearer \\"b\\""`,
    ])
    expect(await challengesOf(app, '/either')).toEqual([401, `Bearer resource_metadata="${url}", APIKey`])
    expect(await challengesOf(app, '/basic')).toEqual([401, expect.not.stringContaining('resource_metadata')])
    expect(await challengesOf(app, '/nothing')).toEqual([404, null])
  })

  test.each([
    ['Bearer', `Bearer resource_metadata="${url}"`],
    ['bearer', `bearer resource_metadata="${url}"`],
    ['APIKey, Bearer', `APIKey, Bearer resource_metadata="${url}"`],
    ['Bearer, DPoP algs="ES256"', `Bearer resource_metadata="${url}", DPoP resource_metadata="${url}", algs="ES256"`],
    [
      'Digest realm="x", stale=true, Bearer realm="y"',
      `Digest realm="x", stale=true, Bearer resource_metadata="${url}", realm="y"`,
    ],
    ['Basic realm="Bearer", bearer=1', 'Basic realm="Bearer", bearer=1'],
    ['Basic realm="a, Bearer b"', 'Basic realm="a, Bearer b"'],
    ['Bearer resource_metadata="https://other.example"', 'Bearer resource_metadata="https://other.example"'],
    ['"broken', '"broken'],
    ['Bearers realm="x"', 'Bearers realm="x"'],
  ])('%s', async (challenge, expected) => {
    const app = new App()
    protectedResource(app, { resource })
    app.get('/', () => {
      throw new HTTPException(401, undefined, { headers: { 'WWW-Authenticate': challenge } })
    })
    expect(await challengesOf(app, '/')).toEqual([401, expected])
  })

  test('of exception handlers, and of mounted apps', async () => {
    const inner = new App()
    inner.get('/me', { params: { caller: Security(bearer, ['me']) } }, handler)
    const app = new App()
    app.mount('/inner', inner)
    const { metadata } = protectedResource(app, { resource })
    app.get('/mine', { params: { caller: bearer } }, handler)
    app.exceptionHandler(401, () => new Response('no', { status: 401, headers: { 'www-authenticate': 'Bearer' } }))
    expect(await challengesOf(app, '/mine')).toEqual([401, `Bearer resource_metadata="${url}"`])
    expect(await challengesOf(app, '/inner/me')).toEqual([401, `Bearer resource_metadata="${url}"`])
    expect(metadata().scopes_supported).toEqual(['me'])
  })

  test('in the document, and only below the path of the resource', () => {
    const app = new App()
    app.get('/mcp/tools', { params: { caller: Security(bearer, ['items']) } }, handler)
    app.get('/mcps', { params: { caller: Security(bearer, ['other']) } }, handler)
    expect(JSON.stringify(app.openapi())).not.toContain('resource_metadata')
    const { metadata } = protectedResource(app, { resource: `${resource}/mcp` })
    const of = (path: string): unknown => app.openapi().paths[path]?.get?.responses?.['401']
    const shown = `Bearer resource_metadata="${url}/mcp"`
    expect(of('/mcp/tools')).toMatchObject({
      headers: { 'WWW-Authenticate': { examples: { HTTPBearer: { value: shown } } } },
    })
    expect(of('/mcps')).toMatchObject({
      headers: { 'WWW-Authenticate': { examples: { HTTPBearer: { value: 'Bearer' } } } },
    })
    expect(metadata().scopes_supported).toEqual(['items'])
  })

  test('of two resources in one app, each its own', async () => {
    const app = new App()
    const outer = protectedResource(app, { resource })
    const inner = protectedResource(app, { resource: `${resource}/mcp` })
    app.get('/me', { params: { caller: Security(bearer, ['me']) } }, handler)
    app.get('/mcp', { params: { caller: Security(bearer, ['items']) } }, handler)
    expect(await challengesOf(app, '/me')).toEqual([401, `Bearer resource_metadata="${outer.metadataUrl}"`])
    expect(await challengesOf(app, '/mcp')).toEqual([401, `Bearer resource_metadata="${inner.metadataUrl}"`])
    expect(await served(app)).toMatchObject({ resource, scopes_supported: ['me'] })
    expect(await served(app, `${root}/mcp`)).toMatchObject({ resource: `${resource}/mcp`, scopes_supported: ['items'] })
    expect(() => protectedResource(app, { resource: `${resource}/mcp` })).toThrow(TypeError)
  })
})

test('the client of the MCP SDK: from a 401 to the authorization server', async () => {
  const app = new App()
  app.post('/mcp', { params: { caller: Security(bearer, ['items']) } }, handler)
  await using server = await serve(app, { port: 0, installSignalHandlers: false })
  const mcp = new URL('/mcp', server.url)
  const issuer = new URL('/as', server.url).href
  // An authorization server that says what an MCP client needs to know; nobody logs in here.
  app.get('/.well-known/oauth-authorization-server/as', () => ({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
  }))
  const { metadataUrl, metadata } = protectedResource(app, { resource: mcp.href, authorizationServers: [issuer] })

  const refused = await fetch(mcp, { method: 'POST' })
  expect(refused.status).toBe(401)
  const { resourceMetadataUrl } = extractWWWAuthenticateParams(refused)
  expect(resourceMetadataUrl?.href).toBe(metadataUrl)
  if (resourceMetadataUrl === undefined) throw new Error('no URL')
  const named = await discoverOAuthProtectedResourceMetadata(mcp, { resourceMetadataUrl })
  expect(named).toEqual(JSON.parse(JSON.stringify(metadata())))
  // By the well-known places alone, too.
  expect(await discoverOAuthProtectedResourceMetadata(mcp)).toEqual(named)
  expect(await discoverOAuthProtectedResourceMetadata(new URL(server.url))).toEqual(named)

  let sentTo: URL | undefined
  let verifier = ''
  const provider: OAuthClientProvider = {
    redirectUrl: 'http://127.0.0.1/callback',
    clientMetadata: { redirect_uris: ['http://127.0.0.1/callback'] },
    clientInformation: () => ({ client_id: 'mcp-client' }),
    tokens: () => undefined,
    saveTokens: () => {},
    redirectToAuthorization: (url) => {
      sentTo = url
    },
    saveCodeVerifier: (text) => {
      verifier = text
    },
    codeVerifier: () => verifier,
  }
  expect((await selectResourceURL(mcp, provider, named))?.href).toBe(mcp.href)
  expect(await auth(provider, { serverUrl: mcp, resourceMetadataUrl })).toBe('REDIRECT')
  expect(`${sentTo?.origin}${sentTo?.pathname}`).toBe(`${issuer}/authorize`)
  expect(Object.fromEntries(sentTo?.searchParams ?? [])).toMatchObject({
    resource: mcp.href,
    scope: 'items',
    code_challenge_method: 'S256',
    client_id: 'mcp-client',
  })

  const weak = await fetch(mcp, {
    method: 'POST',
    headers: { authorization: `Bearer ${await tokens.sign({ sub: 'johndoe' })}` },
  })
  expect(weak.status).toBe(403)
  expect(extractWWWAuthenticateParams(weak)).toMatchObject({ scope: 'items', error: 'insufficient_scope' })
  const good = await tokens.sign({ sub: 'johndoe', scope: 'items' })
  expect((await fetch(mcp, { method: 'POST', headers: { authorization: `Bearer ${good}` } })).status).toBe(200)
})

test.each<[string, unknown]>([
  ['resource is a URL', {}],
  ['resource is a URL', { resource: 'api.example.com' }],
  ['resource is a URL', { resource: 'http://api.example.com' }],
  ['resource is a URL', { resource: 'http://127.0.0.1.example.com' }],
  ['resource is a URL', { resource: `${resource}?a=b` }],
  ['resource is a URL', { resource: `${resource}/#a` }],
  ['resource is a URL', { resource: `${resource}#` }],
  ['resource is a URL', { resource: `${resource}/mcp/` }],
  ['resource is a URL', { resource: `${resource}/{id}` }],
  ['resource is a URL', { resource: `${resource}/a/../b` }],
  ['resource is a URL', { resource: 'https://API.example.com' }],
  ['resource is a URL', { resource: 'https://api.example.com:443' }],
  ['resource', { resource: 'https://user:password@api.example.com' }],
  ['authorizationServers is a list', { resource, authorizationServers: [] }],
  ['authorizationServers is a list', { resource, authorizationServers: resource }],
  ['authorizationServers is a URL', { resource, authorizationServers: ['http://as.example.com'] }],
  ['metadata is a record', { resource, metadata: [] }],
  ['metadata cannot have scopes_supported', { resource, metadata: { scopes_supported: [] } }],
  ['scopes', { resource, scopes: [] }],
])('%s: %j', (message, options) => {
  const app = new App()
  expect(() => protectedResource(app, options as never)).toThrow(TypeError)
  expect(() => protectedResource(app, options as never)).toThrow(message)
  expect(app.operations).toEqual([])
})

test('challenges are rewritten once for a path', () => {
  const challenges = new Challenges()
  challenges.add('', (text) => text)
  expect(() => challenges.add('', (text) => text)).toThrow('The challenges under / are rewritten already.')
  expect(challenges.rewritten(['www-authenticate', 'Bearer'], '/')).toEqual(['www-authenticate', 'Bearer'])
})
