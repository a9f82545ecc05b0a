import type { ChallengeRewrite } from '../challenges.ts'
import type { Scheme } from '../declaration.ts'
import type { HTTPException } from '../exceptions.ts'
import type { Plan } from '../plan.ts'
import { PROBLEM_JSON, type ProblemDetails } from '../problem-details.ts'
import type { JSONSchema } from '../schema.ts'
import { reasonPhrase } from '../status.ts'
import type { Components } from './components.ts'
import { problemSchema } from './problems.ts'
import { requiresOf } from './requires.ts'
import { copyValue } from './schema-copy.ts'
import type { ExampleObject, HeaderObject, MediaTypeObject, ResponseObject } from './types.ts'

/** What an app says more in the challenges of a path; undefined: nothing. */
export type ChallengesAt = (path: string) => ChallengeRewrite | undefined

interface Refusal {
  readonly status: number
  readonly scheme: string
  readonly detail: unknown
  readonly challenges: readonly string[]
}

/** A refusal as the document shows it. */
interface Shown extends Omit<Refusal, 'challenges'> {
  readonly challenge: string | undefined
}

/**
 * What the schemes of operations refuse a caller with: each scheme's 401, for absent credentials and for those that a verifying
 * scheme refuses, and where it must have scopes its 403, as the schemes themselves make them; and what dependencies require besides.
 *
 * A scheme that is optional has its 401 here, too: it answers credentials that are broken with it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110.html#section-11.6.1
 * @see https://www.rfc-editor.org/rfc/rfc6750.html#section-3.1
 */
export class Refusals {
  /** Makes the bodies, where they are Problem Details. */
  readonly problems: ProblemDetails | undefined
  readonly #components: Components
  readonly #challenges: ChallengesAt | undefined
  readonly #known = new Map<Scheme, Map<string, Refusal>>()

  constructor(components: Components, challenges?: ChallengesAt, problems?: ProblemDetails) {
    this.#components = components
    this.#challenges = challenges
    this.problems = problems
  }

  /**
   * The answers of an operation's schemes, by status.
   *
   * @param withContent whether the content of an answer is shown.
   * @param at the method and path of the operation.
   */
  of(
    plan: Plan,
    withContent: (status: number) => boolean,
    at: { readonly method: string; readonly path: string },
  ): ReadonlyMap<number, ResponseObject> {
    const refusals = plan.schemes.map((scheme) => this.#ask(scheme, '', () => scheme.makeNotAuthenticatedError()))
    for (const scheme of plan.schemes) {
      const makeInvalid = scheme.verifiesScopes ? scheme.makeInvalidCredentialsError : undefined
      if (makeInvalid) refusals.push(this.#ask(scheme, INVALID, () => makeInvalid.call(scheme)))
    }
    for (const { name, refusals: made } of requiresOf(plan))
      refusals.push(...made().map((error) => refusalFrom(name, error)))
    for (const scheme of plan.schemes) {
      const scopes = plan.requirements.find((requirement) => requirement.get(scheme)?.length)?.get(scheme)
      if (scopes) {
        refusals.push(this.#ask(scheme, scopes.join(' '), () => scheme.makeInsufficientScopeError(scopes)))
      }
    }
    for (const scheme of plan.schemes) {
      const forgeries = scheme.makeForgeryErrors?.(at.method) ?? []
      refusals.push(...forgeries.map((error) => refusalFrom(scheme.schemeName, error)))
    }
    const byStatus = Map.groupBy(this.#shown(refusals, at.path), ({ status }) => status)
    return new Map(
      [...byStatus].map(([status, all]) => {
        const response = refusalOf(status, all)
        if (withContent(status)) response.content = contentOf(all, this.#components, this.problems)
        return [status, response]
      }),
    )
  }

  #shown(refusals: readonly Refusal[], path: string): Shown[] {
    const rewrite = this.#challenges?.(path)
    return refusals.map(({ challenges, ...refusal }) => ({ ...refusal, challenge: joined(challenges, rewrite) }))
  }

  /** A scheme is asked once for each answer. */
  #ask(scheme: Scheme, scopes: string, make: () => HTTPException): Refusal {
    const known = this.#known.get(scheme) ?? new Map<string, Refusal>()
    this.#known.set(scheme, known)
    const there = known.get(scopes)
    if (there) return there
    const refusal = refusalFrom(scheme.schemeName, make())
    known.set(scopes, refusal)
    return refusal
  }
}

/** Stands where scopes do, and is none. */
const INVALID = ' '

function refusalFrom(scheme: string, error: HTTPException): Refusal {
  return { status: error.status, scheme, detail: error.detail, challenges: challengesOf(error) }
}

function refusalOf(status: number, refusals: readonly Shown[]): ResponseObject {
  const details = new Set(refusals.map(({ detail }) => detail))
  const description = [...details].every(isText) ? [...details].join(' / ') : reasonPhrase(status)
  const challenged = refusals.filter(({ challenge }) => challenge !== undefined)
  if (challenged.length === 0) return { description }
  const header: HeaderObject = {
    description: 'The challenge of the scheme that refused.',
    schema: { type: 'string' },
    ...examplesOf(challenged, ({ challenge }) => challenge),
  }
  return { description, headers: { 'WWW-Authenticate': header } }
}

function contentOf(
  refusals: readonly Shown[],
  components: Components,
  problems: ProblemDetails | undefined,
): Record<string, MediaTypeObject> {
  if (problems) {
    const bodyOf = ({ challenge, ...refusal }: Shown): unknown =>
      problems.of({ ...refusal, challenges: challenge === undefined ? [] : [challenge] })
    return { [PROBLEM_JSON]: { schema: problemSchema(components), ...examplesOf(refusals, bodyOf) } }
  }
  const object = (detail: JSONSchema): JSONSchema => ({
    type: 'object',
    properties: { detail },
    required: ['detail'],
  })
  const schema = refusals.every(({ detail }) => isText(detail))
    ? components.builtIn('HTTPError', () => ({ ...object({ type: 'string' }), title: 'HTTPError' }))
    : object({})
  return { 'application/json': { schema, ...examplesOf(refusals, ({ detail }) => ({ detail })) } }
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

/** One example, or one for each scheme that answers differently. */
function examplesOf(
  refusals: readonly Shown[],
  shownOf: (refusal: Shown) => unknown,
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

/** The challenges of an answer, in one line; undefined for none. */
function joined(
  challenges: readonly string[],
  rewrite: ChallengeRewrite = (challenge) => challenge,
): string | undefined {
  return challenges.length === 0 ? undefined : challenges.map(rewrite).join(', ')
}

/** The challenges of an answer. What differs from answer to answer, as a nonce does, is no part of the document. */
function challengesOf({ headers = {} }: HTTPException): readonly string[] {
  const name = Object.keys(headers).find((key) => key.toLowerCase() === 'www-authenticate')
  const value = name === undefined ? undefined : headers[name]
  if (value === undefined) return []
  return [value].flat().map((challenge) => challenge.replace(/\b(nonce|opaque)="[^"]*"/gi, '$1="..."'))
}
