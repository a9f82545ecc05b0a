/**
 * What the Node adapter costs: a bare `node:http` server beside the adapter with an application that does nothing.
 *
 *     node bench/adapter.ts [--json FILE] [--rounds 3] [--seconds 5]
 *
 * Needs `wrk` and `taskset` (Debian: wrk, util-linux). The server has one core, wrk the other; rounds take turns.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
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
    const urls = new Map<string, string>()
    for (const name of Object.keys(SERVERS)) {
      const child = spawn('taskset', ['-c', '0', process.execPath, fileURLToPath(import.meta.url), '--serve', name], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      children.push(child)
      const [url] = (await once(createInterface(child.stdout), 'line')) as [string]
      urls.set(name, url)
    }
    const results: Record<string, unknown> = {}
    for (const [scenario, args] of [
      ['GET', []],
      ['POST 1 KB', ['-s', await postScript()]],
    ] as const) {
      const rates = new Map<string, number[]>([...urls.keys()].map((name) => [name, []]))
      for (const url of urls.values()) await wrk(url, 2, args) // warm
      for (let round = 0; round < rounds; round++) {
        for (const [name, url] of urls) rates.get(name)?.push(await wrk(url, seconds, args))
      }
      const medians = Object.fromEntries([...rates].map(([name, all]) => [name, median(all)]))
      const ratio = (medians.adapter ?? 0) / (medians.bare ?? 1)
      console.log(`${scenario}: bare ${medians.bare}, adapter ${medians.adapter} requests/s, ratio ${ratio.toFixed(3)}`)
      results[scenario] = { medians, ratio, rounds: Object.fromEntries(rates) }
    }
    if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(results, null, 2)}\n`)
  } finally {
    for (const child of children) child.kill('SIGKILL')
  }
}

async function wrk(url: string, seconds: number, args: readonly string[]): Promise<number> {
  const { stdout } = await promisify(execFile)('taskset', [
    ...['-c', '1', 'wrk', '-t', '1', '-c', '50', '-d', `${seconds}s`, ...args, `${url}/hello?name=world`],
  ])
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(stdout)
  return Math.round(Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]))
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
