/** 9: 256 connections, with and without one login a second beside them. */

import { check } from '../measure/checks.ts'
import { median, type Result, rounded } from '../measure/figures.ts'
import { startServer } from '../measure/server.ts'
import { writeScript } from '../measure/traffic.ts'
import { type Run, wrk } from '../measure/wrk.ts'
import { LOGIN } from '../peers/contract.ts'
import { tokenChecks, warmTraffic } from './requests.ts'
import type { Scenario } from './scenario.ts'

const CONNECTIONS = 256

export const logins: Scenario = {
  number: '9',
  title: 'Protected GET on 256 connections, with a login (Argon2id) a second beside them',
  async run({ rounds, seconds, folder, say }) {
    await using server = await startServer('sallyport')
    await check(server, tokenChecks())
    const script = writeScript(folder, warmTraffic(), server.host, 0)
    await wrk(server.host, script, seconds, CONNECTIONS)
    const quiet: Run[] = []
    const busy: Run[] = []
    let answered = 0
    for (let round = 1; round <= rounds; round++) {
      say(`round ${round} of ${rounds}`)
      quiet.push(await wrk(server.host, script, seconds, CONNECTIONS))
      const ending = new AbortController()
      const beside = logIn(server.host, ending.signal)
      busy.push(await wrk(server.host, script, seconds, CONNECTIONS))
      ending.abort()
      answered += await beside
    }
    const rate = (runs: readonly Run[]): number => Math.round(median(runs.map(({ rate }) => rate)))
    const p99 = (runs: readonly Run[]): number => rounded(median(runs.map(({ p99 }) => p99)), 2)
    const result: Result = {
      title: this.title,
      medians: { sallyport: rate(quiet), 'sallyport-with-logins': rate(busy) },
      ratios: {},
      facts: {
        'ms, p99 without logins': p99(quiet),
        'ms, p99 beside logins': p99(busy),
        'p99 with logins': rounded(median(busy.map(({ p99 }, at) => p99 / (quiet[at]?.p99 ?? Number.NaN))), 3),
        'logins answered': answered,
      },
    }
    return { '9': result }
  },
}

/** A login each second until it is ended; how many were answered. */
async function logIn(host: string, signal: AbortSignal): Promise<number> {
  let answered = 0
  const waiting: Promise<void>[] = []
  while (!signal.aborted) {
    waiting.push(
      fetch(`http://${host}/token`, {
        method: 'POST',
        body: new URLSearchParams({ grant_type: 'password', ...LOGIN }),
      }).then(async (response) => {
        await response.arrayBuffer()
        if (response.status !== 200) throw new Error(`a login was answered with ${response.status}`)
        answered++
      }),
    )
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 1000)
      signal.addEventListener('abort', () => {
        clearTimeout(timer)
        resolve()
      })
    })
  }
  await Promise.all(waiting)
  return answered
}
