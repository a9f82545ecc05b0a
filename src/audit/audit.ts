import type { App } from '../app.ts'
import type { Scheme } from '../declaration.ts'
import type { Mountable } from '../mounts.ts'
import type { SecuritySchemeObject } from '../openapi/types.ts'
import type { Operation } from '../operation.ts'
import type { Method } from '../route.ts'
import { compareText, type Demand, isOpenTo, type Requires, sorted } from './requires.ts'
import { credentialsText, kindOf } from './scheme-kind.ts'
import { checksOf } from './verification.ts'

/** An operation, with what it requires. */
export interface AuditedOperation {
  readonly method: Method
  /** The whole path, as the outermost app has it. */
  readonly path: string
  readonly requires: Requires
  /** Whether anybody may call it. */
  readonly open: boolean
  /** Whether it says so itself: `public: true`. */
  readonly public: boolean
  /** Who may call it, in words. */
  readonly who: string
  /** Whether its method is one that may change something: none of RFC 9110 §9.2.1. */
  readonly changesState: boolean
  /** The media type of the body that it reads; null where it reads none. */
  readonly body: string | null
  /** Whether the document shows it. */
  readonly documented: boolean
}

/** A scheme, as the operations use it. */
export interface AuditedScheme {
  readonly name: string
  readonly kind: string
  /** Whether it checks its credentials itself, and gives a principal; otherwise it gives them as they are. */
  readonly verifies: boolean
  /** The scopes that it declares; null where any may be required. */
  readonly scopes: readonly string[] | null
  /** The scopes that some operation requires of it. */
  readonly required: readonly string[]
  readonly model: SecuritySchemeObject
}

/** The document of an app and its pages. */
export interface AuditedDocs {
  /** The paths of the document and its pages. */
  readonly paths: readonly string[]
  readonly requires: Requires
  readonly who: string
  /** Whether the document leaves out what its reader may not call. */
  readonly onlyCallable: boolean
}

/** All that can be told of an app's security from its plans. */
export interface Audit {
  readonly title: string
  readonly operations: readonly AuditedOperation[]
  readonly schemes: readonly AuditedScheme[]
  readonly docs: readonly AuditedDocs[]
  /** Prefixes under which something is mounted that is no app, so that nobody can look into it. */
  readonly unseen: readonly string[]
  /** The servers that the documents name. */
  readonly servers: readonly string[]
}

/** Looks at an app, and at all apps that are mounted in it. */
export function auditOf(app: App): Audit {
  const auditing = new Auditing()
  auditing.add(app, '', new Set())
  return auditing.audit(app)
}

/** RFC 9110 §9.2.1 */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

class Auditing {
  readonly #operations = new Map<string, AuditedOperation>()
  readonly #schemes = new Map<Scheme, Set<string>>()
  readonly #docs: AuditedDocs[] = []
  readonly #unseen: string[] = []
  readonly #servers = new Set<string>()

  add(app: App, prefix: string, within: ReadonlySet<unknown>): void {
    for (const operation of app.operations) this.#operation(operation, prefix)
    this.#addDocs(app, prefix)
    for (const { url } of app.openapi().servers ?? []) this.#servers.add(url)
    for (const { prefix: below, to } of app.mounts) {
      if (!isApp(to)) this.#unseen.push(prefix + below)
      // An app in itself answers under ever longer prefixes with the same operations.
      else if (to !== app && !within.has(to)) this.add(to, prefix + below, new Set([...within, app]))
    }
  }

  audit(app: App): Audit {
    return {
      title: app.openapi().info.title,
      operations: [...this.#operations.values()].sort(
        (a, b) => compareText(a.path, b.path) || compareText(a.method, b.method),
      ),
      schemes: [...this.#schemes]
        .map(([scheme, required]) => schemeOf(scheme, required))
        .sort((a, b) => compareText(a.name, b.name)),
      docs: this.#docs,
      unseen: this.#unseen.sort(compareText),
      servers: [...this.#servers],
    }
  }

  #operation(operation: Operation, prefix: string): void {
    const { route, plan } = operation
    const path = prefix + route.path
    const where = `${route.method} ${path}`
    if (this.#operations.has(where)) return // the outer app's own come first, when a request is matched, too
    const requires = this.#requires(operation)
    this.#operations.set(where, {
      method: route.method,
      path,
      requires,
      open: isOpenTo(requires),
      public: route.options.public === true,
      who: whoMayCall(operation, requires),
      changesState: !SAFE.has(route.method),
      body: plan.body?.mediaType ?? null,
      documented: route.options.includeInSchema !== false,
    })
  }

  #addDocs(app: App, prefix: string): void {
    const [first] = app.docs.operations
    if (!first) return
    const requires = this.#requires(first)
    this.#docs.push({
      paths: app.docs.operations.map(({ route }) => prefix + route.path).filter((path) => !path.includes('/assets/')),
      requires,
      who: whoMayCall(first, requires),
      onlyCallable: app.docs.onlyCallable,
    })
  }

  #requires({ plan }: Operation): Requires {
    const checks = checksOf(plan)
    const demandOf = (scheme: Scheme, scopes: readonly string[]): [string, Demand] => {
      const required = this.#schemes.get(scheme) ?? new Set<string>()
      this.#schemes.set(scheme, required)
      for (const scope of scopes) required.add(scope)
      const { verified = 'nobody', also = [] } = checks.get(scheme.schemeName) ?? {}
      const demand = { kind: kindOf(scheme.model), scopes, verified }
      return [scheme.schemeName, also.length > 0 ? { ...demand, also: [...also].sort(compareText) } : demand]
    }
    return sorted(
      plan.requirements.map(
        (requirement) => new Map([...requirement].map(([scheme, scopes]) => demandOf(scheme, scopes))),
      ),
    )
  }
}

function schemeOf({ schemeName, model, scopes, verifiesScopes }: Scheme, required: ReadonlySet<string>): AuditedScheme {
  return {
    name: schemeName,
    kind: kindOf(model),
    verifies: verifiesScopes,
    scopes: scopes === undefined ? null : Object.keys(scopes).sort(compareText),
    required: [...required].sort(compareText),
    model,
  }
}

/** `whoever has a bearer token that grants items and me (a dependency checks it)`. */
function whoMayCall({ plan }: Operation, requires: Requires): string {
  const models = new Map(plan.schemes.map(({ schemeName, model }) => [schemeName, model]))
  const closed = requires.filter((alternative) => alternative.size > 0)
  if (closed.length === 0) return 'anybody'
  const texts = closed.map((alternative) =>
    [...alternative]
      .map(([name, { scopes, verified, also = [] }]) => {
        const model = models.get(name)
        const what = model ? credentialsText(model) : name
        const grants = scopes.length > 0 ? ` that grants ${listText(scopes)}` : ''
        return `${what}${grants} (${[CHECKED[verified], ...also].join('; ')})`
      })
      .join(' and '),
  )
  return `${closed.length < requires.length ? 'anybody, and ' : ''}whoever has ${texts.join(', or ')}`
}

const CHECKED: Readonly<Record<Demand['verified'], string>> = {
  scheme: 'the scheme checks it',
  dependency: 'a dependency checks it',
  handler: 'only the handler can check it',
  nobody: 'nobody checks it',
}

/** `a, b and c`. */
export function listText(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

// By shape: the app's file may have another copy of the package.
function isApp(to: Mountable): to is App {
  const { operations, mounts } = to as Partial<App>
  return Array.isArray(operations) && Array.isArray(mounts)
}
