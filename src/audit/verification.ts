import type { AnyOfNode, Plan, PlanNode, SchemeNode } from '../plan.ts'
import { VERIFIED, type Verified } from './requires.ts'

type Parent = PlanNode | 'handler'

/** What becomes of a scheme's credentials. */
export interface Checks {
  readonly verified: Verified
  /** What dependencies require of its callers besides, like a step-up: a text for each, to compare. */
  readonly also: readonly string[]
}

/**
 * Who checks what the schemes of a plan read, by the names of the schemes.
 *
 * Certain of it is only what runs for every request: what a dependency does in one alternative of an `anyOf` is of no help where
 * another one is taken. Whether a dependency that is given credentials checks them is for people to see; it is trusted here.
 */
export function checksOf(plan: Plan): ReadonlyMap<string, Checks> {
  return checksIn(plan.steps, new Set(plan.steps), parentsOf(plan))
}

/** Of steps that all run. */
function checksIn(
  steps: readonly PlanNode[],
  certain: ReadonlySet<PlanNode>,
  parents: ReadonlyMap<PlanNode, readonly Parent[]>,
): Map<string, Checks> {
  const checks = new Map<string, Checks>()
  const add = (scheme: string, { verified, also }: Checks): void => {
    const there = checks.get(scheme) ?? { verified: 'nobody', also: [] }
    checks.set(scheme, {
      verified: strongest([there.verified, verified]),
      also: [...new Set([...there.also, ...also])],
    })
  }
  for (const step of steps) {
    if (step.kind === 'scheme') {
      add(step.scheme.schemeName, { verified: verifierOf(step, certain, parents), also: [] })
    } else if (step.kind === 'anyOf') {
      for (const [scheme, least] of leastIn(step, certain, parents)) add(scheme, least)
    } else if (step.kind === 'call' && step.declared.requires) {
      const { name, extension } = step.declared.requires
      add(name, { verified: 'nobody', also: [`${extension[0]} ${JSON.stringify(extension[1])}`] })
    }
  }
  return checks
}

/** Of alternatives, one of which runs: whoever calls takes the one that suits them. */
function leastIn(
  { alternatives }: AnyOfNode,
  certain: ReadonlySet<PlanNode>,
  parents: ReadonlyMap<PlanNode, readonly Parent[]>,
): Map<string, Checks> {
  const least = new Map<string, Checks>()
  for (const { steps } of alternatives) {
    for (const [scheme, { verified, also }] of checksIn(steps, new Set([...certain, ...steps]), parents)) {
      const there = least.get(scheme) ?? { verified, also }
      least.set(scheme, {
        verified: weakest(there.verified, verified),
        also: also.filter((one) => there.also.includes(one)),
      })
    }
  }
  return least
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

function weakest(a: Verified, b: Verified): Verified {
  return VERIFIED.indexOf(a) < VERIFIED.indexOf(b) ? a : b
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
