import { spawnSync } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { entries } from '../../scripts/docs-reference.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

interface Example {
  readonly where: string
  readonly code: string
}

/** Every `@example` in the JSDoc of a source: the fenced code, or the bare text after the tag. */
function examplesOf(file: string, source: string): Example[] {
  const found: Example[] = []
  for (const { 0: comment, index } of source.matchAll(/\/\*\*[\s\S]*?\*\//g)) {
    const lines = comment
      .split('\n')
      .map((line) => line.replace(/^\s*(?:\/\*\*|\*\/|\*) ?/, '').replace(/\s*\*\/$/, ''))
    const text = lines.join('\n')
    for (const part of text.split(/^@example\b/m).slice(1)) {
      const line = source.slice(0, index).split('\n').length
      const body = part.split(/^@\w/m)[0] ?? ''
      const fences = [...body.matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)]
      const codes = fences.length > 0 ? fences.filter(([, kind]) => kind === 'ts').map(([, , code]) => code) : [body]
      for (const code of codes) found.push({ where: `${file}:${line}`, code: code ?? '' })
    }
  }
  return found
}

const examples = globSync('src/**/*.ts', { cwd: root })
  .map((file) => file.replaceAll('\\', '/'))
  .sort()
  .flatMap((file) => examplesOf(file, readFileSync(join(root, file), 'utf8')))

/** Compiles programs as a user's would be, against `src/`; gives what the compiler says, with the place of the example. */
function compile(programs: readonly Example[]): string[] {
  const folder = join(root, 'test-output/docs-examples')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const [n, { code }] of programs.entries()) writeFileSync(join(folder, `${n}.ts`), `${code}\nexport {}\n`)
  const paths = Object.fromEntries(
    [...entries()].map(([subpath, file]) => [`sallyport${subpath.slice(1)}`, [join(root, file)]]),
  )
  const options = {
    extends: '../../tsconfig.json',
    // An example may declare what it then does not use: it shows how to make it.
    compilerOptions: { noUnusedLocals: false, noUnusedParameters: false, paths },
    include: ['*.ts'],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(options))
  const { stdout } = spawnSync('tsc', ['-p', folder, '--pretty', 'false'], { cwd: folder, encoding: 'utf8' })
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) =>
      line.replace(
        /^(\d+)\.ts\((\d+),\d+\)/,
        (_, n: string, row: string) => `${programs[Number(n)]?.where} (line ${row} of its example)`,
      ),
    )
}

test('every @example compiles', { timeout: 120_000 }, () => {
  expect(examples.length).toBeGreaterThan(100)
  const wrong = { where: 'a wrong one', code: "import { App } from 'sallyport'\nnew App({ titel: 'x' })" }
  const said = compile([...examples, wrong])
  expect(said.filter((line) => !line.startsWith(wrong.where))).toEqual([])
  expect(said.join('\n')).toContain("'titel' does not exist in type 'AppOptions'")
})

test('an example imports what it uses by the names that users have', () => {
  const relative = examples.filter(({ code }) => /from '\./.test(code)).map(({ where }) => where)
  expect(relative).toEqual([])
})
