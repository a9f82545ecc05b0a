/**
 * The engines of Argon2id beside each other: the time of a hash and the memory that the process takes and keeps.
 *
 *     node bench/argon2.ts [--hashes 100] [--concurrency 2] [--rounds 3] [--output FILE]
 *
 * Each measurement has a process of its own; the engines take turns.
 */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Argon2EngineName, Argon2idHasher, PasswordHash } from '../src/password/index.ts'

interface Measured {
  readonly time: number
  readonly peak: number
  readonly kept: number
}

const engines: readonly Argon2EngineName[] = ['@node-rs/argon2', 'node:crypto']
const MiB = 2 ** 20
const { values } = parseArgs({
  options: {
    hashes: { type: 'string', default: '100' },
    concurrency: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '3' },
    engine: { type: 'string' },
    output: { type: 'string' },
  },
})
const [hashes, concurrency, rounds] = [Number(values.hashes), Number(values.concurrency), Number(values.rounds)]

if (values.engine !== undefined) {
  process.stdout.write(JSON.stringify(await measure(values.engine as Argon2EngineName)))
} else {
  const lines = [
    `${hashes} Argon2id hashes (m=19456 t=2 p=1), ${concurrency} at a time; memory in MiB over that before the first.`,
    `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} cores.`,
    `Repeat: node bench/argon2.ts --hashes ${hashes} --concurrency ${concurrency} --rounds ${rounds}`,
    '',
    'engine            ms per hash   peak   kept',
  ]
  for (let round = 0; round < rounds; round++) {
    for (const engine of engines) {
      const script = [fileURLToPath(import.meta.url), '--engine', engine, '--hashes', values.hashes]
      const printed = execFileSync(process.execPath, [...script, '--concurrency', values.concurrency], {
        encoding: 'utf8',
      })
      const { time, peak, kept } = JSON.parse(printed) as Measured
      const cells = [time.toFixed(1).padStart(10), mib(peak), mib(kept)]
      lines.push(`${engine.padEnd(18)} ${cells.join(' ')}`)
    }
  }
  const text = `${lines.join('\n')}\n`
  process.stdout.write(text)
  if (values.output !== undefined) writeFileSync(values.output, text)
}

async function measure(engine: Argon2EngineName): Promise<Measured> {
  const passwordHash = new PasswordHash([new Argon2idHasher({ engine })], { concurrency, queue: hashes })
  const before = process.memoryUsage.rss()
  let peak = before
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }, 2)
  const start = performance.now()
  await Promise.all(Array.from({ length: hashes }, () => passwordHash.hash('secret')))
  const time = (performance.now() - start) / hashes
  clearInterval(timer)
  return { time, peak: peak - before, kept: process.memoryUsage.rss() - before }
}

function mib(bytes: number): string {
  return (bytes / MiB).toFixed(0).padStart(6)
}
