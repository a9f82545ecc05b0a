import { expect, test, vi } from 'vitest'
import { App } from '../../src/app.ts'
import { chapters, docs } from './chapter.ts'
import { commandsOf, expectQuoted } from './curl.ts'

const quoting = chapters
  .map(({ path, fences }) => ({ path, blocks: fences.filter(({ text }) => /^\$ curl /m.test(text)) }))
  .filter(({ blocks }) => blocks.length > 0)

/** Answers that a page quotes are those that its programs give: every `$ curl` in order, against the program included last. */
test.each(quoting)('$path quotes what its programs answer', async ({ path, blocks }) => {
  vi.resetModules()
  vi.spyOn(console, 'error').mockImplementation(() => {}) // programs that show a 500 report it
  for (const { text, program, line } of blocks) {
    if (program === undefined) throw new Error(`${path}:${line} runs curl, and no program is included before it.`)
    const { default: app } = (await import(/* @vite-ignore */ `${docs}${program}`)) as { default: App }
    for (const quoted of commandsOf(text)) if (quoted.command.startsWith('curl ')) await expectQuoted(app, quoted)
  }
  vi.restoreAllMocks()
})

test('a wrong quotation fails', async () => {
  const app = new App()
  app.get('/', () => ({ message: 'Hello' }))
  const right = commandsOf(
    '$ curl -i http://localhost:8000/\nHTTP/1.1 200 OK\ncontent-type: application/json\n\n{"message": "Hello"}',
  )
  for (const quoted of right) await expectQuoted(app, quoted)
  for (const output of ['{"message":"Hi"}', ''])
    await expect(expectQuoted(app, { command: 'curl http://localhost:8000/', output })).rejects.toThrow()
  const status = { command: 'curl -i localhost:8000/', output: 'HTTP/1.1 404 Not Found\n\n{"message":"Hello"}' }
  await expect(expectQuoted(app, status)).rejects.toThrow()
})
