/**
 * Where the time of a request goes: a CPU profile of a server under the load of a scenario.
 *
 *     node bench/profile.ts 1 [--server sallyport] [--seconds 8] [--top 25]
 *
 * The scenarios are 1 (warm), 2 (cold), 3 (no credential), garbage, forged, 4 (public), 5 (body), basic, key. It prints who takes which
 * share of the busy time, and the functions that take most of it, ours by their place in src.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { check } from './measure/checks.ts'
import { pinSelf } from './measure/pin.ts'
import { prepare } from './measure/prepare.ts'
import { type CpuProfile, ownerOf, placeOf, spentIn } from './measure/profile-reader.ts'
import { type RunningServer, startServer } from './measure/server.ts'
import { alignedTable } from './measure/table.ts'
import { tokenFor, writeTokens } from './measure/tokens.ts'
import { type Traffic, writeScript } from './measure/traffic.ts'
import { wrk } from './measure/wrk.ts'
import { passwordOf } from './peers/contract.ts'
import { pathOf } from './peers/operation-paths.ts'
import { coldTraffic, me, postOrder, warmTraffic } from './scenarios/requests.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What each scenario sends. */
const LOADS: Readonly<Record<string, (server: RunningServer, folder: string) => Traffic | Promise<Traffic>>> = {
  '1': () => warmTraffic(),
  '2': (_, folder) => {
    const path = join(folder, 'tokens.txt')
    writeTokens(path, 200_000)
    return coldTraffic(path)
  },
  '3': () => ({ requests: [{ path: '/users/me' }] }),
  '4': () => ({ requests: [{ path: '/items/7' }, { path: '/items/8?q=oak+plank' }] }),
  '5': () => ({ requests: [postOrder()] }),
  '7': ({ name }) => {
    const count = Number(name.split('-').at(-1))
    return { requests: Array.from({ length: 100 }, (_, at) => ({ path: pathOf(Math.floor((at * count) / 100)) })) }
  },
  'by-hand': () => warmTraffic('/by-hand/me'),
  garbage: () => ({ requests: [me(`garbage-${'x'.repeat(150)}`)] }),
  forged: () => {
    const [header, payload] = tokenFor('user0', 1).split('.')
    return { requests: [me(`${header}.${payload}.${'A'.repeat(43)}`)] }
  },
  basic: async (server) => {
    const authorization = `Basic ${Buffer.from(`user0:${passwordOf('user0')}`).toString('base64')}`
    const request = { path: '/basic', headers: { Authorization: authorization } }
    await check(server, [{ what: 'the first login', request, status: 200 }])
    return { requests: [request] }
  },
  key: async (server) => ({
    requests: ((await server.ask('keys')) as string[]).map((key) => ({ path: '/key', headers: { 'X-API-Key': key } })),
  }),
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    server: { type: 'string', default: 'sallyport' },
    seconds: { type: 'string', default: '8' },
    top: { type: 'string', default: '25' },
  },
})
const loadOf = LOADS[positionals[0] ?? '1']
if (loadOf === undefined) throw new TypeError(`There are ${Object.keys(LOADS).join(', ')}.`)

prepare((text) => console.log(text))
pinSelf()
const folder = mkdtempSync(join(tmpdir(), 'sallyport-profile-'))
try {
  const flags = [
    '--cpu-prof',
    `--cpu-prof-dir=${folder}`,
    '--import=data:text/javascript,process.on("SIGTERM",()=>process.exit())',
  ]
  await using server = await startServer(values.server, flags)
  const traffic = await loadOf(server, folder)
  const script = writeScript(folder, traffic, server.host, 0)
  const before = server.cpuTime()
  const run = await wrk(server.host, script, Number(values.seconds), 50)
  const cpu = (server.cpuTime() - before) / run.requests
  await server.stop()
  const file = readdirSync(folder).find((name) => name.endsWith('.cpuprofile'))
  if (file === undefined) throw new Error(`${values.server} wrote no profile: it has to end at SIGTERM`)
  print(JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile, cpu, run.rate)
} finally {
  rmSync(folder, { recursive: true })
}

function print(profile: CpuProfile, cpu: number, rate: number): void {
  // The first second compiles.
  const spent = spentIn(profile, Math.max(1, Number(values.seconds) - 1) * 1_000_000)
  const owners = new Map<string, number>()
  for (const { frame, self } of spent) owners.set(ownerOf(frame), (owners.get(ownerOf(frame)) ?? 0) + self)
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`
  const time = (share: number): string => (share * cpu).toFixed(2)
  console.log(`${Math.round(rate)} requests/s, ${cpu.toFixed(1)} µs of CPU each, with the profile running\n`)
  const shares = [...owners].toSorted(([, a], [, b]) => b - a).filter(([, share]) => share > 0.005)
  console.log(
    alignedTable([['', 'share', 'µs'], ...shares.map(([name, share]) => [name, percent(share), time(share)])]),
  )
  const rows = spent.slice(0, Number(values.top))
  const table = (chosen: typeof spent): string =>
    alignedTable([
      ['function', 'own', 'µs', 'with callees', 'where'],
      ...chosen.map(({ frame, self, total }) => [
        frame.functionName || '(anonymous)',
        ...[percent(self), time(self), percent(total)],
        placeOf(frame, root),
      ]),
    ])
  console.log(`\n${table(rows)}`)
  const ours = spent.filter(({ frame }) => ownerOf(frame) === 'Sallyport')
  console.log(`\nOurs alone\n${table(ours.slice(0, Number(values.top)))}`)
}
