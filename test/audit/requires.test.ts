/** Which of two requirements is the weaker: by properties, against callers who have or lack each credential. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Alternative,
  type Demand,
  effectOf,
  implies,
  type Requires,
  requiresText,
  sorted,
  VERIFIED,
} from '../../src/audit/requires.ts'

const SCHEMES = ['A', 'B']
const KINDS = ['oauth2', 'http basic']
const SCOPES = ['r', 'w']

/** What a caller has for one scheme. */
interface Credential {
  readonly kind: string
  readonly scopes: readonly string[]
  /** How closely it may be looked at before it is seen to be forged. */
  readonly stands: number
  readonly also: readonly string[]
}

type Holder = ReadonlyMap<string, Credential>

/** Every caller that there can be: each scheme's credential, or none. */
const HOLDERS: readonly Holder[] = (() => {
  const credentials = KINDS.flatMap((kind) =>
    [[], ['r'], ['w'], ['r', 'w']].flatMap((scopes) =>
      VERIFIED.flatMap((_, stands) => [[], ['mfa']].map((also) => ({ kind, scopes, stands, also }))),
    ),
  )
  const each = [undefined, ...credentials]
  return each.flatMap((a) =>
    each.map((b) => new Map(Object.entries({ A: a, B: b }).filter(([, one]) => one) as [string, Credential][])),
  )
})()

function lets(requires: Requires, holder: Holder): boolean {
  if (requires.length === 0) return true
  return requires.some((alternative) =>
    [...alternative].every(([name, { kind, scopes, verified, also = [] }]) => {
      const has = holder.get(name)
      return (
        has?.kind === kind &&
        also.every((one) => has.also.includes(one)) &&
        has.stands >= VERIFIED.indexOf(verified) &&
        scopes.every((scope) => has.scopes.includes(scope))
      )
    }),
  )
}

const demand: fc.Arbitrary<Demand> = fc.record({
  kind: fc.constantFrom(...KINDS),
  scopes: fc.subarray(SCOPES),
  verified: fc.constantFrom(...VERIFIED),
  also: fc.subarray(['mfa']),
})
const alternative: fc.Arbitrary<Alternative> = fc
  .tuple(fc.option(demand), fc.option(demand))
  .map((demands) => new Map(demands.flatMap((one, i) => (one ? [[SCHEMES[i] as string, one] as const] : []))))
const requires: fc.Arbitrary<Requires> = fc.array(alternative, { maxLength: 3 })

describe('implies()', () => {
  test('says exactly whether everybody whom the one lets in is let in by the other', () => {
    fc.assert(
      fc.property(requires, requires, (one, other) => {
        const inside = HOLDERS.every((holder) => !lets(one, holder) || lets(other, holder))
        expect(implies(one, other)).toBe(inside)
      }),
      { numRuns: 2000 },
    )
  })

  test('is reflexive and transitive', () => {
    fc.assert(
      fc.property(requires, requires, requires, (a, b, c) => {
        expect(implies(a, a)).toBe(true)
        if (implies(a, b) && implies(b, c)) expect(implies(a, c)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  test('one more demand is never weaker, one more alternative never stronger', () => {
    fc.assert(
      fc.property(requires, alternative, (before, more) => {
        const each = (before.length ? before : [new Map()]).map((one) => new Map([...more, ...one]))
        expect(implies(each, before)).toBe(true)
        if (before.length > 0) expect(implies(before, [...before, more])).toBe(true)
      }),
    )
  })
})

describe('effectOf()', () => {
  const a = (scopes: readonly string[] = [], verified: Demand['verified'] = 'dependency'): Demand => ({
    kind: 'oauth2',
    scopes,
    verified,
  })
  const one = (demands: Record<string, Demand>): Requires => [new Map(Object.entries(demands))]
  const CASES: readonly [string, Requires, Requires, ReturnType<typeof effectOf>][] = [
    ['the same', one({ A: a(['r']) }), one({ A: a(['r']) }), 'same'],
    ['open, spelt in two ways', [], [new Map()], 'same'],
    ['a requirement removed', one({ A: a() }), [], 'weaker'],
    ['a requirement added', [], one({ A: a() }), 'stronger'],
    ['one of two schemes removed', one({ A: a(), B: a() }), one({ A: a() }), 'weaker'],
    ['an alternative added', one({ A: a() }), [...one({ A: a() }), ...one({ B: a() })], 'weaker'],
    ['an alternative removed', [...one({ A: a() }), ...one({ B: a() })], one({ A: a() }), 'stronger'],
    ['an alternative that adds nobody', one({ A: a() }), [...one({ A: a() }), ...one({ A: a(), B: a() })], 'same'],
    ['became optional', one({ A: a() }), [...one({ A: a() }), new Map()], 'weaker'],
    ['a scope dropped', one({ A: a(['r', 'w']) }), one({ A: a(['r']) }), 'weaker'],
    ['a scope added', one({ A: a(['r']) }), one({ A: a(['r', 'w']) }), 'stronger'],
    ['a scope for another one', one({ A: a(['r']) }), one({ A: a(['w']) }), 'weaker'],
    ['a verifier lost', one({ A: a([], 'scheme') }), one({ A: a([], 'dependency') }), 'weaker'],
    ['a verifier won', one({ A: a([], 'handler') }), one({ A: a([], 'scheme') }), 'stronger'],
    ['a step-up dropped', one({ A: { ...a(), also: ['mfa'] } }), one({ A: a() }), 'weaker'],
    ['a step-up added', one({ A: a() }), one({ A: { ...a(), also: ['mfa'] } }), 'stronger'],
    ['another kind', one({ A: a() }), one({ A: { ...a(), kind: 'http basic' } }), 'weaker'],
    ['another scheme', one({ A: a() }), one({ B: a() }), 'weaker'],
  ]
  test.each(CASES)('%s', (_, before, now, effect) => {
    expect(effectOf(before, now)).toBe(effect)
  })
})

test('sorted(): the order of the declaration does not show, and nothing else changes', () => {
  fc.assert(
    fc.property(requires, (given) => {
      const turned = given.toReversed().map((one) => new Map([...one].reverse()))
      expect(sorted(turned)).toEqual(sorted(given))
      expect(effectOf(given, sorted(given))).toBe('same')
    }),
  )
})

test('requiresText(): reads as a sentence does', () => {
  const demand = { kind: 'oauth2', verified: 'scheme' } as const
  const both = new Map([
    ['Token', { ...demand, scopes: ['items', 'me'] }],
    ['Key', { ...demand, scopes: [] }],
  ])
  expect(requiresText([both, new Map([['Basic', { ...demand, scopes: [] }]])])).toBe(
    'Token [items me] and Key, or Basic',
  )
  expect(requiresText([both, new Map()])).toBe('anybody, or Token [items me] and Key')
  expect(requiresText([])).toBe('anybody')
})
