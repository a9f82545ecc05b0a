/** Links from the guide to the reference: `[Path](ref:Path)`, and the list of names at the end of a chapter. */
import { readFileSync } from 'node:fs'
import type { MarkdownRenderer } from 'vitepress'
import { CHAPTERS } from './chapters.ts'

/** Made by scripts/docs-reference.ts: the page of each public name, `/reference/sallyport/functions/Path`. */
const index = new URL('../reference/names.json', import.meta.url)

/** Has Markdown know `ref:` and end a chapter in links to the names that it explains. */
export function referenceLinks(md: MarkdownRenderer): void {
  const pages = new Map(Object.entries(JSON.parse(readFileSync(index, 'utf8')) as Record<string, string>))
  const pageOf = (name: string, where: string): string => {
    const page = pages.get(name)
    if (page === undefined) throw new Error(`${where}: ref:${name} is no public name. Write App, or jwt/JWT.`)
    return page
  }
  md.core.ruler.before('normalize', 'reference-list', (state) => {
    const path = (state.env as { relativePath?: string }).relativePath
    const names = CHAPTERS.find((chapter) => `${chapter.path}.md` === path)?.names?.split(' ') ?? []
    if (names.length === 0) return
    const links = names.map((name) => `[\`${name.slice(name.indexOf('/') + 1)}\`](ref:${name})`)
    state.src += `\n\n## In the reference {#reference}\n\n${links.join(' · ')}\n`
  })
  md.core.ruler.after('inline', 'reference-links', (state) => {
    const path = (state.env as { relativePath?: string }).relativePath ?? 'a page'
    for (const block of state.tokens) {
      for (const token of block.children ?? []) {
        const href = token.attrGet('href')
        if (href?.startsWith('ref:')) token.attrSet('href', pageOf(href.slice(4), path))
      }
    }
  })
}
