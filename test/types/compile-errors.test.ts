/** The compile errors that a user meets, as the compiler prints them: read the snapshot as a person would. */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = fileURLToPath(new URL('wrong', import.meta.url))
const tsc = `${root}node_modules/.bin/tsc`
const { stdout } = spawnSync(tsc, ['-p', `${folder}/tsconfig.json`, '--pretty', 'false'], {
  cwd: root,
  encoding: 'utf8',
})

/** The messages of each file, without the places. */
const messages = new Map<string, string>()
for (const part of stdout.split(/^(?=\S)/m)) {
  const match = /^test\/types\/wrong\/([\w-]+)\.ts\(\d+,\d+\): error (TS\d+: [\s\S]*)$/.exec(part)
  const [, name = '?', message = part] = match ?? []
  messages.set(name, (messages.get(name) ?? '') + message)
}

describe('a wrong program gets a sentence', () => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts'))
  test.each(files.map((file) => file.replace(/\.ts$/, '')))('%s', (name) => {
    expect(messages.get(name)).toMatchSnapshot()
    expect(messages.get(name), 'the file must not compile').toBeDefined()
  })
  test('no other errors', () => {
    expect([...messages.keys()].sort()).toEqual(files.map((file) => file.replace(/\.ts$/, '')).sort())
  })
})
