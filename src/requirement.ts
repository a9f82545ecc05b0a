import {
  type AnyOf,
  belowOf,
  type Declaration,
  type Dependency,
  type DependencyFunction,
  type DependencyUse,
  type Given,
  type Params,
  type Scheme,
} from './declaration.ts'
import type { Declares } from './params.ts'
import type { CallNode, PlanNode, ScopesNode } from './plan.ts'
import { didYouMean } from './suggestion.ts'

/** Schemes that are required together, each with the scopes that are required of it. Empty: nobody needs to be known. */
export type Requirement = ReadonlyMap<Scheme, readonly string[]>

const MOST = 64

/**
 * What nodes that run together require of a caller: a list of alternatives.
 *
 * Two schemes are AND: one alternative with both. `anyOf` is OR. AND over ORs is the product. An optional scheme adds the
 * alternative without it.
 *
 * @throws TypeError when there are more than 64 alternatives: nobody could read them.
 */
export function requirementsOf(roots: readonly PlanNode[], where: string): readonly Requirement[] {
  return alternativesOfAll(roots, NO_MORE, where)
}

type Scopes = ReadonlySet<string>

const NO_MORE: Scopes = new Set()

/** @param more the scopes that somebody above checks of every scheme below. */
function alternativesOfAll(roots: readonly PlanNode[], more: Scopes, where: string): readonly Requirement[] {
  const choices = new Map<PlanNode, Scopes>()
  for (const root of roots) collect(root, more, choices)
  const only = onlyAlternative(choices)
  if (only) return only
  let product: readonly Requirement[] = [new Map()]
  for (const [choice, checked] of choices) {
    const next: Requirement[] = []
    for (const left of product) for (const right of alternativesOf(choice, checked, where)) next.push(both(left, right))
    product = distinct(next)
    if (product.length > MOST) throw new TypeError(`${where}: its security has more than ${MOST} alternatives.`)
  }
  const whole = distinct(product.map((alternative) => withCertain(alternative, choices)))
  return whole.length === 1 && whole[0]?.size === 0 ? [] : whole
}

/** Where nobody has a choice, as nearly everywhere: all schemes together; undefined where there is one. */
function onlyAlternative(choices: ReadonlyMap<PlanNode, Scopes>): readonly Requirement[] | undefined {
  if (choices.size === 0) return []
  const all = new Map<Scheme, readonly string[]>()
  for (const [node, more] of choices) {
    if (node.kind !== 'scheme' || !node.scheme.autoError) return undefined
    const others = all.get(node.scheme) ?? []
    all.set(node.scheme, [...new Set([...others, ...node.scopes.scopes, ...more])])
  }
  return [all]
}

/** The nodes at which a choice is made: schemes, and anyOf as a whole. A node that is met twice chooses once. */
function collect(node: PlanNode, more: Scopes, choices: Map<PlanNode, Scopes>): void {
  if (node.kind === 'scheme' || node.kind === 'anyOf')
    choices.set(node, choices.has(node) || more.size > 0 ? new Set([...(choices.get(node) ?? []), ...more]) : NO_MORE)
  else if (node.kind === 'call') {
    const checked = checkedBy(node)
    const below = checked.length > 0 ? new Set([...more, ...checked]) : more
    for (const input of node.inputs) collect(input.node, below, choices)
  }
}

/**
 * The scopes that a dependency checks and no scheme below it declares: nobody else says whose they are, so all below must have them.
 */
function checkedBy(node: CallNode): readonly string[] {
  const reads = node.inputs.find((input) => input.node.kind === 'scopes')?.node as ScopesNode | undefined
  if (reads === undefined || reads.scopes.scopes.length === 0) return []
  const schemes = [...schemesOf(node.declared).keys()]
  return reads.scopes.scopes.filter((scope) => !schemes.some((scheme) => declares(scheme, scope)))
}

function alternativesOf(node: PlanNode, more: Scopes, where: string): readonly Requirement[] {
  if (node.kind === 'scheme') {
    const required: Requirement = new Map([[node.scheme, [...new Set([...node.scopes.scopes, ...more])]]])
    return node.scheme.autoError ? [required] : [required, new Map()]
  }
  if (node.kind !== 'anyOf') return []
  return node.alternatives.flatMap(({ node: alternative }) => {
    const requirements = alternativesOfAll([alternative], more, where)
    return requirements.length === 0 ? [new Map()] : requirements
  })
}

/** An optional scheme that stands at several places has credentials at all of them, or at none. */
function withCertain(alternative: Requirement, choices: ReadonlyMap<PlanNode, Scopes>): Requirement {
  let whole = alternative
  for (const [node, more] of choices) {
    if (node.kind !== 'scheme' || !alternative.has(node.scheme)) continue
    whole = both(whole, new Map([[node.scheme, [...node.scopes.scopes, ...more]]]))
  }
  return whole
}

function both(left: Requirement, right: Requirement): Requirement {
  const merged = new Map(left)
  for (const [scheme, scopes] of right) merged.set(scheme, [...new Set([...(merged.get(scheme) ?? []), ...scopes])])
  return merged
}

function distinct(requirements: readonly Requirement[]): readonly Requirement[] {
  if (requirements.length < 2) return requirements
  const seen = new Map<string, Requirement>()
  for (const requirement of requirements) {
    const names = [...requirement].map(([scheme, scopes]) => `${scheme.schemeName} ${[...scopes].sort().join(' ')}`)
    const key = names.sort().join('\n')
    if (!seen.has(key)) seen.set(key, requirement)
  }
  return [...seen.values()]
}

// ---- Scopes that are required are enforced, or the declaration is refused ------------------------------------------------------

/**
 * Refuses scopes that nobody below declares, and scopes that nobody would check.
 *
 * A scheme that declares a scope must have someone on the way to it who reads `SecurityScopes`, or verify scopes itself; and
 * each alternative of an `anyOf` must have someone who checks.
 *
 * @throws TypeError that names the scope and the next step.
 */
export function assertScopesEnforced(
  dependencies: readonly Dependency<unknown, string>[],
  params: Params,
  where: string,
): void {
  const seen = new Set<Declares<unknown>>()
  const visit = (declares: Declares<unknown>): void => {
    const declared = declares as Declaration
    if (declared['~declares'] === 'param' || seen.has(declared) || enforced.has(declared)) return
    seen.add(declared)
    if (declared['~declares'] === 'use') {
      assertUse(declared as DependencyUse, where)
      visit((declared as DependencyUse).on)
    } else for (const below of belowOf(declared)) visit(below)
  }
  for (const dependency of dependencies) visit(dependency)
  for (const declared of Object.values(params)) visit(declared)
  for (const declared of seen) enforced.add(declared)
}

/** Declarations in which nothing was found to refuse: they never change. */
const enforced = new WeakSet<Declares<unknown>>()

/** Whether a scheme stands at or below a declaration. */
export function secures(declared: Declares<unknown>): boolean {
  return schemesOf(declared as Declaration).size > 0
}

/** Whether anybody may call what has these requirements. */
export function isOpen(requirements: readonly Requirement[]): boolean {
  return requirements.length === 0 || requirements.some((requirement) => requirement.size === 0)
}

/**
 * Refuses requirements that no request can fulfil: two auth-schemes that each must be the one in `Authorization`.
 *
 * @throws TypeError that names both and the next step.
 */
export function assertSatisfiable(requirements: readonly Requirement[], where: string): void {
  const clashes = requirements.map((requirement) => clashOf([...requirement.keys()]))
  const [first] = clashes
  if (first === undefined || clashes.includes(undefined)) return
  const [one, other] = first
  throw new TypeError(
    `${where} requires ${one} and ${other} together, but a request has one Authorization header, for one auth-scheme: nobody could get in. Take either with anyOf(), or read one of them from another place (APIKeyHeader, APIKeyCookie, MutualTLS).`,
  )
}

/** The names of two schemes that cannot be sent together; undefined where all can. */
function clashOf(schemes: readonly Scheme[]): readonly [string, string] | undefined {
  let first: readonly [kind: string, name: string] | undefined
  for (const { model, schemeName } of schemes) {
    const kind = authSchemeOf(model)
    if (kind === undefined) continue
    first ??= [kind, schemeName]
    if (first[0] !== kind) return [first[1], schemeName]
  }
  return undefined
}

/** What a scheme wants in `Authorization`; DPoP counts as Bearer, as there are schemes that take both (RFC 9449 §7). */
function authSchemeOf(model: Scheme['model']): string | undefined {
  if (model.type === 'oauth2' || model.type === 'openIdConnect') return 'bearer'
  if (model.type !== 'http') return undefined
  const scheme = model.scheme.toLowerCase()
  return scheme === 'dpop' ? 'bearer' : scheme
}

function assertUse(use: DependencyUse, where: string): void {
  if (use.scopes.length === 0) return
  const schemes = schemesOf(use.on as Declaration)
  for (const scope of use.scopes) {
    const declaring = [...schemes].filter(([scheme]) => declares(scheme, scope))
    if (declaring.length === 0) {
      const known = [...schemes.keys()].flatMap((scheme) => Object.keys(scheme.scopes ?? {}))
      throw new TypeError(
        `${where} requires the scope ${scope}, which no scheme below declares.${didYouMean(scope, known)} ${
          known.length
            ? `Declared are: ${[...new Set(known)].join(', ')}.`
            : 'Declare it in the option scopes of the scheme.'
        }`,
      )
    }
    const unchecked = declaring.find(([scheme, checked]) => !checked && !scheme.verifiesScopes)?.[0].schemeName
    if (unchecked !== undefined || !isEnforced(use.on as Declaration, scope)) {
      throw new TypeError(
        `${where} requires the scope ${scope}, but nothing on the way to ${unchecked ?? 'every alternative'} reads SecurityScopes, so nobody would check it. Add { scopes: SecurityScopes } to the dependency that verifies the credentials, and call scopes.require(granted) there.`,
      )
    }
  }
}

function declares(scheme: Scheme, scope: string): boolean {
  return scheme.scopes === undefined || Object.hasOwn(scheme.scopes, scope)
}

function readsHere(declared: Declaration): boolean {
  if (declared['~declares'] !== 'dependency') return false
  return Object.values((declared as DependencyFunction).params).some(
    (given) => given['~declares'] === 'given' && (given as Given).gives === 'scopes',
  )
}

interface Below {
  readonly schemes: ReadonlyMap<Scheme, boolean>
  /** Scopes, with whether they are enforced. */
  readonly sure: Map<string, boolean>
}

/** A declaration never changes, and many operations stand on the same ones: what was found below one is kept. */
const found = new WeakMap<Declaration, Below>()

function below(declared: Declaration): Below {
  const there = found.get(declared)
  if (there) return there
  const made = { schemes: schemesBelow(declared, new Map()), sure: new Map<string, boolean>() }
  found.set(declared, made)
  return made
}

/** The schemes at or below a declaration, and whether somebody on a way to each reads the scopes. */
function schemesOf(declared: Declaration): ReadonlyMap<Scheme, boolean> {
  return below(declared).schemes
}

/** Whether a scope has been checked by somebody whenever a declaration has given its value. */
function isEnforced(declared: Declaration, scope: string): boolean {
  const { sure } = below(declared)
  const known = sure.get(scope) ?? enforces(declared, scope, new Map())
  sure.set(scope, known)
  return known
}

function schemesBelow(declared: Declaration, known: Map<unknown, Map<Scheme, boolean>>): Map<Scheme, boolean> {
  const there = known.get(declared)
  if (there) return there
  const schemes = new Map<Scheme, boolean>()
  known.set(declared, schemes)
  if (declared['~declares'] === 'scheme') schemes.set(declared as Scheme, false)
  const reads = readsHere(declared)
  for (const below of belowOf(declared)) {
    for (const [scheme, checked] of schemesBelow(below as Declaration, known)) {
      schemes.set(scheme, checked || reads || schemes.get(scheme) === true)
    }
  }
  return schemes
}

function enforces(declared: Declaration, scope: string, known: Map<unknown, boolean>): boolean {
  const there = known.get(declared)
  if (there !== undefined) return there
  known.set(declared, false)
  let sure: boolean
  if (declared['~declares'] === 'scheme')
    sure = (declared as Scheme).verifiesScopes && declares(declared as Scheme, scope)
  else if (declared['~declares'] === 'anyOf') {
    sure = (declared as AnyOf).alternatives.every((alternative) => enforces(alternative as Declaration, scope, known))
  } else {
    sure =
      (readsHere(declared) && schemesOf(declared).size > 0) ||
      belowOf(declared).some((below) => enforces(below as Declaration, scope, known))
  }
  known.set(declared, sure)
  return sure
}
