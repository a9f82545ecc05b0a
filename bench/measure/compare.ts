/** Measures servers side by side: all are started and checked, then rounds take turns. */
import { type Check, check } from './checks.ts'
import { mapValues, median, type Result, ratiosOf, rounded } from './figures.ts'
import { type RunningServer, startServer } from './server.ts'
import { type Traffic, writeScript } from './traffic.ts'
import { type Run, wrk } from './wrk.ts'

/** Something to measure: a server, and what is sent to it. */
export interface Target {
  /** As the results name it. */
  readonly name: string
  /** The server's name; the target's, if it isn't said. Several targets may have one server. */
  readonly server?: string
  readonly traffic: Traffic | ((server: RunningServer) => Traffic | Promise<Traffic>)
  /** Every answer is to be a refusal. Default: none is. */
  readonly refused?: boolean
}

/** How it is measured. */
export interface Settings {
  readonly rounds: number
  readonly seconds: number
  /** A folder for the scripts. */
  readonly folder: string
  readonly without: readonly string[]
  readonly connections?: number
  readonly say: (text: string) => void
}

/** What came out for a target. */
export type Runs = readonly (Run & { readonly cpu: number })[]

/** Measures; each target's rounds by its name. */
export async function compare(
  targets: readonly Target[],
  checks: readonly Check[],
  settings: Settings,
): Promise<Record<string, Runs>> {
  const { rounds, seconds, folder, without, connections = 50, say } = settings
  const wanted = targets.filter(({ name }) => !without.includes(name))
  await using stack = new AsyncDisposableStack()
  const servers = new Map<string, RunningServer>()
  for (const name of new Set(wanted.map(({ name, server }) => server ?? name))) {
    say(`starting ${name}`)
    const server = stack.use(await startServer(name))
    servers.set(name, server)
    await check(server, checks)
    server.pause()
  }
  const ready = await Promise.all(
    wanted.map(async ({ name, server: of, traffic, refused = false }) => {
      const server = servers.get(of ?? name) as RunningServer
      server.resume()
      const sent = typeof traffic === 'function' ? await traffic(server) : traffic
      server.pause()
      return { name, server, refused, traffic: sent, runs: [] as (Run & { cpu: number })[] }
    }),
  )
  for (let round = 0; round <= rounds; round++) {
    for (const { name, server, traffic, refused, runs } of turned(ready, round)) {
      say(round === 0 ? `warming ${name}` : `round ${round} of ${rounds}: ${name}`)
      const script = writeScript(folder, traffic, server.host, server.sent)
      server.resume()
      let before = server.cpuTime()
      let run = await wrk(server.host, script, seconds, connections)
      // On a machine that is busy with other things a run may get nothing of its core at all.
      for (let tries = 1; run.requests === 0; tries++) {
        if (tries === 5) throw new Error(`${name} answered nothing within ${seconds} s, five times`)
        before = server.cpuTime()
        run = await wrk(server.host, script, seconds, connections)
      }
      const cpu = (server.cpuTime() - before) / run.requests
      server.pause()
      server.sent += run.requests
      if (run.refused !== (refused ? run.requests : 0))
        throw new Error(`${name}: ${run.refused} of ${run.requests} requests were refused`)
      if (round > 0) runs.push({ ...run, cpu })
    }
  }
  return Object.fromEntries(ready.map(({ name, runs }) => [name, runs]))
}

/** Another one begins each round: a machine that slows down within a round would favour who is always first. */
function turned<T>(targets: readonly T[], round: number): T[] {
  const first = round % targets.length
  return [...targets.slice(first), ...targets.slice(0, first)]
}

/** The result of a comparison. */
export function resultOf(title: string, runs: Readonly<Record<string, Runs>>, ours = 'sallyport'): Result {
  const rates = mapValues(runs, (all) => all.map(({ rate }) => Math.round(rate)))
  const medians = mapValues(rates, (all) => Math.round(median(all)))
  const cpu = mapValues(runs, (all) => rounded(median(all.map(({ cpu }) => cpu)), 2))
  return { title, medians, ratios: ratiosOf(medians, ours), cpu, rounds: rates }
}
