import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { pinned } from './pin.ts'

/** What wrk says of a run. */
export interface Run {
  /** Requests a second. */
  readonly rate: number
  readonly requests: number
  /** Answers other than 2xx and 3xx. */
  readonly refused: number
  /** Milliseconds that 99 of 100 requests took at most. */
  readonly p99: number
}

/**
 * Reads what wrk prints.
 *
 * @throws Error for connections that broke: a server that gives up is not fast; and for a text that is not wrk's.
 */
export function parseWrk(text: string): Run {
  const errors = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(text)
  if (errors) throw new Error(`connections broke:\n${text}`)
  const number = (pattern: RegExp): number => Number(pattern.exec(text)?.[1])
  const latency = /99%\s+([\d.]+)(us|ms|s)/.exec(text)
  const run = {
    rate: number(/Requests\/sec:\s+([\d.]+)/),
    requests: number(/(\d+) requests in/),
    refused: Number(/Non-2xx or 3xx responses: (\d+)/.exec(text)?.[1] ?? 0),
    p99: latency ? Number(latency[1]) * { us: 0.001, ms: 1, s: 1000 }[latency[2] as 'us' | 'ms' | 's'] : Number.NaN,
  }
  if (Number.isNaN(run.requests)) throw new Error(`wrk answered nothing that can be read:\n${text}`)
  return run
}

/** Loads a server. */
export async function wrk(host: string, script: string, seconds: number, connections: number): Promise<Run> {
  const [program, ...args] = pinned(
    1,
    ...['wrk', '--threads', '1', '--connections', String(connections), '--duration', `${seconds}s`],
    ...['--latency', '--timeout', '10s', '--script', script, `http://${host}/`],
  )
  const { stdout } = await promisify(execFile)(program as string, args)
  return parseWrk(stdout)
}
