import type { Scheme } from './declaration.ts'
import type { Incoming } from './incoming.ts'
import type { Plan, PlanNode } from './plan.ts'
import type { RequiredScopes } from './scopes.ts'

/**
 * Who calls, where a test says so: what `as()` of `sallyport/testing` makes.
 *
 * It belongs to one `Request` object, by identity. Nothing that a request holds leads here, no public name of the core does, and
 * while no test has made a caller there is nothing to look in.
 */
export interface Caller {
  /** Stands in for a scheme: checks the scopes, and gives who calls. */
  authenticate(scheme: Scheme, scopes: RequiredScopes): unknown
  /** What gives its value in another way while it calls. */
  standIns(plan: Plan): ReadonlyMap<PlanNode, () => unknown>
}

let callers: WeakMap<Request, Caller> | undefined

/** Says who calls in one request. */
export function callAs(request: Request, caller: Caller): void {
  callers ??= new WeakMap()
  callers.set(request, caller)
}

/** Who calls, where a test said so. */
export function callerOf(incoming: Incoming): Caller | undefined {
  return callers?.get(incoming.request)
}

/** Another request in the place of one is sent by the same caller. */
export function keepCaller(from: Request, to: Request): void {
  const caller = callers?.get(from)
  if (caller) callAs(to, caller)
}
