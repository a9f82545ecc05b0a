/** What the tests use of oidc-provider, which has no types of its own. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  interface Grant {
    addOIDCScope(scope: string): void
    addResourceScope(resource: string, scope: string): void
    save(): Promise<string>
  }

  interface ResourceServer {
    scope: string
    audience: string
    accessTokenFormat: 'jwt' | 'opaque'
    jwt?: { sign: { alg: string } }
  }

  interface Configuration {
    jwks: { keys: object[] }
    cookies: { keys: string[] }
    clients: object[]
    interactions: { url(ctx: unknown, interaction: { uid: string }): string }
    findAccount(ctx: unknown, id: string): { accountId: string; claims(): { sub: string } }
    extraTokenClaims(): object
    ttl: Readonly<Record<string, number>>
    features: {
      clientCredentials: { enabled: boolean }
      devInteractions: { enabled: boolean }
      introspection: { enabled: boolean }
      resourceIndicators: {
        enabled: boolean
        getResourceServerInfo(ctx: unknown, resource: string): ResourceServer
      }
    }
  }

  export class Provider {
    constructor(issuer: string, configuration: Configuration)
    readonly Grant: new (of: {
      accountId: string
      clientId: string
    }) => Grant
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>
    interactionDetails(
      request: IncomingMessage,
      response: ServerResponse,
    ): Promise<{ params: Readonly<Record<string, unknown>> }>
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: object,
      options: { mergeWithLastSubmission: boolean },
    ): Promise<void>
  }
}
