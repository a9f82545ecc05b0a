import { expect, test } from 'vitest'
import type { Result } from '../../bench/measure/figures.ts'
import { sentenceOf, verdictsOf } from '../../bench/measure/reach.ts'

const result = (ratios: Record<string, number>, facts: Record<string, number> = {}): Result => ({
  title: '',
  medians: {},
  ratios,
  facts,
})

test('says of each goal of a scenario whether it is met', () => {
  const verdicts = verdictsOf(
    {
      '1': result({ bare: 0.85, 'fastify-cache': 2.49, fastapi: 7 }),
      '1-bun': result({ 'bun-bare': 0.9, 'bun-elysia': 1, 'bun-hono': 1.01 }),
    },
    '1',
  )
  expect(verdicts.map(sentenceOf)).toEqual([
    '  met  at least 0.85 of bare node:http without checks: 0.85',
    'MISSED at least 2.5 times Fastify with its cache: 2.49',
    '  met  at least 6 times FastAPI: 7',
    '  met  at least 0.85 of bare Bun.serve (1-bun): 0.9',
    'MISSED over 1 ahead of bun-elysia (1-bun): 1',
    '  met  over 1 ahead of bun-hono (1-bun): 1.01',
  ])
})

test('what was not measured is neither met nor missed', () => {
  expect(verdictsOf({}, '2').map(({ met, found }) => [met, found])).toEqual([
    [undefined, 'not measured'],
    [undefined, 'not measured'],
  ])
  // FastAPI was not there.
  expect(verdictsOf({ '1': result({ bare: 1, 'fastify-cache': 3 }) }, '1').map(({ met }) => met)).toEqual([
    ...[true, true, undefined],
    ...[undefined, undefined, undefined],
  ])
  expect(verdictsOf({ '9': result({}, { 'p99 with logins': Number.NaN }) }, '9')[0]?.met).toBe(undefined)
})

test.each([
  ['3', '3-garbage', { 'refused to accepted': 1.2, 'hashes over 8 KiB': 1 }, [undefined, true, false]],
  ['6', '6', { 'µs a sync dependency': 0.5, growth: 1.25 }, [false, true]],
  ['7', '7', { '10,000 to 10 operations': 1.21 }, [false]],
  ['9', '9', { 'p99 with logins': 1.99 }, [true]],
  ['10', '10', { 'ms for 1,000 operations': 300, 'to fastify': 1.5 }, [false, true]],
  ['11', '11', { 'heap growth': 1.0, 'memory growth': 1.2 }, [true, false]],
])('scenario %s reads its facts', (scenario, key, facts, met) => {
  expect(verdictsOf({ [key]: result({}, facts) }, scenario).map((verdict) => verdict.met)).toEqual(met)
})

test('goes through all goals where no scenario is named', () => {
  const scenarios = new Set(verdictsOf({}).map(({ scenario }) => scenario))
  expect([...scenarios]).toEqual(['1', '2', '3', '4', '5', '6', '7', '9', '10', '11'])
})
