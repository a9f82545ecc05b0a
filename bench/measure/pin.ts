import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/** Whether processes can be bound to cores here: Linux with two of them. */
export const pins: boolean = availableParallelism() >= 2 && spawnSync('taskset', ['--version']).status === 0

/** A command bound to a core: the server has core 0, what loads it core 1. */
export function pinned(core: 0 | 1, ...command: string[]): string[] {
  return pins ? ['taskset', '-c', String(core), ...command] : command
}

/** Binds this process beside the load, so that it stays out of the servers' way. */
export function pinSelf(): void {
  if (pins) spawnSync('taskset', ['--all-tasks', '-cp', '1', String(process.pid)])
}
