/**
 * What is required of a caller, as data, and which of two such requirements is the weaker.
 *
 * A requirement is alternatives (OR) of demands by scheme (AND). All of it is monotone: who has more is let in wherever who has
 * less is. So one requirement implies another exactly when each of its alternatives implies one of the other's.
 */

/** Who checks the credentials, from the weakest. */
export const VERIFIED = ['nobody', 'handler', 'dependency', 'scheme'] as const

/**
 * Who checks what a scheme reads: the scheme itself; a dependency that is given it; only the handler is given it; nobody is, so that
 * any text will do.
 */
export type Verified = (typeof VERIFIED)[number]

/** What is demanded of one scheme. */
export interface Demand {
  /** What the scheme is, like `oauth2` or `apiKey in header`. */
  readonly kind: string
  /** The scopes that its credentials must grant. */
  readonly scopes: readonly string[]
  readonly verified: Verified
  /** What dependencies require of its callers besides, like a step-up; in words that are only compared. Absent: nothing. */
  readonly also?: readonly string[]
}

/** Demands by the names of their schemes, all of which must be met. */
export type Alternative = ReadonlyMap<string, Demand>

/** Alternatives, of which one must be met; none at all, or an empty one, is met by anybody. */
export type Requires = readonly Alternative[]

/** Whether anybody may call. */
export function isOpenTo(requires: Requires): boolean {
  return requires.length === 0 || requires.some((alternative) => alternative.size === 0)
}

/** Whether everybody whom the one lets in is let in by the other: whether it is at least as strong. */
export function implies(strong: Requires, weak: Requires): boolean {
  if (isOpenTo(weak)) return true
  return (
    strong.length > 0 && strong.every((alternative) => weak.some((other) => alternativeImplies(alternative, other)))
  )
}

/** Whether one alternative demands all that another does. */
export function alternativeImplies(strong: Alternative, weak: Alternative): boolean {
  for (const [scheme, demand] of weak) {
    const own = strong.get(scheme)
    if (own === undefined || !demandImplies(own, demand)) return false
  }
  return true
}

function demandImplies(strong: Demand, weak: Demand): boolean {
  return (
    strong.kind === weak.kind &&
    VERIFIED.indexOf(strong.verified) >= VERIFIED.indexOf(weak.verified) &&
    weak.scopes.every((scope) => strong.scopes.includes(scope)) &&
    (weak.also ?? []).every((one) => strong.also?.includes(one))
  )
}

/** How a requirement changed; what cannot be compared is weaker. */
export type Effect = 'same' | 'stronger' | 'weaker'

export function effectOf(before: Requires, now: Requires): Effect {
  if (!implies(now, before)) return 'weaker'
  return implies(before, now) ? 'same' : 'stronger'
}

/** In one order, whatever order they were declared in. */
export function sorted(requires: Requires): Requires {
  const byText = new Map(
    requires.map((alternative) => {
      const demands = [...alternative].sort(([a], [b]) => compareText(a, b))
      const own = demands.map(
        ([name, demand]) => [name, { ...demand, scopes: [...demand.scopes].sort(compareText) }] as const,
      )
      return [JSON.stringify(own), new Map(own)] as const
    }),
  )
  return [...byText].sort(([a], [b]) => compareText(a, b)).map(([, alternative]) => alternative)
}

/** By code units: the same on every machine, whatever its language. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** `OAuth2PasswordBearer [items me] and APIKeyHeader, or HTTPBasic`; `anybody` where nothing is required. */
export function requiresText(requires: Requires): string {
  const closed = requires.filter((alternative) => alternative.size > 0)
  if (closed.length === 0) return 'anybody'
  const text = closed.map(alternativeText).join(', or ')
  return closed.length < requires.length ? `anybody, or ${text}` : text
}

/** `OAuth2PasswordBearer [items me] and APIKeyHeader`. */
export function alternativeText(alternative: Alternative): string {
  return [...alternative]
    .map(([name, { scopes }]) => (scopes.length ? `${name} [${scopes.join(' ')}]` : name))
    .join(' and ')
}
