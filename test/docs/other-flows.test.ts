/** The programs of the chapter about the other flows: client credentials, and tokens of a provider of another make. */
import { describe, expect, test } from 'vitest'
import app from '../../docs/src/other-flows/main.ts'
import type { App } from '../../src/app.ts'
import { audience } from '../security/loopback-provider.ts'
import { ownProvider } from './own-provider.ts'

const challenge = (response: Response): string | null => response.headers.get('www-authenticate')
const bearer = (token: string): RequestInit => ({ headers: { authorization: `Bearer ${token}` } })

describe('client credentials', () => {
  const ask = (scope: string, credentials = 'robot:swordfish', grant_type = 'client_credentials'): Promise<Response> =>
    app.request('/token', {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(credentials)}` },
      body: new URLSearchParams({ grant_type, scope }),
    })
  const tokenFor = async (scope: string): Promise<string> =>
    ((await (await ask(scope)).json()) as { access_token: string }).access_token

  test('a program gets what it asked for and may have, and nobody keeps the answer', async () => {
    const answer = await ask('read write')
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(await answer.json()).toMatchObject({ token_type: 'bearer', expires_in: 600, scope: 'read' })
  })

  test('its token reads and does not write', async () => {
    const token = await tokenFor('read write')
    expect(await (await app.request('/items', bearer(token))).json()).toEqual({ items: ['a towel'], for: 'robot' })
    const refused = await app.request('/items', { method: 'POST', ...bearer(token) })
    expect([refused.status, challenge(refused)]).toEqual([403, 'Bearer error="insufficient_scope", scope="write"'])
    expect((await app.request('/items', bearer(await tokenFor('')))).status).toBe(403)
  })

  test('a wrong secret, another grant and a token in the place of the secret get nothing', async () => {
    const wrong = await ask('read', 'robot:guess')
    expect([wrong.status, challenge(wrong)]).toEqual([401, 'Basic realm="Token", charset="UTF-8"'])
    expect((await ask('read', 'constructor:guess')).status).toBe(401)
    expect((await ask('read', 'robot:swordfish', 'password')).status).toBe(422)
    const again = await app.request('/token', {
      method: 'POST',
      ...bearer(await tokenFor('read')),
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    })
    expect(again.status).toBe(401)
  })

  test('the document has the flow', () => {
    expect(app.openapi().components?.securitySchemes).toMatchObject({
      Client: { type: 'http', scheme: 'basic' },
      OAuth2ClientCredentials: {
        type: 'oauth2',
        flows: {
          clientCredentials: { tokenUrl: 'token', scopes: { read: 'Read items.', write: 'Add items.' } },
        },
      },
    })
  })
})

describe('a code', () => {
  const provider = ownProvider()

  const load = async (): Promise<App> => (await import('../../docs/src/other-flows/code.ts')).default

  test('a token of the provider is taken, one without the scope and an ID token are not', async () => {
    const api = await load()
    const good = await api.request('/items', bearer(await provider().clientCredentials('items', audience)))
    expect(await good.json()).toEqual({ items: ['a towel'], for: 'service', client: 'service' })
    const weak = await api.request('/items', bearer(await provider().clientCredentials('me', audience)))
    expect(weak.status).toBe(403)
    const { id_token } = await provider().codeFlow('openid items')
    const id = await api.request('/items', bearer(id_token))
    expect(challenge(id)).toBe(
      'Bearer error="invalid_token", error_description="The token is not of the expected type"',
    )
  })

  test('while the keys cannot be fetched, nobody is let in and nobody is blamed', async () => {
    const api = await load()
    const token = await provider().clientCredentials('items', audience)
    provider().down = true
    const answer = await api.request('/items', bearer(token))
    expect([answer.status, challenge(answer)]).toEqual([503, null])
  })

  test('the document names both addresses', async () => {
    expect((await load()).openapi().components?.securitySchemes).toEqual({
      OAuth2AuthorizationCodeBearer: {
        type: 'oauth2',
        flows: {
          authorizationCode: {
            authorizationUrl: `${provider().issuer}/auth`,
            tokenUrl: `${provider().issuer}/token`,
            scopes: { items: 'Read items.' },
          },
        },
      },
    })
  })
})
