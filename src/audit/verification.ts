import type { Scheme } from '../declaration.ts'
import type { AnyOfNode, Plan, PlanNode, SchemeNode } from '../plan.ts'
import { VERIFIED, type Verified } from './requires.ts'

type Parent = PlanNode | 'handler'

/**
 * Who checks what the schemes of a plan read.
 *
 * Certain of it is only what runs for every request: what a dependency does in one alternative of an `anyOf` is of no help where
 * another one is taken. Whether a dependency that is given credentials checks them is for people to see; it is trusted here.
 */
export function verificationOf(plan: Plan): ReadonlyMap<Scheme, Verified> {
  const parents = parentsOf(plan)
  return verifiedIn(plan.steps, new Set(plan.steps), parents)
}

function verifiedIn(
  steps: readonly PlanNode[],
  certain: ReadonlySet<PlanNode>,
  parents: ReadonlyMap<PlanNode, readonly Parent[]>,
): Map<Scheme, Verified> {
  const verified = new Map<Scheme, Verified>()
  const add = (scheme: Scheme, by: Verified): void => {
    const there = verified.get(scheme)
    verified.set(scheme, there === undefined ? by : strongest([there, by]))
  }
  for (const step of steps) {
    if (step.kind === 'scheme') add(step.scheme, verifierOf(step, certain, parents))
    if (step.kind === 'anyOf') for (const [scheme, by] of weakestIn(step, certain, parents)) add(scheme, by)
  }
  return verified
}

/** Whoever calls takes the alternative that suits them. */
function weakestIn(
  { alternatives }: AnyOfNode,
  certain: ReadonlySet<PlanNode>,
  parents: ReadonlyMap<PlanNode, readonly Parent[]>,
): Map<Scheme, Verified> {
  const weakest = new Map<Scheme, Verified>()
  for (const { steps } of alternatives) {
    for (const [scheme, by] of verifiedIn(steps, new Set([...certain, ...steps]), parents)) {
      const there = weakest.get(scheme)
      if (there === undefined || VERIFIED.indexOf(by) < VERIFIED.indexOf(there)) weakest.set(scheme, by)
    }
  }
  return weakest
}

function verifierOf(
  node: SchemeNode,
  certain: ReadonlySet<PlanNode>,
  parents: ReadonlyMap<PlanNode, readonly Parent[]>,
): Verified {
  if (node.scheme.verifiesScopes) return 'scheme'
  const given = (to: PlanNode): Verified =>
    strongest(
      (parents.get(to) ?? []).map((parent) => {
        if (parent === 'handler') return 'handler'
        if (!certain.has(parent)) return 'nobody'
        return parent.kind === 'anyOf' ? given(parent) : 'dependency'
      }),
    )
  return given(node)
}

function strongest(all: readonly Verified[]): Verified {
  return VERIFIED.findLast((each) => all.includes(each)) ?? 'nobody'
}

/** Who is given the value of each node. */
function parentsOf(plan: Plan): ReadonlyMap<PlanNode, readonly Parent[]> {
  const parents = new Map<PlanNode, Parent[]>()
  const give = (node: PlanNode, to: Parent): void => {
    const all = parents.get(node) ?? []
    if (!all.includes(to)) all.push(to)
    parents.set(node, all)
  }
  const visit = (steps: readonly PlanNode[]): void => {
    for (const step of steps) {
      if (step.kind === 'call') for (const input of step.inputs) give(input.node, step)
      if (step.kind !== 'anyOf') continue
      for (const alternative of step.alternatives) {
        give(alternative.node, step)
        visit(alternative.steps)
      }
    }
  }
  visit(plan.steps)
  for (const { node } of plan.inputs) give(node, 'handler')
  return parents
}
