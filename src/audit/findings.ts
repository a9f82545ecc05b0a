import type { OAuthFlowObject, SecuritySchemeObject } from '../openapi/types.ts'
import { type Audit, type AuditedScheme, listText } from './audit.ts'
import type { Demand, Requires } from './requires.ts'
import { type Level, RULES, type RuleId } from './rules.ts'
import { placeOf } from './scheme-kind.ts'

/** Something in an app that a person should look at. */
export interface Finding {
  readonly rule: RuleId
  readonly level: Level
  /** An operation (`POST /items`), the name of a scheme, or a path: what it is about. */
  readonly where: string
  /** What is wrong there: a sentence. */
  readonly message: string
  /** What to do about it: a sentence. */
  readonly next: string
}

/** What is worth a look, the worst first. */
export function findingsOf(audit: Audit): Finding[] {
  const found = [...ofOperations(audit), ...ofSchemes(audit), ...ofDocs(audit), ...ofMounts(audit)]
  return found
    .map(([rule, where, message]) => ({ rule, level: RULES[rule].level, where, message, next: RULES[rule].next }))
    .sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level))
}

const LEVELS: readonly Level[] = ['error', 'warning', 'note']

type Found = readonly [rule: RuleId, where: string, message: string]

function ofOperations(audit: Audit): Found[] {
  const tokenPaths = tokenPathsOf(audit)
  const models = new Map(audit.schemes.map(({ name, model }) => [name, model]))
  return audit.operations.flatMap((operation): Found[] => {
    const { requires, open, changesState, documented } = operation
    const where = `${operation.method} ${operation.path}`
    const found = [...ofCredentials(requires, where), ...ofPlaces(requires, models, where)]
    // A token endpoint cannot ask for a token: it takes the credentials in its body.
    if (!open || operation.public || tokenPaths.has(operation.path)) return found
    if (changesState && requires.some((alternative) => alternative.size > 0))
      found.push(['optional-unsafe', where, `${where} can change something, and security is optional for it.`])
    else if (changesState) found.push(['open-unsafe', where, `${where} can change something, and anybody may call it.`])
    if (!documented)
      found.push(['hidden-open', where, `${where} is not in the document, but anybody who knows it may call it.`])
    return found
  })
}

function ofCredentials(requires: Requires, where: string): Found[] {
  const demands = new Map<string, Demand>(requires.flatMap((alternative) => [...alternative]))
  return [...demands].flatMap(([scheme, { verified }]): Found[] => {
    if (verified === 'nobody') {
      return [
        ['credentials-ignored', where, `${where} requires ${scheme}, whose value nobody is given: any text will do.`],
      ]
    }
    if (verified !== 'handler') return []
    return [
      [
        'credentials-unverified',
        where,
        `${where} gives its handler what ${scheme} reads, and nothing before it checks that.`,
      ],
    ]
  })
}

/** Where all ways in ask for two credentials in one place, of which a request has one. */
function ofPlaces(requires: Requires, models: ReadonlyMap<string, SecuritySchemeObject>, where: string): Found[] {
  const pairs = requires.map((alternative) => {
    const readers = new Map<string, string>()
    for (const [name, { verified }] of alternative) {
      const model = models.get(name)
      const place = model && verified === 'scheme' ? placeOf(model) : undefined
      if (place === undefined) continue
      const other = readers.get(place)
      if (other !== undefined) return { place, names: [other, name] }
      readers.set(place, name)
    }
    return undefined
  })
  const [first] = pairs
  if (first === undefined || pairs.includes(undefined)) return []
  const { place, names } = first
  return [['same-place', where, `${where} requires ${listText(names)} together, and both verify what is in ${place}.`]]
}

function ofSchemes({ schemes, servers }: Audit): Found[] {
  const found = schemes.flatMap((scheme): Found[] => {
    const { name, model, scopes, required } = scheme
    const unused = scopes?.filter((scope) => !required.includes(scope)) ?? []
    const plain = urlsOf(scheme).filter(isPlain)
    const flows = model.type === 'oauth2' ? model.flows : {}
    return [
      ...(unused.length > 0
        ? [['scope-unused', name, `${name} declares ${listText(unused)}, which no operation requires.`] as const]
        : []),
      ...(model.type === 'apiKey' && model.in === 'query'
        ? [['key-in-query', name, `${name} reads the key from the query parameter ${model.name}.`] as const]
        : []),
      ...(flows.implicit ? [['implicit-flow', name, `${name} uses the implicit flow.`] as const] : []),
      ...(flows.password ? [['password-flow', name, `${name} uses the password flow.`] as const] : []),
      ...(plain.length > 0 ? [['without-tls', name, `${name} sends clients to ${listText(plain)}.`] as const] : []),
    ]
  })
  const plain = servers.filter(isPlain)
  if (schemes.length === 0 || plain.length === 0) return found
  return [
    ...found,
    ['without-tls', 'servers', `The document sends clients with their credentials to ${listText(plain)}.`],
  ]
}

function ofDocs({ operations, docs }: Audit): Found[] {
  // Closed is an API whose operations are all closed but those that are open on purpose.
  const closed = operations.some(({ open }) => !open) && operations.every((one) => !one.open || one.public)
  if (!closed) return []
  return docs
    .filter(({ requires, onlyCallable }) => requires.length === 0 && !onlyCallable)
    .map(
      ({ paths }): Found => [
        'docs-open',
        `GET ${paths[0]}`,
        `Anybody may read ${listText(paths)}, though the API is closed.`,
      ],
    )
}

function ofMounts({ unseen }: Audit): Found[] {
  return unseen.map((prefix) => [
    'mount-unseen',
    prefix,
    `What is mounted at ${prefix} is no app: nobody can tell what it requires.`,
  ])
}

/** The paths at which schemes say tokens are got, as far as they are of this server. */
function tokenPathsOf({ schemes }: Audit): ReadonlySet<string> {
  const urls = schemes.flatMap(({ model }) =>
    model.type === 'oauth2' ? Object.values(model.flows).map((flow: { tokenUrl?: string }) => flow.tokenUrl) : [],
  )
  const own = urls.filter((url) => url !== undefined).filter((url) => !URL.canParse(url) && !url.startsWith('//'))
  return new Set(own.map((url) => new URL(url, 'http://localhost/').pathname))
}

function urlsOf({ model }: AuditedScheme): string[] {
  if (model.type === 'openIdConnect') return [model.openIdConnectUrl]
  if (model.type !== 'oauth2') return []
  const flows: (OAuthFlowObject & { tokenUrl?: string; authorizationUrl?: string })[] = Object.values(model.flows)
  const urls = flows.flatMap(({ tokenUrl, authorizationUrl, refreshUrl }) => [tokenUrl, authorizationUrl, refreshUrl])
  return [...new Set(urls.filter((url) => url !== undefined))]
}

/** Whether a URL is one of plain http, to another machine. */
function isPlain(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, hostname } = new URL(url)
  return protocol === 'http:' && !/^(?:localhost|.*\.localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname)
}
