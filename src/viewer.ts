import { callerOf } from './caller.ts'
import type { Scheme } from './declaration.ts'
import { declaredAnswer } from './exceptions.ts'
import type { Incoming } from './incoming.ts'
import type { Plan } from './plan.ts'
import type { Requirement } from './requirement.ts'
import { RequiredScopes } from './scopes.ts'

/** What of an operation decides who may call it. */
interface Required {
  readonly plan: Pick<Plan, 'requirements' | 'schemes'>
}

/**
 * Those of the operations that the sender of a request may call, with the credentials that it has.
 *
 * A scheme that verifies is asked. Of one that only reads, credentials that are there are all that can be asked
 * for: what a dependency makes of them is seen when the operation is called. Whoever cannot be asked lets nobody in.
 *
 * @param report is told why a scheme could not be asked.
 */
export async function callableBy<O extends Required>(
  incoming: Incoming,
  operations: readonly O[],
  report: (error: unknown) => void,
): Promise<ReadonlySet<O>> {
  const asking = new Asking(incoming, report)
  const callable = new Set<O>()
  for (const operation of operations) if (await asking.satisfies(operation.plan.requirements)) callable.add(operation)
  return callable
}

/** Headers of an answer that depends on who asks: nobody may keep it for another (RFC 9111 §5.2.2.5 and §5.2.2.7). */
export function viewerHeaders(operations: readonly Required[]): Record<string, string> {
  const names = new Set(operations.flatMap(({ plan }) => plan.schemes.flatMap(headersRead)))
  return {
    'cache-control': 'private, no-store',
    ...(names.size > 0 ? { vary: [...names].sort().join(', ') } : {}),
  }
}

/** The headers that a scheme says it reads. */
function headersRead({ model }: Scheme): string[] {
  if (model.type === 'mutualTLS') return []
  if (model.type !== 'apiKey') return ['Authorization']
  if (model.in === 'query') return []
  return [model.in === 'cookie' ? 'Cookie' : model.name]
}

/**
 * The schemes as one request finds them. Each is asked who calls once, without scopes, and what the principal's `scopes` say is
 * taken: proofs that are good for one use, and passwords that take long to check, are not asked for again. A principal that
 * says nothing of scopes is asked for with them, once for the same ones.
 */
class Asking {
  readonly #incoming: Incoming
  readonly #report: (error: unknown) => void
  readonly #principals = new Map<Scheme, Promise<unknown>>()
  readonly #answers = new Map<Scheme, Map<string, Promise<boolean>>>()

  constructor(incoming: Incoming, report: (error: unknown) => void) {
    this.#incoming = incoming
    this.#report = report
  }

  async satisfies(requirements: readonly Requirement[]): Promise<boolean> {
    if (requirements.length === 0) return true
    for (const requirement of requirements) if (await this.#all(requirement)) return true
    return false
  }

  async #all(requirement: Requirement): Promise<boolean> {
    for (const [scheme, scopes] of requirement) if (!(await this.#grants(scheme, scopes))) return false
    return true
  }

  async #grants(scheme: Scheme, scopes: readonly string[]): Promise<boolean> {
    // What a test grants to its caller stands beside the principal.
    if (callerOf(this.#incoming)) return this.#asked(scheme, scopes)
    const principal = this.#principals.get(scheme) ?? this.#authenticate(scheme, [])
    this.#principals.set(scheme, principal)
    const value = await principal
    if (value === undefined || scopes.length === 0 || !scheme.verifiesScopes) return value !== undefined
    const granted = scopesOf(value)
    return granted ? scopes.every((scope) => granted.includes(scope)) : this.#asked(scheme, scopes)
  }

  #asked(scheme: Scheme, scopes: readonly string[]): Promise<boolean> {
    const known = this.#answers.get(scheme) ?? new Map<string, Promise<boolean>>()
    this.#answers.set(scheme, known)
    const key = [...scopes].sort().join(' ')
    const answer = known.get(key) ?? this.#authenticate(scheme, scopes).then((value) => value !== undefined)
    known.set(key, answer)
    return answer
  }

  /** Who calls; undefined for nobody. */
  async #authenticate(scheme: Scheme, scopes: readonly string[]): Promise<unknown> {
    const caller = callerOf(this.#incoming)
    const required = new RequiredScopes(scopes, (names) => scheme.makeInsufficientScopeError(names))
    try {
      return await (caller ? caller.authenticate(scheme, required) : scheme.authenticate(this.#incoming, required))
    } catch (error) {
      const status = declaredAnswer(error)?.status
      if (status !== 401 && status !== 403) this.#report(error)
      return undefined
    }
  }
}

/** What a principal says that it was granted: a list, or text with spaces between; undefined where it says nothing of the kind. */
function scopesOf(principal: unknown): readonly string[] | undefined {
  const { scopes } = Object(principal) as { readonly scopes?: unknown }
  if (typeof scopes === 'string') return scopes.split(' ')
  return Array.isArray(scopes) ? scopes : undefined
}

/** The documents that were made for viewers, by what they may call: a few, as the roles of an API are few. */
export class ViewedDocuments<O, Document> {
  readonly #made = new Map<string, Document>()

  /** @param make is asked where the document is not kept. */
  get(operations: readonly O[], visible: ReadonlySet<O>, make: () => Document): Document {
    const key = operations.map((operation) => (visible.has(operation) ? '1' : '0')).join('')
    const document = this.#made.get(key) ?? make()
    this.#made.delete(key)
    this.#made.set(key, document) // the last of the map is the one that was used last
    for (const [oldest] of this.#made) {
      if (this.#made.size <= MOST) break
      this.#made.delete(oldest)
    }
    return document
  }

  clear(): void {
    this.#made.clear()
  }
}

const MOST = 32
