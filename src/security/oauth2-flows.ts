import type { OAuthFlowsObject } from '../openapi/types.ts'
import { assertUrl, checkOptions } from './options.ts'
import { declaredScopes } from './scheme.ts'

/** What every flow may have. */
export interface OAuth2Flow<Scope extends string = never> {
  /** Where a client refreshes its token; default: it cannot. */
  readonly refreshUrl?: string | undefined
  /** The scopes that may be required, each with a description; none. */
  readonly scopes?: { readonly [Name in Scope]?: string } | undefined
}

/** A flow that gets its token from the token endpoint. */
export interface OAuth2TokenFlow<Scope extends string = never> extends OAuth2Flow<Scope> {
  /** The token endpoint: absolute, or relative to the API. */
  readonly tokenUrl: string
}

/** A flow that sends the browser to the authorization endpoint. */
export interface OAuth2ImplicitFlow<Scope extends string = never> extends OAuth2Flow<Scope> {
  /** The authorization endpoint: absolute, or relative to the API. */
  readonly authorizationUrl: string
}

/** A flow that sends the browser to the authorization endpoint, and gets its token from the token endpoint. */
export interface OAuth2CodeFlow<Scope extends string = never> extends OAuth2TokenFlow<Scope> {
  /** The authorization endpoint: absolute, or relative to the API. */
  readonly authorizationUrl: string
}

/**
 * The flows of an OAuth 2 scheme.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html#oauth-flows-object
 */
export interface OAuth2Flows<Scope extends string = never> {
  readonly implicit?: OAuth2ImplicitFlow<Scope>
  readonly password?: OAuth2TokenFlow<Scope>
  readonly clientCredentials?: OAuth2TokenFlow<Scope>
  readonly authorizationCode?: OAuth2CodeFlow<Scope>
}

const ENDPOINTS: Readonly<Record<keyof OAuth2Flows, readonly string[]>> = {
  implicit: ['authorizationUrl'],
  password: ['tokenUrl'],
  clientCredentials: ['tokenUrl'],
  authorizationCode: ['authorizationUrl', 'tokenUrl'],
}

/** The options that a flow has. */
export function flowOptions(name: keyof OAuth2Flows): readonly string[] {
  return [...ENDPOINTS[name], 'refreshUrl', 'scopes']
}

/**
 * Refuses a flow that could not be documented.
 *
 * @throws TypeError
 */
export function checkFlow(name: keyof OAuth2Flows, flow: OAuth2Flow<string>, where: string): void {
  const given = checkOptions(flow, flowOptions(name), where) as Readonly<Record<string, unknown>>
  for (const endpoint of ENDPOINTS[name]) assertUrl(given[endpoint], `${where}: ${endpoint}`)
  if (flow.refreshUrl !== undefined) assertUrl(flow.refreshUrl, `${where}: refreshUrl`)
}

/**
 * The flows as the document has them: with `scopes` in each.
 *
 * @throws TypeError for a flow that does not exist or could not be documented.
 */
export function flowsOf(flows: OAuth2Flows<string>): OAuthFlowsObject {
  checkOptions(flows, Object.keys(ENDPOINTS), 'OAuth2: flows')
  const documented: Record<string, unknown> = {}
  for (const [name, flow] of Object.entries(flows)) {
    checkFlow(name as keyof OAuth2Flows, flow, `OAuth2: flows.${name}`)
    const { scopes = {}, refreshUrl, ...endpoints } = flow as OAuth2Flow<string>
    documented[name] = {
      ...endpoints,
      ...(refreshUrl === undefined ? {} : { refreshUrl }),
      scopes: declaredScopes(scopes, `OAuth2: flows.${name}: scopes`),
    }
  }
  return documented
}

/** The scopes of all flows together. */
export function scopesOf<Scope extends string>(flows: OAuthFlowsObject): Readonly<Record<Scope, string>> {
  return Object.assign(Object.create(null), ...Object.values(flows).map(({ scopes }) => scopes))
}
