/**
 * The guide as a reader follows it: in an empty folder, with the packed package from npm's point of view, each chapter's programs served by
 * the command and asked by the real curl, in the order of the sidebar.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CHAPTERS } from '../../docs/.vitepress/chapters.ts'
import { chapters } from '../docs/chapter.ts'
import { commandsOf, expectQuoted } from '../docs/curl.ts'
import { Variables } from '../docs/variables.ts'
import { ReadersFolder } from './folder.ts'

const folder = new ReadersFolder()
/** Programs of other frameworks, which serve themselves. */
const SERVES_ITSELF: ReadonlySet<string> = new Set(['running/mounting.md'])
/** What a page asks of a name that a reader does not have. */
const ELSEWHERE = /https?:\/\/(?!127\.0\.0\.1|localhost)/
const order = new Map(CHAPTERS.map(({ path }, at) => [`${path}.md`, at]))
const followed = chapters
  .map(({ path, fences }) => ({ path, blocks: fences.filter(({ text }) => /^\$ (?:\w+=\$\()?curl /m.test(text)) }))
  .filter(({ path, blocks }) => blocks.length > 0 && !SERVES_ITSELF.has(path))
  .sort((one, other) => (order.get(one.path) ?? 0) - (order.get(other.path) ?? 0))

beforeAll(async () => {
  const programs = followed.flatMap(({ blocks }) => blocks.flatMap(({ program }) => program ?? []))
  const commands = chapters
    .filter(({ path }) => followed.some((each) => each.path === path))
    .flatMap(({ fences }) => fences.filter(({ language }) => language === 'sh').map(({ text }) => text))
  await folder.install([...new Set(programs)], commands)
}, 240_000)

afterAll(() => folder[Symbol.dispose]())

test('there is a tutorial to follow', () => expect(followed.length).toBeGreaterThan(20))

test.each(followed)('$path', async ({ blocks }) => {
  const variables = new Variables()
  try {
    for (const { text, program = '' } of blocks) {
      const url = await folder.serve(program)
      const answering = (command: string): Promise<Response> => folder.curl(command, url)
      for (const { command, output } of commandsOf(text)) {
        if (await variables.assign(answering, command)) continue
        if (ELSEWHERE.test(command.replace(/'[^']*'/g, ''))) continue
        if (command.startsWith('curl ')) await expectQuoted(answering, { command: variables.fill(command), output })
      }
    }
  } finally {
    await folder.stop()
  }
})
