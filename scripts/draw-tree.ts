/**
 * Brings the tree in CONTRIBUTING.md up to date with `src/`: `node scripts/draw-tree.ts`.
 *
 * What is drawn keeps its place and its phrase; what is gone goes; what is new stands at the end of its folder, with the
 * first sentence of its file as a draft of the phrase. Put that right by hand.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = new URL('..', import.meta.url)
const page = new URL('CONTRIBUTING.md', root)
const block = /^```\nsrc\/\n([\s\S]*?)^```/m

/** Folders, whose names end in a slash, and files; each with its phrase. A folder stands before what is in it. */
function readTree(text: string): Map<string, string> {
  const drawn = new Map<string, string>()
  const folders: string[] = []
  for (const line of (block.exec(text)?.[1] ?? '').split('\n')) {
    const [, indent = '', name = '', phrase = ''] = /^( +)(\S+)\s*(.*)$/.exec(line) ?? []
    if (name === '') continue
    folders.length = indent.length / 2 - 1
    drawn.set(folders.join('') + name, phrase)
    if (name.endsWith('/')) folders.push(name)
  }
  return drawn
}

function drawTree(drawn: ReadonlyMap<string, string>): string {
  return [...drawn]
    .map(([path, phrase]) => {
      const depth = path.replace(/\/$/, '').split('/').length
      return `${`${'  '.repeat(depth)}${basename(path)}${path.endsWith('/') ? '/' : ''}`.padEnd(29)} ${phrase}`.trimEnd()
    })
    .join('\n')
}

/** Puts a path behind the last one of its folder, which is drawn first when it is new. */
function place(drawn: Map<string, string>, path: string, phrase: string): Map<string, string> {
  const folder = path.replace(/[^/]+\/?$/, '')
  const ready = folder === '' || drawn.has(folder) ? drawn : place(drawn, folder, '')
  const entries = [...ready]
  const inFolder = (other: string): boolean =>
    other === folder || (other.startsWith(folder) && (folder !== '' || !other.includes('/')))
  entries.splice(entries.findLastIndex(([other]) => inFolder(other)) + 1, 0, [path, phrase])
  return new Map(entries)
}

/** The first sentence that a file says of itself, as the beginning of a line. */
function firstSentence(file: string): string {
  const text = readFileSync(new URL(`src/${file}`, root), 'utf8')
  const comment = /\/\*\*([\s\S]*?)\*\//.exec(text)?.[1] ?? ''
  const sentence =
    comment
      .replace(/^\s*\*? ?/gm, ' ')
      .replace(/\s+/g, ' ')
      .trim()
      .split(/[.:;](?=\s|$)/)[0] ?? ''
  const short = sentence.length > 80 ? `${sentence.slice(0, 80).replace(/\s\S*$/, '')} …` : sentence
  return short === '' ? basename(file, '.ts') : short.charAt(0).toLowerCase() + short.slice(1)
}

const text = readFileSync(page, 'utf8')
const files = globSync('**/*.ts', { cwd: fileURLToPath(new URL('src', root)), exclude: ['docs/assets/**'] }).sort()
let tree = new Map(
  [...readTree(text)].filter(([path]) =>
    path.endsWith('/') ? files.some((file) => file.startsWith(path)) : files.includes(path),
  ),
)
for (const file of files.filter((path) => !tree.has(path))) {
  tree = place(tree, file, firstSentence(file))
  console.log(`Drawn, check its phrase: ${file}: ${tree.get(file)}`)
}
writeFileSync(
  page,
  text.replace(block, () => `\`\`\`\nsrc/\n${drawTree(tree)}\n\`\`\``),
)
