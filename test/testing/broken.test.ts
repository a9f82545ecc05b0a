/** Small apps, each with a hole: attack() finds it, and nothing else. */
import { readdirSync } from 'node:fs'
import { serve } from 'sallyport/node'
import { attack } from 'sallyport/testing'
import { describe, expect, test } from 'vitest'
import type { Broken } from './broken/case.ts'

const names = readdirSync(new URL('./broken', import.meta.url))
  .map((file) => file.replace(/\.ts$/, ''))
  .filter((name) => name !== 'case')

test('there are twenty of them at least', () => expect(names.length).toBeGreaterThanOrEqual(20))

/** In process, and over a connection to Node's adapter: both ways in have to be found open. */
describe.each(['app.fetch', 'serve'])('%s', (way) => {
  test.each(names)('%s', async (name) => {
    const { default: broken } = (await import(`./broken/${name}.ts`)) as { default: Broken }
    await using server =
      way === 'serve' ? await serve(broken.app, { port: 0, installSignalHandlers: false }) : undefined
    const report = await attack(broken.app, { ...broken.options, ...(server && { url: server.url }) })
    const found = [...new Set(report.failures.map(({ kind, where }) => `${kind} ${where}`))]
    expect(found.sort(), report.toString()).toEqual(broken.holes.map(([kind, where]) => `${kind} ${where}`).sort())
    if (broken.by !== undefined) expect(report.failures[0]?.attacks).toContain(broken.by)
    expect(() => report.assert()).toThrow(/^\d+ requests? to \d+ operations?: [1-9]\d* holes?/)
  })
})
