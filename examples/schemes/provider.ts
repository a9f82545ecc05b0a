/**
 * An OpenID provider for `oauth2-code.ts` and `openid-connect.ts`, of another make: the package oidc-provider, on this machine.
 *
 *     node examples/schemes/provider.ts
 *
 * It is http://localhost:9000, asks for no password, and prints the secret of the client `robot`, which is made at the start. The
 * client `docs`, the docs page, has none: it uses PKCE.
 */
/// <reference path="../../test/security/oidc-provider.d.ts" />
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'

const audience = 'https://api.example.com'
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

/** What runs; it is closed when its scope is left. */
export interface RunningProvider extends AsyncDisposable {
  readonly issuer: string
  readonly secret: string
}

/** @param docs the origin of the docs page that may log in. @param port 0 for any that is free. */
export async function startProvider(docs: string, port: number): Promise<RunningProvider> {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening))
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`
  const secret = randomBytes(24).toString('base64url')
  const robot = { client_id: 'robot', client_secret: secret, grant_types: ['client_credentials'], redirect_uris: [] }
  const page = {
    client_id: 'docs',
    token_endpoint_auth_method: 'none',
    redirect_uris: [`${docs}/docs/oauth2-redirect`],
  }
  const configuration = {
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig', kid: randomUUID() }] },
    cookies: { keys: [randomUUID()] },
    clients: [
      { ...robot, response_types: [] },
      { ...page, application_type: 'native' },
    ],
    clientBasedCORS: (_: unknown, origin: string) => origin === docs,
    scopes: ['openid', 'items'],
    ttl: {
      AccessToken: 600,
      ClientCredentials: 600,
      AuthorizationCode: 60,
      IdToken: 600,
      Grant: 600,
      Interaction: 600,
      Session: 600,
    },
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/login/${uid}` },
    findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
    extraTokenClaims: () => ({}),
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      introspection: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: 'items',
          audience,
          accessTokenFormat: 'jwt' as const,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  }
  const provider = new Provider(issuer, configuration)

  /** A page with one button, which logs `demo` in and gives what was asked for. */
  async function login(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { params } = await provider.interactionDetails(request, response)
    if (request.method !== 'POST') {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
      response.end(
        '<!doctype html><title>Log in</title><link rel="icon" href="data:,"><form method="post"><button>Log in as demo</button></form>',
      )
      return
    }
    const grant = new provider.Grant({ accountId: 'demo', clientId: String(params.client_id) })
    grant.addOIDCScope('openid items')
    grant.addResourceScope(audience, 'items')
    const result = { login: { accountId: 'demo' }, consent: { grantId: await grant.save() } }
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
  }

  server.on('request', (request, response) => {
    const answered = request.url?.startsWith('/login/')
      ? login(request, response)
      : provider.callback()(request, response)
    answered.catch((error: unknown) => response.writeHead(500).end(String(error)))
  })
  return {
    issuer,
    secret,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise<void>((closed) => server.close(() => closed()))
    },
  }
}

if (process.argv[1] === import.meta.filename) {
  const { issuer, secret } = await startProvider('http://localhost:8000', 9000)
  console.log(`The provider is ${issuer}\nSECRET=${secret}`)
}
