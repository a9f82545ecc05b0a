/** What is measured without HTTP, each in a process of its own on the servers' core. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { SECRET } from '../peers/contract.ts'
import { pinned } from './pin.ts'

/** How many hashes a credential cost. */
export interface Hashes {
  readonly name: string
  readonly length: number
  readonly status: number
  readonly hashes: number
}

export async function countHashes(): Promise<readonly Hashes[]> {
  const found = (await jsonOf('hash-count.ts')) as readonly Hashes[]
  const good = found.find(({ status }) => status === 200)
  // Whatever else hashes would go uncounted, and the count would mean nothing.
  if (good?.hashes !== 1) throw new Error('the count of hashes does not see that of a good token')
  return found
}

/** Nanoseconds of a call, by path. */
export async function dependencyCosts(rounds: number): Promise<Readonly<Record<string, number>>> {
  return (await jsonOf('dependency-cost.ts', String(rounds))) as Readonly<Record<string, number>>
}

async function jsonOf(file: string, ...args: string[]): Promise<unknown> {
  const path = fileURLToPath(new URL(`../peers/${file}`, import.meta.url))
  const [program, ...rest] = pinned(0, process.execPath, path, ...args)
  const env = { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '', BENCH_SECRET: SECRET }
  const { stdout } = await promisify(execFile)(program as string, rest, { env })
  return JSON.parse(stdout)
}
