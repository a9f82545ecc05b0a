/**
 * Scenario 10: starting. Importing, declaring 10 and 1,000 operations, the first answer, memory, and the document.
 *
 *     npm run bench:startup
 *     npm run bench:startup -- --rounds 15 --json FILE      `--json -` writes the data to the standard output, and nothing else
 *     npm run bench:startup -- --only sallyport,fastify
 *
 * Each program of `startup-programs.ts` runs in a process of its own, in turns, and the medians count. The clock starts when Node
 * is up. `start` is all until the first answer of a protected operation has come over a socket: importing (Zod too, where it is
 * used), declaring, listening, answering; every answer is checked. Memory is the resident set after a collection. Fastify compiles its JSON
 * Schemas when it gets ready, which is most of its time; it makes no document without a plugin. `CPU` is what all threads of the
 * process used up to the first answer, the collection of garbage and compilation included: on a machine that has other work, the one
 * figure to compare. The client is a bare socket, as that of node:http loads for the server what it has not loaded itself.
 */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { count, install, table, versionOf } from './installed.ts'
import { mapValues, median, ratiosOf, rounded } from './measure/figures.ts'
import { type Program, programs } from './startup-programs.ts'

const SIZES = [10, 1000]

/** What a process tells: milliseconds, and megabytes. */
interface Started {
  readonly imported: number
  readonly declared: number
  readonly answered: number
  readonly start: number
  readonly cpu: number
  readonly rss: number
  readonly document?: number
  readonly later?: number
}

const ASK = `
import { connect } from 'node:net'
export const asker = (port) => (path) => new Promise((resolve, reject) => {
  let text = ''
  const socket = connect(port, '127.0.0.1', () => {
    socket.write('GET ' + path + ' HTTP/1.1\\r\\nhost: localhost\\r\\nauthorization: Bearer johndoe\\r\\nconnection: close\\r\\n\\r\\n')
  })
  socket.setEncoding('utf8').on('data', (more) => { text += more }).on('error', reject).on('end', () => {
    const [head, body] = text.split(/\\r\\n\\r\\n(.*)/s)
    const chunked = /^transfer-encoding: *chunked/im.test(head)
    resolve({ status: Number(head.split(' ')[1]), text: chunked ? body.replace(/(?:^|\\r\\n)[0-9a-f]+\\r\\n/gi, '') : body })
  })
})
`

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    rounds: { type: 'string', default: '9' },
    only: { type: 'string' },
  },
})
const names = values.only?.split(',')
const asked = programs.filter(({ name }) => names?.includes(name) ?? true)
const rounds = Number(values.rounds)
const installed = await install({ peers: true })
try {
  const medians = measure()
  const data = JSON.stringify({ scenarios: { '10': resultOf(medians) } }, undefined, 2)
  if (values.json === '-') console.log(data)
  else {
    print(medians)
    if (values.json) writeFileSync(values.json, `${data}\n`)
  }
} finally {
  installed.remove()
}

function measure(): ReadonlyMap<string, Started> {
  const all = new Map<string, Started[]>()
  writeFileSync(join(installed.folder, 'ask.mjs'), ASK)
  const files = new Map(asked.map((program) => [program, write(program)]))
  for (let round = -1; round < rounds; round++) {
    for (const size of SIZES) {
      for (const [program, file] of files) {
        const started = run(program, file, size)
        if (round < 0) continue // fills the caches of the file system
        const key = keyOf(program.name, size)
        all.set(key, [...(all.get(key) ?? []), started])
      }
    }
  }
  return new Map([...all].map(([key, started]) => [key, middle(started)]))
}

function middle(all: readonly Started[]): Started {
  const [first] = all
  const keys = Object.keys(first ?? {}) as (keyof Started)[]
  return Object.fromEntries(keys.map((key) => [key, median(all.map((each) => each[key] as number))])) as never
}

/** Plain JavaScript, so that taking types out is no part of the time. */
function write({ name, load, make, document }: Program): string {
  const file = join(installed.folder, `${name}.mjs`)
  const text = `
const N = Number(process.argv[2])
const used = () => process.cpuUsage().user + process.cpuUsage().system
const [began, usedFirst] = [performance.now(), used()]
${load}
const imported = performance.now()
const port = await (async () => {${make}
})()
const declared = performance.now()
const usedToDeclare = used()
const { asker } = await import('./ask.mjs')
const ask = asker(port)
const usedBefore = used()
const asked = performance.now()
const { status, text } = await ask('/v1/m' + (N / 10 - 1) + '/b/7')
const ended = performance.now()
const cpu = (used() - usedFirst - (usedBefore - usedToDeclare)) / 1000
if (status !== 200 || JSON.parse(text).id !== 7) throw new Error(status + ' ' + text)
globalThis.gc()
const rss = process.memoryUsage().rss / 2 ** 20
const times = { imported: imported - began, declared: declared - imported, answered: ended - asked, start: ended - began - (asked - declared), cpu, rss }
${
  document
    ? `const before = performance.now()
const paths = Object.keys(JSON.parse((await ask('${document}')).text).paths).length
times.document = performance.now() - before
if (paths !== N * 2 / 5) throw new Error(paths + ' paths in the document')
await ask('${document}')
const again = performance.now()
await ask('${document}')
times.later = performance.now() - again`
    : ''
}
process.stdout.write(JSON.stringify(times), () => process.exit())
`
  writeFileSync(file, text)
  return file
}

function run({ name }: Program, file: string, size: number): Started {
  const args = ['--expose-gc', file, String(size)]
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: installed.folder })
  if (status !== 0) throw new Error(`${name} with ${size} operations failed.\n${stderr}`)
  return JSON.parse(stdout) as Started
}

function keyOf(name: string, size: number): string {
  return `${name} ${count(size)}`
}

/** The medians are of `start` with 1,000 operations; everything else stands in the facts. */
function resultOf(medians: ReadonlyMap<string, Started>): object {
  const starts = Object.fromEntries(
    asked.map(({ name }) => [name, rounded(medians.get(keyOf(name, 1000))?.start ?? Number.NaN, 1)]),
  )
  const ratios = ratiosOf(starts, 'sallyport')
  const facts: Record<string, number> = {}
  if (starts.sallyport !== undefined) facts['ms for 1,000 operations'] = starts.sallyport
  if (ratios.fastify !== undefined) facts['to fastify'] = ratios.fastify
  for (const [key, started] of medians)
    Object.assign(
      facts,
      ...Object.entries(mapValues({ ...started } as Record<string, number>, (value) => rounded(value, 1))).map(
        ([part, value]) => ({ [`${key}: ${part}`]: value }),
      ),
    )
  return {
    title: 'Start with 1,000 operations',
    unit: 'ms',
    medians: starts,
    ratios,
    facts,
    date: new Date().toISOString().slice(0, 10),
  }
}

function print(medians: ReadonlyMap<string, Started>): void {
  const head = [
    'ms',
    'import',
    'declare, listen',
    'first answer',
    'start',
    'ours to it',
    'CPU',
    'MB',
    'document',
    'again',
  ]
  console.log(`Node ${process.version}, ${process.platform} ${process.arch}, medians of ${rounds}`)
  for (const size of SIZES) {
    const ours = medians.get(keyOf('sallyport', size))?.start
    const rows = asked.map(({ name, is }) => {
      const { imported, declared, answered, start, cpu, rss, document, later } = medians.get(
        keyOf(name, size),
      ) as Started
      const version =
        name === 'sallyport'
          ? installed.manifest.version
          : name === 'bare'
            ? ''
            : versionOf(name.split('-')[0] as string)
      const ratio = ours === undefined ? '' : (ours / start).toFixed(2)
      const times = [imported, declared, answered, start].map((value) => count(value))
      const docs = [document, later].map((value) => (value === undefined ? '' : count(value, 1)))
      return [`${name} ${version} (${is})`, ...times, ratio, count(cpu), count(rss), ...docs]
    })
    console.log(`\n### ${count(size)} operations\n\n${table(head, rows)}`)
  }
}
