/** 7: whether many operations make each of them slower. */
import type { Check } from '../measure/checks.ts'
import { compare, resultOf } from '../measure/compare.ts'
import { rounded } from '../measure/figures.ts'
import { answerOf, pathOf } from '../peers/operation-paths.ts'
import type { Scenario } from './scenario.ts'

const COUNTS = [10, 1000, 10_000]
const SENT = 100

export const operations: Scenario = {
  number: '7',
  title: '10, 1,000 and 10,000 operations in one app',
  async run(context) {
    const checks: Check[] = [0, 2, 9].map((number) => ({
      what: `operation ${number}`,
      request: { path: pathOf(number) },
      status: 200,
      body: answerOf(number),
    }))
    const targets = ['sallyport', 'fastify', 'hono'].flatMap((framework) =>
      COUNTS.map((count) => ({
        name: `${framework}-${count}`,
        traffic: {
          // Spread over all operations, so that the last one counts as much as the first.
          requests: Array.from({ length: SENT }, (_, at) => ({ path: pathOf(Math.floor((at * count) / SENT)) })),
        },
      })),
    )
    const result = resultOf(this.title, await compare(targets, checks, context), 'sallyport-10000')
    const { 'sallyport-10': few = Number.NaN, 'sallyport-10000': many = Number.NaN } = result.medians
    return { '7': { ...result, facts: { '10,000 to 10 operations': rounded(few / many, 3) } } }
  },
}
