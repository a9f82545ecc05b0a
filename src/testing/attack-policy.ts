import type { App } from '../app.ts'
import { belowOf, type Declaration, type DependencyFunction, type Scheme } from '../declaration.ts'
import type { Declares } from '../params.ts'
import { secures } from '../requirement.ts'
import type { Judge } from './attack-judge.ts'
import type { AttackOptions } from './attack-options.ts'
import type { Opaque, Target } from './attack-target.ts'

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

/** What can be seen without a request: overrides that were left, and operations that are open and should not be. */
export function judgeDeclaration(judge: Judge, app: App, targets: readonly Target[], options: AttackOptions): void {
  const apps = new Set([app, ...targets.map((target) => target.app)])
  for (const each of apps) {
    const securing = [...each.overrides.map.keys()].filter(isSecuring)
    const others = each.overrides.size - securing.length
    const where = each === app ? 'the app' : (targets.find((target) => target.app === each)?.where ?? 'a mounted app')
    if (securing.length > 0) {
      const names = [...new Set(securing.map(nameOf))].join(', ')
      judge.hole(
        'override',
        where,
        `overrides stand in the place of ${names}, so it is not the declared security that runs`,
      )
    }
    if (others > 0)
      judge.note(
        `${where} has ${others === 1 ? 'an override of a dependency that requires' : `overrides of ${others} dependencies that require`} no credentials: what these do in earnest was not tried.`,
      )
  }
  const listed = options.open && new Set(options.open)
  for (const name of listed ?? []) {
    const known = targets.some((target) => target.where === name) || app.mounts.some(({ prefix }) => prefix === name)
    if (!known) throw new TypeError(`attack(): open names ${name}, which is no operation of the app.`)
  }
  const tokenUrls = tokenUrlsOf(targets)
  for (const target of targets) {
    const { where, open, operation } = target
    if (!open || operation.route.options.public || listed?.has(where) || isToken(target, tokenUrls)) continue
    const what = whyClosed(target, targets, app, listed !== undefined)
    if (what !== undefined)
      judge.hole('open', where, `anybody may call it, ${what}: say { public: true } where that is meant`)
  }
}

/** Whether a dependency asks something of who calls: it is a scheme, stands above one, or requires something besides. */
function isSecuring(declared: unknown): boolean {
  const { requires } = declared as Partial<DependencyFunction>
  return requires !== undefined || secures(declared as Declares<unknown>)
}

function nameOf(declared: unknown): string {
  const { schemeName } = declared as { readonly schemeName?: unknown }
  if (typeof schemeName === 'string') return schemeName
  const schemes = schemesBelow(declared as Declaration)
  return schemes.length > 0 ? `a dependency above ${schemes.join(' and ')}` : 'a dependency that requires more'
}

function schemesBelow(declared: Declaration, seen = new Set<unknown>()): string[] {
  if (seen.has(declared)) return []
  seen.add(declared)
  if (declared['~declares'] === 'scheme') return [(declared as Scheme).schemeName]
  return [...new Set(belowOf(declared).flatMap((each) => schemesBelow(each as Declaration, seen)))]
}

function whyClosed(target: Target, targets: readonly Target[], app: App, listed: boolean): string | undefined {
  const { operation, path } = target
  if (listed) return 'and the option open does not name it'
  const secured = targets.filter(({ open }) => !open)
  if (secured.length === 0) return undefined
  const same = secured.find((other) => other.path === path)
  if (same) return `while ${same.where} requires credentials`
  if (!SAFE.has(operation.route.method)) return 'it may change something, and others require credentials'
  if (target.app !== app && isClosed(app, targets))
    return 'while everything of the app around it requires credentials, which does not hold for what is mounted'
  return undefined
}

/** Whether an app has operations, and all of them are secured, or public on purpose. */
export function isClosed(app: App, targets: readonly Target[]): boolean {
  const own = targets.filter((target) => target.app === app)
  return own.some(({ open }) => !open) && own.every(({ open, operation }) => !open || operation.route.options.public)
}

/** A mounted function says nothing of what it requires: it is asked. */
export async function judgeOpaque(
  judge: Judge,
  { prefix, app }: Opaque,
  targets: readonly Target[],
  options: AttackOptions,
): Promise<void> {
  const where = `what is mounted at ${prefix}`
  if (options.skip?.includes(prefix)) {
    judge.skip(where, 'everything', 'the option skip names it')
    return
  }
  judge.skip(
    where,
    'everything',
    'a function is mounted there, which does not say what it requires',
    `Test what it lets in on its own, and name ${prefix} in the option skip.`,
  )
  if (options.open?.includes(prefix)) return
  if (!isClosed(app, targets) && options.open === undefined) return
  const { answer } = await judge.send(where, 'no credentials', { method: 'GET', target: `${prefix}/`, headers: [] })
  if (answer && answer.status < 400) {
    judge.hole('open', where, 'it answers anybody, while everything around it requires credentials', 'no credentials')
  }
}

/** Where schemes say that tokens come from: those operations are open by their nature. */
function tokenUrlsOf(targets: readonly Target[]): string[] {
  const urls = new Set<string>()
  for (const { operation } of targets) {
    for (const { model } of operation.plan.schemes) {
      if (model.type !== 'oauth2') continue
      for (const flow of Object.values(model.flows) as readonly Record<string, unknown>[]) {
        for (const name of ['tokenUrl', 'refreshUrl', 'authorizationUrl']) {
          if (typeof flow[name] === 'string') urls.add(flow[name])
        }
      }
    }
  }
  return [...urls].map((url) => new URL(url, 'http://localhost/').pathname)
}

function isToken({ path }: Target, urls: readonly string[]): boolean {
  return urls.some((url) => url !== '/' && path.endsWith(url))
}
