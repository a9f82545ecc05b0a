/**
 * Makes the reference of the site from the JSDoc of `src/`: pages by TypeDoc, links from them to the chapters of the guide, and
 * `names.json`, by which the guide finds the page of a name.
 */
import { spawnSync } from 'node:child_process'
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CHAPTERS, type Chapter } from '../docs/.vitepress/chapters.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const site = fileURLToPath(new URL('../docs/.vitepress/', import.meta.url))
const reference = fileURLToPath(new URL('../docs/reference/', import.meta.url))
/** A name may be a value and a type; the page of the value says more. */
const KINDS = ['classes', 'functions', 'variables', 'interfaces', 'type-aliases']

/**
 * Writes `docs/reference/`.
 *
 * @returns how many pages there are.
 * @throws Error when TypeDoc fails, or when chapters.ts has a name that is not public.
 */
export function makeReference(): number {
  rmSync(reference, { recursive: true, force: true })
  const { status } = spawnSync(
    process.execPath,
    [
      join(site, 'node_modules/typedoc/bin/typedoc'),
      ...['--options', 'typedoc.json', '--logLevel', 'Warn'],
      ...[...entries().values()].flatMap((file) => ['--entryPoints', join(root, file)]),
    ],
    { cwd: site, stdio: 'inherit' },
  )
  if (status !== 0) throw new Error('TypeDoc failed; what it says above is the reason.')
  const pages = globSync('**/*.md', { cwd: reference }).map((path) => path.replaceAll('\\', '/'))
  for (const page of pages) withSiteAnchors(join(reference, page))
  const names = namesOf(pages)
  writeFileSync(join(reference, 'names.json'), JSON.stringify(Object.fromEntries(names), null, 1))
  for (const [name, chapter] of chaptersByName(CHAPTERS)) {
    const page = names.get(name)
    if (page === undefined) throw new Error(`docs/.vitepress/chapters.ts: ${chapter.path}: ${name} is no public name.`)
    linkToChapter(name, page, chapter, pages)
  }
  return pages.length
}

/** The source of each subpath that package.json exports: `.` is `src/index.ts`, `./jwt` is `src/jwt/index.ts`. */
export function entries(): Map<string, string> {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    exports: Record<string, string | { default: string }>
  }
  const found = new Map<string, string>()
  for (const [subpath, target] of Object.entries(exports)) {
    if (typeof target === 'string') continue
    found.set(subpath, target.default.replace(/^\.\/dist\//, 'src/').replace(/\.js$/, '.ts'))
  }
  return found
}

/** The chapter of each name. @throws Error for a name that two chapters have. */
export function chaptersByName(chapters: readonly Chapter[]): Map<string, Chapter> {
  const found = new Map<string, Chapter>()
  for (const chapter of chapters) {
    for (const name of chapter.names?.split(' ') ?? []) {
      const other = found.get(name)
      if (other) throw new Error(`docs/.vitepress/chapters.ts: ${name} is in ${other.path} and in ${chapter.path}.`)
      found.set(name, chapter)
    }
  }
  return found
}

/** `sallyport/jwt/classes/JWT.md` is the page of `jwt/JWT`, `sallyport/functions/Path.md` that of `Path`. */
function namesOf(pages: readonly string[]): Map<string, string> {
  const found = new Map<string, { page: string; rank: number }>()
  for (const page of pages) {
    const [, module, kind = '', name] = /^sallyport\/(?:([\w-]+)\/)?([\w-]+)\/(\w+)\.md$/.exec(page) ?? []
    const rank = KINDS.indexOf(kind)
    if (rank < 0 || name === 'index') continue
    const key = module === undefined ? String(name) : `${module}/${name}`
    const before = found.get(key)
    if (before === undefined || rank < before.rank) found.set(key, { page: `/reference/${page.slice(0, -3)}`, rank })
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, { page }]) => [name, page]))
}

/** Puts a link below the title of every page of a name: a value and a type may share it. */
function linkToChapter(name: string, page: string, chapter: Chapter, pages: readonly string[]): void {
  const exists = globSync(`${chapter.path}.md`, { cwd: join(reference, '..') }).length > 0
  if (!exists) return
  const folder = page.split('/').slice(2, -2).join('/')
  const last = name.slice(name.indexOf('/') + 1)
  for (const kind of KINDS) {
    const file = `${folder}/${kind}/${last}.md`
    if (!pages.includes(file)) continue
    const text = readFileSync(join(reference, file), 'utf8')
    writeFileSync(
      join(reference, file),
      text.replace(/^# .*$/m, (title) => `${title}\n\nIn the guide: [${chapter.title}](/${chapter.path})`),
    )
  }
}

/** The site writes a hyphen where a name has an underscore: `#client-id`. */
function withSiteAnchors(file: string): void {
  const text = readFileSync(file, 'utf8')
  const changed = text.replace(/\]\((?:[^)\s]*\.md)?#[^)\s]*_[^)\s]*\)/g, (link) => {
    const at = link.indexOf('#')
    return link.slice(0, at) + link.slice(at).replaceAll('_', '-')
  })
  if (changed !== text) writeFileSync(file, changed)
}
