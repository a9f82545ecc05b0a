import type { Plan } from '../plan.ts'
import type { Route } from '../route.ts'
import type { Components } from './components.ts'
import { pascalCase, titleOf } from './operation-id.ts'
import { parametersOf } from './parameters.ts'
import type { Refusals } from './refusals.ts'
import { requestBodyOf } from './request-body.ts'
import { extensionsOf } from './requires.ts'
import { responsesOf } from './responses.ts'
import { copyValue } from './schema-copy.ts'
import { securityOf } from './security.ts'
import type { OperationObject } from './types.ts'

/** An operation of the app, with what the document calls it. */
export interface Shown {
  readonly route: Route
  readonly plan: Plan
  readonly operationId: string
  /** What the document calls the names between the braces of the path, where it calls them differently. */
  readonly rename: ReadonlyMap<string, string>
}

/** Not put over: `responses` are merged already, and what is enforced cannot be changed, even where JavaScript can write it. */
const OWN: ReadonlySet<string> = new Set(['responses', 'security', 'parameters', 'requestBody'])

/**
 * The object of one operation.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html#operation-object
 */
export function operationOf(
  { route, plan, operationId, rename }: Shown,
  components: Components,
  refusals: Refusals,
): OperationObject {
  const { options, handler, tags } = route
  const summary = options.summary ?? titleOf(handler.name)
  const name = { id: operationId, prefix: pascalCase(operationId) }
  const parameters = parametersOf(plan.params, components, name, rename)
  const requestBody = plan.body && requestBodyOf(plan.body, components, name)
  const security = securityOf(plan)
  const extra = Object.entries(copyValue({ ...options.openapiExtra })).filter(([field]) => !OWN.has(field))
  return {
    ...(tags.length ? { tags: [...new Set(tags)] } : {}),
    ...(summary === undefined ? {} : { summary }),
    ...(options.description === undefined ? {} : { description: options.description }),
    operationId,
    ...(parameters.length ? { parameters } : {}),
    ...(requestBody ? { requestBody } : {}),
    responses: responsesOf(route, plan, components, refusals, name),
    ...(options.deprecated ? { deprecated: true } : {}),
    ...(security ? { security } : {}),
    ...copyValue(extensionsOf(plan)),
    ...Object.fromEntries(extra),
  }
}
