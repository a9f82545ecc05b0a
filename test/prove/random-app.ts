/** Apps composed at random: every kind of scheme, AND, OR, optional, scopes at each height, lists, routers, bodies. */
import * as fc from 'fast-check'
import {
  App,
  anyOf,
  Body,
  type Dependency,
  Depends,
  dependency,
  Form,
  Header,
  Path,
  Query,
  Router,
  Security,
  SecurityScopes,
} from 'sallyport'
import {
  APIKeyCookie,
  APIKeyHeader,
  APIKeyQuery,
  HTTPBase,
  HTTPBasic,
  HTTPBearer,
  HTTPDigest,
  OAuth2AuthorizationCodeBearer,
  OAuth2ClientCredentials,
  OAuth2PasswordBearer,
  OpenIdConnect,
} from 'sallyport/security'
import { z } from 'zod'
import type { Wallet } from './document.ts'

// ---- Descriptions ---------------------------------------------------------------------------------------------------------------

type Kind = keyof typeof MAKE

interface SchemeSpec {
  readonly kind: Kind
  readonly optional: boolean
  readonly scopes: readonly string[]
  /** Whether the scheme itself verifies, where it can. */
  readonly verifies: boolean
}

/** A dependency, or a tree of them. Schemes are named by their place in the list of the app. */
export type NodeSpec =
  | { readonly node: 'scheme'; readonly scheme: number }
  | { readonly node: 'plain'; readonly yields: boolean }
  | {
      readonly node: 'call'
      readonly inputs: readonly NodeSpec[]
      readonly yields: boolean
      readonly reads: 'none' | 'query' | 'header'
    }
  | { readonly node: 'any'; readonly alternatives: readonly NodeSpec[] }
  | { readonly node: 'security'; readonly on: NodeSpec; readonly scopes: readonly string[] }
  | { readonly node: 'uncached'; readonly on: NodeSpec }
  | { readonly node: 'shared'; readonly at: number }

interface OperationSpec {
  readonly method: 'get' | 'post' | 'put' | 'delete' | 'patch'
  readonly params: readonly NodeSpec[]
  readonly list: readonly NodeSpec[]
  readonly public: boolean
  readonly takes: 'nothing' | 'path' | 'query' | 'json' | 'form'
}

export interface AppSpec {
  readonly schemes: readonly SchemeSpec[]
  /** Dependencies that several places name: the same object each time. */
  readonly shared: readonly NodeSpec[]
  readonly list: readonly NodeSpec[]
  readonly router: readonly NodeSpec[]
  readonly include: readonly NodeSpec[]
  readonly inApp: readonly OperationSpec[]
  readonly inRouter: readonly OperationSpec[]
}

const SCOPES = ['a', 'b', 'c'] as const

const scheme: fc.Arbitrary<SchemeSpec> = fc.record({
  kind: fc.constantFrom<Kind>(
    ...([
      'bearer',
      'password',
      'code',
      'client',
      'openId',
      'basic',
      'digest',
      'sesame',
      'header',
      'query',
      'cookie',
    ] as const),
  ),
  optional: fc.integer({ min: 0, max: 3 }).map((each) => each === 3),
  scopes: fc.oneof({ weight: 3, arbitrary: fc.constant(SCOPES) }, fc.subarray([...SCOPES])),
  verifies: fc.boolean(),
})

const { node } = fc.letrec<{ node: NodeSpec; leaf: NodeSpec }>((tie) => ({
  leaf: fc.oneof(
    { weight: 6, arbitrary: fc.record({ node: fc.constant('scheme' as const), scheme: fc.nat(7) }) },
    { weight: 1, arbitrary: fc.record({ node: fc.constant('plain' as const), yields: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ node: fc.constant('shared' as const), at: fc.nat(2) }) },
  ),
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    tie('leaf'),
    fc.record({
      node: fc.constant('call' as const),
      inputs: fc.array(tie('node'), { minLength: 1, maxLength: 2 }),
      yields: fc.boolean(),
      reads: fc.constantFrom('none' as const, 'none' as const, 'query' as const, 'header' as const),
    }),
    fc.record({
      node: fc.constant('any' as const),
      alternatives: fc.array(tie('node'), { minLength: 2, maxLength: 3 }),
    }),
    fc.record({
      node: fc.constant('security' as const),
      on: tie('node'),
      scopes: fc.subarray([...SCOPES], { minLength: 1, maxLength: 2 }),
    }),
    fc.record({ node: fc.constant('uncached' as const), on: tie('node') }),
  ),
}))

const list = (maxLength: number): fc.Arbitrary<NodeSpec[]> => fc.array(node, { maxLength, size: 'small' })

const operation: fc.Arbitrary<OperationSpec> = fc.record({
  method: fc.constantFrom('get', 'post', 'put', 'delete', 'patch'),
  params: list(2),
  list: list(1),
  public: fc.integer({ min: 0, max: 5 }).map((each) => each === 5),
  takes: fc.constantFrom('nothing', 'nothing', 'path', 'query', 'json', 'form'),
})

/** Descriptions of apps. Schemes of one auth-scheme stand once in each. */
export const appSpec: fc.Arbitrary<AppSpec> = fc.record({
  schemes: fc.uniqueArray(scheme, { minLength: 2, maxLength: 5, selector: ({ kind }) => placeOfKind(kind) }).map(apart),
  shared: fc.array(node, { minLength: 1, maxLength: 2 }),
  list: list(1),
  router: list(1),
  include: list(1),
  inApp: fc.array(operation, { minLength: 1, maxLength: 2 }),
  inRouter: fc.array(operation, { maxLength: 2 }),
})

/** Two that read the same auth-scheme would take each other's credentials for broken ones. */
function placeOfKind(kind: Kind): string {
  return ['bearer', 'password', 'code', 'client', 'openId'].includes(kind) ? 'bearer' : kind
}

const ELSEWHERE: ReadonlySet<Kind> = new Set(['header', 'query', 'cookie'] as const)

/**
 * OpenID Connect hands on the whole header, whatever its auth-scheme is: no other scheme reads it in the same app. Two that read it
 * can stand in an OR; of more than two, most pairs could not be sent.
 */
function apart(schemes: SchemeSpec[]): SchemeSpec[] {
  const elsewhere = schemes.filter(({ kind }) => ELSEWHERE.has(kind))
  const authorization = schemes.filter(({ kind }) => !ELSEWHERE.has(kind))
  const openId = authorization.find(({ kind }) => kind === 'openId')
  return [...(openId ? [openId] : authorization.slice(0, 2)), ...elsewhere]
}

// ---- Making -------------------------------------------------------------------------------------------------------------------------

type Any = Dependency<unknown, string>

/** A credential is the scheme's name and its scopes; whoever knows that much is believed. */
const credentialText = (name: string, scopes: readonly string[]): string => `${name}~${scopes.join('+')}`

function granted(name: string, text: string): { readonly scopes: readonly string[] } | undefined {
  const [given, scopes] = text.split('~')
  return given === name && scopes !== undefined ? { scopes: scopes === '' ? [] : scopes.split('+') } : undefined
}

interface Making {
  readonly schemeName: string
  readonly autoError: boolean
  readonly scopes: Readonly<Record<string, string>>
  readonly verify?: (given: never) => unknown
}

const text = (given: unknown): string =>
  typeof given === 'string'
    ? given
    : 'password' in (given as object)
      ? (given as { password: string }).password
      : (given as { credentials: string }).credentials

/** What may verify itself takes `verify`; of the others a dependency makes the principal. */
const MAKE = {
  bearer: (options: Making) => new HTTPBearer(options as never),
  password: (options: Making) => new OAuth2PasswordBearer({ tokenUrl: 'token', ...options } as never),
  code: (options: Making) =>
    new OAuth2AuthorizationCodeBearer({ authorizationUrl: 'authorize', tokenUrl: 'token', ...options } as never),
  client: (options: Making) => new OAuth2ClientCredentials({ tokenUrl: 'token', ...options } as never),
  sesame: (options: Making) => new HTTPBase({ scheme: 'sesame', ...options } as never),
  openId: ({ verify: _, ...options }: Making) =>
    new OpenIdConnect({
      openIdConnectUrl: 'https://login.example/.well-known/openid-configuration',
      ...options,
    } as never),
  basic: ({ verify: _, ...options }: Making) => new HTTPBasic(options as never),
  digest: ({ verify: _, ...options }: Making) => new HTTPDigest(options as never),
  header: ({ verify: _, ...options }: Making) =>
    new APIKeyHeader({ name: `x-${options.schemeName}`, ...options } as never),
  query: ({ verify: _, ...options }: Making) => new APIKeyQuery({ name: options.schemeName, ...options } as never),
  cookie: ({ verify: _, ...options }: Making) => new APIKeyCookie({ name: options.schemeName, ...options } as never),
}

export interface Made {
  readonly app: App
  readonly wallet: Wallet
  /** What yield dependencies have entered and not left. */
  readonly open: () => number
  /** How often handlers have run. */
  readonly handled: () => number
}

/** Makes an app of its description. Where a tree cannot be declared, something simpler stands in its place. */
export function makeApp(spec: AppSpec): Made {
  return new Builder(spec).make()
}

class Builder {
  readonly #spec: AppSpec
  readonly #schemes: readonly Any[]
  readonly #shared: Any[] = []
  #open = 0
  #handled = 0
  #names = 0

  constructor(spec: AppSpec) {
    this.#spec = spec
    this.#schemes = spec.schemes.map((each, at) => this.#scheme(each, at))
    for (const each of spec.shared) this.#shared.push(this.#node(each))
  }

  make(): Made {
    const { list, router, include, inApp, inRouter } = this.#spec
    const app = new App({
      dependencies: this.#list(list),
      onError: (error) => process.stderr.write(`${String(error)}\n`),
    })
    const below = new Router({ prefix: '/router', dependencies: this.#list(router) })
    inApp.forEach((each, at) => void this.#declare(app, `/${at}`, each))
    inRouter.forEach((each, at) => void this.#declare(below, `/${at}`, each))
    if (inRouter.length > 0) app.include(below, { prefix: '/included', dependencies: this.#list(include) })
    return {
      app,
      wallet: {
        credential: (name, scopes) => this.#credential(name, credentialText(name, scopes)),
        broken: (name) => this.#credential(name, `${name}-broken`),
      },
      open: () => this.#open,
      handled: () => this.#handled,
    }
  }

  #credential(name: string, given: string): string {
    const kind = this.#spec.schemes[Number(name.slice(1))]?.kind
    return kind === 'basic' ? `user:${given}` : given
  }

  #scheme({ kind, optional, scopes, verifies }: SchemeSpec, at: number): Any {
    const schemeName = `s${at}`
    const declared = Object.fromEntries(scopes.map((scope) => [scope, `Scope ${scope}.`]))
    const verify = (given: unknown): unknown => granted(schemeName, text(given))
    const make = MAKE[kind] as (
      options: Making,
    ) => Any & { verifiesScopes: boolean; makeNotAuthenticatedError(): Error }
    const scheme = make({
      schemeName,
      autoError: !optional,
      scopes: declared,
      ...(verifies ? { verify } : {}),
    })
    if (scheme.verifiesScopes) return scheme
    return dependency({ given: scheme as never, scopes: SecurityScopes }, ({ given, scopes: required }) => {
      if (given === undefined) return undefined
      // OpenID Connect hands on the whole header.
      const principal = granted(schemeName, text(given).replace(/^Bearer /, ''))
      if (principal === undefined) throw scheme.makeNotAuthenticatedError()
      required.require(principal.scopes)
      return principal
    }) as Any
  }

  #list(nodes: readonly NodeSpec[]): Any[] {
    return nodes.map((each) => this.#node(each))
  }

  #node(spec: NodeSpec): Any {
    switch (spec.node) {
      case 'scheme':
        return this.#schemes[spec.scheme % this.#schemes.length] as Any
      case 'shared':
        return this.#shared[spec.at % Math.max(1, this.#shared.length)] ?? (this.#schemes[0] as Any)
      case 'plain':
        return this.#function({}, spec.yields)
      case 'uncached':
        return Depends(this.#node(spec.on), { useCache: false })
      case 'security': {
        const on = this.#node(spec.on)
        return secures(on) ? Security(on, [...spec.scopes]) : on
      }
      case 'any': {
        const securing = this.#list(spec.alternatives).filter(secures)
        const [first, second, ...more] = securing
        return first && second ? anyOf(first, second, ...more) : (first ?? (this.#schemes[0] as Any))
      }
      case 'call': {
        const inputs = Object.fromEntries(spec.inputs.map((each, at) => [`i${at}`, this.#node(each)]))
        return this.#function({ ...inputs, ...this.#reads(spec.reads) }, spec.yields)
      }
    }
  }

  #reads(reads: 'none' | 'query' | 'header'): Record<string, unknown> {
    const name = `p${this.#names++}`
    if (reads === 'none') return {}
    return { [name]: reads === 'query' ? Query(z.int()) : Header(z.int()) }
  }

  #function(params: Record<string, unknown>, yields: boolean): Any {
    if (!yields) return dependency(params as never, () => ({ made: true })) as Any
    const enter = (): void => void this.#open++
    const leave = (): void => void this.#open--
    return dependency(params as never, async function* () {
      enter()
      try {
        yield { made: true }
      } finally {
        leave()
      }
    }) as Any
  }

  #declare(on: App | Router, at: string, spec: OperationSpec): void {
    const params: Record<string, unknown> = Object.fromEntries(
      spec.params.map((each, index) => [`n${index}`, this.#node(each)]),
    )
    const dependencies = this.#list(spec.list)
    let path = at
    if (spec.takes === 'path') {
      path = `${at}/{id}`
      params.id = Path(z.int())
    }
    if (spec.takes === 'query') params.q = Query(z.int())
    const writes = spec.method !== 'get' && spec.method !== 'delete'
    if (spec.takes === 'json' && writes) params.body = Body(z.object({ n: z.int() }))
    if (spec.takes === 'form' && writes) params.field = Form(z.string())
    const open =
      spec.public && !dependencies.some(secures) && !Object.values(params).some((each) => secures(each as Any))
    const verb = on[spec.method] as (path: string, options: object, handler: () => unknown) => void
    verb.call(on, path, { params, dependencies, ...(open ? { public: true } : {}) }, () => ({ ran: ++this.#handled }))
  }
}

/** Whether a scheme stands at or below a declaration. */
function secures(declared: Any): boolean {
  const { '~declares': kind, ...rest } = declared as unknown as {
    '~declares': string
    on?: Any
    alternatives?: readonly Any[]
    params?: Readonly<Record<string, Any>>
  }
  if (kind === 'scheme') return true
  return [rest.on, ...(rest.alternatives ?? []), ...Object.values(rest.params ?? {})].some(
    (below) => below !== undefined && secures(below),
  )
}
