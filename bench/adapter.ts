/**
 * What the Node adapter costs: a bare `node:http` server beside the adapter with an application that does nothing.
 *
 *     node bench/adapter.ts [--json FILE] [--rounds 3] [--seconds 5]
 *
 * Needs `wrk` and `taskset` (Debian: wrk, util-linux). The server has one core, wrk the other; rounds take turns.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import type { Application, Reply } from '../src/reply.ts'

const HELLO = { hello: 'world' }
const POST_BODY = JSON.stringify({ name: 'x'.repeat(1000) })

const bare: RequestListener = (req, res) => {
  if (req.method !== 'POST') {
    send(JSON.stringify(HELLO))
    return
  }
  const chunks: Buffer[] = []
  req.on('data', (chunk: Buffer) => chunks.push(chunk))
  req.on('end', () => send(JSON.stringify({ length: JSON.parse(Buffer.concat(chunks).toString()).name.length })))
  function send(body: string): void {
    res.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    res.end(body)
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true })

const json = (value: unknown): Reply => ({
  status: 200,
  headers: ['content-type', 'application/json'],
  body: JSON.stringify(value),
  after: undefined,
})

const trivial: Application = {
  handle(incoming) {
    if (incoming.method !== 'POST') return json(HELLO)
    return incoming.bytes(1_000_000).then((bytes) => json({ length: JSON.parse(decoder.decode(bytes)).name.length }))
  },
  async start() {},
  async stop() {},
}

const SERVERS: Record<string, () => Promise<string>> = {
  async bare() {
    const server = createServer(bare).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : ''}`
  },
  async adapter() {
    const { serve } = await import('../src/adapters/node.ts')
    return (await serve(trivial, { port: 0 })).url
  },
}

const { values } = parseArgs({
  options: {
    serve: { type: 'string' },
    json: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '5' },
  },
})

if (values.serve !== undefined) {
  console.log(await SERVERS[values.serve]?.())
} else {
  await compare(Number(values.rounds), Number(values.seconds))
}

async function compare(rounds: number, seconds: number): Promise<void> {
  const children: ChildProcess[] = []
  try {
    const servers = new Map<string, { url: string; pid: number }>()
    for (const name of Object.keys(SERVERS)) {
      const child = spawn('taskset', ['-c', '0', process.execPath, fileURLToPath(import.meta.url), '--serve', name], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      children.push(child)
      const [url] = (await once(createInterface(child.stdout), 'line')) as [string]
      servers.set(name, { url, pid: child.pid as number })
    }
    const results: Record<string, unknown> = {}
    for (const [scenario, args] of [
      ['GET', []],
      ['POST 1 KB', ['-s', await postScript()]],
    ] as const) {
      const runs = new Map<string, Run[]>([...servers.keys()].map((name) => [name, []]))
      for (const { url } of servers.values()) await wrk(url, 2, args) // warm
      for (let round = 0; round < rounds; round++) {
        for (const [name, { url, pid }] of servers) {
          const before = cpuTime(pid)
          const { rate, requests } = await wrk(url, seconds, args)
          runs.get(name)?.push({ rate, cpu: (cpuTime(pid) - before) / requests })
        }
      }
      const [bareRun, adapterRun] = [...runs.values()].map((all) => ({
        rate: median(all.map(({ rate }) => rate)),
        cpu: median(all.map(({ cpu }) => cpu)),
      })) as [Run, Run]
      const ratio = adapterRun.rate / bareRun.rate
      const cpuRatio = bareRun.cpu / adapterRun.cpu
      console.log(
        `${scenario}: bare ${bareRun.rate}/s, adapter ${adapterRun.rate}/s, ratio ${ratio.toFixed(3)}; ` +
          `CPU a request: ${bareRun.cpu.toFixed(1)} µs and ${adapterRun.cpu.toFixed(1)} µs, ratio ${cpuRatio.toFixed(3)}`,
      )
      results[scenario] = { bare: bareRun, adapter: adapterRun, ratio, cpuRatio, runs: Object.fromEntries(runs) }
    }
    if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(results, null, 2)}\n`)
  } finally {
    for (const child of children) child.kill('SIGKILL')
  }
}

/** One run: requests a second, and microseconds of CPU for each. The second one holds on a machine that is busy with other things. */
interface Run {
  readonly rate: number
  readonly cpu: number
}

async function wrk(url: string, seconds: number, args: readonly string[]): Promise<{ rate: number; requests: number }> {
  const { stdout } = await promisify(execFile)('taskset', [
    ...['-c', '1', 'wrk', '-t', '1', '-c', '50', '-d', `${seconds}s`, ...args, `${url}/hello?name=world`],
  ])
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(stdout)
  return {
    rate: Math.round(Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1])),
    requests: Number(/(\d+) requests in/.exec(stdout)?.[1]),
  }
}

/** Microseconds of CPU that a process has had, from /proc (proc_pid_stat(5), utime and stime in ticks of 10 ms). */
function cpuTime(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10_000
}

async function postScript(): Promise<string> {
  const path = `/tmp/sallyport-adapter-post.lua`
  await writeFile(
    path,
    `wrk.method = "POST"\nwrk.body = '${POST_BODY}'\nwrk.headers["Content-Type"] = "application/json"\n`,
  )
  return path
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number
}
