import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CHAPTERS } from '../../docs/.vitepress/chapters.ts'
import { chaptersByName, entries } from '../../scripts/docs-reference.ts'
import { chapters, docs, readChapter, sources } from './chapter.ts'

const tests = globSync('**/*.ts', { cwd: import.meta.dirname }).map((file) => ({
  file,
  text: readFileSync(join(import.meta.dirname, file), 'utf8'),
}))
const browserTests = globSync('*.test.ts', { cwd: join(import.meta.dirname, '../browser') })
  .map((file) => readFileSync(join(import.meta.dirname, '../browser', file), 'utf8'))
  .join('\n')
const tested = new Set(sources.filter((file) => tests.some(({ text }) => text.includes(`/docs/${file}'`))))
for (const file of tested) {
  const imports = readFileSync(join(docs, file), 'utf8').matchAll(/(?:from|import) '(\.[^']+)'/g)
  for (const [, path = ''] of imports) tested.add(posix.join(posix.dirname(file), path))
}
const CODE = /^(?:ts|typescript|tsx|js|javascript|mjs)$/

describe.each(chapters)('$path', ({ path, text, includes, fences }) => {
  test('includes only what is there', () => {
    const missing = includes.filter(({ file, region }) => {
      if (!existsSync(join(docs, file)) || !file.startsWith('src/')) return true
      return region !== undefined && !regionsOf(file).includes(region)
    })
    expect(missing).toEqual([])
  })

  test('lights up lines that say something', () => {
    for (const [, file = '', lit = ''] of text.matchAll(/^<<< \.\.\/(\S+?)\{([\d,-]+)\}$/gm)) {
      const lines = readFileSync(join(docs, file), 'utf8').split('\n')
      for (const part of lit.split(',')) expect(lines[Number(part.split('-')[0]) - 1], `${file}:${part}`).toMatch(/\S/)
    }
  })

  test('has no code of its own, unless it says why', () => {
    const own = fences.filter(({ language, reason }) => CODE.test(language) && reason === undefined)
    expect(own.map(({ line }) => `${path}:${line}`)).toEqual([])
  })

  test('links to names that are public', () => {
    const names = [...text.matchAll(/\]\(ref:([^)]*)\)/g)].map(([, name = '']) => name)
    expect(names.filter((name) => !publicNames().has(name))).toEqual([])
  })

  test('shows pictures that are there, and says what is on them', () => {
    for (const [, said, image = ''] of text.matchAll(/!\[([^\]]*)\]\(([^)\s]+)\)/g)) {
      expect(said).not.toBe('')
      expect(existsSync(join(docs, 'public', image)), image).toBe(true)
      const [, name] = /^\/screenshots\/(.+)\.png$/.exec(image) ?? []
      if (name !== undefined) expect(browserTests, `a browser test takes ${name}`).toContain(`, '${name}')`)
    }
  })

  test('is in the sidebar, once', () => {
    const listed = CHAPTERS.filter((chapter) => `${chapter.path}.md` === path)
    expect(listed.length).toBe(path === 'index.md' ? 0 : 1)
  })
})

describe.each(sources)('docs/%s', (file) => {
  test('is shown on a page', () => {
    expect(chapters.filter(({ includes }) => includes.some((include) => include.file === file))).not.toEqual([])
  })

  test('is imported by a test, or by a program that is', () => {
    expect([...tested]).toContain(file)
  })

  test('is an app where it is a program', () => {
    const text = readFileSync(join(docs, file), 'utf8')
    if (file.endsWith('/main.ts')) expect(text).toMatch(/^export default \w+|^export \{[^}]*\bas default\b/m)
  })

  test('closes the regions that it opens', () => {
    const lines = readFileSync(join(docs, file), 'utf8')
    const ends = [...lines.matchAll(/^\s*\/\/ #endregion ([\w-]+)$/gm)].map(([, name]) => name)
    expect(ends.sort()).toEqual(regionsOf(file).sort())
  })
})

test('a name belongs to one chapter, and is public', () => {
  const names = [...chaptersByName(CHAPTERS).keys()]
  expect(names.filter((name) => !publicNames().has(name))).toEqual([])
  expect(() => chaptersByName([...CHAPTERS, { path: 'x', title: 'X', names: 'App' }])).toThrow(
    'App is in tutorial/first-app and in x',
  )
})

test('a page is read as it is written', () => {
  const page = readChapter(
    'tutorial/x.md',
    '<<< ../src/a/main.ts#one{2}\n\n```ts\na\n```\n<!-- not run: theirs -->\n\n```ts\nb\n```\n',
  )
  expect(page.includes).toEqual([{ file: 'src/a/main.ts', region: 'one', line: 1 }])
  const program = 'src/a/main.ts'
  expect(page.fences).toEqual([
    { language: 'ts', text: 'a', line: 3, program, reason: undefined },
    { language: 'ts', text: 'b', line: 8, program, reason: 'theirs' },
  ])
})

function regionsOf(file: string): string[] {
  const text = readFileSync(join(docs, file), 'utf8')
  return [...text.matchAll(/^\s*\/\/ #region ([\w-]+)$/gm)].map(([, name = '']) => name)
}

let found: Set<string> | undefined

/** The names that the entries export, as `ref:` writes them: `App`, `jwt/JWT`. */
function publicNames(): Set<string> {
  if (found) return found
  found = new Set()
  for (const [subpath, file] of entries()) {
    const prefix = subpath === '.' ? '' : `${subpath.slice(2)}/`
    for (const name of exportsOf(join(docs, '..', file))) found.add(prefix + name)
  }
  return found
}

function exportsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  const listed = [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, list = '']) => list.split(','))
  const declared = text.matchAll(/^export (?:abstract )?(?:async )?(?:function|const|class|interface|type) (\w+)/gm)
  const whole = [...text.matchAll(/^export \* from '(\.[^']+)'/gm)]
  return [
    ...listed.map((name) => name.trim().replace(/^type |.* as /g, '')),
    ...[...declared].map(([, name = '']) => name),
    ...whole.flatMap(([, path = '']) => exportsOf(join(dirname(file), path))),
  ]
}
