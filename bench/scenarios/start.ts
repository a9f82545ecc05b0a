/** 10: starting, in `bench/startup.ts`. */
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Result } from '../measure/figures.ts'
import type { Scenario } from './scenario.ts'

const program = fileURLToPath(new URL('../startup.ts', import.meta.url))

export const start: Scenario = {
  number: '10',
  title: 'Start: import, first answer and memory for 10 and 1,000 operations; the document',
  async run({ folder, say }) {
    if (!existsSync(program)) {
      say('bench/startup.ts is not there: left out')
      return {}
    }
    const json = join(folder, 'startup.json')
    await promisify(execFile)(process.execPath, [program, '--json', json], { maxBuffer: 2 ** 26 })
    const { medians, ratios, facts } = JSON.parse(readFileSync(json, 'utf8')) as Result
    return { '10': { title: this.title, unit: 'ms', medians, ratios, ...(facts === undefined ? {} : { facts }) } }
  },
}
