import type { Plan } from '../plan.ts'
import type { Route } from '../route.ts'
import type { Components } from './components.ts'
import { titleOf } from './operation-id.ts'
import { parametersOf } from './parameters.ts'
import { requestBodyOf } from './request-body.ts'
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

/**
 * The object of one operation.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html#operation-object
 */
export function operationOf({ route, plan, operationId, rename }: Shown, components: Components): OperationObject {
  const { options, handler, tags } = route
  const summary = options.summary ?? titleOf(handler.name)
  const parameters = parametersOf(plan.params, components, operationId, rename)
  const requestBody = plan.body && requestBodyOf(plan.body, components, operationId)
  const security = securityOf(plan)
  // JavaScript may write what the type forbids: what is enforced cannot be put over.
  const {
    responses: extra,
    security: _,
    parameters: __,
    requestBody: ___,
    ...over
  }: Partial<OperationObject> = copyValue({ ...options.openapiExtra })
  return {
    ...(tags.length ? { tags: [...new Set(tags)] } : {}),
    ...(summary === undefined ? {} : { summary }),
    ...(options.description === undefined ? {} : { description: options.description }),
    operationId,
    ...(parameters.length ? { parameters } : {}),
    ...(requestBody ? { requestBody } : {}),
    responses: { ...responsesOf(route, plan, components, operationId), ...extra },
    ...(options.deprecated ? { deprecated: true } : {}),
    ...(security ? { security } : {}),
    ...over,
  }
}
