/** An OpenID provider of another make on loopback, whose keys and whose being there a test decides. */
import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'

export const audience = 'https://api.example.com'
const redirectUri = 'https://app.example.com/callback'

/** A private key as a JWK, with a name of its own. */
function signingKey(alg: 'RS256' | 'ES256'): object {
  const { privateKey } =
    alg === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { ...privateKey.export({ format: 'jwk' }), alg, use: 'sig', kid: randomUUID() }
}

export class OidcProvider {
  readonly issuer: string
  readonly #server: Server
  #provider: Provider
  /** Whether connections are closed without an answer. */
  down = false
  /** Paths that were asked for, in order. */
  readonly asked: string[] = []
  /** What each access token says beside what it must. */
  claims: object = {}

  static async start(): Promise<OidcProvider> {
    const server = createServer()
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    return new OidcProvider(server)
  }

  private constructor(server: Server) {
    this.#server = server
    this.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    this.#provider = this.#make()
    server.on('request', (request, response) => this.#answer(request, response))
  }

  get openIdConnectUrl(): string {
    return `${this.issuer}/.well-known/openid-configuration`
  }

  /** Signs with a new key, and publishes no other. */
  rotate(): void {
    this.#provider = this.#make()
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  /** A token of the client credentials flow, for a resource where one is named. */
  async clientCredentials(scope: string, resource?: string, client = 'service'): Promise<string> {
    const form = { grant_type: 'client_credentials', scope, ...(resource === undefined ? {} : { resource }) }
    const { access_token } = await this.#token(form, client)
    return access_token
  }

  /** Tokens of the authorization code flow with PKCE, for a person who logs in and agrees. */
  async codeFlow(scope: string): Promise<{ readonly access_token: string; readonly id_token: string }> {
    const verifier = randomUUID() + randomUUID()
    const query = new URLSearchParams({
      client_id: 'app',
      response_type: 'code',
      redirect_uri: redirectUri,
      scope,
      resource: audience,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    })
    const cookies = new Map<string, string>()
    let location = `${this.issuer}/auth?${query}`
    while (!location.startsWith(redirectUri)) {
      const cookie = [...cookies].map((pair) => pair.join('=')).join('; ')
      const response = await fetch(location, { redirect: 'manual', headers: { cookie } })
      for (const set of response.headers.getSetCookie()) {
        const [name = '', value = ''] = set.split(';', 1)[0]?.split(/=(.*)/s) ?? []
        cookies.set(name, value)
      }
      const next = response.headers.get('location')
      if (next === null) throw new Error(`The provider answered ${response.status}: ${await response.text()}`)
      location = new URL(next, location).href
    }
    const code = new URL(location).searchParams.get('code') ?? ''
    return this.#token(
      {
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUri,
        code_verifier: verifier,
        resource: audience,
      },
      'app',
    )
  }

  async #token(form: Record<string, string>, client: string): Promise<{ access_token: string; id_token: string }> {
    const response = await fetch(`${this.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${client}:a secret`)}` },
      body: new URLSearchParams(form),
    })
    if (!response.ok) throw new Error(`The provider answered ${response.status}: ${await response.text()}`)
    return (await response.json()) as { access_token: string; id_token: string }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.asked.push(request.url?.split('?', 1)[0] ?? '')
    if (this.down) request.socket.destroy()
    else if (request.url?.startsWith('/interaction/')) await this.#agree(request, response)
    else await this.#provider.callback()(request, response)
  }

  /** Logs johndoe in, and gives what was asked for. */
  async #agree(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { params } = await this.#provider.interactionDetails(request, response)
    const grant = new this.#provider.Grant({ accountId: 'johndoe', clientId: String(params.client_id) })
    grant.addOIDCScope('openid')
    grant.addResourceScope(audience, String(params.scope))
    const result = { login: { accountId: 'johndoe' }, consent: { grantId: await grant.save() } }
    await this.#provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
  }

  #make(): Provider {
    const secret = 'a secret'
    return new Provider(this.issuer, {
      jwks: { keys: [signingKey('RS256'), signingKey('ES256')] },
      cookies: { keys: [randomUUID()] },
      clients: [
        {
          client_id: 'service',
          client_secret: secret,
          grant_types: ['client_credentials'],
          redirect_uris: [],
          response_types: [],
        },
        { client_id: 'app', client_secret: secret, redirect_uris: [redirectUri], grant_types: ['authorization_code'] },
      ],
      ttl: {
        AccessToken: 600,
        ClientCredentials: 600,
        AuthorizationCode: 60,
        IdToken: 600,
        Grant: 600,
        Interaction: 60,
        Session: 600,
      },
      interactions: { url: (_, { uid }) => `/interaction/${uid}` },
      findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
      extraTokenClaims: () => this.claims,
      features: {
        clientCredentials: { enabled: true },
        devInteractions: { enabled: false },
        introspection: { enabled: true },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: (_, resource) => ({
            scope: 'me items',
            audience: resource,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: resource.endsWith('.com') ? 'RS256' : 'ES256' } },
          }),
        },
      },
    })
  }
}
