import type { App } from '../app.ts'
import { type Caller, callAs } from '../caller.ts'
import { type Declaration, type Dependency, type DependencyUse, isDependency } from '../declaration.ts'
import type { FetchContextOptions } from '../fetch-context.ts'
import { assertOptions } from '../params.ts'
import type { Plan, PlanNode } from '../plan.ts'
import { assertScope } from '../scopes.ts'
import { readScopes } from '../security/principal.ts'
import { refuseProduction } from './production.ts'

/** Options of {@link as}. */
export interface AsOptions<T = unknown, Scope extends string = string> {
  /** What the caller's credentials grant; the principal's own `scopes` where it has some, otherwise nothing. */
  readonly scopes?: readonly NoInfer<Scope>[]
  /**
   * The dependency that makes the principal of what a scheme reads, where no scheme verifies: it is not run, and gives the
   * principal. Default: only the schemes give it.
   */
  readonly at?: Dependency<T, Scope>
}

/** A client whose requests are those of one caller. */
export interface TestCaller {
  /** Sends the app a request, as `app.request` does. Credentials in it are not looked at. */
  request(path: string | URL | Request, init?: RequestInit, context?: FetchContextOptions): Promise<Response>
}

/**
 * Says who calls, for a test: `await as(app, johndoe, { scopes: ['items'] }).request('/items')`.
 *
 * For the requests of this caller, and no others, every scheme gives the principal without asking for credentials. All else runs
 * as declared: a scope that is required and not granted is answered with the scheme's own 403, dependencies are called, parameters
 * and bodies are read and validated.
 *
 * It is a function of `sallyport/testing` and no method of the app, so that an app that serves does not have it: nothing in a
 * request can lead to it, and with `NODE_ENV=production` it throws.
 *
 * @param app the app; those mounted in it see the same caller.
 * @param principal what the schemes give.
 * @throws ProductionError where `NODE_ENV` is `production`.
 * @throws TypeError for a principal that is nobody, an unknown option, a scope that is none, and an `at` that no value is made at.
 * @example
 * ```ts
 * import { App, Security } from 'sallyport'
 * import { JWT } from 'sallyport/jwt'
 * import { OAuth2PasswordBearer } from 'sallyport/security'
 * import { as } from 'sallyport/testing'
 *
 * const tokens = new JWT({ secret: 'at least 32 bytes that nobody guesses', issuer: 'accounts', audience: 'accounts' })
 * const user = new OAuth2PasswordBearer({ tokenUrl: 'token', scopes: { items: 'Read items.' }, verify: tokens })
 * const app = new App()
 * app.get('/items', { params: { user: Security(user, ['items']) } }, ({ user }) => ({ owner: user.subject }))
 *
 * const johndoe = as(app, { subject: 'johndoe', scopes: [], claims: {} }, { scopes: ['items'] })
 * const answer = await johndoe.request('/items') // 200; without the scope 403
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc6750.html#section-3.1
 */
export function as<T = unknown, Scope extends string = string>(
  app: Pick<App, 'request'>,
  principal: NoInfer<T>,
  options: AsOptions<T, Scope> = {},
): TestCaller {
  refuseProduction('as()')
  assertOptions(options, ['scopes', 'at'], 'as()')
  if (principal === undefined || principal === null)
    throw new TypeError('as(): the principal is nobody. app.request() sends requests without credentials.')
  const granted = options.scopes ?? readScopes((principal as { readonly scopes?: unknown }).scopes) ?? []
  if (!Array.isArray(granted)) throw new TypeError("as(): scopes is a list, for example ['items'].")
  for (const scope of granted) assertScope(scope, 'as(): scopes')
  const at = options.at === undefined ? undefined : madeAt(options.at)
  const caller: Caller = {
    authenticate: (_scheme, scopes) => {
      scopes.require(granted)
      return principal
    },
    standIns: (plan) => standInsOf(plan, caller, principal, at),
  }
  return Object.freeze({
    request: (path: string | URL | Request, init?: RequestInit, context?: FetchContextOptions) => {
      refuseProduction('as()')
      const request = new Request(path instanceof Request ? path : new URL(path, 'http://localhost'), init)
      callAs(request, caller)
      return app.request(request, undefined, context)
    },
  })
}

/** The declaration that a use of it leads to. */
function madeAt(at: unknown): Declaration {
  let declared = at as Declaration
  while (isDependency(declared) && declared['~declares'] === 'use')
    declared = (declared as DependencyUse).on as Declaration
  if (!isDependency(declared) || (declared['~declares'] !== 'dependency' && declared['~declares'] !== 'scheme')) {
    throw new TypeError('as(): at is a dependency of dependency(), or a scheme: what gives the principal.')
  }
  return declared
}

function standInsOf(
  plan: Plan,
  caller: Caller,
  principal: unknown,
  at: Declaration | undefined,
): ReadonlyMap<PlanNode, () => unknown> {
  const nodes = nodesOf(plan.steps)
  const needed = neededOf(plan, nodes, at)
  const standIns = new Map<PlanNode, () => unknown>()
  for (const node of nodes) {
    // Schemes below the dependency at which the principal is given still check the scopes.
    if (node.kind === 'scheme') standIns.set(node, () => caller.authenticate(node.scheme, node.scopes))
    else if (isAt(node, at)) standIns.set(node, () => principal)
    else if ((node.kind === 'call' || node.kind === 'param') && !needed.has(node)) standIns.set(node, () => principal)
  }
  return standIns
}

function isAt(node: PlanNode, at: Declaration | undefined): boolean {
  return node.kind === 'call' && node.declared === at
}

/** All nodes that run, those of alternatives too. */
function nodesOf(steps: readonly PlanNode[]): Set<PlanNode> {
  const nodes = new Set<PlanNode>()
  for (const step of steps) {
    nodes.add(step)
    if (step.kind === 'anyOf')
      for (const { steps: own } of step.alternatives) for (const node of nodesOf(own)) nodes.add(node)
  }
  return nodes
}

/** The nodes whose values somebody still needs when the principal is given. */
function neededOf(plan: Plan, nodes: ReadonlySet<PlanNode>, at: Declaration | undefined): Set<PlanNode> {
  const below = new Set([...nodes].flatMap(inputsOf))
  const needed = new Set<PlanNode>()
  const visit = (node: PlanNode): void => {
    if (needed.has(node)) return
    needed.add(node)
    if (!isAt(node, at)) for (const input of inputsOf(node)) visit(input)
  }
  for (const { node } of plan.inputs) visit(node)
  for (const node of nodes) if (!below.has(node)) visit(node) // guards, which nobody needs the value of
  return needed
}

function inputsOf(node: PlanNode): PlanNode[] {
  if (node.kind === 'call') return node.inputs.map((input) => input.node)
  return node.kind === 'anyOf' ? node.alternatives.map((alternative) => alternative.node) : []
}
