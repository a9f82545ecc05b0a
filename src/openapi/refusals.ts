import type { Scheme } from '../depends.ts'
import type { HTTPException } from '../exceptions.ts'
import type { Plan } from '../plan.ts'
import { reasonPhrase } from '../status.ts'
import type { Components } from './components.ts'
import { copyValue } from './schema-copy.ts'
import type { ExampleObject, HeaderObject, ResponseObject } from './types.ts'

interface Refusal {
  readonly scheme: string
  readonly detail: unknown
  readonly challenge: string | undefined
}

/**
 * What an operation's schemes refuse a caller with, by status: each scheme's 401, and where it must have scopes its 403, as the
 * schemes themselves make them.
 *
 * A scheme that is optional has its 401 here, too: it answers credentials that are broken with it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110.html#section-11.6.1
 * @see https://www.rfc-editor.org/rfc/rfc6750.html#section-3.1
 */
export function refusalsOf(plan: Plan, components: Components): ReadonlyMap<number, ResponseObject> {
  const refusals = new Map<number, Refusal[]>()
  const add = ({ schemeName }: Scheme, error: HTTPException): void => {
    const { status, detail } = error
    const all = refusals.get(status) ?? []
    refusals.set(status, all)
    all.push({ scheme: schemeName, detail, challenge: challengeOf(error) })
  }
  for (const scheme of plan.schemes) add(scheme, scheme.makeNotAuthenticatedError())
  for (const scheme of plan.schemes) {
    const required = plan.requirements.find((requirement) => requirement.get(scheme)?.length)?.get(scheme)
    if (required) add(scheme, scheme.makeInsufficientScopeError(required))
  }
  return new Map([...refusals].map(([status, all]) => [status, responseOf(status, all, components)]))
}

function responseOf(status: number, refusals: readonly Refusal[], components: Components): ResponseObject {
  const details = examplesOf(refusals, ({ detail }) => ({ detail }))
  const texts = [...new Set(refusals.map(({ detail }) => detail))]
  const isText = texts.every((text) => typeof text === 'string')
  const schema = isText
    ? components.builtIn('HTTPError', () => ({
        type: 'object',
        properties: { detail: { type: 'string' } },
        required: ['detail'],
        title: 'HTTPError',
      }))
    : { type: 'object', properties: { detail: {} }, required: ['detail'] }
  const challenged = refusals.filter(({ challenge }) => challenge !== undefined)
  const header: HeaderObject = {
    description: 'How to authenticate.',
    schema: { type: 'string' },
    ...examplesOf(challenged, ({ challenge }) => challenge),
  }
  return {
    description: isText ? texts.join(' / ') : reasonPhrase(status),
    ...(challenged.length ? { headers: { 'WWW-Authenticate': header } } : {}),
    content: { 'application/json': { schema, ...details } },
  }
}

/** One example, or one for each scheme that answers differently. */
function examplesOf(
  refusals: readonly Refusal[],
  shownOf: (refusal: Refusal) => unknown,
): { example?: unknown; examples?: Record<string, ExampleObject> } {
  const different = new Map(refusals.map((refusal) => [JSON.stringify(shownOf(refusal)), refusal]))
  const [first] = refusals
  if (first === undefined) return {}
  if (different.size === 1) return { example: copyValue(shownOf(first)) }
  const examples = new Map<string, ExampleObject>()
  for (const refusal of different.values()) {
    let name = refusal.scheme
    for (let n = 2; examples.has(name); n++) name = `${refusal.scheme}_${n}`
    examples.set(name, { value: copyValue(shownOf(refusal)) })
  }
  return { examples: Object.fromEntries(examples) }
}

/** The challenge of an answer. What differs from answer to answer, as a nonce does, is no part of the document. */
function challengeOf({ headers = {} }: HTTPException): string | undefined {
  const name = Object.keys(headers).find((key) => key.toLowerCase() === 'www-authenticate')
  const value = name === undefined ? undefined : headers[name]
  if (value === undefined) return undefined
  return [value]
    .flat()
    .join(', ')
    .replace(/\b(nonce|opaque)="[^"]*"/gi, '$1="..."')
}
