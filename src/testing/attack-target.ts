import type { App } from '../app.ts'
import type { Scheme } from '../declaration.ts'
import type { Operation } from '../operation.ts'
import type { Plan, PlanNode } from '../plan.ts'
import type { PlannedParam } from '../planned-param.ts'
import { isOpen } from '../requirement.ts'
import type { OperationSample } from './attack-options.ts'
import type { AttackRequest } from './attack-requests.ts'
import { sampleOf } from './sample.ts'

/** An operation under attack, and a request that matches it. */
export interface Target {
  /** Method and whole path, mount prefixes included. */
  readonly where: string
  readonly operation: Operation
  /** The app that has it: the attacked one, or one mounted in it. */
  readonly app: App
  /** Whether anybody may call it, by its plan. */
  readonly open: boolean
  /** The same path with values in it; without a query. */
  readonly path: string
  /** A request without credentials that fits what the operation reads. */
  readonly request: AttackRequest
  /** The functions of dependencies that stand behind security: nothing of security needs them. */
  readonly behind: ReadonlySet<unknown>
}

/** A function that is mounted, of which nobody can say what it requires. */
export interface Opaque {
  readonly prefix: string
  /** The app that it is mounted in. */
  readonly app: App
}

/** All operations of an app, and of those that are mounted in it. */
export function targetsOf(
  app: App,
  samples: Readonly<Record<string, OperationSample>>,
  prefix = '',
): { readonly targets: Target[]; readonly opaque: Opaque[] } {
  const targets = app.operations.map((operation) => targetOf(app, operation, prefix, samples))
  const opaque: Opaque[] = []
  for (const mounted of app.mounts) {
    const at = prefix + mounted.prefix
    if (isApp(mounted.to)) {
      const below = targetsOf(mounted.to, samples, at)
      targets.push(...below.targets)
      opaque.push(...below.opaque)
    } else opaque.push({ prefix: at, app })
  }
  return { targets, opaque }
}

// By shape, not by instanceof: the app may be of another copy of the package.
function isApp(to: unknown): to is App {
  return typeof to === 'object' && to !== null && Array.isArray((to as Partial<App>).operations)
}

function targetOf(
  app: App,
  operation: Operation,
  prefix: string,
  samples: Readonly<Record<string, OperationSample>>,
): Target {
  const { route, plan } = operation
  const where = `${route.method} ${prefix}${route.path}`
  const sample = Object.hasOwn(samples, where) ? (samples[where] ?? {}) : {}
  const path = (prefix + route.path).replace(/\{(\w+)(?::path)?\}/g, (_, name: string) => {
    const planned = plan.params.find((param) => param.place === 'path' && param.name === name)
    return encodeURIComponent(String(sample.path?.[name] ?? (planned ? sampleOf(planned.json) : 'sample')))
  })
  const query = new URLSearchParams(asTexts({ ...requiredOf(plan, 'query'), ...sample.query })).toString()
  const headers: [string, string][] = Object.entries(asTexts(requiredOf(plan, 'header')))
  const cookies = Object.entries(asTexts(requiredOf(plan, 'cookie'))).map(([name, value]) => `${name}=${value}`)
  if (cookies.length > 0) headers.push(['cookie', cookies.join('; ')])
  headers.push(...Object.entries(sample.headers ?? {}))
  const { body, type } = bodyOf(plan, sample)
  if (type !== undefined) headers.push(['content-type', type])
  return {
    where,
    operation,
    app,
    open: isOpen(plan.requirements),
    path,
    request: { method: route.method, target: path + (query && `?${query}`), headers, body },
    behind: behindSecurity(plan),
  }
}

function requiredOf(plan: Plan, place: string): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const param of plan.params) {
    if (param.place !== place) continue
    for (const field of param.fields ?? [param]) {
      if (field.required && (param.fields === undefined || param.required)) {
        values[field.name] = sampleOf(field.json, (param as PlannedParam).json)
      }
    }
  }
  return values
}

function asTexts(values: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))
}

function bodyOf(plan: Plan, sample: OperationSample): { body: string | undefined; type: string | undefined } {
  if (plan.body === undefined) return { body: undefined, type: undefined }
  const { kind, mediaType, params } = plan.body
  const fields = (): Record<string, unknown> =>
    Object.fromEntries(
      params.flatMap((param) =>
        param.fields
          ? param.fields
              .filter((field) => field.required)
              .map((field) => [field.name, sampleOf(field.json, param.json)])
          : [[param.name, sampleOf(param.json)]],
      ),
    )
  if (sample.body !== undefined) {
    return { body: typeof sample.body === 'string' ? sample.body : JSON.stringify(sample.body), type: mediaType }
  }
  if (kind === 'json') return { body: JSON.stringify(sampleOf(params[0]?.json ?? {})), type: mediaType }
  if (kind === 'embed') return { body: JSON.stringify(fields()), type: mediaType }
  if (kind !== 'form') return { body: 'sample', type: mediaType }
  if (mediaType !== 'multipart/form-data')
    return { body: new URLSearchParams(asTexts(fields())).toString(), type: mediaType }
  const parts = Object.entries(asTexts(fields())).map(
    ([name, value]) =>
      `--sample\r\ncontent-disposition: form-data; name="${name}"; filename="sample.txt"\r\n\r\n${value}\r\n`,
  )
  return { body: `${parts.join('')}--sample--\r\n`, type: 'multipart/form-data; boundary=sample' }
}

/** Functions that run only when security has let the request in. */
function behindSecurity(plan: Plan): ReadonlySet<unknown> {
  const all = new Set<PlanNode>()
  const security = new Set<PlanNode>()
  const visit = (node: PlanNode, into: Set<PlanNode>): void => {
    if (into.has(node)) return
    into.add(node)
    if (node.kind === 'call') for (const input of node.inputs) visit(input.node, into)
    if (node.kind === 'anyOf') for (const { node: alternative } of node.alternatives) visit(alternative, into)
  }
  for (const step of plan.steps) {
    visit(step, all)
    // A guard that waits for the body runs after it; what it needs of security is found at the schemes below it.
    if (step.secures && !step.needsBody) visit(step, security)
  }
  const needed = new Set([...security].flatMap((node) => (node.kind === 'call' ? [node.declared] : [])))
  return new Set(
    [...all].flatMap((node) => (node.kind === 'call' && !needed.has(node.declared) ? [node.declared as unknown] : [])),
  )
}

/** Whether credentials of these schemes, with these scopes, are enough. */
export function satisfies(
  plan: Pick<Plan, 'requirements'>,
  had: ReadonlyMap<Scheme, 'all' | readonly string[]>,
): boolean {
  if (plan.requirements.length === 0) return true
  return plan.requirements.some((requirement) =>
    [...requirement].every(([scheme, scopes]) => {
      const granted = had.get(scheme)
      return granted === 'all' || (granted !== undefined && scopes.every((scope) => granted.includes(scope)))
    }),
  )
}
