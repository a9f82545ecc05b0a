import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { z } from 'zod'
import { App } from '../../src/app.ts'
import { Header } from '../../src/params.ts'
import { chapters, docs } from './chapter.ts'
import { commandsOf, expectQuoted, quote } from './curl.ts'
import { Variables } from './variables.ts'

const quoting = chapters
  .map(({ path, fences }) => ({ path, blocks: fences.filter(({ text }) => /^\$ (?:\w+=\$\()?curl /m.test(text)) }))
  .filter(({ blocks }) => blocks.length > 0)

/** With DOCS_QUOTES=tutorial/ the pages whose paths begin so are given the answers that their programs give now. */
const writing = process.env.DOCS_QUOTES

/** Answers that a page quotes are those that its programs give: every `$ curl` in order, against the program included last. */
test.each(quoting)('$path quotes what its programs answer', async ({ path, blocks }) => {
  vi.resetModules()
  vi.spyOn(console, 'error').mockImplementation(() => {}) // programs that show a 500 report it
  const variables = new Variables()
  for (const { text, program, line } of blocks) {
    if (program === undefined) throw new Error(`${path}:${line} runs curl, and no program is included before it.`)
    const { default: app } = (await import(/* @vite-ignore */ `${docs}${program}`)) as { default: App }
    if (writing && path.startsWith(writing)) await writeQuotes(path, text, app, variables)
    else
      for (const { command, output } of commandsOf(text)) {
        if (await variables.assign(app, command)) continue
        if (isCurl(command)) await expectQuoted(app, { command: variables.fill(command), output })
      }
  }
  vi.restoreAllMocks()
})

function isCurl(command: string): boolean {
  return command.startsWith('curl ')
}

async function writeQuotes(path: string, text: string, app: App, variables: Variables): Promise<void> {
  const blocks: string[] = []
  for (const block of text.split(/\n\s*(?=\$ )/)) {
    const [quoted] = commandsOf(block)
    const assigned = quoted !== undefined && (await variables.assign(app, quoted.command))
    if (quoted === undefined || assigned || !isCurl(quoted.command)) blocks.push(block.trimEnd())
    else {
      const command = /^\$ (?:.*\\\n)*.*/.exec(block)?.[0] ?? ''
      const filled = { command: variables.fill(quoted.command), output: quoted.output }
      // An answer that still fits stays as it is: with what its author left out.
      const still =
        filled.output !== '' &&
        (await expectQuoted(app, filled).then(
          () => true,
          () => false,
        ))
      blocks.push(still ? block.trimEnd() : `${command}\n${await quote(app, filled)}`.trimEnd())
    }
  }
  const page = readFileSync(join(docs, path), 'utf8')
  writeFileSync(
    join(docs, path),
    page.replace(`\n${text}\n`, () => `\n${blocks.join('\n\n')}\n`),
  )
}

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

test('what changes is kept in a variable, or left out of the quotation', async () => {
  const app = new App()
  app.get('/token', () => ({ access_token: 'abc.def', list: ['xyz'] }))
  app.get('/me', { params: { authorization: Header(z.string()) } }, ({ authorization }) => ({ authorization }))
  const variables = new Variables()
  expect(await variables.assign(app, 'TOKEN=$(curl -s localhost:8000/token | jq -r .access_token)')).toBe(true)
  const command = variables.fill('curl -H "Authorization: Bearer $TOKEN" localhost:8000/me')
  await expectQuoted(app, { command, output: '{"authorization":"Bearer abc.def"}' })
  await expectQuoted(app, { command, output: '{"authorization":"Bearer …"}' })
  await expect(expectQuoted(app, { command, output: '{"authorization":"Basic …"}' })).rejects.toThrow()
  await expectQuoted(app, { command: 'curl localhost:8000/token', output: '{"access_token":"a…f","list":["…"]}' })
  await expect(variables.assign(app, 'TOKEN=$(curl -s localhost:8000/token | jq -r .key)')).rejects.toThrow()
  expect(() => variables.fill('curl -H "X-Key: $KEY" localhost:8000')).toThrow('Nothing sets $KEY')
})
