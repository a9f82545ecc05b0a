import type { App } from '../app.ts'
import { isOpen, type Requirement } from '../requirement.ts'

/** An operation in the list of a command. */
export interface Listed {
  readonly method: string
  readonly path: string
  /** Whether anybody may call it. */
  readonly open: boolean
  /** What it requires, in words. */
  readonly requires: string
}

/** Every operation with what it requires, from the plans that run. */
export function listOperations(app: App): Listed[] {
  return app.operations.map(({ route, plan }) => ({
    method: route.method,
    path: route.path,
    open: isOpen(plan.requirements),
    requires: requirementText(plan.requirements),
  }))
}

/** `OAuth2PasswordBearer [me items] and APIKeyHeader, or HTTPBasic`; `open` when nothing is required. */
export function requirementText(requirements: readonly Requirement[]): string {
  if (requirements.length === 0) return 'open'
  const alternatives = requirements.filter((requirement) => requirement.size > 0)
  const texts = alternatives.map((requirement) =>
    [...requirement]
      .map(([{ schemeName }, scopes]) => (scopes.length ? `${schemeName} [${scopes.join(' ')}]` : schemeName))
      .join(' and '),
  )
  const text = texts.join(', or ')
  return alternatives.length < requirements.length ? `open, or ${text}` : text
}

/** The list as a table: a closed or an open lock, method, path, requirement. */
export function listingTable(listed: readonly Listed[]): string {
  const methodWidth = Math.max(0, ...listed.map(({ method }) => method.length))
  const pathWidth = Math.max(0, ...listed.map(({ path }) => path.length))
  return listed
    .map(
      ({ method, path, open, requires }) =>
        `${open ? '🔓' : '🔒'} ${method.padEnd(methodWidth)}  ${path.padEnd(pathWidth)}  ${requires}\n`,
    )
    .join('')
}
