/** 6: what a dependency costs, in depth and in width, sync and async. */
import type { Check } from '../measure/checks.ts'
import { compare, resultOf } from '../measure/compare.ts'
import { rounded } from '../measure/figures.ts'
import { dependencyCosts } from '../measure/in-process.ts'
import type { Scenario } from './scenario.ts'

const TREES = ['depth/1', 'depth/5', 'depth/20', 'width/10']

export const dependencies: Scenario = {
  number: '6',
  title: 'Dependency trees of depth 1, 5, 20 and width 10, sync and async',
  async run(context) {
    const paths = ['sync', 'async'].flatMap((kind) => TREES.map((tree) => `${kind}/${tree}`))
    const checks: Check[] = paths.map((path) => ({
      what: path,
      request: { path: `/${path}` },
      status: 200,
      body: { value: Number(path.split('/')[2]) },
    }))
    const targets = ['none', ...paths].map((path) => ({
      name: `sallyport-${path.replaceAll('/', '-')}`,
      server: 'sallyport-dependencies',
      traffic: { requests: [{ path: `/${path}` }] },
    }))
    const result = resultOf(this.title, await compare(targets, checks, context), 'sallyport-none')
    context.say('the same without HTTP')
    const costs = await dependencyCosts(Math.max(9, context.rounds))
    const cost = (path: string): number => costs[`/${path}`] ?? Number.NaN
    const slope = (kind: string, from: number, to: number): number =>
      (cost(`${kind}/depth/${to}`) - cost(`${kind}/depth/${from}`)) / (to - from) / 1000
    return {
      '6': {
        ...result,
        facts: {
          'µs a sync dependency': rounded(slope('sync', 1, 20), 4),
          'µs an async dependency': rounded(slope('async', 1, 20), 4),
          'µs a sync dependency side by side': rounded((cost('sync/width/10') - cost('none')) / 10_000, 4),
          'µs an async dependency side by side': rounded((cost('async/width/10') - cost('none')) / 10_000, 4),
          growth: rounded(slope('sync', 5, 20) / slope('sync', 1, 5), 3),
        },
      },
    }
  },
}
