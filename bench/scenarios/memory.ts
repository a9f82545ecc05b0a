/** 11: memory through a million requests of all kinds. */
import { median, type Result, rounded } from '../measure/figures.ts'
import { startServer } from '../measure/server.ts'
import { tokenFor } from '../measure/tokens.ts'
import { type Request, type Traffic, writeScript } from '../measure/traffic.ts'
import { wrk } from '../measure/wrk.ts'
import { users } from '../peers/contract.ts'
import { coldTraffic, me, postOrder } from './requests.ts'
import type { Scenario } from './scenario.ts'

interface Memory {
  readonly rss: number
  readonly heapUsed: number
}

const MiB = 2 ** 20
/** Below this a difference is that of one collection to the next. */
const NOISE = 2 * MiB

export const memory: Scenario = {
  number: '11',
  title: 'Memory through a million requests: warm, new, refused and broken ones, bodies, paths that are not there',
  async run({ requests, folder, tokens, say }) {
    await using server = await startServer('sallyport')
    const mixed: Traffic = { requests: [...users.keys()].flatMap((name, number) => mixture(name, number)) }
    const cold = coldTraffic(tokens())
    const samples: Memory[] = [(await server.ask('memory')) as Memory]
    let sent = 0
    for (let turn = 0; sent < requests; turn++) {
      // Every fourth turn is of new tokens alone: they go through the cache, and push others out.
      const traffic = turn % 4 === 3 ? cold : mixed
      const run = await wrk(server.host, writeScript(folder, traffic, server.host, server.sent), 2, 50)
      if (traffic === cold) server.sent += run.requests
      sent += run.requests
      samples.push((await server.ask('memory')) as Memory)
      const { rss, heapUsed } = samples.at(-1) as Memory
      say(`${sent.toLocaleString('en-US')} requests: heap ${mib(heapUsed)} MiB, memory ${mib(rss)} MiB`)
    }
    const growth = (of: keyof Memory): number => {
      const values = samples.map((sample) => sample[of])
      const [third, last] = [quarter(values, 2), quarter(values, 3)]
      return rounded(last - third < NOISE ? Math.min(1, last / third) : last / third, 3)
    }
    const of = (key: keyof Memory, at: 2 | 3): number =>
      mib(
        quarter(
          samples.map((sample) => sample[key]),
          at,
        ),
      )
    const result: Result = {
      title: this.title,
      unit: 'MiB',
      medians: { 'sallyport-heap': of('heapUsed', 3), 'sallyport-memory': of('rss', 3) },
      ratios: {},
      facts: {
        requests: sent,
        'heap growth': growth('heapUsed'),
        'memory growth': growth('rss'),
        'MiB of heap at the start': mib(samples[0]?.heapUsed ?? Number.NaN),
        'MiB of heap in the third quarter': of('heapUsed', 2),
        'MiB of memory in the third quarter': of('rss', 2),
      },
    }
    return { '11': result }
  },
}

/** What one user sends: good and bad. */
function mixture(name: string, number: number): Request[] {
  return [
    me(tokenFor(name, number)),
    me(tokenFor(name, number, 'another secret of thirty-two bytes or more')),
    me(`garbage-${number}`),
    { path: '/users/me' },
    { path: `/items/${number}?q=${name}` },
    { path: `/items/${name}` },
    { path: `/nowhere/${number}` },
    postOrder(),
    postOrder('{"title"'),
  ]
}

/** The median of a quarter of the samples, by its number from 0. */
function quarter(values: readonly number[], number: number): number {
  const size = values.length / 4
  return median(values.slice(Math.floor(number * size), Math.max(Math.ceil((number + 1) * size), 1)))
}

function mib(bytes: number): number {
  return rounded(bytes / MiB, 1)
}
