import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { expect, test, vi } from 'vitest'
import app from '../../docs/src/openid-connect/main.ts'
import ready from '../../docs/src/openid-connect/ready.ts'
import { serve } from '../../src/adapters/node.ts'
import type { App } from '../../src/app.ts'
import { OpenIdConnect, protectedResource } from '../../src/security/index.ts'
import { audience } from '../security/loopback-provider.ts'
import { ownProvider } from './own-provider.ts'

const provider = ownProvider()

/** The program, for the provider of this test. */
const load = async (): Promise<App> => (await import('../../docs/src/openid-connect/main.ts')).default
const bearer = (token: string): RequestInit => ({ headers: { authorization: `Bearer ${token}` } })
const challenge = (response: Response): string | null => response.headers.get('www-authenticate')
const described = (text: string): string => `Bearer error="invalid_token", error_description="${text}"`

test('a token of the provider', async () => {
  const mine = await load()
  const good = await mine.request('/items', bearer(await provider().clientCredentials('items', audience)))
  expect(await good.json()).toEqual({ items: ['a towel'], for: 'service', client: 'service' })
  const weak = await mine.request('/items', bearer(await provider().clientCredentials('me', audience)))
  expect([weak.status, challenge(weak)]).toEqual([403, 'Bearer error="insufficient_scope", scope="items"'])
})

test('tokens that were meant for others', async () => {
  const mine = await load()
  const other = await mine.request('/items', bearer(await provider().clientCredentials('items', 'https://other.com')))
  expect([other.status, challenge(other)]).toEqual([401, described('The token is not meant for this audience')])
  const { id_token } = await provider().codeFlow('openid items')
  const id = await mine.request('/items', bearer(id_token))
  expect([id.status, challenge(id)]).toEqual([401, described('The token is not of the expected type')])
})

test('nothing is asked for before a token comes; an outage is noticed by the first only', async () => {
  const mine = await load()
  expect((await mine.request('/items')).status).toBe(401)
  expect(provider().asked).toEqual([])
  const token = await provider().clientCredentials('items', audience)
  const another = await provider().clientCredentials('items', audience)
  provider().down = true
  const unknown = await mine.request('/items', bearer(token))
  expect([unknown.status, await unknown.json()]).toEqual([503, { detail: 'Service Unavailable' }])
  provider().down = false
  vi.resetModules()
  const warm = await load()
  expect((await warm.request('/items', bearer(token))).status).toBe(200)
  provider().down = true
  expect((await warm.request('/items', bearer(another))).status).toBe(200)
})

test('a new key is found with the first token that it signed, but not within 30 seconds of the last look', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const mine = await load()
  const ask = async (): Promise<Response> =>
    mine.request('/items', bearer(await provider().clientCredentials('items', audience)))
  expect((await ask()).status).toBe(200)
  provider().rotate()
  expect(challenge(await ask())).toBe(described('The token is signed with a key that is not known'))
  vi.advanceTimersByTime(31_000)
  expect((await ask()).status).toBe(200)
  vi.useRealTimers()
})

test('with ready() the app does not start without its provider', async () => {
  vi.stubGlobal('fetch', async () => {
    throw new TypeError('fetch failed')
  })
  await expect(ready.start()).rejects.toThrow('The configuration of the OpenID provider is not available')
  vi.unstubAllGlobals()
})

test('the document', () => {
  expect(app.openapi().components?.securitySchemes).toEqual({
    OpenIdConnect: {
      type: 'openIdConnect',
      openIdConnectUrl: 'http://localhost:9000/.well-known/openid-configuration',
    },
  })
  expect(app.openapi().paths?.['/items']?.get?.security).toEqual([{ OpenIdConnect: ['items'] }])
})

test('an MCP client calls a tool, with a token for this resource', async () => {
  const port = await freePort()
  const resource = `http://localhost:${port}/mcp`
  vi.stubEnv('RESOURCE', resource)
  const { default: mcp } = await import('../../docs/src/openid-connect/mcp.ts')
  await using _ = await serve(mcp, { port, installSignalHandlers: false })
  const refused = await fetch(resource, { method: 'POST' })
  const metadataUrl = `http://localhost:${port}/.well-known/oauth-protected-resource/mcp`
  expect(challenge(refused)).toBe(`Bearer resource_metadata="${metadataUrl}"`)
  expect(await (await fetch(metadataUrl)).json()).toEqual({
    resource,
    authorization_servers: [provider().issuer],
    scopes_supported: ['items'],
    bearer_methods_supported: ['header'],
    resource_name: 'Items',
  })
  const token = await provider().clientCredentials('items', resource)
  const client = new Client({ name: 'a client', version: '1.0.0' })
  await client.connect(new StreamableHTTPClientTransport(new URL(resource), { requestInit: bearer(token) }))
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['list_items'])
  expect((await client.callTool({ name: 'list_items' })).content).toEqual([
    { type: 'text', text: 'a towel, of service' },
  ])
  await client.close()
})

test('what the page says of mistakes', () => {
  const of = (url: string, verify: object) => () =>
    new OpenIdConnect({ openIdConnectUrl: url, verify: verify as never })
  const url = 'https://login.example.com/.well-known/openid-configuration'
  expect(of(url, {})).toThrow('OpenIdConnect: audience is required: who we are in the tokens of the provider.')
  expect(of('https://login.example.com', { audience })).toThrow(
    'openIdConnectUrl ends in /.well-known/openid-configuration',
  )
  expect(of('http://login.example.com/.well-known/openid-configuration', { audience })).toThrow('https')
  expect(() => protectedResource(app, { resource: 'http://api.example.com' })).toThrow('resource is a URL')
})

async function freePort(): Promise<number> {
  await using server = await serve(app, { port: 0, installSignalHandlers: false })
  return Number(new URL(server.url).port)
}
