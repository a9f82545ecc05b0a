import { listText } from './audit.ts'
import type { Lock } from './lock.ts'
import {
  type Alternative,
  alternativeImplies,
  alternativeText,
  type Demand,
  effectOf,
  implies,
  isOpenTo,
  type Requires,
  requiresText,
  VERIFIED,
} from './requires.ts'

/** What became of an operation since the lock was written. */
export interface Change {
  /** The operation, or what else it is about. */
  readonly where: string
  /** Only `weaker` fails. `new` is an operation that came closed, `gone` one that is no more. */
  readonly effect: 'weaker' | 'stronger' | 'new' | 'gone'
  /** What changed, in sentences. */
  readonly sentences: readonly string[]
  /** What was required; null for what is new. */
  readonly before: string | null
  /** What is required now; null for what is gone. */
  readonly now: string | null
}

/** What changed between a lock and the app, the weaker first. */
export function changesSince(lock: Lock, now: Lock): Change[] {
  const changes = [
    ...changesIn(lock.operations, now.operations, (where) => where),
    ...changesIn(lock.docs, now.docs, (path) => `the document ${path}`),
    ...now.unseen.filter((prefix) => !lock.unseen.includes(prefix)).map(newMount),
    ...lock.unseen.filter((prefix) => !now.unseen.includes(prefix)).map((prefix) => gone(mountAt(prefix), null)),
  ]
  return changes.sort((a, b) => EFFECTS.indexOf(a.effect) - EFFECTS.indexOf(b.effect))
}

const EFFECTS: readonly Change['effect'][] = ['weaker', 'new', 'stronger', 'gone']

function changesIn(
  before: ReadonlyMap<string, Requires>,
  now: ReadonlyMap<string, Requires>,
  name: (key: string) => string,
): Change[] {
  const there = [...now].flatMap(([key, requires]) => {
    const was = before.get(key)
    const change = was === undefined ? added(name(key), requires) : changeOf(name(key), was, requires)
    return change ? [change] : []
  })
  const left = [...before].filter(([key]) => !now.has(key))
  return [...there, ...left.map(([key, requires]) => gone(name(key), requires))]
}

function added(where: string, requires: Requires): Change {
  const now = requiresText(requires)
  if (isOpenTo(requires))
    return { where, effect: 'weaker', sentences: ['It is new, and anybody may call it.'], before: null, now }
  const unchecked = requires
    .flatMap((alternative) => [...alternative])
    .filter(([, { verified }]) => verified === 'nobody')
  if (unchecked.length === 0) return { where, effect: 'new', sentences: ['It is new.'], before: null, now }
  const names = [...new Set(unchecked.map(([scheme]) => scheme))]
  return { where, effect: 'weaker', sentences: [`It is new, and nobody checks ${listText(names)}.`], before: null, now }
}

function gone(where: string, requires: Requires | null): Change {
  return { where, effect: 'gone', sentences: ['It is gone.'], before: requires && requiresText(requires), now: null }
}

function newMount(prefix: string): Change {
  const sentences = ['It is new, and no app: nobody can tell what it requires.']
  return { where: mountAt(prefix), effect: 'weaker', sentences, before: null, now: null }
}

function mountAt(prefix: string): string {
  return `what is mounted at ${prefix}`
}

function changeOf(where: string, before: Requires, now: Requires): Change | undefined {
  const effect = effectOf(before, now)
  if (effect === 'same') return undefined
  const sentences = effect === 'weaker' ? weakerSentences(before, now) : ['It requires more.']
  return { where, effect, sentences, before: requiresText(before), now: requiresText(now) }
}

/** Why callers are let in who were not. */
function weakerSentences(before: Requires, now: Requires): string[] {
  if (now.every((alternative) => alternative.size === 0)) return ['Anybody may call it now.']
  const sentences: string[] = []
  for (const alternative of now.length > 0 ? now : [new Map()]) {
    if (implies([alternative], before)) continue
    if (alternative.size === 0) sentences.push('Security became optional: anybody may call it now.')
    else sentences.push(...weakerThan(nearest(alternative, before, now), alternative))
  }
  return [...new Set(sentences)]
}

/** The alternative that one was before: not one that is still there, and the one that shares most with it. */
function nearest(alternative: Alternative, before: Requires, now: Requires): Alternative | undefined {
  const lost = before.filter((old) => !now.some((other) => alternativeImplies(other, old)))
  const shared = (old: Alternative): number => [...old.keys()].filter((name) => alternative.has(name)).length
  return [...lost].sort((a, b) => shared(b) - shared(a))[0]
}

function weakerThan(old: Alternative | undefined, now: Alternative): string[] {
  if (old === undefined) return [`There is another way in: ${alternativeText(now)}.`]
  if (![...old.keys()].some((name) => now.has(name)))
    return [`It requires ${alternativeText(now)} in the place of ${alternativeText(old)}.`]
  return [...old].flatMap(([name, demand]) => weakerDemand(name, demand, now.get(name)))
}

function weakerDemand(name: string, old: Demand, now: Demand | undefined): string[] {
  if (now === undefined) return [`It requires ${name} no more.`]
  const dropped = old.scopes.filter((scope) => !now.scopes.includes(scope))
  const also = (old.also ?? []).filter((one) => !now.also?.includes(one))
  return [
    ...also.map((one) => `It requires no more of those whom ${name} lets in: ${one}.`),
    ...(dropped.length > 0 ? [`It requires of ${name} no more: ${dropped.join(', ')}.`] : []),
    ...(old.kind === now.kind ? [] : [`${name} was ${old.kind}, and is ${now.kind}.`]),
    ...(VERIFIED.indexOf(now.verified) < VERIFIED.indexOf(old.verified)
      ? [`What ${name} reads was checked by ${CHECKS[old.verified]}, and is checked by ${CHECKS[now.verified]}.`]
      : []),
  ]
}

const CHECKS: Readonly<Record<Demand['verified'], string>> = {
  scheme: 'the scheme itself',
  dependency: 'a dependency',
  handler: 'the handler at most',
  nobody: 'nobody',
}
