/** Walks a declaration into a plan: the nodes, each made once, then the order in which they run. */
import {
  type AnyOf,
  belowOf,
  type Declaration,
  type DependencyFunction,
  type DependencyUse,
  type Given,
  type Params,
  type Scheme,
} from './declaration.ts'
import type { Declares, Param } from './params.ts'
import type { AnyOfNode, CallNode, Declared, GivenNode, Input, ParamNode, Plan, PlanNode, SchemeNode } from './plan.ts'
import { type PlannedParam, planBody, planParam } from './planned-param.ts'
import { isOpen, requirementsOf } from './requirement.ts'
import { bearerInsufficientScope, type InsufficientScope, NO_SCOPES, RequiredScopes } from './scopes.ts'

/** A node that whoever declares the same in the same way is given, too. */
interface Shared {
  /** The scopes of its place, where its value depends on them. */
  readonly under: string
  readonly scope: 'request' | 'function'
  /** The name of a parameter. */
  readonly as: string
  readonly node: PlanNode
}

const NONE: readonly string[] = []

/** One walk through a declaration. */
export class Walk {
  readonly #declared: Declared
  readonly #nodes = new Map<unknown, Shared[]>()
  readonly #usesScopes: Pick<WeakMap<Declares<unknown>, boolean>, 'get' | 'set'>
  readonly #walking: unknown[] = []
  readonly #replacing: unknown[] = []
  readonly #params: PlannedParam[] = []
  readonly #bodyParams: PlannedParam[] = []
  readonly #schemes = new Map<string, Scheme>()
  #slots = 0

  constructor(declared: Declared) {
    this.#declared = declared
    this.#usesScopes = declared.overrides ? new Map() : usingScopes
  }

  plan(): Plan {
    const { where, dependencies, params } = this.#declared
    const listed = dependencies.map((dependency) => this.#node(dependency, '', NONE))
    const inputs = this.#inputs(params, NONE, undefined)
    const roots = [...listed, ...inputs.map(({ node }) => node)]
    const body = planBody(this.#bodyParams, where, this.#slots++)

    const steps: PlanNode[] = []
    const certain = new Set<PlanNode>()
    for (const root of roots) this.#emitSecurity(root, steps, certain)
    for (const root of roots) this.#emitParams(root, steps, certain)
    const gate = steps.length
    if (body) steps.push({ kind: 'body', slot: body.slot, secures: false, needsBody: true, body })
    for (const root of roots) this.#emit(root, steps, certain)

    return {
      where,
      slots: this.#slots,
      steps,
      gate,
      inputs,
      params: this.#params,
      body,
      requirements: requirementsOf(roots, where),
      schemes: [...this.#schemes.values()],
    }
  }

  #inputs(params: Params, scopes: readonly string[], of: DependencyFunction | undefined): Input[] {
    return Object.entries(params).map(([name, declared]) => ({ name, node: this.#node(declared, name, scopes, of) }))
  }

  /**
   * The node of a declaration: one that is there already where its value can be shared, or a new one.
   *
   * @param of the dependency that is given it, where it is one.
   */
  #node(declares: Declares<unknown>, name: string, above: readonly string[], of?: DependencyFunction): PlanNode {
    let used = declares as Declaration
    let scopes = above
    let useCache = true
    let scope: 'request' | 'function' = 'request'
    while (used['~declares'] === 'use') {
      const { on, scopes: own, useCache: cache, scope: lifetime } = used as DependencyUse
      if (own.length > 0) scopes = [...new Set([...scopes, ...own])]
      useCache &&= cache
      if (lifetime === 'function') scope = lifetime
      used = on as Declaration
    }
    const kind = used['~declares']
    if (kind === 'given' && (used as Given).gives === 'scopes') {
      const required = of === undefined ? NO_SCOPES : new RequiredScopes(above, insufficientScopeOf(of))
      return { kind: 'scopes', slot: this.#slots++, secures: false, needsBody: false, scopes: required }
    }
    const under = scopes.length > 0 && this.#readsScopes(used) ? [...scopes].sort().join(' ') : ''
    const as = kind === 'param' ? name : ''
    const all = this.#nodes.get(used)
    const there = all?.find((each) => each.under === under && each.scope === scope && each.as === as)
    if (there && useCache) return there.node
    const node = this.#make(used, name, scopes, scope)
    if (!there) this.#share(used, { under, scope, as, node })
    return node
  }

  #share(declared: Declaration, shared: Shared): void {
    const all = this.#nodes.get(declared)
    if (all) all.push(shared)
    else this.#nodes.set(declared, [shared])
  }

  #make(declared: Declaration, name: string, scopes: readonly string[], scope: 'request' | 'function'): PlanNode {
    const override = this.#declared.overrides?.get(declared)
    if (override && !this.#replacing.includes(declared)) {
      // The replacement stands under the scopes of the place; it may use what it replaces, which is then not replaced again.
      this.#replacing.push(declared)
      const node = this.#node(override, name, scopes)
      this.#replacing.pop()
      return node
    }
    switch (declared['~declares']) {
      case 'param':
        return this.#param(declared as Param<unknown>, name)
      case 'scheme':
        return this.#scheme(declared as Scheme, scopes)
      case 'anyOf':
        return this.#anyOf(declared as AnyOf, name, scopes)
      case 'given': {
        const { gives } = declared as Given & { gives: GivenNode['gives'] }
        return { kind: 'given', slot: this.#slots++, secures: false, needsBody: false, gives }
      }
      default:
        return this.#call(declared as DependencyFunction, scopes, scope)
    }
  }

  #param(declared: Param<unknown>, name: string): ParamNode {
    const slot = this.#slots++
    const param = planParam(declared, name, this.#declared.where)
    const inBody = param.place === 'body' || param.place === 'form' || param.place === 'file'
    if (inBody) this.#bodyParams.push(param)
    else this.#params.push(param)
    return { kind: 'param', slot, secures: false, needsBody: inBody, param }
  }

  #scheme(scheme: Scheme, scopes: readonly string[]): SchemeNode {
    const there = this.#schemes.get(scheme.schemeName)
    if (there && there !== scheme) {
      throw new TypeError(
        `${this.#declared.where}: two different schemes are named ${scheme.schemeName}. Give one of them another name with the option schemeName, or use the same instance for both.`,
      )
    }
    this.#schemes.set(scheme.schemeName, scheme)
    const declares = scheme.scopes
    const own = declares === undefined ? scopes : scopes.filter((name) => Object.hasOwn(declares, name))
    const required = new RequiredScopes(own, (names) => scheme.makeInsufficientScopeError(names))
    return { kind: 'scheme', slot: this.#slots++, secures: true, needsBody: false, scheme, scopes: required }
  }

  #call(declared: DependencyFunction, scopes: readonly string[], scope: 'request' | 'function'): CallNode {
    if (this.#walking.includes(declared))
      throw new TypeError(`${this.#declared.where}: a dependency depends on itself.`)
    this.#walking.push(declared)
    const inputs = this.#inputs(declared.params, scopes, declared)
    this.#walking.pop()
    for (const { name, node } of inputs) {
      if (
        declared.yields &&
        scope === 'request' &&
        node.kind === 'call' &&
        node.declared.yields &&
        node.scope === 'function'
      ) {
        throw new TypeError(
          `${this.#declared.where}: a yield dependency that lives as long as the request uses ${name}, which ends before the answer (scope: 'function').`,
        )
      }
    }
    return {
      kind: 'call',
      slot: this.#slots++,
      secures: inputs.some(({ node }) => node.secures),
      needsBody: inputs.some(({ node }) => node.needsBody),
      declared,
      inputs,
      scope,
    }
  }

  #anyOf(declared: AnyOf, name: string, scopes: readonly string[]): AnyOfNode {
    const nodes = declared.alternatives.map((alternative) => this.#node(alternative, name, scopes))
    for (const node of nodes) {
      if (!node.secures && !this.#declared.overrides) {
        throw new TypeError(
          `${this.#declared.where}: each alternative of anyOf() is a security scheme, or a dependency with one below.`,
        )
      }
      if (node.needsBody) {
        throw new TypeError(
          `${this.#declared.where}: an alternative of anyOf() cannot read the body: it runs before the body is read.`,
        )
      }
    }
    return {
      kind: 'anyOf',
      slot: this.#slots++,
      secures: true,
      needsBody: false,
      alternatives: nodes.map((node) => ({
        node,
        steps: [],
        optional: isOpen(requirementsOf([node], this.#declared.where)),
      })),
    }
  }

  /** Whether a value depends on the scopes of its place, so that it is shared only under the same scopes. */
  #readsScopes(declared: Declares<unknown>): boolean {
    const known = this.#usesScopes.get(declared)
    if (known !== undefined) return known
    this.#usesScopes.set(declared, false) // ends the recursion where an override uses what it replaces
    const any = readsScopes(this.#declared.overrides?.get(declared) ?? declared, (below) => this.#readsScopes(below))
    this.#usesScopes.set(declared, any)
    return any
  }

  // ---- The order of the steps ----

  #emit(node: PlanNode, steps: PlanNode[], certain: Set<PlanNode>): void {
    if (certain.has(node)) return
    if (node.kind === 'call') for (const { node: input } of node.inputs) this.#emit(input, steps, certain)
    if (node.kind === 'anyOf') {
      for (const alternative of node.alternatives) {
        const own = alternative.steps as PlanNode[]
        own.length = 0
        this.#emit(alternative.node, own, new Set(certain))
      }
    }
    certain.add(node)
    steps.push(node)
  }

  /** Schemes and what needs them, less what waits for the body. */
  #emitSecurity(node: PlanNode, steps: PlanNode[], certain: Set<PlanNode>): void {
    if (!node.secures) return
    if (!node.needsBody) this.#emit(node, steps, certain)
    else if (node.kind === 'call') for (const { node: input } of node.inputs) this.#emitSecurity(input, steps, certain)
  }

  #emitParams(node: PlanNode, steps: PlanNode[], certain: Set<PlanNode>): void {
    if (node.kind === 'param' && !node.needsBody) this.#emit(node, steps, certain)
    else if (node.kind === 'call') for (const { node: input } of node.inputs) this.#emitParams(input, steps, certain)
  }
}

/** What is known of declarations that nothing stands in the place of: they never change, and many operations stand on the same. */
const usingScopes = new WeakMap<Declares<unknown>, boolean>()
const insufficient = new WeakMap<Declares<unknown>, InsufficientScope>()

/** Whether anything at or below a declaration depends on the scopes of its place. */
function readsScopes(declares: Declares<unknown>, below: (declared: Declares<unknown>) => boolean): boolean {
  const declared = declares as Declaration
  if (declared['~declares'] === 'scheme') return true
  if (declared['~declares'] === 'given') return (declared as Given).gives === 'scopes'
  if (declared['~declares'] === 'use' && (declared as DependencyUse).scopes.length > 0) return true
  return belowOf(declared).some(below)
}

/** The answer of the first scheme below a dependency; RFC 6750's where there is none. */
function insufficientScopeOf(declared: DependencyFunction): InsufficientScope {
  const known = insufficient.get(declared)
  if (known) return known
  const scheme = firstScheme(declared, new Set())
  const made: InsufficientScope = scheme
    ? (required) => scheme.makeInsufficientScopeError(required)
    : bearerInsufficientScope
  insufficient.set(declared, made)
  return made
}

function firstScheme(declared: Declares<unknown>, seen: Set<unknown>): Scheme | undefined {
  if (seen.has(declared)) return undefined
  seen.add(declared)
  if (declared['~declares'] === 'scheme') return declared as Scheme
  for (const below of belowOf(declared)) {
    const scheme = firstScheme(below, seen)
    if (scheme) return scheme
  }
  return undefined
}
