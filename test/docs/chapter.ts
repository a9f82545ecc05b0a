/** Reads the pages of the guide: what they include, what they have in fences, which answers they quote. */
import { globSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'

export const docs: string = fileURLToPath(new URL('../../docs/', import.meta.url))

/** A line `<<< ../src/first-app/main.ts#region{1,4}` of a page. */
export interface Include {
  /** Below `docs/`: `src/first-app/main.ts`. */
  readonly file: string
  readonly region: string | undefined
  readonly line: number
}

/** A fenced block that stands in the page itself. */
export interface Fence {
  readonly language: string
  readonly text: string
  readonly line: number
  /** The program that was included last before it. */
  readonly program: string | undefined
  /** Why a block of code is not included from a program: `<!-- not run: another framework -->` on the line before. */
  readonly reason: string | undefined
}

/** A page of the guide. */
export interface Chapter {
  /** Below `docs/`: `tutorial/body.md`. */
  readonly path: string
  readonly text: string
  readonly includes: readonly Include[]
  readonly fences: readonly Fence[]
}

/** Every page that is written by hand. */
export const chapters: readonly Chapter[] = globSync('**/*.md', {
  cwd: docs,
  exclude: (path) => /^(?:reference|src|public|WRITING\.md)$|node_modules|\.vitepress/.test(path),
})
  .map((path) => path.replaceAll('\\', '/'))
  .sort()
  .map((path) => readChapter(path, readFileSync(join(docs, path), 'utf8')))

/** Every program and module of `docs/src`. */
export const sources: readonly string[] = globSync('src/**/*.{ts,js,mjs}', { cwd: docs })
  .map((path) => path.replaceAll('\\', '/'))
  .sort()

/** Reads one page. */
export function readChapter(path: string, text: string): Chapter {
  const includes: Include[] = []
  const fences: Fence[] = []
  let open: { mark: string; language: string; line: number; reason: string | undefined; lines: string[] } | undefined
  let before = ''
  for (const [n, line] of text.split('\n').entries()) {
    if (open) {
      if (line.trim() !== open.mark) open.lines.push(line)
      else {
        const { language, reason, lines } = open
        fences.push({ language, text: lines.join('\n'), line: open.line, program: includes.at(-1)?.file, reason })
        open = undefined
      }
      continue
    }
    const [, mark, language = ''] = /^\s*(`{3,}|~{3,})\s*([\w-]*)/.exec(line) ?? []
    const [, included, region] = /^\s*<<<\s+([^\s#{[]+)(?:#([\w-]+))?/.exec(line) ?? []
    if (mark) open = { mark, language, line: n + 1, reason: /^<!-- not run: (.+) -->$/.exec(before)?.[1], lines: [] }
    else if (included) includes.push({ file: posix.join(posix.dirname(path), included), region, line: n + 1 })
    if (line.trim() !== '') before = line.trim()
  }
  return { path, text, includes, fences }
}
