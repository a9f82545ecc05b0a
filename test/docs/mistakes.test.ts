import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { chapters, docs } from './chapter.ts'
import { DECLARED, REQUESTED } from './mistakes.ts'

/** Programs whose log a chapter quotes: they are in answers.test.ts and dependencies.test.ts. */
const ELSEWHERE = /GET \/(?:broken|settings)|caught an exception and did not throw it again/

const quoted = chapters
  .filter(({ path }) => path.startsWith('tutorial/'))
  .flatMap(({ fences }) => fences.filter(({ language }) => language === 'text').map(({ text }) => text))

test('the errors that the tutorial quotes are those that the mistakes make', async () => {
  const made: string[] = []
  const keep = (error: unknown): void => {
    made.push(String(error))
  }
  for (const mistake of DECLARED) {
    try {
      mistake()
      made.push(`nothing is thrown by ${mistake}`)
    } catch (error) {
      keep(error)
    }
  }
  for (const mistake of REQUESTED) await mistake(keep).request('/')
  const errors = quoted.filter((text) => /^\w*Error: /.test(text) && !ELSEWHERE.test(text))
  expect([...new Set(errors)].sort()).toEqual([...new Set(made)].sort())
})

test('so is what the compiler says', { timeout: 60_000 }, () => {
  const folder = join(docs, '../test-output/docs-mistakes')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ extends: '../../tsconfig.json', include: ['*.ts'] }))
  writeFileSync(join(folder, 'main.ts'), "import { App } from 'sallyport'\nnew App().get('/items/{id}', () => 1)\n")
  const { stdout } = spawnSync('tsc', ['-p', folder, '--pretty', 'false'], { encoding: 'utf8' })
  const errors = quoted.filter((text) => text.startsWith('error TS'))
  expect(errors.length).toBeGreaterThan(0)
  for (const error of errors) expect(stdout).toContain(error)
})
