/** 10: starting, in `bench/startup.ts`. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Result } from '../measure/figures.ts'
import { pinned } from '../measure/pin.ts'
import type { Scenario } from './scenario.ts'

const program = fileURLToPath(new URL('../startup.ts', import.meta.url))

export const start: Scenario = {
  number: '10',
  title: 'Start: import, first answer and memory for 10 and 1,000 operations; the document',
  async run({ folder, say, rounds }) {
    say('in processes of their own, in turns')
    const json = join(folder, 'startup.json')
    const [command, ...args] = pinned(0, process.execPath, program, '--json', json, '--rounds', String(rounds))
    await promisify(execFile)(command as string, args, { maxBuffer: 2 ** 26 })
    const { scenarios } = JSON.parse(readFileSync(json, 'utf8')) as { scenarios: Readonly<Record<string, Result>> }
    return { ...scenarios }
  },
}
