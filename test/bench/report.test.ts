import { expect, test } from 'vitest'
import { chartOf } from '../../bench/measure/chart.ts'
import type { Results } from '../../bench/measure/figures.ts'
import { panelsOf, reportOf } from '../../bench/measure/report.ts'
import { alignedTable, figure, markdownTable, rowsOf } from '../../bench/measure/table.ts'

const results: Results = {
  '1': {
    title: 'Warm & known',
    medians: { sallyport: 21_000, 'sallyport-by-hand': 19_000, bare: 24_000, fastapi: 2900 },
    ratios: { 'sallyport-by-hand': 1.105, bare: 0.875, fastapi: 7.241 },
    cpu: { sallyport: 40.25, 'sallyport-by-hand': 44, bare: 35, fastapi: 300 },
    date: '2026-11-22',
  },
  '3': { title: 'Refused', medians: { sallyport: 1 }, ratios: {} },
}

test('rows begin with the fastest, with ours to each and each to the bare server', () => {
  const [, first, second, , last] = rowsOf(results['1'] as (typeof results)[string])
  expect(first).toEqual(['bare', '24,000', '0.88', '1.00', '35.0'])
  expect(second).toEqual(['sallyport', '21,000', '', '0.88', '40.3'])
  expect(last).toEqual(['fastapi', '2,900', '7.24', '0.12', '300.0'])
})

test('of milliseconds the fewest come first', () => {
  const rows = rowsOf({ title: '', unit: 'ms', medians: { fastify: 200, sallyport: 180 }, ratios: { fastify: 0.9 } })
  expect(rows).toEqual([
    ['', 'ms', 'ours to it'],
    ['sallyport', '180', ''],
    ['fastify', '200', '0.90'],
  ])
})

test('tables', () => {
  expect(
    alignedTable([
      ['', 'n'],
      ['long name', '1'],
      ['b', '1,000'],
    ]),
  ).toBe('               n\nlong name      1\nb          1,000')
  expect(
    markdownTable([
      ['', 'n'],
      ['a', '1'],
    ]),
  ).toBe('|  | n |\n| --- | ---: |\n| a | 1 |')
  expect([figure(21_034.4), figure(0.13712), figure(99.94)]).toEqual(['21,034', '0.137', '99.9'])
})

test('the report has the goals, a table for each scenario and how to repeat it', () => {
  const machine = { cores: 2, processor: 'A Processor', versions: [{ name: 'Node', version: '26.0.0' }] }
  const report = reportOf(results, { machine })
  expect(report).toContain('2 cores, A Processor; Node 26.0.0.')
  expect(report).toContain('| at least 0.85 of bare node:http without checks | 1 | 0.875 | yes |')
  expect(report).toContain('| at least 2.5 times Fastify with its cache | 1 | not measured |  |')
  expect(report).toContain('## 1. Warm & known')
  expect(report).toContain('Measured 2026-11-22.')
  expect(report).toContain('npm run bench')
})

test('the chart has a bar for each of the servers that others have too', () => {
  expect(panelsOf(results)).toEqual([
    {
      title: 'Warm & known',
      bars: [
        { name: 'bare', value: 24_000 },
        { name: 'sallyport', value: 21_000 },
        { name: 'fastapi', value: 2900 },
      ],
    },
  ])
  const svg = chartOf('Requests <per> second', panelsOf(results))
  expect(svg).toContain('aria-label="Requests &#60;per&#62; second"')
  expect(svg).toContain('>Warm &#38; known</text>')
  expect(svg.match(/<rect class="ours"[^>]+width="(\d+)"/)?.[1]).toBe(String(Math.round((21 / 24) * 540)))
  expect(svg.match(/<rect/g)).toHaveLength(3)
  expect(svg).toContain('prefers-color-scheme: dark')
})
