import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

/** Whether a program is there, and answers this with success. */
export function works(program: string, ...args: string[]): boolean {
  return spawnSync(program, args).status === 0
}

/** What a program prints; fails if it does. */
export async function printed(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  if (status !== 0) throw new Error(`${program} ended with ${status}:\n${stderr}`)
  return stdout
}
