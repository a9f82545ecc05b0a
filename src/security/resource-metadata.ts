import type { ChallengeRewrite } from '../challenges.ts'
import type { Scheme } from '../declaration.ts'
import { parseChallenges } from '../headers.ts'
import type { Requirement } from '../requirement.ts'
import { isBearer } from './challenge.ts'
import { checkOptions } from './options.ts'

/**
 * What clients and authorization servers are told of a protected resource.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9728.html#section-2
 */
export interface ProtectedResourceMetadata {
  /** The resource's identifier. */
  readonly resource: string
  /** The issuers whose tokens are accepted. */
  readonly authorization_servers?: readonly string[]
  /** The scopes that operations require. */
  readonly scopes_supported?: readonly string[]
  /** How bearer tokens are sent. */
  readonly bearer_methods_supported: readonly string[]
  /** The algorithms of DPoP proofs. */
  readonly dpop_signing_alg_values_supported?: readonly string[]
  /** Whether tokens that are bound to no key are refused. */
  readonly dpop_bound_access_tokens_required?: boolean
  readonly [member: string]: unknown
}

/** Options of {@link protectedResource}. */
export interface ProtectedResourceOptions {
  /**
   * The resource's identifier: the URL under which clients know it, with `https://` (plain `http://` on loopback only), such as
   * `https://api.example.com` or `https://example.com/mcp`. Operations below its path belong to it.
   */
  readonly resource: string
  /**
   * The issuers of the tokens, as URLs. Default: those of the `OpenIdConnect` schemes of its operations, where their configuration has
   * an absolute URL.
   */
  readonly authorizationServers?: readonly string[] | undefined
  /**
   * More members by their registered names, such as `resource_name` and `resource_documentation`; none. What comes from the operations
   * cannot be written here.
   */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
}

/** A protected resource that an app serves. */
export interface ProtectedResource {
  /** Where its metadata is: what the challenges name. */
  readonly metadataUrl: string
  /** Its metadata, made from the plans of the operations. */
  readonly metadata: () => ProtectedResourceMetadata
}

/** What is known of an app, and of one that is mounted in it. */
export interface ProtectableApp {
  readonly operations: readonly {
    readonly route: { readonly path: string; readonly options: { readonly includeInSchema?: boolean } }
    readonly plan: { readonly schemes: readonly Scheme[]; readonly requirements: readonly Requirement[] }
  }[]
  readonly mounts: readonly { readonly prefix: string; readonly to: unknown }[]
  readonly challenges: {
    add(under: string, rewrite: ChallengeRewrite): void
    at(path: string): ChallengeRewrite | undefined
  }
  get(path: string, options: { readonly public: true; readonly includeInSchema: false }, handler: () => Response): void
}

type Operation = ProtectableApp['operations'][number]

const WELL_KNOWN = '/.well-known/oauth-protected-resource'
const DERIVED = [
  'resource',
  'authorization_servers',
  'scopes_supported',
  'bearer_methods_supported',
  'dpop_signing_alg_values_supported',
  'dpop_bound_access_tokens_required',
]

/**
 * Says what protects an app: serves its protected resource metadata, and names it in every Bearer and DPoP challenge of its
 * operations, and in the document, so that a client that knows nothing but the URL finds out where to get a token, and with which
 * scopes.
 *
 * The metadata is made from the plans that run the requests, those of mounted apps, too; scopes of operations that the document leaves
 * out are left out. It is served at the place of RFC 9728 §3.1, and, where the resource has a path, without that path as well, where
 * MCP clients look next. A proxy in front leaves the paths below `/.well-known/` as they are.
 *
 * @param app the app; an outer one, where apps are mounted.
 * @param options the resource.
 * @returns where the metadata is, and what it says.
 * @throws TypeError for an unfit option, and for a path that is taken by another resource or operation.
 * @example
 * ```ts
 * import { App, Security } from 'sallyport'
 * import { OpenIdConnect, protectedResource } from 'sallyport/security'
 *
 * const openId = new OpenIdConnect({
 *   openIdConnectUrl: 'https://login.example.com/.well-known/openid-configuration',
 *   scopes: { tools: 'Call tools.' },
 *   verify: { audience: 'https://example.com/mcp' },
 * })
 * const app = new App()
 * app.post('/mcp', { params: { caller: Security(openId, ['tools']) } }, ({ caller }) => caller.subject)
 * protectedResource(app, { resource: 'https://example.com/mcp', metadata: { resource_name: 'Tools' } })
 * // 401: WWW-Authenticate: Bearer resource_metadata="https://example.com/.well-known/oauth-protected-resource/mcp"
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc9728.html#section-3
 * @see https://www.rfc-editor.org/rfc/rfc9728.html#section-5.1
 */
export function protectedResource(app: ProtectableApp, options: ProtectedResourceOptions): ProtectedResource {
  const where = 'protectedResource()'
  const {
    resource,
    authorizationServers,
    metadata: more = {},
  } = checkOptions(options, ['resource', 'authorizationServers', 'metadata'], where)
  const url = assertIdentifier(resource, `${where}: resource`)
  if (authorizationServers !== undefined) {
    if (!Array.isArray(authorizationServers) || authorizationServers.length === 0) {
      throw new TypeError(`${where}: authorizationServers is a list of issuers, and not empty. Leave it out for none.`)
    }
    for (const issuer of authorizationServers) assertIdentifier(issuer, `${where}: authorizationServers`)
  }
  const extra = copyOfMembers(more, where)
  const path = url.pathname === '/' ? '' : url.pathname
  const metadataUrl = `${url.origin}${WELL_KNOWN}${path}`
  const rewrite: ChallengeRewrite = (challenge) => withMetadata(challenge, metadataUrl)

  let made: { readonly of: number; readonly metadata: ProtectedResourceMetadata } | undefined
  const metadata = (): ProtectedResourceMetadata => {
    const all = operationsOf(app, '')
    if (made?.of === all.length) return made.metadata
    const own = all
      .filter((operation) => app.challenges.at(operation.path) === rewrite)
      .map(({ operation }) => operation)
    const issuers = authorizationServers ?? issuersOf(own)
    const scopes = scopesOf(own)
    made = {
      of: all.length,
      metadata: Object.freeze({
        resource,
        ...(issuers.length ? { authorization_servers: [...issuers] } : {}),
        ...(scopes.length ? { scopes_supported: scopes } : {}),
        ...methodsOf(own),
        ...extra,
      }),
    }
    return made.metadata
  }

  // It is public, and read by scripts of any origin: an MCP client may run in a browser.
  const answer = (): Response => Response.json(metadata(), { headers: { 'access-control-allow-origin': '*' } })
  const open = { public: true, includeInSchema: false } as const
  app.get(`${WELL_KNOWN}${path}`, open, answer)
  if (path !== '' && !app.operations.some(({ route }) => route.path === WELL_KNOWN)) app.get(WELL_KNOWN, open, answer)
  app.challenges.add(path, rewrite)
  return Object.freeze({ metadataUrl, metadata })
}

// ---- From the plans ----------------------------------------------------------------------------------------------------------------

/** The operations of an app and of those mounted in it, with their paths as the outer one sees them. */
function operationsOf(app: ProtectableApp, prefix: string): { readonly path: string; readonly operation: Operation }[] {
  const own = app.operations.map((operation) => ({ path: prefix + operation.route.path, operation }))
  return [...own, ...app.mounts.flatMap(({ prefix: at, to }) => (isApp(to) ? operationsOf(to, prefix + at) : []))]
}

function isApp(to: unknown): to is ProtectableApp {
  return typeof to === 'object' && to !== null && 'operations' in to && 'mounts' in to
}

function bearersOf(operations: readonly Operation[]): readonly Scheme[] {
  return [...new Set(operations.flatMap(({ plan }) => plan.schemes))].filter(({ model }) => isBearer(model))
}

/** The scopes that bearer schemes must have somewhere, in the order in which they are met. */
function scopesOf(operations: readonly Operation[]): readonly string[] {
  const shown = operations.filter(({ route }) => route.options.includeInSchema !== false)
  const required = shown.flatMap(({ plan }) => plan.requirements.flatMap((requirement) => [...requirement]))
  return [...new Set(required.flatMap(([{ model }, scopes]) => (isBearer(model) ? scopes : [])))]
}

/** OpenID Connect Discovery §4.1: the configuration is at the issuer, with this behind it. */
const CONFIGURATION = '/.well-known/openid-configuration'

function issuersOf(operations: readonly Operation[]): readonly string[] {
  const urls = bearersOf(operations).flatMap(({ model }) =>
    model.type === 'openIdConnect' ? model.openIdConnectUrl : [],
  )
  const absolute = urls.filter((url) => URL.canParse(url) && url.endsWith(CONFIGURATION))
  return [...new Set(absolute.map((url) => url.slice(0, -CONFIGURATION.length)))]
}

/** How tokens are sent, as the schemes themselves say it in their challenges. */
function methodsOf(
  operations: readonly Operation[],
): Pick<
  ProtectedResourceMetadata,
  'bearer_methods_supported' | 'dpop_signing_alg_values_supported' | 'dpop_bound_access_tokens_required'
> {
  const schemes = bearersOf(operations).map((scheme) => {
    const headers = Object.entries(scheme.makeNotAuthenticatedError().headers ?? {})
    const values = headers.flatMap(([name, value]) => (name.toLowerCase() === 'www-authenticate' ? value : []))
    return values.flatMap((value) => parseChallenges(value) ?? [])
  })
  const called = (name: string) => (challenge: { readonly scheme: string }) => challenge.scheme.toLowerCase() === name
  // RFC 9449 §5.1: the algorithms are in `algs` of the challenge.
  const proofs = schemes.flat().filter(called('dpop'))
  const algorithms = new Set(proofs.flatMap(({ parameters }) => parameters.get('algs')?.split(' ') ?? []))
  const required = proofs.length > 0 && !schemes.some((challenges) => challenges.some(called('bearer')))
  return {
    bearer_methods_supported: schemes.length ? ['header'] : [],
    ...(algorithms.size ? { dpop_signing_alg_values_supported: [...algorithms] } : {}),
    ...(required ? { dpop_bound_access_tokens_required: true } : {}),
  }
}

// ---- In challenges -----------------------------------------------------------------------------------------------------------------

/** A quoted string, which is stepped over, or a Bearer or DPoP challenge's beginning, and whether something stands behind it. */
const BEGINNING = /"(?:[^"\\]|\\.)*"|((?:^|,)[ \t]*(?:Bearer|DPoP))(?:(?=[ \t]*(?:,|$))|( +)(?=[^\s=,]))/gi

/** Challenges with the URL of the metadata in those for tokens; those that name one stay as they are. */
function withMetadata(challenges: string, url: string): string {
  const parsed = parseChallenges(challenges)
  if (parsed === undefined || parsed.some(({ parameters }) => parameters.has('resource_metadata'))) return challenges
  return challenges.replace(BEGINNING, (text, beginning: string | undefined, more: string | undefined) =>
    beginning === undefined ? text : `${beginning} resource_metadata="${url}"${more === undefined ? '' : ', '}`,
  )
}

// ---- Options -----------------------------------------------------------------------------------------------------------------------

/**
 * Refuses what is no identifier of a resource, or of an issuer: https, without query and fragment, in its one spelling.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9728.html#section-1.2
 * @see https://www.rfc-editor.org/rfc/rfc8414.html#section-2
 */
function assertIdentifier(text: unknown, where: string): URL {
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined
  const local = url !== undefined && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname)
  const secure = url?.protocol === 'https:' || (url?.protocol === 'http:' && local)
  // Anything else than this in a path would mean something to the route table, or to a header.
  const plain = url !== undefined && /^(?:\/|(?:\/[\w.~!$&'()*+,;=:@-]+)+)$/.test(url.pathname)
  const spelled = url !== undefined && (text === url.href || `${text}/` === url.href) && !/[?#]/.test(url.href)
  if (url === undefined || !secure || !plain || !spelled) {
    throw new TypeError(
      `${where} is a URL as https://api.example.com/mcp: https (http on loopback only), no query, no fragment, no slash at the end of a path, as URL() spells it.`,
    )
  }
  if (url.username !== '' || url.password !== '') throw new TypeError(`${where} holds credentials, and is public.`)
  return url
}

function copyOfMembers(members: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof members !== 'object' || members === null || Array.isArray(members)) {
    throw new TypeError(`${where}: metadata is a record of members, for example { resource_name: 'Items' }.`)
  }
  const derived = DERIVED.find((name) => name in members)
  if (derived !== undefined) throw new TypeError(`${where}: metadata cannot have ${derived}: it is made from the app.`)
  return JSON.parse(JSON.stringify(members)) as Record<string, unknown>
}
