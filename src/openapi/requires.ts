import type { Requires } from '../declaration.ts'
import type { Plan, PlanNode } from '../plan.ts'

/** What the dependencies of a plan require of a caller beside what its schemes do, each once. */
export function requiresOf({ steps }: Plan): readonly Requires[] {
  const found = new Set<Requires>()
  const visit = (nodes: readonly PlanNode[]): void => {
    for (const node of nodes) {
      if (node.kind === 'call' && node.declared.requires) found.add(node.declared.requires)
      else if (node.kind === 'anyOf') for (const alternative of node.alternatives) visit(alternative.steps)
    }
  }
  visit(steps)
  return [...found]
}

/** The fields that an operation's object shows of them: a list under each name. */
export function extensionsOf(plan: Plan): Readonly<Record<`x-${string}`, readonly object[]>> {
  const fields = Map.groupBy(requiresOf(plan), ({ extension: [field] }) => field)
  return Object.fromEntries([...fields].map(([field, all]) => [field, all.map(({ extension: [, entry] }) => entry)]))
}
